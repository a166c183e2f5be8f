/* json_write: the text is what was asked for, and our reader takes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "json_write.h"

static void
writes_members_in_order(void **state)
{
	static const uint8_t bytes[] = {0x00, 0xff, 0x10, 0x80};
	struct buf b = BUF_EMPTY, raw = buf_view("[1,2]", 5);
	struct json_out w = json_out(&b);
	struct err err;

	(void)state;
	out_object(&w, NULL);
	out_str(&w, "type", "gapseal/plan/v1");
	out_int(&w, "n", 42);
	out_bool(&w, "yes", true);
	out_bool(&w, "no", false);
	out_null(&w, "previous");
	out_str_or_null(&w, "a", NULL);
	out_str_or_null(&w, "b", "x");
	out_hex(&w, "hex", bytes, sizeof(bytes));
	out_base64(&w, "base64", bytes, sizeof(bytes));
	out_time(&w, "made", 1795165200);
	out_raw(&w, "raw", &raw);
	out_array(&w, "list");
	out_int(&w, NULL, 1);
	out_object(&w, NULL);
	out_close(&w);
	out_array(&w, NULL);
	out_close(&w);
	out_str(&w, NULL, "");
	out_close(&w);
	out_close(&w);
	assert_int_equal(out_end(&w, &err), 0);
	assert_string_equal((char *)b.p,
	    "{\"type\":\"gapseal/plan/v1\",\"n\":42,\"yes\":true,\"no\":false,"
	    "\"previous\":null,\"a\":null,\"b\":\"x\",\"hex\":\"00ff1080\","
	    "\"base64\":\"AP8QgA==\",\"made\":\"2026-11-20T09:00:00Z\","
	    "\"raw\":[1,2],\"list\":[1,{},[],\"\"]}");
	buf_free(&b);
}

static void
follows_what_is_there(void **state)
{
	struct buf b = BUF_EMPTY;
	struct json_out w = json_out(&b);
	struct err err;

	(void)state;
	assert_int_equal(buf_add(&b, "line ", 5, &err), 0);
	out_null(&w, NULL);
	assert_int_equal(out_end(&w, &err), 0);
	assert_string_equal((char *)b.p, "line null");
	buf_free(&b);
}

static void
expect_text(const char *value, const char *want)
{
	struct buf b = BUF_EMPTY;
	struct json_out w = json_out(&b);
	struct err err;

	out_str(&w, NULL, value);
	assert_int_equal(out_end(&w, &err), 0);
	assert_string_equal((char *)b.p, want);
	buf_free(&b);
}

static void
escapes_what_it_must_and_no_more(void **state)
{
	(void)state;
	expect_text("\"\\\b\f\n\r\t", "\"\\\"\\\\\\b\\f\\n\\r\\t\"");
	expect_text("\x01\x0b\x1f", "\"\\u0001\\u000b\\u001f\"");
	expect_text("/\x7f'<\xc3\xa9", "\"/\x7f'<\xc3\xa9\"");
}

static void
replaces_what_no_reader_would_take(void **state)
{
	(void)state;
	expect_text("a\xff.", "\"a\xef\xbf\xbd.\"");
	expect_text("cut \xe2\x82", "\"cut \xef\xbf\xbd\xef\xbf\xbd\"");
	expect_text("\xef\xbf\xbf", "\"\xef\xbf\xbd\"");
	expect_text("\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

/* Every pair of bytes, as a name and as a value. */
static void
our_reader_takes_whatever_is_written(void **state)
{
	struct err err;

	(void)state;
	for (unsigned i = 0; i < 65536; i++) {
		const char text[3] = {
		    (char)(uint8_t)(i >> 8), (char)(uint8_t)i, '\0'};
		struct buf b = BUF_EMPTY, again = BUF_EMPTY;
		struct json_out w = json_out(&b);
		struct findings f = FINDINGS_NONE;
		struct json_doc doc;
		struct json j;

		out_object(&w, NULL);
		out_str(&w, text, text);
		out_close(&w);
		assert_int_equal(out_end(&w, &err), 0);
		assert_int_equal(json_parse(&b, JSON_INTEGERS, &doc, &f), 0);
		j = json_root(&doc, &f);
		assert_int_equal(json_print(&j, &again, &err), 0);
		assert_string_equal((char *)again.p, (char *)b.p);
		assert_string_equal(want_str(&j, json_member_name(&j, 0)),
		    json_member_name(&j, 0));
		json_doc_free(&doc);
		buf_free(&again);
		buf_free(&b);
	}
}

static void
expect_failure(struct json_out *w)
{
	struct buf *b = w->buf;
	struct err err;

	assert_int_equal(out_end(w, &err), -1);
	assert_int_equal(err.status, STATUS_FAILED);
	assert_string_equal(err.msg,
	    "cannot write JSON: out of memory, or a value that it cannot hold");
	assert_null(b->p);
}

static void
refuses_what_it_cannot_hold(void **state)
{
	const int64_t largest = INT64_C(9007199254740991);
	struct buf b = BUF_EMPTY;
	struct json_out w;

	(void)state;
	w = json_out(&b);
	out_int(&w, NULL, largest + 1);
	expect_failure(&w);
	w = json_out(&b);
	out_int(&w, NULL, -largest - 1);
	expect_failure(&w);
	w = json_out(&b);
	out_int(&w, NULL, INT64_MIN);
	expect_failure(&w);
	w = json_out(&b);
	out_time(&w, NULL, -1);
	expect_failure(&w);
}

static void
holds_the_largest_integers(void **state)
{
	const int64_t largest = INT64_C(9007199254740991);
	struct buf b = BUF_EMPTY;
	struct json_out w = json_out(&b);
	struct err err;

	(void)state;
	out_array(&w, NULL);
	out_int(&w, NULL, largest);
	out_int(&w, NULL, -largest);
	out_int(&w, NULL, 0);
	out_close(&w);
	assert_int_equal(out_end(&w, &err), 0);
	assert_string_equal(
	    (char *)b.p, "[9007199254740991,-9007199254740991,0]");
	buf_free(&b);
}

static void
notices_a_bracket_too_few_or_many(void **state)
{
	struct buf b = BUF_EMPTY;
	struct json_out w = json_out(&b);

	(void)state;
	out_object(&w, NULL);
	expect_failure(&w);
	w = json_out(&b);
	out_object(&w, NULL);
	out_close(&w);
	out_close(&w);
	expect_failure(&w);
	w = json_out(&b);
	for (int i = 0; i < 40; i++)
		out_array(&w, NULL);
	for (int i = 0; i < 40; i++)
		out_close(&w);
	expect_failure(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_members_in_order),
	    cmocka_unit_test(follows_what_is_there),
	    cmocka_unit_test(escapes_what_it_must_and_no_more),
	    cmocka_unit_test(replaces_what_no_reader_would_take),
	    cmocka_unit_test(our_reader_takes_whatever_is_written),
	    cmocka_unit_test(refuses_what_it_cannot_hold),
	    cmocka_unit_test(holds_the_largest_integers),
	    cmocka_unit_test(notices_a_bracket_too_few_or_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
