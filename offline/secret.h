/*
 * The only type that may hold a key: bytes on OpenSSL's secure heap, which is
 * locked in memory, kept out of core dumps and walled by guard pages.
 *
 * The arena is small on purpose, so that an ordinary user may lock it. Freeing
 * wipes. What libraries keep in registers, on the stack and in their own
 * temporaries is out of reach; secret_start() sees to it that at least all
 * that libcrypto frees is wiped. There is no copy into a struct buf.
 */
#ifndef SECRET_H
#define SECRET_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

#define SECRET_ARENA (256u << 10)    /* bytes; a power of two */
#define SECRET_MAX ((64u << 10) - 1) /* of one secret; the NUL fits too */

struct secret {
	uint8_t *p; /* one NUL byte follows p[len - 1], as in struct buf */
	size_t len;
};

#define SECRET_EMPTY ((struct secret){NULL, 0})

/* Make the heap, locked, or refuse. First thing in the program, and once. */
int secret_start(struct err *err);

/* len zero bytes. The caller frees s. */
int secret_alloc(struct secret *s, size_t len, struct err *err);

/* The caller frees s. */
int secret_copy(struct secret *s, const void *p, size_t len, struct err *err);

/* Give back what is behind the first len bytes: wiped, and not part of s. */
void secret_shorten(struct secret *s, size_t len);

/*
 * Read a file, or stdin when path is "-", to its end, straight into place: no
 * stdio, no other copy. 1 to max bytes, max below SECRET_MAX.
 */
int secret_read(
    const char *path, size_t max, struct secret *s, struct err *err);
int secret_read_fd(
    int fd, const char *name, size_t max, struct secret *s, struct err *err);

/* Wipe, free and empty s. Safe on an empty one, and safe twice. */
void secret_free(struct secret *s);

/*
 * Wipe the whole arena under the feet of whoever uses it; for a process that
 * is about to end. Async-signal-safe.
 */
void secret_wipe_all(void);

#endif
