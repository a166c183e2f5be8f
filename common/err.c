#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>

/* Append to what is in msg, cut where it ends. */
static void
append(char *msg, size_t size, const char *text)
{
	size_t used = strlen(msg), len = strlen(text);

	if (len > size - 1 - used)
		len = size - 1 - used;
	memcpy(msg + used, text, len);
	msg[used + len] = '\0';
}

/* Write the formatted text into err->msg, then ": cause" if there is one. */
static void PRINTF(2, 0)
write_msg(struct err *err, const char *fmt, va_list ap, const char *cause)
{
	(void)vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	if (cause == NULL)
		return;
	append(err->msg, sizeof(err->msg), ": ");
	append(err->msg, sizeof(err->msg), cause);
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

/* What a person can do about the causes that people meet. */
static const char *
hint_for(int cause)
{
	switch (cause) {
	case EACCES:
	case EPERM:
		return "look who owns it and what its permissions are";
	case EROFS:
		return "it is on a disk that may only be read; use another";
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return "make room there, then run this again";
	case ENOENT:
	case ENOTDIR:
	case EISDIR:
		return "look whether its name and place are right";
	default:
		return "";
	}
}

int
err_sys(struct err *err, const char *fmt, ...)
{
	const char *cause = strerror(errno), *hint = hint_for(errno);
	va_list ap;

	*err = (struct err){.status = STATUS_FAILED};
	va_start(ap, fmt);
	write_msg(err, fmt, ap, cause);
	va_end(ap);
	return err_hint(err, "%s", hint);
}

int
err_crypto(struct err *err, const char *fmt, ...)
{
	const char *cause = ERR_reason_error_string(ERR_peek_last_error());
	va_list ap;

	/* It says nothing where an allocation failed early. */
	if (cause == NULL)
		cause = "no reason given (out of memory?)";
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
err_hint_else(struct err *err, const char *fmt, ...)
{
	va_list ap;

	if (err->hint[0] != '\0')
		return -1;
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
