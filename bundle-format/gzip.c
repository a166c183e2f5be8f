#include "gzip.h"

#include <limits.h>
#include <string.h>

#include <zlib.h>

#include "bundle.h"

/* The fixed part of a member: magic, deflate, no flags, no time; XFL, OS. */
static const uint8_t member[8] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0};
#define MEMBER_HEADER 10
#define MEMBER_MIN 18 /* header, CRC-32 and length, without any data */
#define OS_AT 9
#define OS_UNKNOWN 255
#define GZIP_WINDOW (15 + 16) /* gzip only: no zlib or raw streams */

_Static_assert(BUNDLE_INFLATED_MAX < UINT_MAX, "zlib's lengths are unsigned");

int
gzip_deflate(const struct buf *in, struct buf *out, struct err *err)
{
	int ret = -1;
	z_stream z = {0};

	*out = BUF_EMPTY;
	if (in->len > BUNDLE_INFLATED_MAX)
		return err_set(err, STATUS_FAILED,
		    "%zu bytes are too many for one bundle", in->len);
	if (deflateInit2(
		&z, 9, Z_DEFLATED, GZIP_WINDOW, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		return err_memory(err);
	if (buf_alloc(out, deflateBound(&z, (uLong)in->len), err) < 0)
		goto out;
	z.next_in = in->p;
	z.avail_in = (uInt)in->len;
	z.next_out = out->p;
	z.avail_out = (uInt)out->len;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END) {
		err_set(err, STATUS_FAILED, "cannot compress");
		goto out;
	}
	out->len = z.total_out;
	out->p[out->len] = '\0';
	/* zlib writes the number of its own system there. */
	out->p[OS_AT] = OS_UNKNOWN;
	ret = 0;
out:
	deflateEnd(&z);
	if (ret < 0)
		buf_free(out);
	return ret;
}

static int
check_header(const struct buf *in, struct err *err)
{
	if (in->len < MEMBER_MIN ||
	    memcmp(in->p, member, sizeof(member)) != 0 ||
	    in->p[OS_AT] != OS_UNKNOWN)
		return err_set(err, STATUS_REJECTED,
		    "the payload does not begin with a plain gzip header");
	return 0;
}

/* More output space, doubling, up to max. */
static int
grow(struct buf *out, size_t max, z_stream *z, struct err *err)
{
	struct buf more;
	size_t done = out->len;
	size_t size = done == 0 ? 16384 : 2 * done;

	if (size > max)
		size = max;
	if (buf_alloc(&more, size, err) < 0)
		return -1;
	if (done > 0)
		memcpy(more.p, out->p, done);
	buf_free(out);
	*out = more;
	z->next_out = out->p + done;
	z->avail_out = (uInt)(size - done);
	return 0;
}

static int
inflate_all(z_stream *z, size_t max, struct buf *out, struct err *err)
{
	for (;;) {
		int status;

		/* A full buffer at max may still meet the end of the stream. */
		if (z->avail_out == 0 && out->len < max &&
		    grow(out, max, z, err) < 0)
			return -1;
		status = inflate(z, Z_NO_FLUSH);
		if (status == Z_STREAM_END)
			break;
		if (status == Z_MEM_ERROR)
			return err_memory(err);
		if (status == Z_OK && z->avail_out == 0 && out->len < max)
			continue;
		if (z->avail_out == 0 && out->len == max &&
		    (status == Z_OK || status == Z_BUF_ERROR))
			return err_set(err, STATUS_REJECTED,
			    "the payload inflates to more than %zu bytes", max);
		if (status == Z_OK && z->avail_in > 0)
			continue;
		if (status == Z_OK || status == Z_BUF_ERROR)
			return err_set(err, STATUS_REJECTED,
			    "the payload ends in the middle");
		return err_set(err, STATUS_REJECTED,
		    "the payload is damaged: %s",
		    z->msg == NULL ? "not a deflate stream" : z->msg);
	}
	if (z->avail_in != 0)
		return err_set(err, STATUS_REJECTED,
		    "%u bytes follow the compressed payload", z->avail_in);
	return 0;
}

int
gzip_inflate(const struct buf *in, size_t max, struct buf *out, struct err *err)
{
	int ret = -1;
	z_stream z = {0};

	*out = BUF_EMPTY;
	if (in->len > BUNDLE_PAYLOAD_MAX)
		return err_set(err, STATUS_REJECTED,
		    "the payload has more than %u bytes", BUNDLE_PAYLOAD_MAX);
	if (check_header(in, err) < 0)
		return -1;
	z.next_in = in->p;
	z.avail_in = (uInt)in->len;
	if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
		return err_memory(err);
	if (inflate_all(&z, max, out, err) < 0)
		goto out;
	out->len = z.total_out;
	out->p[out->len] = '\0';
	ret = 0;
out:
	inflateEnd(&z);
	if (ret < 0)
		buf_free(out);
	return ret;
}
