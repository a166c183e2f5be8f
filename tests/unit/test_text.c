/* text: nothing from outside steers a terminal, and no cut splits a sign. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static void
expect(const char *in, size_t len, const char *want)
{
	char out[200];

	assert_ptr_equal(text_visible(in, len, out, sizeof(out)), out);
	assert_string_equal(out, want);
}

#define EXPECT(in, want) expect(in, sizeof(in) - 1, want)

static void
shows_plain_text_as_it_is(void **state)
{
	(void)state;
	EXPECT("", "");
	EXPECT("arn:aws:kms:us-east-1 \\ \"~", "arn:aws:kms:us-east-1 \\ \"~");
	EXPECT("Zo\xc3\xab \xe6\xbc\xa2 \xf0\x9f\x94\x91",
	    "Zo\xc3\xab \xe6\xbc\xa2 \xf0\x9f\x94\x91");
}

static void
makes_control_characters_visible(void **state)
{
	(void)state;
	EXPECT("a\033[31mb", "a\\x1b[31mb");
	EXPECT("a\nb\rc\td\x7f", "a\\x0ab\\x0dc\\x09d\\x7f");
	expect("a\0b", 3, "a\\x00b");
	EXPECT("\xc2\x9b"
	       "31m", /* CSI as C1 */
	    "\\xc2\\x9b"
	    "31m");
}

static void
makes_direction_and_hidden_characters_visible(void **state)
{
	(void)state;
	/* Each ends what it starts: clang-tidy reads our strings too. */
	EXPECT("\xe2\x80\xae.\xe2\x80\xac", "\\xe2\\x80\\xae.\\xe2\\x80\\xac");
	EXPECT("\xe2\x81\xa6.\xe2\x81\xa9", "\\xe2\\x81\\xa6.\\xe2\\x81\\xa9");
	EXPECT("\xe2\x80\xaa.\xe2\x80\xac", "\\xe2\\x80\\xaa.\\xe2\\x80\\xac");
	EXPECT("\xe2\x80\x8f\xd8\x9c", "\\xe2\\x80\\x8f\\xd8\\x9c");
	EXPECT("\xe2\x80\x8b", "\\xe2\\x80\\x8b"); /* zero width space */
	EXPECT("\xef\xbb\xbf", "\\xef\\xbb\\xbf"); /* BOM */
	EXPECT("\xf3\xa0\x81\x81", "\\xf3\\xa0\\x81\\x81"); /* tag */
}

static void
makes_what_is_not_utf8_visible(void **state)
{
	(void)state;
	EXPECT("\xff", "\\xff");
	EXPECT("a\xc3", "a\\xc3");
	EXPECT("\xc0\xaf", "\\xc0\\xaf");
	EXPECT("\xed\xa0\x80", "\\xed\\xa0\\x80");
	EXPECT("\xe2\x82z", "\\xe2\\x82z");
}

/* Of every size: ends with NUL or "...", and never inside a piece. */
static void
cuts_between_characters(void **state)
{
	static const char in[] = "ab\033\xc3\xa9\xe2\x80\x8b.\xf0\x9f\x94\x91";
	static const char whole[] =
	    "ab\\x1b\xc3\xa9\\xe2\\x80\\x8b.\xf0\x9f\x94\x91";
	static const size_t ends[] = {0, 1, 2, 6, 8, 20, 21, 25};

	(void)state;
	for (size_t size = 1; size <= sizeof(whole) + 1; size++) {
		char *out = malloc(size);
		size_t n;
		bool between = false;

		assert_non_null(out);
		text_visible(in, sizeof(in) - 1, out, size);
		n = strlen(out);
		assert_true(n < size);
		if (size >= sizeof(whole)) {
			assert_string_equal(out, whole);
		} else if (size >= 4) {
			assert_true(text_ends(out, "..."));
			assert_memory_equal(out, whole, n - 3);
			for (size_t i = 0; i < 8; i++)
				between = between || ends[i] == n - 3;
			assert_true(between);
		}
		free(out);
	}
	text_visible(in, sizeof(in) - 1, NULL, 0);
}

/* RFC 3629's table, written the other way round. */
static size_t
encode(uint32_t c, uint8_t out[4])
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xc0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xe0 | c >> 12);
		out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | c >> 18);
	out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

static void
knows_every_character(void **state)
{
	(void)state;
	for (uint32_t c = 0; c < 0x120000; c++) {
		bool is = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
		uint8_t p[4];
		size_t n = encode(c, p);
		uint32_t got = 0;

		assert_int_equal(text_utf8(p, n, &got), is ? n : 0);
		assert_int_equal(got, is ? c : 0);
		assert_int_equal(text_utf8(p, n - 1, &got), 0);
	}
}

/* Sequences of up to three bytes: what is accepted encodes to the same. */
static void
accepts_one_form_of_each(void **state)
{
	unsigned accepted = 0;

	(void)state;
	for (uint32_t i = 0; i < 0x1000000; i++) {
		const uint8_t p[3] = {
		    (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};
		uint8_t again[4];
		uint32_t c;
		size_t n = text_utf8(p, sizeof(p), &c);

		if (n == 0)
			continue;
		accepted++;
		assert_true(encode(c, again) == n && memcmp(p, again, n) == 0);
	}
	assert_int_equal(accepted,
	    128 * 65536 + (0x800 - 0x80) * 256 + (0x10000 - 0x800 - 0x800));
}

static void
matches_whole_names_only(void **state)
{
	const char *a = "a-z0-9", *b = "a-z0-9-";
	char longest[65];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[63] = '\0';
	assert_true(text_matches("payments-2026-11", a, b, 63));
	assert_true(text_matches("a", a, b, 63));
	assert_true(text_matches(longest, a, b, 63));
	longest[63] = 'x';
	longest[64] = '\0';
	assert_false(text_matches(longest, a, b, 63));
	assert_false(text_matches("", a, b, 63));
	assert_false(text_matches("-a", a, b, 63));
	assert_false(text_matches("aB", a, b, 63));
	assert_false(text_matches("a\n", a, b, 63));
	assert_false(text_matches("a_b", a, b, 63));
	assert_true(text_matches("a_b", "a", "_b", 63));
}

static void
knows_how_text_starts_and_ends(void **state)
{
	(void)state;
	assert_true(text_starts("alias/aws/x", "alias/aws/"));
	assert_false(text_starts("alias", "alias/"));
	assert_true(text_starts("x", ""));
	assert_true(text_ends("plan.gsb", ".gsb"));
	assert_false(text_ends("gsb", ".gsb"));
	assert_true(text_ends("", ""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shows_plain_text_as_it_is),
	    cmocka_unit_test(makes_control_characters_visible),
	    cmocka_unit_test(makes_direction_and_hidden_characters_visible),
	    cmocka_unit_test(makes_what_is_not_utf8_visible),
	    cmocka_unit_test(cuts_between_characters),
	    cmocka_unit_test(knows_every_character),
	    cmocka_unit_test(accepts_one_form_of_each),
	    cmocka_unit_test(matches_whole_names_only),
	    cmocka_unit_test(knows_how_text_starts_and_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
