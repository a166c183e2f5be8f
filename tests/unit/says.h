/* The error that was wanted, or the test fails and shows the one there is. */
#ifndef SAYS_H
#define SAYS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "err.h"

static inline void
says(const struct err *err, enum status status, const char *text)
{
	if (err->status != status || strstr(err->msg, text) == NULL)
		fail_msg("status %d, '%s'; wanted %d, '%s'", (int)err->status,
		    err->msg, (int)status, text);
}

#endif
