/*
 * The strict reader against JSONTestSuite (tests/vectors/json): every n_ file
 * is refused; every y_ file is accepted, but for those that our limits refuse;
 * of the i_ files only those where every parser reads the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

#define DIR_NAME "tests/vectors/json/test_parsing"
#define NONCHARACTER "wanted no noncharacter"
#define NUL "wanted no NUL"
#define TWICE "stands twice"

/* What a y_ file holds that RFC 7493 or this program does not allow. */
static const struct {
	const char *file, *why;
} beyond_our_limits[] = {
    {"y_number_double_close_to_zero.json", "at most 63 characters"},
    {"y_object_duplicated_key.json", TWICE},
    {"y_object_duplicated_key_and_value.json", TWICE},
    {"y_object_escaped_null_in_key.json", NUL},
    {"y_string_null_escape.json", NUL},
    {"y_string_escaped_noncharacter.json", NONCHARACTER},
    {"y_string_last_surrogates_1_and_2.json", NONCHARACTER},
    {"y_string_nonCharacterInUTF-8_U+10FFFF.json", NONCHARACTER},
    {"y_string_nonCharacterInUTF-8_U+FFFF.json", NONCHARACTER},
    {"y_string_unicode_U+10FFFE_nonchar.json", NONCHARACTER},
    {"y_string_unicode_U+1FFFE_nonchar.json", NONCHARACTER},
    {"y_string_unicode_U+FDD0_nonchar.json", NONCHARACTER},
    {"y_string_unicode_U+FFFE_nonchar.json", NONCHARACTER},
};

/* The i_ files that are read: numbers a double rounds, as a cloud's may be. */
static const char *const rounded[] = {"i_number_double_huge_neg_exp.json",
    "i_number_real_underflow.json", "i_number_too_big_neg_int.json",
    "i_number_too_big_pos_int.json", "i_number_very_big_negative_int.json"};

static const char *
limit(const char *file)
{
	size_t n = sizeof(beyond_our_limits) / sizeof(beyond_our_limits[0]);

	for (size_t i = 0; i < n; i++)
		if (strcmp(beyond_our_limits[i].file, file) == 0)
			return beyond_our_limits[i].why;
	return NULL;
}

static bool
is_rounded(const char *file)
{
	for (size_t i = 0; i < sizeof(rounded) / sizeof(rounded[0]); i++)
		if (strcmp(rounded[i], file) == 0)
			return true;
	return false;
}

/* All of the file, in an allocation that ends where it does. */
static struct buf
load(const char *file)
{
	char path[300];
	struct buf b = BUF_EMPTY;
	FILE *f;
	long len;

	(void)snprintf(path, sizeof(path), DIR_NAME "/%s", file);
	assert_non_null(f = fopen(path, "rb"));
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	assert_true((len = ftell(f)) >= 0);
	rewind(f);
	assert_non_null(b.p = malloc(len > 0 ? (size_t)len : 1));
	b.len = fread(b.p, 1, (size_t)len, f);
	assert_int_equal(b.len, len);
	assert_int_equal(fclose(f), 0);
	return b;
}

static int
count(void *arg, const struct json_token *t)
{
	unsigned *n = arg;

	assert_non_null(t->path);
	(*n)++;
	return 0;
}

/* Read it; 0 or -1, and the first message. The walk agrees on syntax. */
static int
read_file(const char *file, enum json_numbers numbers, char why[static 320])
{
	struct buf text = load(file);
	struct findings f = FINDINGS_NONE;
	struct json_doc doc;
	unsigned tokens = 0;
	struct err err;
	int ret = json_parse(&text, numbers, &doc, &f);
	int walked = json_walk(&text, numbers, count, &tokens, &err);

	why[0] = '\0';
	assert_false(f.lost);
	if (ret < 0) {
		assert_true(findings_failed(&f));
		assert_null(doc.root);
		memcpy(why, f.list[0].message, 320);
	}
	if (walked < 0) {
		assert_int_equal(ret, -1);
		assert_int_equal(err.status, STATUS_REJECTED);
		assert_non_null(strstr(err.msg, why));
	}
	json_doc_free(&doc);
	findings_free(&f);
	free(text.p);
	return ret;
}

static void
judge(const char *file)
{
	char why[320];
	int ret = read_file(file, JSON_ANY_NUMBER, why);

	switch (file[0]) {
	case 'n':
		if (ret == 0)
			fail_msg("%s was accepted", file);
		break;
	case 'y':
		if (limit(file) != NULL && strstr(why, limit(file)) == NULL)
			fail_msg("%s: wanted '%s', got '%s'", file, limit(file),
			    why);
		if (limit(file) == NULL && ret < 0)
			fail_msg("%s was refused: %s", file, why);
		break;
	default:
		if ((ret == 0) != is_rounded(file))
			fail_msg("%s: accepted %d", file, ret == 0);
	}
	/* What is stricter may only refuse more. */
	if (ret < 0 && read_file(file, JSON_INTEGERS, why) == 0)
		fail_msg("%s: integers are looser", file);
}

static void
reads_the_suite_as_it_should(void **state)
{
	DIR *dir = opendir(DIR_NAME);
	const struct dirent *entry;
	unsigned n = 0;

	(void)state;
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		judge(entry->d_name);
		n++;
	}
	assert_int_equal(closedir(dir), 0);
	assert_int_equal(n, 316);
}

/* The two files that are too large to keep. */
static void
refuses_a_hundred_thousand_brackets(void **state)
{
	static const char *const open[] = {"[", "[{\"\":"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct buf b = BUF_EMPTY;
		struct findings f = FINDINGS_NONE;
		struct json_doc doc;
		struct err err;

		for (unsigned n = 0; n < 100000; n++)
			assert_int_equal(
			    buf_add(&b, open[i], strlen(open[i]), &err), 0);
		assert_int_equal(json_parse(&b, JSON_ANY_NUMBER, &doc, &f), -1);
		assert_int_equal(f.n, 1);
		assert_non_null(
		    strstr(f.list[0].message, "wanted at most 16 levels"));
		findings_free(&f);
		buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_the_suite_as_it_should),
	    cmocka_unit_test(refuses_a_hundred_thousand_brackets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
