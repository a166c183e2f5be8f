#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#define ARENA_SMALLEST 16
#define READ_FIRST 4095

static volatile uint8_t *arena;

/*
 * libcrypto's ordinary heap also sees keys: DER on its way through a BIO, the
 * octets of a PKCS#8 structure. Not every place there wipes, so free does.
 */
static void *
plain_malloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return size == 0 ? NULL : malloc(size);
}

static void
wiping_free(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	if (p == NULL)
		return;
	OPENSSL_cleanse(p, malloc_usable_size(p));
	free(p);
}

static void *
wiping_realloc(void *p, size_t size, const char *file, int line)
{
	size_t old = p == NULL ? 0 : malloc_usable_size(p);
	void *moved;

	if (size == 0) {
		wiping_free(p, file, line);
		return NULL;
	}
	if ((moved = malloc(size)) == NULL)
		return NULL;
	if (old > 0)
		memcpy(moved, p, old < size ? old : size);
	wiping_free(p, file, line);
	return moved;
}

int
secret_start(struct err *err)
{
	void *all;

	if (CRYPTO_set_mem_functions(
		plain_malloc, wiping_realloc, wiping_free) != 1)
		return err_set(err, STATUS_FAILED,
		    "libcrypto was used before its heap was made to wipe");
	/* 2 would mean: made, but not locked. */
	if (CRYPTO_secure_malloc_init(SECRET_ARENA, ARENA_SMALLEST) != 1) {
		(void)err_set(err, STATUS_FAILED,
		    "cannot lock %u KiB of memory for keys",
		    SECRET_ARENA >> 10);
		return err_hint(err,
		    "raise the limit of locked memory (ulimit -l) to at least "
		    "1024 KiB; as root: ulimit -l 1024");
	}
	/* The one block as large as the arena is the arena. */
	if ((all = OPENSSL_secure_malloc(SECRET_ARENA)) == NULL)
		return err_memory(err);
	arena = all;
	OPENSSL_secure_free(all);
	return 0;
}

int
secret_alloc(struct secret *s, size_t len, struct err *err)
{
	*s = SECRET_EMPTY;
	if (len > SECRET_MAX) {
		(void)err_set(err, STATUS_FAILED,
		    "a secret of %zu bytes is too large", len);
		return -1;
	}
	if ((s->p = OPENSSL_secure_zalloc(len + 1)) == NULL) {
		(void)err_set(
		    err, STATUS_FAILED, "out of locked memory for keys");
		return -1;
	}
	s->len = len;
	return 0;
}

int
secret_copy(struct secret *s, const void *p, size_t len, struct err *err)
{
	if (secret_alloc(s, len, err) < 0)
		return -1;
	if (len > 0)
		memcpy(s->p, p, len);
	return 0;
}

void
secret_shorten(struct secret *s, size_t len)
{
	if (len >= s->len)
		return;
	OPENSSL_cleanse(s->p + len, s->len - len);
	s->len = len;
}

void
secret_free(struct secret *s)
{
	if (s->p != NULL)
		OPENSSL_secure_clear_free(s->p, s->len + 1);
	*s = SECRET_EMPTY;
}

/* Twice the room, at most max + 1: the last byte shows that it is too long. */
static int
grow(struct secret *s, size_t max, struct err *err)
{
	struct secret larger;
	size_t size = s->len > max / 2 ? max + 1 : 2 * s->len + 1;

	if (secret_alloc(&larger, size, err) < 0)
		return -1;
	memcpy(larger.p, s->p, s->len);
	secret_free(s);
	*s = larger;
	return 0;
}

int
secret_read_fd(
    int fd, const char *name, size_t max, struct secret *s, struct err *err)
{
	size_t have = 0;
	ssize_t n;

	if (max >= SECRET_MAX)
		max = SECRET_MAX - 1;
	if (secret_alloc(s, max < READ_FIRST ? max + 1 : READ_FIRST, err) < 0)
		return -1;
	for (;;) {
		if (have == s->len && grow(s, max, err) < 0)
			goto fail;
		n = read(fd, s->p + have, s->len - have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			(void)err_sys(err, "cannot read '%s'", name);
			goto fail;
		}
		if (n == 0)
			break;
		have += (size_t)n;
		if (have > max) {
			(void)err_set(err, STATUS_REJECTED,
			    "'%s' holds more than %zu bytes: no key is that "
			    "large",
			    name, max);
			goto fail;
		}
	}
	if (have == 0) {
		(void)err_set(err, STATUS_REJECTED, "'%s' is empty", name);
		goto fail;
	}
	secret_shorten(s, have);
	return 0;
fail:
	secret_free(s);
	return -1;
}

int
secret_read(const char *path, size_t max, struct secret *s, struct err *err)
{
	int fd, ret;

	*s = SECRET_EMPTY;
	if (strcmp(path, "-") == 0)
		return secret_read_fd(STDIN_FILENO, "stdin", max, s, err);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0)
		return err_sys(err, "cannot open '%s'", path);
	ret = secret_read_fd(fd, path, max, s, err);
	(void)close(fd);
	return ret;
}

void
secret_wipe_all(void)
{
	size_t i;

	for (i = 0; arena != NULL && i < SECRET_ARENA; i++)
		arena[i] = 0;
}
