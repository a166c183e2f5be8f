/* What a check found is bounded, and no error goes unnoticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "findings.h"

#define MANY 5000

static void
takes_more_warnings_than_anybody_reads(void **state)
{
	struct findings f = FINDINGS_NONE;
	struct err err;

	(void)state;
	for (unsigned i = 0; i < MANY; i++)
		findings_warn(&f, "targets", "warning %u", i);
	assert_in_range(f.n, 1, MANY - 1);
	assert_false(findings_failed(&f));
	assert_int_equal(findings_to_err(&f, STATUS_REJECTED, &err), 0);
	findings_free(&f);
}

static void
keeps_an_error_that_comes_after_them(void **state)
{
	struct findings f = FINDINGS_NONE;
	struct err err;

	(void)state;
	for (unsigned i = 0; i < MANY; i++)
		findings_warn(&f, "targets", "warning %u", i);
	findings_error(&f, "endpoints", "wrong");
	findings_warn(&f, "targets", "one more");
	assert_true(findings_failed(&f));
	assert_int_equal(findings_to_err(&f, STATUS_REJECTED, &err), -1);
	assert_int_equal(err.status, STATUS_REJECTED);
	assert_string_equal(err.msg, "endpoints: wrong");
	findings_free(&f);
}

static void
says_the_first_of_many_errors(void **state)
{
	struct findings f = FINDINGS_NONE;
	struct err err;

	(void)state;
	for (unsigned i = 0; i < MANY; i++)
		findings_error(&f, "", "error %u", i);
	assert_int_equal(findings_to_err(&f, STATUS_REJECTED, &err), -1);
	assert_string_equal(err.msg, "error 0");
	findings_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_more_warnings_than_anybody_reads),
	    cmocka_unit_test(keeps_an_error_that_comes_after_them),
	    cmocka_unit_test(says_the_first_of_many_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
