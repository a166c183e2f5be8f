/*
 * One gzip member (RFC 1952) with nothing in it but data: no name, no time,
 * no extra fields, nothing behind it.
 */
#ifndef GZIP_H
#define GZIP_H

#include "buf.h"

int gzip_deflate(const struct buf *in, struct buf *out, struct err *err);

/* At most max bytes come out, and none before the check sum was right. */
int gzip_inflate(
    const struct buf *in, size_t max, struct buf *out, struct err *err);

#endif
