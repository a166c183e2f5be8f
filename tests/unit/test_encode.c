/* encode: what decodes is exactly what encoding would give, and no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "encode.h"

/* RFC 4648 section 10. */
static const struct {
	const char *bytes, *base64, *hex;
} rfc4648[] = {
    {"", "", ""},
    {"f", "Zg==", "66"},
    {"fo", "Zm8=", "666f"},
    {"foo", "Zm9v", "666f6f"},
    {"foob", "Zm9vYg==", "666f6f62"},
    {"fooba", "Zm9vYmE=", "666f6f6261"},
    {"foobar", "Zm9vYmFy", "666f6f626172"},
};

#define N_RFC4648 (sizeof(rfc4648) / sizeof(rfc4648[0]))

/* From an allocation that ends where text does, so that ASan sees more. */
static long
decode(const char *text, size_t len, uint8_t *out)
{
	char *copy = malloc(len > 0 ? len : 1);
	long n;

	assert_non_null(copy);
	memcpy(copy, text, len);
	n = base64_decode(copy, len, out);
	free(copy);
	return n;
}

static void
agrees_with_rfc_4648(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_RFC4648; i++) {
		size_t len = strlen(rfc4648[i].bytes);
		const uint8_t *bytes = (const uint8_t *)rfc4648[i].bytes;
		char hex[HEX_LEN(6)];
		uint8_t out[9];
		struct buf b;
		struct err err;

		assert_int_equal(base64_encode(bytes, len, &b, &err), 0);
		assert_int_equal(b.len, strlen(rfc4648[i].base64));
		assert_memory_equal(b.p, rfc4648[i].base64, b.len + 1);
		assert_int_equal(decode((char *)b.p, b.len, out), len);
		assert_memory_equal(out, bytes, len);
		buf_free(&b);
		hex_encode(bytes, len, hex);
		assert_string_equal(hex, rfc4648[i].hex);
		assert_int_equal(hex_decode(hex, out, len), 0);
		assert_memory_equal(out, bytes, len);
	}
}

static void
takes_every_byte_at_every_length(void **state)
{
	uint8_t in[256], out[258];
	char hex[HEX_LEN(256)];
	struct buf b;
	struct err err;

	(void)state;
	for (unsigned i = 0; i < 256; i++)
		in[i] = (uint8_t)(167 * i + 5);
	for (size_t len = 0; len <= 256; len++) {
		assert_int_equal(base64_encode(in, len, &b, &err), 0);
		assert_int_equal(decode((char *)b.p, b.len, out), len);
		assert_memory_equal(out, in, len);
		buf_free(&b);
		hex_encode(in, len, hex);
		assert_int_equal(hex_decode(hex, out, len), 0);
		assert_memory_equal(out, in, len);
	}
}

/* Put each of 256 bytes at each place of text. */
static void
try_every_change(const char *text)
{
	size_t len = strlen(text);
	char changed[16];
	uint8_t out[12];

	for (size_t at = 0; at < len; at++) {
		for (int c = 0; c < 256; c++) {
			struct buf b;
			struct err err;
			long n;

			memcpy(changed, text, len + 1);
			changed[at] = (char)(uint8_t)c;
			n = decode(changed, len, out);
			if (n < 0)
				continue;
			assert_int_equal(
			    base64_encode(out, (size_t)n, &b, &err), 0);
			assert_int_equal(b.len, len);
			assert_memory_equal(b.p, changed, len);
			buf_free(&b);
		}
	}
}

static void
whatever_decodes_encodes_to_the_same_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_RFC4648; i++)
		try_every_change(rfc4648[i].base64);
}

static void
accepts_just_the_64_characters(void **state)
{
	unsigned n = 0;
	uint8_t out[3];

	(void)state;
	for (int c = 0; c < 256; c++) {
		char text[4] = {'A', (char)(uint8_t)c, 'A', 'A'};

		n += decode(text, 4, out) == 3;
	}
	assert_int_equal(n, 64);
}

static void
refuses_other_forms_of_base64(void **state)
{
	static const char *const bad[] = {"Z", "Zg", "Zg=", "Zm9", "Zm9vYg",
	    "Zg===", "====", "Z===", "=Zg=", "Zg=A", "Zh==", "Zm9=", "Zm9v\n",
	    "Zm9v\n\n\n\n", " Zm9v", "Zm 9", "Zm-_", "Zg==Zg==", "Zm9v===="};
	uint8_t out[12];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(decode(bad[i], strlen(bad[i]), out), -1);
	assert_int_equal(decode("Zm9\0", 4, out), -1);
}

static void
leaves_nothing_of_what_it_refused(void **state)
{
	static const uint8_t zero[6];
	uint8_t out[6];

	(void)state;
	memset(out, 0xff, sizeof(out));
	assert_int_equal(decode("c2VjcmV!", 8, out), -1);
	assert_memory_equal(out, zero, sizeof(out));
	memset(out, 0xff, sizeof(out));
	assert_int_equal(hex_decode("73656372657g", out, sizeof(out)), -1);
	assert_memory_equal(out, zero, sizeof(out));
}

static void
refuses_other_forms_of_hex(void **state)
{
	static const char *const bad[] = {"", "0", "00", "000", "00000",
	    "000000", "ABCD", "0x00", "00 0", " 000", "000\n", "00:0", "-001"};
	uint8_t out[2];
	unsigned n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(hex_decode(bad[i], out, 2), -1);
	for (int c = 0; c < 256; c++) {
		char text[5] = {'0', '0', (char)(uint8_t)c, '0', '\0'};

		n += hex_decode(text, out, 2) == 0;
	}
	assert_int_equal(n, 16);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(agrees_with_rfc_4648),
	    cmocka_unit_test(takes_every_byte_at_every_length),
	    cmocka_unit_test(whatever_decodes_encodes_to_the_same_text),
	    cmocka_unit_test(accepts_just_the_64_characters),
	    cmocka_unit_test(refuses_other_forms_of_base64),
	    cmocka_unit_test(leaves_nothing_of_what_it_refused),
	    cmocka_unit_test(refuses_other_forms_of_hex),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
