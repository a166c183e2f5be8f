/*
 * One gzip member and nothing else: agreement with gzip and zlib, limits to
 * the byte, and everything that can hide in a member refused.
 */
#include "bundles.h"

#include <unistd.h>

#include <zlib.h>

#include "gzip.h"

#define MAX (32u << 20)

/* A member as zlib itself makes it, its OS byte put to 255. */
static struct buf
member_of(const void *p, size_t len, int level, int strategy)
{
	z_stream z = {0};
	struct buf in = buf_view(p, len), out;
	struct err err;

	assert_int_equal(
	    deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, strategy), Z_OK);
	assert_int_equal(
	    buf_alloc(&out, deflateBound(&z, (uLong)len), &err), 0);
	z.next_in = in.p;
	z.avail_in = (uInt)len;
	z.next_out = out.p;
	z.avail_out = (uInt)out.len;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	out.len = z.total_out;
	out.p[9] = 255;
	deflateEnd(&z);
	return out;
}

static void
refused(const struct buf *member, size_t max, const char *text)
{
	struct buf out;
	struct err err = {0};

	assert_int_equal(gzip_inflate(member, max, &out, &err), -1);
	says(&err, STATUS_REJECTED, text);
	assert_null(out.p);
}

static struct buf
noise(size_t len, unsigned period)
{
	struct buf b;
	struct err err;
	uint32_t x = 7;

	assert_int_equal(buf_alloc(&b, len, &err), 0);
	for (size_t i = 0; i < len; i++) {
		x = x * 1664525u + 1013904223u;
		b.p[i] = i < period ? (uint8_t)(x >> 24) : b.p[i - period];
	}
	return b;
}

static void
comes_back_unchanged(void **state)
{
	static const size_t sizes[] = {
	    0, 1, 2, 100, 16383, 16384, 16385, 32768, 32769, 1000000};

	(void)state;
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct buf in = noise(sizes[i], 5000), member, out;
		struct err err;

		assert_int_equal(gzip_deflate(&in, &member, &err), 0);
		assert_int_equal(gzip_inflate(&member, MAX, &out, &err), 0);
		assert_int_equal(out.len, in.len);
		if (in.len > 0)
			assert_memory_equal(out.p, in.p, in.len);
		buf_free(&in);
		buf_free(&member);
		buf_free(&out);
	}
}

static void
writes_the_plainest_header(void **state)
{
	static const uint8_t head[8] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0};
	struct buf in = buf_view("abc", 3), member;
	struct err err;

	(void)state;
	assert_int_equal(gzip_deflate(&in, &member, &err), 0);
	assert_memory_equal(member.p, head, sizeof(head));
	assert_int_equal(member.p[9], 255);
	buf_free(&member);
}

/* What gzip -dc says of the member: its output, or NULL with a status. */
static struct buf
gzip_says(const struct buf *member, int *status)
{
	char path[] = "/tmp/gapseal-gzip-XXXXXX", command[128];
	struct buf out = BUF_EMPTY;
	struct err err;
	FILE *pipe;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(
	    write(fd, member->p, member->len), (ssize_t)member->len);
	close(fd);
	(void)snprintf(
	    command, sizeof(command), "gzip -dc <%s 2>/dev/null", path);
	assert_non_null(pipe = popen(command, "r")); /* NOLINT(cert-env33-c) */
	assert_int_equal(
	    file_read_fd(fileno(pipe), "gzip", 1 << 24, &out, &err), 0);
	*status = pclose(pipe);
	unlink(path);
	return out;
}

static void
gzip_reads_what_we_write(void **state)
{
	struct buf in = noise(100000, 3000), member, out;
	struct err err;
	int status;

	(void)state;
	assert_int_equal(gzip_deflate(&in, &member, &err), 0);
	out = gzip_says(&member, &status);
	assert_int_equal(status, 0);
	assert_int_equal(out.len, in.len);
	assert_memory_equal(out.p, in.p, in.len);
	buf_free(&out);
	buf_free(&member);
	buf_free(&in);
}

static void
reads_every_level_and_strategy(void **state)
{
	struct buf in = noise(70000, 9000);

	(void)state;
	for (int level = 0; level <= 9; level++) {
		for (int strategy = 0; strategy <= 4; strategy++) {
			struct buf member = member_of(
			    in.p, in.len, level, strategy);
			struct buf out;
			struct err err;

			assert_int_equal(
			    gzip_inflate(&member, MAX, &out, &err), 0);
			assert_int_equal(out.len, in.len);
			assert_memory_equal(out.p, in.p, in.len);
			buf_free(&out);
			buf_free(&member);
		}
	}
	buf_free(&in);
}

/* Whatever we take of a damaged member, gzip takes too, and the same. */
static void
every_flipped_bit_is_noticed_as_gzip_does(void **state)
{
	static const char text[] =
	    "{\"type\":\"gapseal/plan/v1\",\"a\":\"aaa\"}";
	struct buf in = buf_view(text, strlen(text)), member;
	struct err err;
	unsigned accepted = 0;

	(void)state;
	assert_int_equal(gzip_deflate(&in, &member, &err), 0);
	for (size_t i = 0; i < 8 * member.len; i++) {
		struct buf out, theirs;
		int status;

		member.p[i / 8] ^= (uint8_t)(1u << i % 8);
		if (gzip_inflate(&member, MAX, &out, &err) == 0) {
			theirs = gzip_says(&member, &status);
			assert_int_equal(status, 0);
			assert_int_equal(out.len, theirs.len);
			assert_memory_equal(out.p, theirs.p, out.len);
			assert_memory_equal(out.p, text, out.len);
			buf_free(&theirs);
			buf_free(&out);
			accepted++;
		} else {
			assert_int_equal(err.status, STATUS_REJECTED);
			assert_null(out.p);
		}
		member.p[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	/* XFL is any; unused bits behind the last block are nobody's. */
	assert_true(accepted >= 8 && accepted <= 8 + 7);
	buf_free(&member);
}

static void
refuses_every_truncation(void **state)
{
	struct buf in = noise(3000, 3000), member;
	struct err err = {0};

	(void)state;
	assert_int_equal(gzip_deflate(&in, &member, &err), 0);
	for (size_t len = 0; len < member.len; len++) {
		uint8_t *copy = malloc(len == 0 ? 1 : len);
		struct buf part = buf_view(copy, len);

		assert_non_null(copy);
		memcpy(copy, member.p, len);
		refused(&part, MAX,
		    len < 18 ? "does not begin with a plain gzip header"
			     : "ends in the middle");
		free(copy);
	}
	buf_free(&member);
	buf_free(&in);
}

static void
refuses_another_header(void **state)
{
	struct buf in = buf_view("abc", 3), member;
	struct err err;

	(void)state;
	assert_int_equal(gzip_deflate(&in, &member, &err), 0);
	for (unsigned at = 0; at < 10; at++) {
		for (unsigned value = 0; value < 256; value++) {
			uint8_t before = member.p[at];

			member.p[at] = (uint8_t)value;
			if (value != before && at != 8)
				refused(&member, MAX,
				    "does not begin with a plain gzip header");
			member.p[at] = before;
		}
	}
	buf_free(&member);
}

static void
refuses_what_follows_the_member(void **state)
{
	struct buf in = buf_view("abc", 3), member, two = BUF_EMPTY;
	struct err err;

	(void)state;
	assert_int_equal(gzip_deflate(&in, &member, &err), 0);
	assert_int_equal(buf_add(&two, member.p, member.len, &err), 0);
	assert_int_equal(buf_add(&two, "", 1, &err), 0);
	refused(&two, MAX, "1 bytes follow the compressed payload");
	two.len--;
	assert_int_equal(buf_add(&two, member.p, member.len, &err), 0);
	refused(&two, MAX, "bytes follow the compressed payload");
	buf_free(&two);
	buf_free(&member);
}

static void
refuses_wrong_trailers(void **state)
{
	struct buf in = buf_view("abc", 3), member;
	struct err err;

	(void)state;
	assert_int_equal(gzip_deflate(&in, &member, &err), 0);
	for (size_t at = member.len - 8; at < member.len; at++) {
		member.p[at] ^= 0x80;
		refused(&member, MAX,
		    at < member.len - 4 ? "incorrect data check"
					: "incorrect length check");
		member.p[at] ^= 0x80;
	}
	buf_free(&member);
}

/* At the limit to the byte, whatever kinds of block the data came in. */
static void
keeps_the_limit_to_the_byte(void **state)
{
	static const size_t sizes[] = {2, 3, 257, 258, 259, 16383, 16384, 16385,
	    32767, 32768, 65535, 65536, 65537, 100000};

	(void)state;
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct buf in = noise(sizes[i], 700);

		for (int level = 0; level <= 9; level += 3) {
			struct buf member = member_of(in.p, in.len, level, 0);
			struct buf out;
			struct err err;

			assert_int_equal(
			    gzip_inflate(&member, in.len, &out, &err), 0);
			assert_int_equal(out.len, in.len);
			buf_free(&out);
			refused(&member, in.len - 1, "inflates to more than");
			buf_free(&member);
		}
		buf_free(&in);
	}
}

/* Empty blocks after the last byte need no room, however many there are. */
static void
takes_empty_blocks_at_the_limit(void **state)
{
	z_stream z = {0};
	uint8_t out[512], data[3] = "abc";
	struct buf member, text;
	struct err err;

	(void)state;
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, 0), Z_OK);
	z.next_in = data;
	z.avail_in = 3;
	z.next_out = out;
	z.avail_out = sizeof(out);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(
		    deflate(&z, Z_FULL_FLUSH), i == 0 ? Z_OK : Z_BUF_ERROR);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	out[9] = 255;
	member = buf_view(out, z.total_out);
	deflateEnd(&z);
	assert_int_equal(gzip_inflate(&member, 3, &text, &err), 0);
	assert_string_equal(text.p, "abc");
	buf_free(&text);
}

static void
stops_bombs_at_the_limit(void **state)
{
	struct buf zeros, member, out;
	struct err err;

	(void)state;
	assert_int_equal(buf_alloc(&zeros, MAX, &err), 0);
	assert_int_equal(gzip_deflate(&zeros, &member, &err), 0);
	assert_true(member.len < 40000);
	assert_int_equal(gzip_inflate(&member, MAX, &out, &err), 0);
	assert_int_equal(out.len, MAX);
	buf_free(&out);
	refused(&member, MAX - 1, "inflates to more than 33554431 bytes");
	buf_free(&member);
	buf_free(&zeros);
}

static void
does_not_make_what_it_would_not_open(void **state)
{
	struct buf zeros, member;
	struct err err = {0};

	(void)state;
	assert_int_equal(buf_alloc(&zeros, MAX + 1, &err), 0);
	assert_int_equal(gzip_deflate(&zeros, &member, &err), -1);
	says(&err, STATUS_FAILED, "are too many for one bundle");
	assert_null(member.p);
	buf_free(&zeros);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(comes_back_unchanged),
	    cmocka_unit_test(writes_the_plainest_header),
	    cmocka_unit_test(gzip_reads_what_we_write),
	    cmocka_unit_test(reads_every_level_and_strategy),
	    cmocka_unit_test(every_flipped_bit_is_noticed_as_gzip_does),
	    cmocka_unit_test(refuses_every_truncation),
	    cmocka_unit_test(refuses_another_header),
	    cmocka_unit_test(refuses_what_follows_the_member),
	    cmocka_unit_test(refuses_wrong_trailers),
	    cmocka_unit_test(keeps_the_limit_to_the_byte),
	    cmocka_unit_test(takes_empty_blocks_at_the_limit),
	    cmocka_unit_test(stops_bombs_at_the_limit),
	    cmocka_unit_test(does_not_make_what_it_would_not_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
