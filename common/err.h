/*
 * What went wrong, in words the person at the keyboard can act on.
 *
 * Every function that can fail returns 0 or -1 and takes a struct err last. On
 * -1 it is filled in, on 0 it is left alone. Nothing below main() prints an
 * error: messages travel up in here and gain context on the way.
 */
#ifndef ERR_H
#define ERR_H

/* The exit statuses of both programs, as their man pages give them. */
enum status {
	STATUS_OK = 0,
	STATUS_FAILED = 1, /* disk, memory, no credentials, a file in the way */
	STATUS_USAGE = 2,  /* the command line was wrong; nothing was done */
	STATUS_REJECTED =
	    3,             /* malformed, unsigned, expired, the wrong person */
	STATUS_REMOTE = 4, /* the other side refused, or the alarm */
};

struct err {
	enum status status;
	char msg[768];  /* "outer: inner: cause", no newline */
	char hint[512]; /* what to do next, or "" */
};

#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* Each returns -1, so that a caller can write: return err_set(...) */
int err_set(struct err *err, enum status status, const char *fmt, ...)
    PRINTF(3, 4);

/* STATUS_FAILED, with strerror(errno) or OpenSSL's reason behind the text. */
int err_sys(struct err *err, const char *fmt, ...) PRINTF(2, 3);
int err_crypto(struct err *err, const char *fmt, ...) PRINTF(2, 3);

/* Put "context: " before the message that is there; the status stays. */
int err_wrap(struct err *err, const char *fmt, ...) PRINTF(2, 3);

/* Set the hint, replacing one that is there. */
int err_hint(struct err *err, const char *fmt, ...) PRINTF(2, 3);

/* The same, unless a nearer one is there already. */
int err_hint_else(struct err *err, const char *fmt, ...) PRINTF(2, 3);

int err_memory(struct err *err);

#endif
