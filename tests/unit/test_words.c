/* words: the published examples, and no word that stands for two bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "digest.h"
#include "words.h"

static const char abc_words[] =
    "shadow indigo backward rebellion payday adviser stagehand undaunted "
    "cranky decadence crackdown telephone exceed performance blockade "
    "cannonball ruffled aggregate fallout pandemic prefer bookseller keyboard "
    "October scenic autopsy Zulu frequency uproot adroitness backfield "
    "perceptive";

static void
says_a_fingerprint_of_pgp(void **state)
{
	static const uint8_t print[] = {0xe5, 0x82, 0x94, 0xf2, 0xe9, 0xa2,
	    0x27, 0x48, 0x6e, 0x8b, 0x06, 0x1b, 0x31, 0xcc, 0x52, 0x8f, 0xd7,
	    0xfa, 0x3f, 0x19};
	struct buf b;
	struct err err;

	(void)state;
	assert_int_equal(words_line(print, sizeof(print), &b, &err), 0);
	assert_string_equal((char *)b.p,
	    "topmost Istanbul Pluto vagabond treadmill Pacific brackish "
	    "dictator goldfish Medusa afflict bravado chatter revolver Dupont "
	    "midsummer stopwatch whimsical cowbell bottomless");
	buf_free(&b);
}

static void
says_the_digest_of_abc(void **state)
{
	uint8_t digest[SHA256_LEN];
	struct buf b;
	struct err err;

	(void)state;
	assert_int_equal(sha256("abc", 3, digest, &err), 0);
	assert_int_equal(words_line(digest, sizeof(digest), &b, &err), 0);
	assert_string_equal((char *)b.p, abc_words);
	buf_free(&b);
}

static void
numbers_them_four_a_line(void **state)
{
	static const uint8_t six[] = {0xe5, 0x82, 0x94, 0xf2, 0xe9, 0xa2};
	struct buf b;
	struct err err;

	(void)state;
	assert_int_equal(words_lines(six, sizeof(six), "    ", &b, &err), 0);
	assert_string_equal((char *)b.p,
	    "     1 topmost       2 Istanbul      3 Pluto         4 vagabond\n"
	    "     5 treadmill     6 Pacific\n");
	buf_free(&b);
}

static void
finds_each_word_at_its_place_only(void **state)
{
	(void)state;
	for (size_t place = 0; place < 4; place++) {
		for (unsigned byte = 0; byte < 256; byte++) {
			const char *word = word_at(place, (uint8_t)byte);

			assert_int_equal(word_find(place, word), byte);
			assert_int_equal(word_find(place + 1, word), -1);
			assert_ptr_equal(word_nearest(place, word), word);
		}
	}
}

static void
letter_case_does_not_matter(void **state)
{
	(void)state;
	assert_int_equal(word_find(1, "iSTANBUL"), 0x82);
	assert_int_equal(word_find(0, "TOPMOST"), 0xe5);
}

static void
takes_no_word_that_is_only_near(void **state)
{
	static const char *const near[] = {"", " topmost", "topmost ", "topmos",
	    "topmosts", "topmots", "top most"};

	(void)state;
	for (size_t i = 0; i < sizeof(near) / sizeof(near[0]); i++)
		assert_int_equal(word_find(0, near[i]), -1);
}

static void
suggests_what_was_meant(void **state)
{
	char endless[200];

	(void)state;
	assert_string_equal(word_nearest(0, "topmots"), "topmost");
	assert_string_equal(word_nearest(0, "TOPMOSTT"), "topmost");
	assert_string_equal(word_nearest(1, "istambul"), "Istanbul");
	assert_string_equal(word_nearest(1, "octobre"), "October");
	memset(endless, 'x', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	assert_null(word_nearest(0, endless));
	assert_null(word_nearest(1, ""));
	/* Two letters away, and three. */
	assert_string_equal(word_nearest(0, "topmxxt"), "topmost");
	assert_null(word_nearest(0, "topxxxt"));
}

/* A changed byte in the list itself would be heard in the room, too late. */
static void
is_the_list_that_others_have(void **state)
{
	struct buf list = BUF_EMPTY;
	uint8_t digest[SHA256_LEN];
	char hex[HEX_LEN(SHA256_LEN)];
	struct err err;

	(void)state;
	for (unsigned i = 0; i < 256; i++)
		assert_int_equal(
		    buf_addf(&list, &err, "%02x\t%s\t%s\n", i,
			word_at(0, (uint8_t)i), word_at(1, (uint8_t)i)),
		    0);
	assert_int_equal(sha256(list.p, list.len, digest, &err), 0);
	hex_encode(digest, sizeof(digest), hex);
	assert_string_equal(hex,
	    "1d4a636432c35ad9d80db4e6f6341452"
	    "e97b7f046c541f9dffcc2197e043a434");
	buf_free(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(says_a_fingerprint_of_pgp),
	    cmocka_unit_test(says_the_digest_of_abc),
	    cmocka_unit_test(numbers_them_four_a_line),
	    cmocka_unit_test(finds_each_word_at_its_place_only),
	    cmocka_unit_test(letter_case_does_not_matter),
	    cmocka_unit_test(takes_no_word_that_is_only_near),
	    cmocka_unit_test(suggests_what_was_meant),
	    cmocka_unit_test(is_the_list_that_others_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
