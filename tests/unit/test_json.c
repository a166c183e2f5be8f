/*
 * json_parse and json_walk: the same text is read or refused by both, and a
 * refusal names the place. JSONTestSuite is in test_json_suite.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

static int
nothing(void *arg, const struct json_token *t)
{
	(void)arg;
	(void)t;
	return 0;
}

/* An allocation that ends where text does, so that ASan sees more. */
static struct buf
exactly(const char *text, size_t len)
{
	struct buf b = {malloc(len > 0 ? len : 1), len, 0};

	assert_non_null(b.p);
	memcpy(b.p, text, len);
	return b;
}

/* The first finding is at path and says message; the walk says it too. */
static void
refuses(const char *text, size_t len, const char *path, const char *message)
{
	struct buf b = exactly(text, len);
	struct findings f = FINDINGS_NONE;
	struct json_doc doc;
	struct err err;

	assert_int_equal(json_parse(&b, JSON_INTEGERS, &doc, &f), -1);
	assert_null(doc.root);
	assert_true(f.n >= 1);
	assert_string_equal(f.list[0].path, path);
	assert_string_equal(f.list[0].message, message);
	if (strcmp(message, "stands twice") != 0) {
		assert_int_equal(
		    json_walk(&b, JSON_INTEGERS, nothing, NULL, &err), -1);
		assert_int_equal(err.status, STATUS_REJECTED);
		assert_non_null(strstr(err.msg, path));
		assert_non_null(strstr(err.msg, message));
	}
	findings_free(&f);
	free(b.p);
}

#define REFUSES(text, path, message)                                           \
	refuses(text, sizeof(text) - 1, path, message)

static void
accepts(const char *text, enum json_numbers numbers, const char *printed)
{
	struct buf b = exactly(text, strlen(text)), out;
	struct findings f = FINDINGS_NONE;
	struct json_doc doc;
	struct json j;
	struct err err;

	assert_int_equal(json_parse(&b, numbers, &doc, &f), 0);
	assert_int_equal(json_walk(&b, numbers, nothing, NULL, &err), 0);
	j = json_root(&doc, &f);
	assert_int_equal(f.n, 0);
	assert_int_equal(json_print(&j, &out, &err), 0);
	assert_string_equal((char *)out.p, printed);
	buf_free(&out);
	json_doc_free(&doc);
	free(b.p);
}

static void
reads_and_prints_the_same(void **state)
{
	(void)state;
	accepts(" \t\r\n{ \"a\" : [ 1 , \"x\" , null , true , false , { } ] } ",
	    JSON_INTEGERS, "{\"a\":[1,\"x\",null,true,false,{}]}");
	accepts("{\"\\u00e9\\ud83d\\udd11\\/\":\"\\u007f\\n\"}", JSON_INTEGERS,
	    "{\"\xc3\xa9\xf0\x9f\x94\x91/\":\"\x7f\\n\"}");
	accepts("[9007199254740991,-9007199254740991,0]", JSON_INTEGERS,
	    "[9007199254740991,-9007199254740991,0]");
	accepts("[0.1,1.0,1e2,-0,1.5E+300,9007199254740993]", JSON_ANY_NUMBER,
	    "[0.1,1,100,0,1.5e+300,9007199254740992]");
	accepts("{\"a\":1,\"A\":2,\"\":3}", JSON_INTEGERS,
	    "{\"a\":1,\"A\":2,\"\":3}");
}

static void
says_where_the_syntax_ends(void **state)
{
	(void)state;
	REFUSES("", "", "line 1, column 1: wanted a value, not the end");
	REFUSES("{\"a\":1}x", "",
	    "line 1, column 8: wanted nothing after the value");
	REFUSES("{\"a\":1}{", "",
	    "line 1, column 8: wanted nothing after the value");
	REFUSES("{\"t\":[{\"x\":1},\n  {\"n\":\"\xc3\xa9\" 1}]}", "t[1]",
	    "line 2, column 12: wanted ',' or '}'");
	REFUSES("[1 2]", "", "line 1, column 4: wanted ',' or ']'");
	REFUSES("[1,]", "[1]", "line 1, column 4: wanted a value");
	REFUSES("{\"a\":1,}", "",
	    "line 1, column 8: wanted a member's name in quotes");
	REFUSES(
	    "{a:1}", "", "line 1, column 2: wanted a member's name in quotes");
	REFUSES("{\"a\" 1}", "",
	    "line 1, column 6: wanted ':' after a member's name");
	REFUSES("{\"a\":tru}", "a",
	    "line 1, column 6: wanted true, false, null or another value");
	REFUSES("{\"a\":'x'}", "a", "line 1, column 6: wanted a value");
	REFUSES("{\"a\":\"x", "a",
	    "line 1, column 8: wanted '\"' at the end of a string");
	REFUSES("[1", "", "line 1, column 3: wanted ',' or ']'");
	REFUSES("[/**/1]", "[0]", "line 1, column 2: wanted a value");
	REFUSES("\xef\xbb\xbf{}", "", "line 1, column 1: wanted a value");
	REFUSES(
	    "[1]\0", "", "line 1, column 4: wanted nothing after the value");
	REFUSES("[1,\0 2]", "[1]", "line 1, column 4: wanted a value");
	REFUSES("\v[1]", "", "line 1, column 1: wanted a value");
	REFUSES(
	    "[1]\f", "", "line 1, column 4: wanted nothing after the value");
}

static void
refuses_strings_that_are_not_text(void **state)
{
	(void)state;
	REFUSES("[\"a\tb\"]", "[0]",
	    "line 1, column 4: wanted control characters to be escaped");
	REFUSES("[\"a\0b\"]", "[0]",
	    "line 1, column 4: wanted control characters to be escaped");
	for (char c = 0; c < 0x20; c++) {
		const char text[5] = {'[', '"', c, '"', ']'};

		refuses(text, sizeof(text), "[0]",
		    "line 1, column 3: wanted control characters to be "
		    "escaped");
	}
	REFUSES("[\"\xff\"]", "[0]", "line 1, column 3: wanted UTF-8");
	REFUSES("[\"\xc0\xaf\"]", "[0]", "line 1, column 3: wanted UTF-8");
	REFUSES("[\"\xed\xa0\x80\"]", "[0]", "line 1, column 3: wanted UTF-8");
	REFUSES("[\"\xef\xbf\xbe\"]", "[0]",
	    "line 1, column 3: wanted no noncharacter such as U+FFFF");
	REFUSES("[\"\\u0000\"]", "[0]",
	    "line 1, column 9: wanted no NUL in a string");
	REFUSES("[\"\\ud800\"]", "[0]",
	    "line 1, column 9: wanted surrogates in pairs only");
	REFUSES("[\"\\udc00\"]", "[0]",
	    "line 1, column 9: wanted surrogates in pairs only");
	REFUSES("[\"\\ud800\\u0041\"]", "[0]",
	    "line 1, column 15: wanted surrogates in pairs only");
	REFUSES("[\"\\uD83F\\uDFFF\"]", "[0]",
	    "line 1, column 15: wanted no noncharacter such as U+FFFF");
	REFUSES(
	    "[\"\\u12g4\"]", "[0]", "line 1, column 7: wanted four hex digits");
	REFUSES("[\"\\x41\"]", "[0]",
	    "line 1, column 4: wanted an escape that JSON has");
	REFUSES(
	    "[\"\\", "[0]", "line 1, column 4: wanted an escape that JSON has");
}

static void
refuses_numbers_that_others_read_differently(void **state)
{
	static const char integer[] =
	    "wanted an integer within +-(2^53 - 1), in digits only";
	static const char form[] = "wanted a number as JSON writes it";

	(void)state;
	REFUSES("{\"a\":{\"b\":[0,1.0]}}", "a.b[1]", integer);
	REFUSES("{\"n\":1e2}", "n", integer);
	REFUSES("{\"n\":-0}", "n", integer);
	REFUSES("{\"n\":9007199254740992}", "n", integer);
	REFUSES("{\"n\":-9007199254740992}", "n", integer);
	REFUSES("{\"n\":10000000000000000}", "n", integer);
	REFUSES("{\"n\":01}", "n", form);
	REFUSES("{\"n\":-01}", "n", form);
	REFUSES("{\"n\":1.}", "n", form);
	REFUSES("{\"n\":1e}", "n", form);
	REFUSES("{\"n\":1e+}", "n", form);
	REFUSES("{\"n\":-}", "n", form);
	REFUSES("{\"n\":1-2}", "n", form);
	REFUSES("{\"n\":1.2.3}", "n", form);
	REFUSES("{\"n\":+1}", "n", "line 1, column 6: wanted a value");
	REFUSES("{\"n\":.5}", "n", "line 1, column 6: wanted a value");
	REFUSES("{\"n\":NaN}", "n", "line 1, column 6: wanted a value");
	REFUSES("[1111111111111111111111111111111111111111111111111111111111111"
		"111]",
	    "[0]", "wanted a number of at most 63 characters");
}

static void
refuses_numbers_without_an_end(void **state)
{
	struct findings f = FINDINGS_NONE;
	struct buf b = exactly("{\"a\":[1,1e400]}", 15);
	struct json_doc doc;

	(void)state;
	assert_int_equal(json_parse(&b, JSON_ANY_NUMBER, &doc, &f), -1);
	assert_int_equal(f.n, 1);
	assert_string_equal(f.list[0].path, "a[1]");
	assert_string_equal(f.list[0].message, "wanted a number up to 1e308");
	findings_free(&f);
	free(b.p);
}

static void
refuses_duplicates_however_they_are_written(void **state)
{
	(void)state;
	REFUSES("{\"targets\":[{},{\"name\":1,\"x\":2,\"name\":1}]}",
	    "targets[1].name", "stands twice");
	REFUSES("{\"a\":1,\"\\u0061\":1}", "a", "stands twice");
	REFUSES("{\"\":1,\"\":1}", "[\"\"]", "stands twice");
	REFUSES("{\"b\":1,\"a\":{\"c\":[],\"c\":{}}}", "a.c", "stands twice");
}

static void
reports_every_number_and_duplicate(void **state)
{
	static const char text[] =
	    "{\"a\":1.5,\"b\":{\"c\":01,\"d\":1,\"d\":2,\"d\":3},\"a\":2}";
	static const char *const paths[] = {"a", "b.c", "a", "b.d", "b.d"};
	struct buf b = exactly(text, sizeof(text) - 1);
	struct findings f = FINDINGS_NONE;
	struct json_doc doc;

	(void)state;
	assert_int_equal(json_parse(&b, JSON_INTEGERS, &doc, &f), -1);
	assert_int_equal(f.n, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(f.list[i].path, paths[i]);
	assert_false(f.lost);
	findings_free(&f);
	free(b.p);
}

static void
goes_sixteen_levels_deep_and_no_deeper(void **state)
{
	(void)state;
	accepts("[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]", JSON_INTEGERS,
	    "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]");
	REFUSES("[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]",
	    "[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]",
	    "line 1, column 17: wanted at most 16 levels");
	accepts("[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],{}]",
	    JSON_INTEGERS,
	    "[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],{}]");
}

static void
names_a_strange_member_safely(void **state)
{
	char text[600] = "{\"", path[200] = "[\"";

	(void)state;
	REFUSES("{\"a.b\":1.5}", "[\"a.b\"]",
	    "wanted an integer within +-(2^53 - 1), in digits only");
	REFUSES("{\"x\":{\"a[0]\":1.5}}", "x[\"a[0]\"]",
	    "wanted an integer within +-(2^53 - 1), in digits only");
	REFUSES("{\"\xe2\x80\x8f\":1.5}", "[\"\\xe2\\x80\\x8f\"]",
	    "wanted an integer within +-(2^53 - 1), in digits only");
	memset(text + 2, '.', 400);
	memcpy(text + 402, "\":1.5}", 7);
	memset(path + 2, '.', 157);
	refuses(text, strlen(text), path,
	    "wanted an integer within +-(2^53 - 1), in digits only");
}

/* Every cut of a text that has everything in it is refused. */
static void
refuses_every_truncation(void **state)
{
	static const char text[] =
	    "{\"a\":[1,-2,\"x\\u00e9\\n\xc3\xa9\",{\"b\":null}],\"c\":true}";

	(void)state;
	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		struct buf b = exactly(text, len);
		struct findings f = FINDINGS_NONE;
		struct json_doc doc;
		struct err err;

		assert_int_equal(json_parse(&b, JSON_INTEGERS, &doc, &f), -1);
		assert_true(f.n > 0);
		assert_int_equal(
		    json_walk(&b, JSON_INTEGERS, nothing, NULL, &err), -1);
		findings_free(&f);
		free(b.p);
	}
}

struct seen {
	char text[400];
	int stop_at;
};

static int
write_down(void *arg, const struct json_token *t)
{
	struct seen *s = arg;
	size_t used = strlen(s->text);

	(void)snprintf(s->text + used, sizeof(s->text) - used, "%c %s=%.*s\n",
	    t->type, t->path, (int)t->len, (const char *)t->p);
	return --s->stop_at == 0 ? 7 : 0;
}

static void
walks_over_every_value_where_it_stands(void **state)
{
	static const char text[] =
	    "{\"data\":{\"keys\":{\"3\":\"a\\nb\"}}, \"n\":[ -1, true,false,"
	    "null,[] ]}";
	struct buf b = exactly(text, sizeof(text) - 1);
	struct seen s = {.stop_at = 0};
	struct err err;

	(void)state;
	assert_int_equal(json_walk(&b, JSON_INTEGERS, write_down, &s, &err), 0);
	assert_string_equal(s.text,
	    "{ ={\n"
	    "{ data={\n"
	    "{ data.keys={\n"
	    "\" data.keys.3=a\\nb\n"
	    "[ n=[\n"
	    "0 n[0]=-1\n"
	    "t n[1]=true\n"
	    "f n[2]=false\n"
	    "n n[3]=null\n"
	    "[ n[4]=[\n");
	free(b.p);
}

static void
stops_walking_when_told(void **state)
{
	struct buf b = exactly("[1,[2,3],4]", 11);
	struct seen s = {.stop_at = 4};
	struct err err;

	(void)state;
	assert_int_equal(json_walk(&b, JSON_INTEGERS, write_down, &s, &err), 7);
	assert_string_equal(s.text, "[ =[\n0 [0]=1\n[ [1]=[\n0 [1][0]=2\n");
	free(b.p);
}

static void
never_quotes_a_value_in_a_message(void **state)
{
	static const char *const texts[] = {"{\"key\":\"hunter2\xff\"}",
	    "{\"key\":\"hunter2\\q\"}", "{\"key\":\"hunter2\"x}",
	    "{\"key\":hunter2}", "{\"key\":8472.8472}"};
	struct findings f = FINDINGS_NONE;
	struct json_doc doc;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct buf b = buf_view(texts[i], strlen(texts[i]));

		assert_int_equal(json_parse(&b, JSON_INTEGERS, &doc, &f), -1);
		assert_int_equal(
		    json_walk(&b, JSON_INTEGERS, nothing, NULL, &err), -1);
		assert_null(strstr(err.msg, "hunter2"));
		assert_null(strstr(err.msg, "8472"));
	}
	for (size_t i = 0; i < f.n; i++) {
		assert_null(strstr(f.list[i].message, "hunter2"));
		assert_null(strstr(f.list[i].message, "8472"));
	}
	findings_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_and_prints_the_same),
	    cmocka_unit_test(says_where_the_syntax_ends),
	    cmocka_unit_test(refuses_strings_that_are_not_text),
	    cmocka_unit_test(refuses_numbers_that_others_read_differently),
	    cmocka_unit_test(refuses_numbers_without_an_end),
	    cmocka_unit_test(refuses_duplicates_however_they_are_written),
	    cmocka_unit_test(reports_every_number_and_duplicate),
	    cmocka_unit_test(goes_sixteen_levels_deep_and_no_deeper),
	    cmocka_unit_test(names_a_strange_member_safely),
	    cmocka_unit_test(refuses_every_truncation),
	    cmocka_unit_test(walks_over_every_value_where_it_stands),
	    cmocka_unit_test(stops_walking_when_told),
	    cmocka_unit_test(never_quotes_a_value_in_a_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
