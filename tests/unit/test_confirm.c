/*
 * Confirming in scripts: the whole digest, exactly, and nothing else. The
 * words at a keyboard are asked for by tests with a terminal.
 */
#include "scratch.h"

#include "confirm.h"
#include "says.h"

static const uint8_t digest[SHA256_LEN] = {0xab, 0xcd, [31] = 0x01};
static const struct opt opt = {"confirm", "DIGEST", "", false};
static const struct cmd cmd = {.name = "seal"};

static int
confirm(const char *hex, enum confirm_from from, struct err *err)
{
	struct args args = {.cmd = &cmd, .n_opts = 1};

	args.opts[0].opt = &opt;
	args.opts[0].value = hex;
	assert_true(confirm_possible(&args));
	*err = (struct err){0};
	return confirm_digest(&args, "the request", digest, from, err);
}

#define RIGHT "abcd0000000000000000000000000000000000000000000000000000000000"

static void
takes_the_whole_digest_only(void **state)
{
	static const char *const malformed[] = {"", "abcd", RIGHT, RIGHT "0",
	    RIGHT "0101", RIGHT "0g", RIGHT "01\n", RIGHT "01-", "0x" RIGHT};
	/* As it stands on the paper, or as somebody else would write it. */
	static const char *const right[] = {RIGHT "01", RIGHT "01 ",
	    " " RIGHT " 0 1",
	    "ABCD0000 00000000 00000000 00000000 "
	    "00000000 00000000 00000000 00000001"};
	struct err err;

	(void)state;
	for (unsigned i = 0; i < sizeof(right) / sizeof(right[0]); i++)
		assert_int_equal(confirm(right[i], CONFIRM_CROSSED, &err), 0);
	for (unsigned i = 0; i < sizeof(malformed) / sizeof(malformed[0]);
	     i++) {
		assert_int_equal(
		    confirm(malformed[i], CONFIRM_CROSSED, &err), -1);
		says(&err, STATUS_USAGE, "64 hex digits");
	}
}

static void
refuses_every_other_digest(void **state)
{
	struct err err;

	(void)state;
	for (unsigned i = 0; i < 64; i++) {
		char hex[65] = RIGHT "01";

		hex[i] = hex[i] == '7' ? '8' : '7';
		assert_int_equal(confirm(hex, CONFIRM_CROSSED, &err), -1);
		says(&err, STATUS_REJECTED,
		    "what was typed is not the digest of the request");
		assert_non_null(strstr(err.hint, "stop and compare"));
		/* What crossed the gap is never shown here. */
		assert_null(strstr(err.msg, "abcd"));
		assert_null(strstr(err.hint, "abcd"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_the_whole_digest_only),
	    cmocka_unit_test(refuses_every_other_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
