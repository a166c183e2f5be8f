/*
 * A length-counted piece of memory that is wiped whenever it is freed.
 *
 * For everything but keys: those live in struct secret, which only offline/
 * can see. There is always one NUL byte after p[len - 1], so that text in a
 * buffer can be handed to functions that want a string.
 */
#ifndef BUF_H
#define BUF_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct buf {
	uint8_t *p;
	size_t len;
	size_t size; /* allocated, or 0 for a view that owns nothing */
};

#define BUF_EMPTY ((struct buf){NULL, 0, 0})

/* len zero bytes. */
int buf_alloc(struct buf *b, size_t len, struct err *err);
int buf_copy(struct buf *b, const void *p, size_t len, struct err *err);

/* Append; b may be empty. On failure b keeps what it had. */
int buf_add(struct buf *b, const void *p, size_t len, struct err *err);
int buf_addf(struct buf *b, struct err *err, const char *fmt, ...) PRINTF(3, 4);

/* A view of somebody else's bytes; buf_free() leaves them alone. */
struct buf buf_view(const void *p, size_t len);

/* Wipe, free and empty b. Safe on an empty one, and safe twice. */
void buf_free(struct buf *b);

#define WIPE(x) OPENSSL_cleanse(&(x), sizeof(x))

#endif
