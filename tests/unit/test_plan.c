/* Reading a plan: its structure, and every fault at its place. */
#include "vectors.h"

#include "clock.h"
#include "plan.h"

/* What change is made to plan-full.json, and what must then be found. */
struct change {
	const char *path;
	const char *value; /* NULL: taken away */
	const char *where; /* NULL: the same path */
	const char *text;
};

static const struct change faults[] = {
    {"format", "\"gapseal/plan/v2\"", NULL, "gapseal/plan/v1"},
    {"format", NULL, NULL, "missing"},
    {"name", "\"Payments\"", NULL, "1 to 63"},
    {"name", "\"../payments\"", NULL, "1 to 63"},
    {"name", "\"-payments\"", NULL, "1 to 63"},
    {"name", "\"\"", NULL, "1 to 63"},
    {"name",
	"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
	NULL, "1 to 63"},
    {"version", "0", NULL, "integer"},
    {"version", "1.5", NULL, ""},
    {"version", "\"1\"", NULL, "number"},
    {"version", NULL, NULL, "missing"},
    {"previous", "\"abcd\"", NULL, "32 bytes"},
    {"previous", "7", NULL, "string"},
    {"valid", "null", NULL, "null"},
    {"valid.from", NULL, NULL, "missing"},
    {"valid.until", "\"2026-12-31\"", NULL, "time"},
    {"valid.unless", "1", NULL, "unknown"},
    {"practice", "0", NULL, "true or false"},
    {"practice", NULL, NULL, "missing"},
    {"people", "[]", NULL, "1 to"},
    {"people", "{}", NULL, "array"},
    {"people[0]", "\"alice\"", NULL, "object"},
    {"people[0].name", "\" alice\"", NULL, "letters, digits"},
    {"people[0].name", "\"ali/ce\"", NULL, "letters, digits"},
    {"people[0].roles", "[]", NULL, "1 to 4"},
    {"people[0].roles[0]", "\"boss\"", NULL, "auditor"},
    {"people[0].roles[0]", "1", NULL, "string"},
    {"people[0].roles", "[\"officer\",\"officer\"]", "people[0].roles[1]",
	"twice"},
    {"people[0].key", "null", NULL, "null"},
    {"people[0].key", "\"abc\"", NULL, "60 characters"},
    {"people[0].key",
	"\"MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=AAAA\"",
	NULL, "60 characters"},
    {"people[0].phone", "\"1\"", NULL, "unknown"},
    {"quorum.plan", "0", NULL, "between 1 and 32"},
    {"quorum.request", "33", NULL, "between 1 and 32"},
    {"quorum.transfer", NULL, NULL, "missing"},
    {"quorum.receipt", "\"1\"", NULL, "number"},
    {"quorum.tokens", "1", NULL, "unknown"},
    {"key", "\"AES\"", NULL, "object"},
    {"key.spec", "7", NULL, "string"},
    {"key.spec", "\"\"", NULL, "empty"},
    {"key.usage", NULL, NULL, "missing"},
    {"key.source", "\"stolen\"", NULL, "\"generate\", \"receive\""},
    {"key.material", "\"00\"", NULL, "unknown"},
    {"entropy.method", "\"cards\"", NULL, "\"dice\" or \"coins\""},
    {"entropy.contributors", "[]", NULL, "1 to"},
    {"entropy.contributors[1]", "\"a\\u0007b\"", NULL, "control"},
    {"entropy.contributors[0]", "3", NULL, "string"},
    {"entropy", "null", NULL, "null"},
    {"escrow.scheme", "\"shamir\"", NULL, "slip39"},
    {"escrow.threshold", "17", NULL, "between 1 and 16"},
    {"escrow.custodians", "7", NULL, "array"},
    {"escrow.passphrase", "\"x\"", NULL, "unknown"},
    {"recovers.transfer", "\"\"", NULL, "32 bytes"},
    {"recovers.commitment", "\"00\"", NULL, "unknown"},
    {"targets", "[]", NULL, "1 to 4096"},
    {"targets[1].name", "\"prod eu\"", NULL, "1 to 63"},
    {"targets[1].service", "\"gcp-kms\"", NULL, "aws-kms"},
    {"targets[1].account", "111122223333", NULL, "string"},
    {"targets[1].account", "\"1111222233334\"", NULL, "too long"},
    {"targets[1].region", NULL, NULL, "missing"},
    {"targets[1].alias", NULL, NULL, "missing"},
    {"targets[0].description", "7", NULL, "string"},
    {"targets[0].multi_region", "\"no\"", NULL, "true or false"},
    {"targets[1].wrapping", NULL, NULL, "missing"},
    {"targets[1].wrapping.algorithm", "null", NULL, "string"},
    {"targets[1].wrapping.spec", NULL, NULL, "missing"},
    {"targets[1].wrapping.hash", "\"SHA1\"", NULL, "unknown"},
    {"targets[1].expires", "\"soon\"", NULL, "\"never\" or a time"},
    {"targets[1].expires", "7", NULL, "string"},
    {"targets[1].expires", NULL, NULL, "missing"},
    {"targets[0].heroku", "[]", NULL, "1 to"},
    {"targets[0].heroku[0].app", NULL, NULL, "missing"},
    {"targets[0].heroku[0].plan", "\"\"", NULL, "empty"},
    {"targets[0].heroku[0].size", "1", NULL, "unknown"},
    {"targets[0].s3", "{}", NULL, "array"},
    {"targets[0].s3[0].bucket", "7", NULL, "string"},
    {"targets[0].s3[0].prefix", "\"x\"", NULL, "unknown"},
    {"targets[1].key_arn", "null", NULL, "null"},
    {"targets[0].endpoints.kms", "7", NULL, "string"},
    {"targets[0].endpoints.iam", "\"https://x\"", NULL, "unknown"},
    {"endpoints.ca_sha256", "\"zz\"", NULL, "32 bytes"},
    {"endpoints", "null", NULL, "null"},
    {"import", "\"anybody\"", NULL, "\"same-operator\" or"},
    {"import", NULL, NULL, "missing"},
    {"comment", "\"hello\"", NULL, "unknown"},
};

static void
reports(const struct buf *good, const struct change *c)
{
	struct buf bad = edit(good, c->path, c->value);
	const char *where = c->where == NULL ? c->path : c->where;
	struct findings f = FINDINGS_NONE;
	struct plan p;

	assert_int_equal(plan_read(&bad, &p, &f), -1);
	assert_null(p.doc.root);
	if (finding_at(&f, where, c->text) == NULL) {
		show_findings(&f);
		fail_msg("nothing at %s says '%s'", where, c->text);
	}
	findings_free(&f);
	buf_free(&bad);
}

static void
reports_every_fault_at_its_place(void **state)
{
	struct buf good = load("plan-full.json");

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		reports(&good, &faults[i]);
	buf_free(&good);
}

static void
reports_all_faults_at_once(void **state)
{
	struct buf good = load("plan-full.json");
	struct buf once = edit(&good, "name", "\"NO\"");
	struct buf twice = edit(&once, "targets[1].expires", "\"no\"");
	struct buf bad = edit(&twice, "quorum.plan", "0");
	struct findings f = FINDINGS_NONE;
	struct plan p;

	(void)state;
	assert_int_equal(plan_read(&bad, &p, &f), -1);
	assert_int_equal(f.n, 3);
	assert_non_null(finding_at(&f, "name", ""));
	assert_non_null(finding_at(&f, "quorum.plan", ""));
	assert_non_null(finding_at(&f, "targets[1].expires", ""));
	findings_free(&f);
	buf_free(&bad);
	buf_free(&twice);
	buf_free(&once);
	buf_free(&good);
}

static void
reads_every_member(void **state)
{
	struct buf good = load("plan-full.json");
	struct findings f = FINDINGS_NONE;
	struct plan p;
	const struct person *dave;

	(void)state;
	assert_int_equal(plan_read(&good, &p, &f), 0);
	assert_int_equal(f.n, 0);
	assert_string_equal(p.name, "payments-2026-12");
	assert_int_equal(p.version, 2);
	assert_true(p.has_previous && p.has_valid && p.has_recovers);
	assert_true(p.valid_until - p.valid_from == 60 * 86400);
	assert_false(p.practice);
	assert_int_equal(p.n_people, 8);
	dave = plan_person(&p, "dave");
	assert_non_null(dave);
	assert_int_equal(dave->roles, ROLE_CUSTODIAN);
	assert_ptr_equal(plan_key_holder(&p, dave->key_id), dave);
	assert_null(plan_person(&p, "Dave"));
	assert_false(plan_person(&p, "carol")->has_key);
	assert_int_equal(p.quorum.transfer, 2);
	assert_string_equal(p.source, "escrow");
	assert_string_equal(p.entropy.method, "dice");
	assert_string_equal(p.entropy.contributors[1], "carol");
	assert_int_equal(p.escrow.n, 3);
	assert_string_equal(p.escrow.custodians[2], "erin");
	assert_true(p.independent_import);
	assert_string_equal(p.endpoints.heroku, "https://heroku.example.net");
	plan_free(&p);
	plan_free(&p);
	plan_free(NULL);
	findings_free(&f);
	buf_free(&good);
}

static void
reads_every_member_of_a_target(void **state)
{
	struct buf good = load("plan-full.json");
	struct findings f = FINDINGS_NONE;
	struct plan p;
	const struct target *us, *eu;

	(void)state;
	assert_int_equal(plan_read(&good, &p, &f), 0);
	us = plan_target(&p, "prod-us");
	eu = plan_target(&p, "prod-eu");
	assert_non_null(us);
	assert_non_null(eu);
	assert_null(plan_target(&p, "prod"));
	assert_false(us->expires || us->multi_region);
	assert_true(eu->expires && eu->multi_region);
	assert_int_equal(us->n_heroku, 1);
	assert_string_equal(us->heroku[0].name, "payments-db");
	assert_int_equal(us->n_buckets, 1);
	assert_string_equal(us->buckets[0], "payments-archive");
	assert_non_null(us->endpoints.kms);
	assert_null(us->endpoints.sts);
	assert_null(us->key_arn);
	assert_non_null(eu->key_arn);
	assert_string_equal(eu->description, "");
	assert_string_equal(eu->wrapping_algorithm, "RSAES_OAEP_SHA_256");
	plan_free(&p);
	findings_free(&f);
	buf_free(&good);
}

static void
takes_what_is_optional_away(void **state)
{
	static const char *const optional[] = {"valid", "entropy", "escrow",
	    "recovers", "endpoints", "previous", "targets[0].description",
	    "targets[0].multi_region", "targets[0].heroku", "targets[0].s3",
	    "targets[1].key_arn", "targets[0].endpoints", "people[7].key"};
	struct buf good = load("plan-full.json");

	(void)state;
	for (size_t i = 0; i < sizeof(optional) / sizeof(optional[0]); i++) {
		struct buf less = edit(&good, optional[i], NULL);
		struct findings f = FINDINGS_NONE;
		struct plan p;

		assert_int_equal(plan_read(&less, &p, &f), 0);
		plan_free(&p);
		buf_free(&less);
	}
	buf_free(&good);
}

/* Each prefix in memory of its own, so that ASan sees an over-read. */
static void
refuses_every_truncation(void **state)
{
	struct buf good = load("plan.json");

	(void)state;
	/* The last byte is a newline, which nobody misses. */
	for (size_t n = 0; n + 1 < good.len; n++) {
		uint8_t *copy = malloc(n == 0 ? 1 : n);
		struct buf view = buf_view(copy, n);
		struct findings f = FINDINGS_NONE;
		struct plan p;

		assert_non_null(copy);
		memcpy(copy, good.p, n);
		assert_int_equal(plan_read(&view, &p, &f), -1);
		findings_free(&f);
		free(copy);
	}
	buf_free(&good);
}

static void
refuses_what_follows_the_plan(void **state)
{
	struct buf text = load("plan.json");
	struct findings f = FINDINGS_NONE;
	struct err err;
	struct plan p;

	(void)state;
	assert_int_equal(buf_add(&text, "{}", 2, &err), 0);
	assert_int_equal(plan_read(&text, &p, &f), -1);
	findings_free(&f);
	buf_free(&text);
}

static void
refuses_a_member_that_stands_twice(void **state)
{
	const char *text = "{\"format\":\"gapseal/plan/v1\","
			   "\"format\":\"gapseal/plan/v1\"}";
	struct buf json = buf_view(text, strlen(text));
	struct findings f = FINDINGS_NONE;
	struct plan p;

	(void)state;
	assert_int_equal(plan_read(&json, &p, &f), -1);
	assert_non_null(finding_at(&f, "format", "twice"));
	findings_free(&f);
}

static void
refuses_what_is_too_large(void **state)
{
	struct buf text;
	struct findings f = FINDINGS_NONE;
	struct err err;
	struct plan p;

	(void)state;
	assert_int_equal(buf_alloc(&text, PLAN_MAX + 1, &err), 0);
	memset(text.p, ' ', text.len);
	assert_int_equal(plan_read(&text, &p, &f), -1);
	assert_non_null(finding_at(&f, "", "at most"));
	findings_free(&f);
	buf_free(&text);
}

/* The last 32 bytes of the SPKI in hex, and what is said of it. */
static const struct {
	const char *hex;
	const char *says;
} keys[] = {
    {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", NULL},
    {"0000000000000000000000000000000000000000000000000000000000000000",
	"small order"},
    {"0000000000000000000000000000000000000000000000000000000000000080",
	"small order"},
    {"0100000000000000000000000000000000000000000000000000000000000000",
	"small order"},
    {"0100000000000000000000000000000000000000000000000000000000000080",
	"small order"},
    {"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	"small order"},
    {"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
	"small order"},
    {"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	"small order"},
    {"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
	"small order"},
    {"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"small order"},
    {"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"small order"},
    {"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"canonical"},
    {"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"canonical"},
    {"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"canonical"},
    {"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"canonical"},
    {"f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"canonical"},
    {"ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", NULL},
    {"edfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe7f", NULL},
};

static void
refuses_keys_that_verify_everything(void **state)
{
	static const uint8_t head[12] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
	    0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		uint8_t spki[SPKI_LEN];
		const char *says;

		memcpy(spki, head, sizeof(head));
		assert_int_equal(
		    hex_decode(keys[i].hex, spki + sizeof(head), 32), 0);
		says = spki_refusal(spki);
		if (keys[i].says == NULL)
			assert_null(says);
		else
			assert_non_null(strstr(says, keys[i].says));
		for (size_t k = 0; k < sizeof(head); k++) {
			spki[k] ^= 1;
			assert_non_null(
			    strstr(spki_refusal(spki), "not an Ed25519"));
			spki[k] ^= 1;
		}
	}
}

static void
refuses_a_plan_with_such_a_key(void **state)
{
	struct buf good = load("plan.json");
	static const struct change c = {"people[0].key",
	    "\"MCowBQYDK2VwAyEAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"",
	    NULL, "small order"};

	(void)state;
	reports(&good, &c);
	buf_free(&good);
}

static void
keeps_to_the_span_of_the_plan(void **state)
{
	struct plan p = {
	    .has_valid = true, .valid_from = 1000, .valid_until = 2000};
	struct err err = {0};

	(void)state;
	assert_int_equal(plan_check_time(&p, 999, &err), -1);
	assert_int_equal(err.status, STATUS_REJECTED);
	assert_non_null(strstr(err.msg, "valid from 1970-01-01T00:16:40Z"));
	assert_int_equal(plan_check_time(&p, 1000, &err), 0);
	assert_int_equal(plan_check_time(&p, 1999, &err), 0);
	assert_int_equal(plan_check_time(&p, 2000, &err), -1);
	assert_non_null(strstr(err.msg, "until"));
	p.has_valid = false;
	assert_int_equal(plan_check_time(&p, 5000, &err), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_every_member),
	    cmocka_unit_test(reads_every_member_of_a_target),
	    cmocka_unit_test(takes_what_is_optional_away),
	    cmocka_unit_test(reports_every_fault_at_its_place),
	    cmocka_unit_test(reports_all_faults_at_once),
	    cmocka_unit_test(refuses_every_truncation),
	    cmocka_unit_test(refuses_what_follows_the_plan),
	    cmocka_unit_test(refuses_a_member_that_stands_twice),
	    cmocka_unit_test(refuses_what_is_too_large),
	    cmocka_unit_test(refuses_keys_that_verify_everything),
	    cmocka_unit_test(refuses_a_plan_with_such_a_key),
	    cmocka_unit_test(keeps_to_the_span_of_the_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
