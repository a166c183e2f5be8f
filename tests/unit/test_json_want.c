/* json_want: every fault is a finding at its place, and no value escapes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "json.h"

static struct json_doc doc;
static struct findings f;

static struct json
open_text(const char *text)
{
	struct buf b = buf_view(text, strlen(text));

	f = FINDINGS_NONE;
	assert_int_equal(json_parse(&b, JSON_ANY_NUMBER, &doc, &f), 0);
	return json_root(&doc, &f);
}

/* Exactly these findings, one a line as "path: message". */
static void
close_with(const char *want)
{
	char got[2000] = "";

	for (size_t i = 0; i < f.n; i++) {
		size_t used = strlen(got);

		assert_true(f.list[i].is_error);
		(void)snprintf(got + used, sizeof(got) - used, "%s: %s\n",
		    f.list[i].path, f.list[i].message);
	}
	assert_string_equal(got, want);
	assert_false(f.lost);
	findings_free(&f);
	json_doc_free(&doc);
}

static void
reads_every_kind(void **state)
{
	uint8_t hex[3];
	struct buf b;
	struct json j = open_text(
	    "{\"s\":\"x\",\"i\":9007199254740991,\"n\":1.5,\"b\":true,"
	    "\"t\":\"2026-11-20T09:00:00Z\",\"h\":\"00ff10\",\"b64\":\"AP8=\","
	    "\"e\":\"v1\",\"o\":{\"k\":1},\"a\":[\"p\",{\"q\":2}],\"z\":null}");
	struct json o, a, item;

	(void)state;
	assert_string_equal(want_str(&j, "s"), "x");
	assert_int_equal(want_int(&j, "i", 0, INT64_C(9007199254740991)),
	    INT64_C(9007199254740991));
	assert_true(want_number(&j, "n") == 1.5);
	assert_true(want_bool(&j, "b"));
	assert_int_equal(want_time(&j, "t"), 1795165200);
	want_hex(&j, "h", hex, sizeof(hex));
	assert_memory_equal(hex, "\x00\xff\x10", 3);
	want_base64(&j, "b64", 2, &b);
	assert_int_equal(b.len, 2);
	assert_memory_equal(b.p, "\x00\xff\x00", 3);
	buf_free(&b);
	want_exactly(&j, "e", "v1");
	o = want_object(&j, "o");
	assert_int_equal(want_int(&o, "k", 1, 1), 1);
	json_end(&o);
	a = want_array(&j, "a", 2, 2);
	assert_int_equal(json_count(&a), 2);
	assert_string_equal(json_item_str(&a, 0), "p");
	item = json_item(&a, 1);
	assert_int_equal(want_int(&item, "q", 0, 9), 2);
	json_end(&item);
	json_end(&a);
	assert_true(json_is_null(&j, "z"));
	assert_false(json_has(&j, "z"));
	assert_true(json_has(&j, "s"));
	assert_false(json_has(&j, "none"));
	json_end(&j);
	close_with("");
}

static void
reports_what_is_missing(void **state)
{
	uint8_t hex[2] = {1, 1};
	struct buf b;
	struct json j = open_text("{}"), o, a, item;

	(void)state;
	assert_string_equal(want_str(&j, "s"), "");
	assert_int_equal(want_int(&j, "i", 1, 2), 0);
	assert_true(want_number(&j, "n") == 0);
	assert_false(want_bool(&j, "b"));
	assert_int_equal(want_time(&j, "t"), 0);
	want_hex(&j, "h", hex, sizeof(hex));
	assert_memory_equal(hex, "\0\0", 2);
	want_base64(&j, "b64", 10, &b);
	assert_null(b.p);
	want_exactly(&j, "e", "v1");
	o = want_object(&j, "o");
	a = want_array(&j, "a", 0, 5);
	close_with("s: missing\ni: missing\nn: missing\nb: missing\n"
		   "t: missing\nh: missing\nb64: missing\ne: missing\n"
		   "o: missing\na: missing\n");

	/* Below what is absent everything is, and no finding is made twice. */
	assert_string_equal(want_str(&o, "x"), "");
	item = json_item(&a, 0);
	assert_int_equal(want_int(&item, "x", 0, 1), 0);
	assert_string_equal(json_item_str(&a, 0), "");
	assert_int_equal(json_count(&a), 0);
	json_end(&o);
	json_end(&item);
	assert_int_equal(f.n, 0);
}

static void
reports_what_has_another_type(void **state)
{
	uint8_t hex[2];
	struct buf b;
	struct json j = open_text("{\"s\":1,\"i\":\"1\",\"n\":true,\"b\":0,"
				  "\"t\":1,\"h\":1,\"x\":1,\"e\":null,"
				  "\"o\":[],\"a\":{}}");

	(void)state;
	assert_string_equal(want_str(&j, "s"), "");
	assert_int_equal(want_int(&j, "i", 0, 9), 0);
	assert_true(want_number(&j, "n") == 0);
	assert_false(want_bool(&j, "b"));
	assert_int_equal(want_time(&j, "t"), 0);
	want_hex(&j, "h", hex, sizeof(hex));
	want_base64(&j, "x", 9, &b);
	want_exactly(&j, "e", "v1");
	assert_null(want_object(&j, "o").node);
	assert_null(want_array(&j, "a", 0, 9).node);
	json_end(&j);
	close_with("s: is not a string\ni: is not a number\n"
		   "n: is not a number\nb: is not true or false\n"
		   "t: is not a string\nh: is not a string\n"
		   "x: is not a string\ne: is not a string\n"
		   "o: is not an object\na: is not an array\n");
}

static void
reports_values_out_of_bounds(void **state)
{
	uint8_t hex[2];
	struct buf b;
	struct json j = open_text(
	    "{\"low\":0,\"high\":33,\"half\":1.5,\"big\":9007199254740992,"
	    "\"huge\":1e300,\"time\":\"2026-11-20\",\"upper\":\"AABB\","
	    "\"short\":\"aa\",\"none\":\"\",\"long\":\"AAAA\","
	    "\"longer\":\"AAAAAAAAAAAA\",\"loose\":\"AB==\",\"v\":\"v2\","
	    "\"few\":[],\"many\":[1,2,3]}");

	(void)state;
	assert_int_equal(want_int(&j, "low", 1, 32), 0);
	assert_int_equal(want_int(&j, "high", 1, 32), 0);
	assert_int_equal(want_int(&j, "half", 1, 32), 0);
	assert_int_equal(want_int(&j, "big", 0, INT64_MAX), 0);
	assert_int_equal(want_int(&j, "huge", 0, 1), 0);
	assert_int_equal(want_time(&j, "time"), 0);
	want_hex(&j, "upper", hex, sizeof(hex));
	assert_memory_equal(hex, "\0\0", 2);
	want_hex(&j, "short", hex, sizeof(hex));
	want_base64(&j, "none", 2, &b);
	assert_null(b.p);
	want_base64(&j, "long", 2, &b);
	assert_null(b.p);
	want_base64(&j, "longer", 2, &b);
	assert_null(b.p);
	want_base64(&j, "loose", 2, &b);
	assert_null(b.p);
	want_exactly(&j, "v", "v1");
	assert_null(want_array(&j, "few", 1, 2).node);
	assert_null(want_array(&j, "many", 1, 2).node);
	json_end(&j);
	close_with("low: wanted an integer between 1 and 32\n"
		   "high: wanted an integer between 1 and 32\n"
		   "half: wanted an integer between 1 and 32\n"
		   "big: wanted an integer between 0 and 9223372036854775807\n"
		   "huge: wanted an integer between 0 and 1\n"
		   "time: wanted a time such as 2026-11-20T09:00:00Z\n"
		   "upper: wanted 2 bytes in lower-case hex\n"
		   "short: wanted 2 bytes in lower-case hex\n"
		   "none: wanted 1 to 2 bytes in padded base64\n"
		   "long: wanted 1 to 2 bytes in padded base64\n"
		   "longer: wanted 1 to 2 bytes in padded base64\n"
		   "loose: wanted 1 to 2 bytes in padded base64\n"
		   "v: wanted 'v1'\n"
		   "few: wanted 1 to 2 items\n"
		   "many: wanted 1 to 2 items\n");
}

static void
names_the_place_far_down(void **state)
{
	struct json j = open_text(
	    "{\"targets\":[{},{\"wrapping\":{\"x\":1}},7],\"l\":[[\"s\"],3]}");
	struct json targets = want_array(&j, "targets", 0, 9);
	struct json second = json_item(&targets, 1);
	struct json wrapping = want_object(&second, "wrapping");
	struct json list = want_array(&j, "l", 0, 9);
	struct json inner = json_item(&list, 0);
	struct json seventh;
	char path[160];

	(void)state;
	want_str(&wrapping, "algorithm");
	json_end(&wrapping);
	seventh = json_item(&targets, 2);
	want_str(&seventh, "name");
	assert_string_equal(json_item_str(&list, 1), "");
	assert_string_equal(json_item_str(&inner, 0), "s");
	assert_string_equal(json_item_str(&inner, 1), "");
	want_str(&inner, "name");
	json_fault(&second, NULL, "%s", "too much");
	json_path(&wrapping, "algorithm", path, sizeof(path));
	assert_string_equal(path, "targets[1].wrapping.algorithm");
	json_path(&j, NULL, path, sizeof(path));
	assert_string_equal(path, "");
	json_path(&wrapping, NULL, path, 8);
	assert_string_equal(path, "targets");
	assert_null(json_item(&targets, 3).node);
	assert_null(json_item(&targets, 3000000000u).node);
	close_with("targets[1].wrapping.algorithm: missing\n"
		   "targets[1].wrapping.x: unknown member\n"
		   "targets[2]: is not an object\n"
		   "l[1]: is not a string\n"
		   "l[0][1]: is not a string\n"
		   "l[0]: is not an object\n"
		   "targets[1]: too much\n"
		   "targets[3]: missing\n"
		   "targets[3000000000]: missing\n");
}

static void
reports_every_unknown_member(void **state)
{
	struct json j = open_text(
	    "{\"Name\":1,\"name\":2,\"x\":null,\"\":[],\"a.b\":{}}");

	(void)state;
	assert_int_equal(want_int(&j, "name", 0, 9), 2);
	assert_int_equal(want_int(&j, "name", 0, 9), 2);
	assert_false(json_has(&j, "y"));
	json_end(&j);
	close_with("Name: unknown member\nx: unknown member\n"
		   "[\"\"]: unknown member\n[\"a.b\"]: unknown member\n");
}

/* More members than a cursor remembers: too strict, never too lax. */
static void
fails_closed_when_asked_too_much(void **state)
{
	static char names[JSON_ASKED + 1][8];
	char text[1000] = "{";
	struct json j;

	(void)state;
	for (size_t i = 0; i <= JSON_ASKED; i++) {
		size_t used = strlen(text);

		(void)snprintf(names[i], sizeof(names[i]), "m%zu", i);
		(void)snprintf(text + used, sizeof(text) - used, "\"%s\":1%s",
		    names[i], i == JSON_ASKED ? "}" : ",");
	}
	j = open_text(text);
	for (size_t i = 0; i <= JSON_ASKED; i++)
		assert_int_equal(want_int(&j, names[i], 1, 1), 1);
	json_end(&j);
	close_with("m40: unknown member\n");
}

static void
a_scalar_on_top_is_no_object(void **state)
{
	struct json j = open_text("\"x\"");

	(void)state;
	want_str(&j, "name");
	json_end(&j);
	close_with(": is not an object\n");
	j = open_text("[1]");
	assert_int_equal(json_count(&j), 1);
	assert_false(json_has(&j, "name"));
	want_str(&j, "name");
	close_with(": is not an object\n");
}

static void
a_document_that_was_refused_never_looks_fine(void **state)
{
	struct json_doc none = {0};
	struct findings other = FINDINGS_NONE;
	struct json j = json_root(&none, &other);

	(void)state;
	assert_string_equal(want_str(&j, "name"), "");
	json_end(&j);
	assert_int_equal(other.n, 1);
	assert_string_equal(other.list[0].message, "missing");
	findings_free(&other);
}

static void
names_the_members_of_a_map(void **state)
{
	struct json j = open_text("{\"1\":\"a\",\"2\":\"b\"}");

	(void)state;
	assert_string_equal(json_member_name(&j, 0), "1");
	assert_string_equal(json_member_name(&j, 1), "2");
	assert_null(json_member_name(&j, 2));
	assert_null(json_member_name(&j, SIZE_MAX));
	assert_string_equal(want_str(&j, json_member_name(&j, 1)), "b");
	close_with("");
}

static void
prints_null_for_what_is_absent(void **state)
{
	struct json j = open_text("{}");
	struct json none = want_object(&j, "none");
	struct buf b;
	struct err err;

	(void)state;
	assert_int_equal(json_print(&none, &b, &err), 0);
	assert_string_equal((char *)b.p, "null");
	buf_free(&b);
	close_with("none: missing\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_every_kind),
	    cmocka_unit_test(reports_what_is_missing),
	    cmocka_unit_test(reports_what_has_another_type),
	    cmocka_unit_test(reports_values_out_of_bounds),
	    cmocka_unit_test(names_the_place_far_down),
	    cmocka_unit_test(reports_every_unknown_member),
	    cmocka_unit_test(fails_closed_when_asked_too_much),
	    cmocka_unit_test(a_scalar_on_top_is_no_object),
	    cmocka_unit_test(a_document_that_was_refused_never_looks_fine),
	    cmocka_unit_test(names_the_members_of_a_map),
	    cmocka_unit_test(prints_null_for_what_is_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
