/*
 * gzip_inflate() against zlib itself: what is accepted zlib inflates to the
 * same bytes and to the end of the input, and making it again and opening
 * that gives them once more. A limit below never gives anything.
 */
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "gzip.h"

#define LIMIT (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
zlib_agrees(const struct buf *in, const struct buf *out)
{
	z_stream z = {0};
	uint8_t *theirs = malloc(out->len + 1);

	if (theirs == NULL || inflateInit2(&z, 15 + 16) != Z_OK)
		abort();
	z.next_in = in->p;
	z.avail_in = (uInt)in->len;
	z.next_out = theirs;
	z.avail_out = (uInt)out->len + 1;
	if (inflate(&z, Z_FINISH) != Z_STREAM_END || z.avail_in != 0 ||
	    z.total_out != out->len || memcmp(theirs, out->p, out->len) != 0)
		abort();
	inflateEnd(&z);
	free(theirs);
}

static void
opens(const struct buf *in, size_t max, const struct buf *wanted)
{
	struct buf out;
	struct err err;
	int ret = gzip_inflate(in, max, &out, &err);

	if (wanted == NULL && (ret == 0 || out.p != NULL))
		abort();
	if (wanted != NULL &&
	    (ret < 0 || out.len != wanted->len ||
		memcmp(out.p, wanted->p, out.len) != 0))
		abort();
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf in, out, again;
	struct err err;

	if (buf_copy(&in, data, len, &err) < 0)
		abort();
	if (gzip_inflate(&in, LIMIT, &out, &err) == 0) {
		zlib_agrees(&in, &out);
		if (out.len > 1) {
			opens(&in, out.len, &out);
			opens(&in, out.len - 1, NULL);
		}
		if (gzip_deflate(&out, &again, &err) < 0)
			abort();
		opens(&again, LIMIT, &out);
		buf_free(&again);
	} else if (out.p != NULL) {
		abort();
	}
	buf_free(&out);
	buf_free(&in);
	return 0;
}
