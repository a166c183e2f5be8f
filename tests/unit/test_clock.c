/* clock: one way to write a time, and only times that exist. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "clock.h"

#define LAST INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

static void
knows_its_landmarks(void **state)
{
	static const struct {
		const char *text;
		int64_t t;
	} known[] = {
	    {"1970-01-01T00:00:00Z", 0},
	    {"2000-02-29T23:59:59Z", 951868799},
	    {"2024-02-29T00:00:00Z", 1709164800},
	    {"2026-11-20T09:00:00Z", 1795165200},
	    {"2038-01-19T03:14:08Z", INT64_C(2147483648)},
	    {"9999-12-31T23:59:59Z", LAST},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		char text[CLOCK_TEXT];
		int64_t t = -1;

		assert_int_equal(clock_parse(known[i].text, &t), 0);
		assert_int_equal(t, known[i].t);
		clock_format(t, text);
		assert_string_equal(text, known[i].text);
	}
}

static void
reads_what_it_writes(void **state)
{
	(void)state;
	for (int64_t t = 0; t <= LAST; t += 7 * 86400 * 13 + 3607) {
		char text[CLOCK_TEXT];
		int64_t back = -1;

		clock_format(t, text);
		assert_int_equal(clock_parse(text, &back), 0);
		assert_int_equal(back, t);
	}
}

static void
refuses_other_forms_and_days_that_are_not(void **state)
{
	static const char *const bad[] = {"", "2026-11-20", "2026-11-20T09:00Z",
	    "2026-11-20T09:00:00", "2026-11-20t09:00:00Z",
	    "2026-11-20T09:00:00z", "2026-11-20 09:00:00Z",
	    "2026-11-20T09:00:00+00:00", "2026-11-20T09:00:00.0Z",
	    "2026-11-20T09:00:00ZZ", " 2026-11-20T09:00:00",
	    "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
	    "2026-04-31T00:00:00Z", "2026-00-10T00:00:00Z",
	    "2026-13-10T00:00:00Z", "2026-01-00T00:00:00Z",
	    "2026-01-32T00:00:00Z", "2026-01-01T24:00:00Z",
	    "2026-01-01T00:60:00Z", "2016-12-31T23:59:60Z",
	    "1969-12-31T23:59:59Z", "0000-01-01T00:00:00Z",
	    "-001-01-01T00:00:00Z", "2026-1 -01T00:00:00Z",
	    "2026-+1-01T00:00:00Z", "2026-11-20T-1:00:00Z"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int64_t t = 42;

		assert_int_equal(clock_parse(bad[i], &t), -1);
		assert_int_equal(t, 42);
	}
}

static void
whatever_it_reads_is_written_the_same(void **state)
{
	static const char good[] = "2026-11-20T09:00:00Z";

	(void)state;
	for (size_t at = 0; at < sizeof(good) - 1; at++) {
		for (int c = 1; c < 256; c++) {
			char text[CLOCK_TEXT], again[CLOCK_TEXT];
			int64_t t;

			memcpy(text, good, sizeof(good));
			text[at] = (char)(uint8_t)c;
			if (clock_parse(text, &t) < 0)
				continue;
			clock_format(t, again);
			assert_string_equal(again, text);
		}
	}
}

static void
writes_no_time_for_what_is_none(void **state)
{
	static const int64_t none[] = {-1, INT64_MIN, LAST + 1, INT64_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		char text[CLOCK_TEXT];
		int64_t t;

		clock_format(none[i], text);
		assert_string_equal(text, "(not a time)");
		assert_int_equal(clock_parse(text, &t), -1);
	}
}

static void
reads_dates_of_http(void **state)
{
	static const char *const bad[] = {"", "Mon, 06 Nov 1994 08:49:37 GMT",
	    "Sun, 06 Nox 1994 08:49:37 GMT", "Sun,  6 Nov 1994 08:49:37 GMT",
	    "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC",
	    "Sun, 06 Nov 1994 08:49:60 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
	    "Sun Nov  6 08:49:37 1994", "Wed, 30 Feb 1994 08:49:37 GMT"};
	int64_t t = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(clock_parse_http(bad[i], &t), -1);
	assert_int_equal(t, 42);
	assert_int_equal(
	    clock_parse_http("Sun, 06 Nov 1994 08:49:37 GMT", &t), 0);
	assert_int_equal(t, 784111777);
	assert_int_equal(
	    clock_parse_http("Fri, 31 Dec 2027 23:59:59 GMT", &t), 0);
	assert_int_equal(t, 1830297599);
}

static void
both_clocks_go_forward(void **state)
{
	int64_t ticks = clock_ticks();

	(void)state;
	assert_true(clock_now() > 1700000000);
	assert_true(clock_ticks() >= ticks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(knows_its_landmarks),
	    cmocka_unit_test(reads_what_it_writes),
	    cmocka_unit_test(refuses_other_forms_and_days_that_are_not),
	    cmocka_unit_test(whatever_it_reads_is_written_the_same),
	    cmocka_unit_test(writes_no_time_for_what_is_none),
	    cmocka_unit_test(reads_dates_of_http),
	    cmocka_unit_test(both_clocks_go_forward),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
