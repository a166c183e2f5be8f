#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>

/* Write the formatted text into err->msg, then ": cause" if there is one. */
static void PRINTF(2, 0)
write_msg(struct err *err, const char *fmt, va_list ap, const char *cause)
{
	int n = vsnprintf(err->msg, sizeof(err->msg), fmt, ap);

	if (cause != NULL && n >= 0 && (size_t)n < sizeof(err->msg))
		(void)snprintf(
		    err->msg + n, sizeof(err->msg) - (size_t)n, ": %s", cause);
}

int
err_set(struct err *err, enum status status, const char *fmt, ...)
{
	va_list ap;

	*err = (struct err){.status = status};
	va_start(ap, fmt);
	write_msg(err, fmt, ap, NULL);
	va_end(ap);
	return -1;
}

int
err_sys(struct err *err, const char *fmt, ...)
{
	const char *cause = strerror(errno);
	va_list ap;

	*err = (struct err){.status = STATUS_FAILED};
	va_start(ap, fmt);
	write_msg(err, fmt, ap, cause);
	va_end(ap);
	return -1;
}

int
err_crypto(struct err *err, const char *fmt, ...)
{
	const char *cause = ERR_reason_error_string(ERR_peek_last_error());
	va_list ap;

	*err = (struct err){.status = STATUS_FAILED};
	va_start(ap, fmt);
	write_msg(err, fmt, ap, cause);
	va_end(ap);
	ERR_clear_error();
	return -1;
}

int
err_wrap(struct err *err, const char *fmt, ...)
{
	struct err inner = *err;
	va_list ap;

	va_start(ap, fmt);
	write_msg(err, fmt, ap, inner.msg);
	va_end(ap);
	return -1;
}

int
err_hint(struct err *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(err->hint, sizeof(err->hint), fmt, ap);
	va_end(ap);
	return -1;
}

int
err_memory(struct err *err)
{
	return err_set(err, STATUS_FAILED, "out of memory");
}
