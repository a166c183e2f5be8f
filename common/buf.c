#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

int
buf_alloc(struct buf *b, size_t len, struct err *err)
{
	*b = BUF_EMPTY;
	if (len == SIZE_MAX || (b->p = OPENSSL_zalloc(len + 1)) == NULL)
		return err_memory(err);
	b->len = len;
	b->size = len + 1;
	return 0;
}

int
buf_copy(struct buf *b, const void *p, size_t len, struct err *err)
{
	if (buf_alloc(b, len, err) < 0)
		return -1;
	if (len > 0)
		memcpy(b->p, p, len);
	return 0;
}

/* Make room for len more bytes and the NUL behind them. */
static int
grow(struct buf *b, size_t len, struct err *err)
{
	size_t size;
	uint8_t *p;

	if (len >= SIZE_MAX / 4 || b->len >= SIZE_MAX / 4)
		return err_memory(err);
	if (b->len + len + 1 <= b->size)
		return 0;
	size = 2 * (b->len + len) + 64;
	if ((p = OPENSSL_zalloc(size)) == NULL)
		return err_memory(err);
	if (b->len > 0)
		memcpy(p, b->p, b->len);
	OPENSSL_clear_free(b->p, b->size);
	b->p = p;
	b->size = size;
	return 0;
}

int
buf_add(struct buf *b, const void *p, size_t len, struct err *err)
{
	if (grow(b, len, err) < 0)
		return -1;
	if (len > 0)
		memcpy(b->p + b->len, p, len);
	b->len += len;
	b->p[b->len] = '\0';
	return 0;
}

int
buf_addf(struct buf *b, struct err *err, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || grow(b, (size_t)n, err) < 0)
		return err_memory(err);
	va_start(ap, fmt);
	(void)vsnprintf((char *)b->p + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
	return 0;
}

struct buf
buf_view(const void *p, size_t len)
{
	/* The cast drops const: a view is only ever read. */
	return (struct buf){(uint8_t *)(uintptr_t)p, len, 0};
}

void
buf_free(struct buf *b)
{
	if (b->size > 0)
		OPENSSL_clear_free(b->p, b->size);
	*b = BUF_EMPTY;
}
