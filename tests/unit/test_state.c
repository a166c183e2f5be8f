/*
 * What this machine knows by itself: anchored plans and journal heads, kept
 * where a prepared stick cannot reach, practice and real apart.
 */
#include "scratch.h"

#include "bundles.h"
#include "ceremony.h"
#include "says.h"
#include "state.h"

static const uint8_t one[SHA256_LEN] = {1}, two[SHA256_LEN] = {2};
static const struct program offline = {.name = "gap", .offline = true};

static void
remembers_an_anchored_plan(void **state)
{
	struct anchor a;
	struct err err = {0};
	bool there, any;

	(void)state;
	assert_int_equal(state_anchor_get("p", false, &a, &err), 0);
	assert_false(a.there);
	assert_int_equal(state_anchor_find(false, one, &there, &any, &err), 0);
	assert_false(there || any);
	assert_int_equal(state_anchor_put("p", false, 3, one, &err), 0);
	assert_int_equal(state_anchor_get("p", false, &a, &err), 0);
	assert_true(a.there);
	assert_int_equal(a.version, 3);
	assert_memory_equal(a.digest, one, SHA256_LEN);
	assert_int_equal(state_anchor_find(false, one, &there, &any, &err), 0);
	assert_true(there && any);
	assert_int_equal(state_anchor_find(false, two, &there, &any, &err), 0);
	assert_true(!there && any);
	/* A new version takes its place. */
	assert_int_equal(state_anchor_put("p", false, 4, two, &err), 0);
	assert_int_equal(state_anchor_find(false, one, &there, &any, &err), 0);
	assert_false(there);
}

static void
keeps_practice_and_real_apart(void **state)
{
	struct anchor a;
	struct err err = {0};
	bool there, any;

	(void)state;
	assert_int_equal(state_anchor_put("p", true, 1, one, &err), 0);
	assert_int_equal(state_anchor_get("p", false, &a, &err), 0);
	assert_false(a.there);
	assert_int_equal(state_anchor_find(false, one, &there, &any, &err), 0);
	assert_false(there || any);
}

static void
is_its_owners_alone(void **state)
{
	struct err err = {0};
	struct stat st;

	(void)state;
	(void)umask(0);
	assert_int_equal(state_anchor_put("p", false, 1, one, &err), 0);
	(void)umask(022);
	assert_int_equal(stat("state/gapseal/plans/real", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(stat("state/gapseal/plans/real/p.json", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void
says_when_its_record_is_damaged(void **state)
{
	static const char *const bad[] = {"", "{", "{}", "[]",
	    "{\"name\":\"p\",\"version\":0,\"digest\":\"00\"}",
	    "{\"name\":\"p\",\"version\":1}"};
	struct anchor a;
	struct err err = {0};
	bool there, any;

	(void)state;
	assert_int_equal(state_anchor_put("p", false, 1, one, &err), 0);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put_file("state/gapseal/plans/real/p.json", bad[i]);
		assert_int_equal(state_anchor_get("p", false, &a, &err), -1);
		says(&err, STATUS_FAILED, "this machine's own record '");
		assert_false(a.there);
		assert_int_equal(
		    state_anchor_find(false, one, &there, &any, &err), -1);
		assert_false(there);
	}
}

static void
remembers_an_alarm(void **state)
{
	static const char *const bad[] = {"{}",
	    "{\"transfer\":\"00\",\"target\":\"t\"}",
	    "{\"transfer\":"
	    "\"0100000000000000000000000000000000000000000000000000000000000000"
	    "\","
	    "\"target\":"
	    "\"t123456789012345678901234567890123456789012345678901234567890123"
	    "\"}"};
	static const char record[] =
	    "state/gapseal/alarms/"
	    "0100000000000000000000000000000000000000000000000000000000000000"
	    ".json";
	struct alarm a;
	struct err err = {0};

	(void)state;
	assert_int_equal(state_alarm_get(one, &a, &err), 0);
	assert_false(a.there);
	assert_int_equal(state_alarm_put(one, two, "prod-us", &err), 0);
	assert_int_equal(state_alarm_get(one, &a, &err), 0);
	assert_true(a.there);
	assert_memory_equal(a.transfer, two, SHA256_LEN);
	assert_string_equal(a.target, "prod-us");
	assert_int_equal(state_alarm_get(two, &a, &err), 0);
	assert_false(a.there);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put_file(record, bad[i]);
		assert_int_equal(state_alarm_get(one, &a, &err), -1);
		says(&err, STATUS_FAILED, "this machine's own record '");
		assert_false(a.there);
	}
}

static void
ignores_a_relative_state_home(void **state)
{
	char home[512];
	struct err err = {0};

	(void)state;
	assert_non_null(getcwd(home, 400));
	assert_int_equal(setenv("XDG_STATE_HOME", "relative", 1), 0);
	assert_int_equal(setenv("HOME", home, 1), 0);
	assert_int_equal(state_anchor_put("p", false, 1, one, &err), 0);
	assert_false(file_exists("relative"));
	assert_true(file_exists(".local/state/gapseal/plans/real/p.json"));
	assert_int_equal(unsetenv("HOME"), 0);
	assert_int_equal(state_anchor_put("p", false, 1, one, &err), -1);
	says(&err, STATUS_FAILED, "neither XDG_STATE_HOME nor HOME");
	assert_string_equal(err.hint, "set HOME, then run this again");
}

/* The golden plan is this directory's; top is where the tests began. */
static void
lay_plan(void *const *state, const char *name)
{
	const struct scratch *s = *state;
	char path[128];
	struct buf b = BUF_EMPTY;
	struct err err = {0};

	(void)snprintf(path, sizeof(path), BUNDLES "%.80s", name);
	assert_int_equal(fchdir(s->before), 0);
	b = load_file(path);
	assert_int_equal(chdir(s->dir), 0);
	assert_int_equal(file_replace("plan.gsb", &b, &err), 0);
	buf_free(&b);
}

static void
refuses(const char *text)
{
	struct ceremony c;
	struct err err = {0};

	assert_int_equal(ceremony_open(&c, &offline, &err), -1);
	says(&err, STATUS_REJECTED, text);
}

static void
believes_the_anchored_plan_alone(void **state)
{
	struct ceremony c;
	struct err err = {0};
	struct bundle b;
	struct buf bytes;

	lay_plan(state, "v1-plan.gsb");
	refuses("'plan.gsb': no plan is anchored on this machine");
	assert_int_equal(
	    state_anchor_put("payments-2026-11", false, 1, one, &err), 0);
	refuses("it is not the plan that was anchored on this machine");
	bytes = load_file("plan.gsb");
	assert_int_equal(bundle_read(&bytes, &b, &err), 0);
	assert_int_equal(
	    state_anchor_put("payments-2026-11", false, 1, b.digest, &err), 0);
	assert_int_equal(ceremony_open(&c, &offline, &err), 0);
	assert_string_equal(c.plan.name, "payments-2026-11");
	ceremony_close(&c);
	/* The digest is met, but one officer's signature is gone. */
	b.n_signatures = 1;
	buf_free(&bytes);
	assert_int_equal(bundle_write(&b, &bytes, &err), 0);
	assert_int_equal(file_replace("plan.gsb", &bytes, &err), 0);
	refuses("the plan has no quorum: 1 of 2 signatures by officers");
	buf_free(&bytes);
	bundle_free(&b);
	/* An anchor for real says nothing of practice. */
	lay_plan(state, "v1-practice-plan.gsb");
	refuses("no practice plan is anchored on this machine");
	lay_plan(state, "v1-transfer.gsb");
	refuses("it is a transfer, not a plan");
}

static void
an_auditor_brings_the_digest(void **state)
{
	struct ceremony c;
	struct err err = {0};
	uint8_t digest[SHA256_LEN];
	struct bundle b;
	struct buf bytes;

	lay_plan(state, "v1-plan.gsb");
	bytes = load_file("plan.gsb");
	assert_int_equal(bundle_read(&bytes, &b, &err), 0);
	memcpy(digest, b.digest, SHA256_LEN);
	buf_free(&bytes);
	bundle_free(&b);
	assert_int_equal(ceremony_open_as(&c, &offline, digest, &err), 0);
	ceremony_close(&c);
	digest[31] ^= 1;
	assert_int_equal(ceremony_open_as(&c, &offline, digest, &err), -1);
	says(&err, STATUS_REJECTED, "it has not the digest that was given");
}

static void
saves_only_a_superset_of_signatures(void **state)
{
	struct bundle b = make_bundle(KIND_TRANSFER, false, "{}");
	struct bundle other = make_bundle(KIND_TRANSFER, false, "[]");
	struct err err = {0};
	struct buf was, now;

	(void)state;
	sign_as(&b, "alice");
	assert_int_equal(ceremony_save("t.gsb", &b, &err), 0);
	assert_int_equal(ceremony_save("t.gsb", &b, &err), 0);
	sign_as(&b, "bob");
	assert_int_equal(ceremony_save("t.gsb", &b, &err), 0);
	was = load_file("t.gsb");
	b.n_signatures = 1;
	assert_int_equal(ceremony_save("t.gsb", &b, &err), -1);
	says(&err, STATUS_FAILED, "'t.gsb' is already there and is something");
	assert_int_equal(ceremony_save("t.gsb", &other, &err), -1);
	says(&err, STATUS_FAILED, "'t.gsb' is already there and is something");
	now = load_file("t.gsb");
	assert_int_equal(now.len, was.len);
	assert_memory_equal(now.p, was.p, was.len);
	buf_free(&now);
	buf_free(&was);
	put_file("t.gsb", "not a bundle");
	assert_int_equal(ceremony_save("t.gsb", &b, &err), -1);
	says(&err, STATUS_FAILED, "'t.gsb' is already there and is something");
	file_holds("t.gsb", "not a bundle");
	bundle_free(&b);
	bundle_free(&other);
}

static void
what_is_too_large_is_in_the_way(void **state)
{
	struct bundle b = make_bundle(KIND_TRANSFER, false, "{}");
	struct err err = {0};

	(void)state;
	put_file("t.gsb", "");
	assert_int_equal(truncate("t.gsb", BUNDLE_MAX + 1), 0);
	assert_int_equal(ceremony_save("t.gsb", &b, &err), -1);
	says(&err, STATUS_FAILED, "is in the way: 't.gsb' has ");
	bundle_free(&b);
}

static void
numbers_receipts_by_their_exact_names(void **state)
{
	static const char *const others[] = {"receipt-0.gsb", "receipt-07.gsb",
	    "receipt--9.gsb", "receipt-+9.gsb", "receipt- 9.gsb",
	    "receipt-9.gsb.new", "receipt-9", "receipt-.gsb", "receipt-9x.gsb",
	    "receipt-1000000000.gsb", "receipt-9223372036854775807.gsb",
	    "receipt-99999999999999999999.gsb", ".receipt-9.gsb"};
	struct err err;
	int64_t n = -1;

	(void)state;
	assert_int_equal(ceremony_last_receipt(&n, &err), 0);
	assert_int_equal(n, 0);
	for (unsigned i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		put_file(others[i], "");
	assert_int_equal(ceremony_last_receipt(&n, &err), 0);
	assert_int_equal(n, 0);
	put_file("receipt-10.gsb", "");
	put_file("receipt-9.gsb", "");
	assert_int_equal(ceremony_last_receipt(&n, &err), 0);
	assert_int_equal(n, 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    in_scratch(remembers_an_anchored_plan),
	    in_scratch(keeps_practice_and_real_apart),
	    in_scratch(is_its_owners_alone),
	    in_scratch(says_when_its_record_is_damaged),
	    in_scratch(remembers_an_alarm),
	    in_scratch(ignores_a_relative_state_home),
	    in_scratch(believes_the_anchored_plan_alone),
	    in_scratch(an_auditor_brings_the_digest),
	    in_scratch(saves_only_a_superset_of_signatures),
	    in_scratch(what_is_too_large_is_in_the_way),
	    in_scratch(numbers_receipts_by_their_exact_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
