/*
 * The known-answer tests pass here, take little time, and notice an answer
 * that is wrong. In a child with the secure heap, which one of them asks for.
 */
#include "secrets.h"


#include "child.h"
#include "known_answers.h"

static int
child_all(void)
{
	const struct known_answer *test;
	struct err err = {0};

	if (secret_start(&err) < 0)
		return 1;
	for (size_t i = 0; (test = known_answer_at(i)) != NULL; i++)
		if (test->run(&err) < 0)
			return 2 + (int)i;
	return 0;
}

/* What every start does; 0 is success. */
static int
child_start(void)
{
	struct err err = {0};

	return secret_start(&err) == 0 && known_answers_start(&err) == 0 ? 0
									 : 101;
}

static const struct child children[] = {
    {"all", child_all},
    {"start", child_start},
    {NULL, NULL},
};

static void
all_pass(void **state)
{
	(void)state;
	assert_int_equal(run_child("all"), 0);
}

static void
those_at_start_pass(void **state)
{
	(void)state;
	assert_int_equal(run_child("start"), 0);
}

/* Without the secure heap, which this process never made. */
static void
the_first_failure_is_named(void **state)
{
	struct err err = {0};

	(void)state;
	assert_int_equal(known_answers_start(&err), -1);
	assert_int_equal(err.status, STATUS_FAILED);
	assert_string_equal(err.msg,
	    "self-test of secure heap: secrets are not on the secure heap");
	assert_non_null(strstr(err.hint, "do not use this machine"));
}

static void
a_wrong_answer_is_noticed(void **state)
{
	const uint8_t right[] = {0x01, 0x02};
	struct err err = {0};

	(void)state;
	assert_int_equal(known_compare(right, 2, "0102", &err), 0);
	assert_int_equal(known_compare(right, 2, "0103", &err), -1);
	assert_int_equal(known_compare(right, 1, "0102", &err), -1);
	assert_string_equal(err.msg, "the answer is wrong");
}

static void
names_are_not_used_twice(void **state)
{
	const struct known_answer *a, *b;

	(void)state;
	for (size_t i = 0; (a = known_answer_at(i)) != NULL; i++)
		for (size_t k = 0; k < i; k++) {
			b = known_answer_at(k);
			assert_string_not_equal(a->name, b->name);
		}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_pass),
	    cmocka_unit_test(those_at_start_pass),
	    cmocka_unit_test(the_first_failure_is_named),
	    cmocka_unit_test(a_wrong_answer_is_noticed),
	    cmocka_unit_test(names_are_not_used_twice),
	};

	if (argc > 1)
		return be_child(children, argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
