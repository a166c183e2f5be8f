/*
 * The quota of GetParametersForImport, one call in 4 s for each account and
 * region, is kept by waiting before the call instead of being told off.
 */
#ifndef PACE_H
#define PACE_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

#define PACE_IMPORT_PARAMETERS 4000 /* ms */

struct pace {
	int64_t interval; /* ms; 0 in practice: emulators have no quota */
	struct pace_mark *marks;
	size_t n;
};

/* Milliseconds still to wait at ticks (of clock_ticks()). */
int64_t pace_left(const struct pace *p, const char *account, const char *region,
    int64_t ticks);

/* A call was answered, or failed, just now. */
int pace_mark(struct pace *p, const char *account, const char *region,
    int64_t ticks, struct err *err);

void pace_free(struct pace *p);

#endif
