/* What lint says of a plan that can be read. */
#include "vectors.h"

#include "clock.h"
#include "plan.h"

#define NOW INT64_C(1795860000) /* 2026-11-28T10:00:00Z */

struct change {
	const char *path;
	const char *value; /* NULL: taken away */
	const char *where;
	const char *text; /* NULL: nothing may be found */
};

static void
lint(const struct buf *json, struct findings *f)
{
	struct plan p;

	if (plan_read(json, &p, f) < 0) {
		show_findings(f);
		fail_msg("the plan cannot be read");
	}
	plan_lint(&p, NOW, f);
	plan_free(&p);
}

static void
finds(const char *file, const struct change *c, bool is_error)
{
	struct buf good = load(file);
	struct buf bad = edit(&good, c->path, c->value);
	struct findings f = FINDINGS_NONE;
	const struct finding *found;

	lint(&bad, &f);
	found = c->text == NULL ? NULL : finding_at(&f, c->where, c->text);
	if (c->text == NULL ? f.n != 0
			    : found == NULL || found->is_error != is_error) {
		show_findings(&f);
		fail_msg("%s = %s: wanted %s at %s", c->path,
		    c->value == NULL ? "nothing" : c->value,
		    c->text == NULL ? "nothing" : c->text, c->where);
	}
	findings_free(&f);
	buf_free(&bad);
	buf_free(&good);
}

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
finds_nothing_in_good_plans(void **state)
{
	static const char *const files[] = {"plan.json", "plan-full.json"};

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		struct buf good = load(files[i]);
		struct findings f = FINDINGS_NONE;

		lint(&good, &f);
		show_findings(&f);
		assert_int_equal(f.n, 0);
		findings_free(&f);
		buf_free(&good);
	}
}

/* Changes to plan-full.json: two targets, everything optional. */
static const struct change errors[] = {
    {"previous", NULL, "previous", "version 2 replaces"},
    {"version", "1", "previous", "wanted null"},
    {"valid.until", "\"2026-11-01T00:00:00Z\"", "valid.until", "after from"},
    /* people */
    {"people[1].name", "\"ALICE\"", "people[1].name", "people[0]"},
    {"people[0].key", NULL, "people[0]", "needs a key"},
    {"people[0].key", NULL, "quorum.plan", "the plan has 1 with a key"},
    {"people[2].key", NULL, "people[2]", "needs a key"},
    {"people[0].roles", "[\"officer\",\"operator\"]", "people[0].roles",
	"officer and operator"},
    /* quorums */
    {"quorum.plan", "3", "quorum.plan", "the plan has 2"},
    {"quorum.request", "3", "quorum.request", "the plan has 2"},
    {"quorum.transfer", "3", "quorum.transfer", "the plan has 2"},
    {"quorum.receipt", "3", "quorum.receipt", "the plan has 2"},
    {"quorum.plan", "1", "quorum.plan", "decide alone"},
    {"quorum.transfer", "1", "quorum.transfer", "decide alone"},
    {"quorum.request", "31", "quorum.request", "room for 32"},
    {"people[1].roles", "[\"custodian\"]", "quorum.plan", "the plan has 1"},
    {"people[3].roles", "[\"auditor\"]", "import", "independent-operator"},
    {"quorum.request", "2", "import", "beside the 2"},
    /* the key */
    {"key.spec", "\"AES_256\"", "key.spec", "no key spec"},
    {"key.usage", "\"SIGN_VERIFY\"", "key.usage", "ENCRYPT_DECRYPT"},
    {"key.usage", "\"ENCRYPT\"", "key.usage", "ENCRYPT_DECRYPT"},
    {"key.source", "\"receive\"", "recovers", "source escrow only"},
    {"recovers", NULL, "recovers", "missing"},
    {"key.source", "\"generate\"", "targets[1].key_arn", "generated"},
    /* custody */
    {"escrow.threshold", "1", "escrow.threshold", "alone"},
    {"escrow.threshold", "4", "escrow.threshold", "the 3 custodians"},
    {"escrow.custodians[0]", "\"zoe\"", "escrow.custodians[0]", "nobody"},
    {"escrow.custodians[0]", "\"ann\"", "escrow.custodians[0]", "role"},
    {"escrow.custodians[2]", "\"carol\"", "escrow.custodians[2]", "twice"},
    {"entropy.contributors[0]", "\"zoe\"", "entropy.contributors[0]", "nobody"},
    {"entropy.contributors[1]", "\"alice\"", "entropy.contributors[1]",
	"twice"},
    /* targets */
    {"targets[1].name", "\"prod-us\"", "targets[1].name",
	"targets[0].name already"},
    {"targets[0].account", "\"11112222333\"", "targets[0].account", "12"},
    {"targets[0].account", "\"11112222333x\"", "targets[0].account", "12"},
    {"targets[0].region", "\"us-east\"", "targets[0].region", "Region"},
    {"targets[0].region", "\"us-east-1a\"", "targets[0].region", "Region"},
    {"targets[0].region", "\"US-EAST-1\"", "targets[0].region", "Region"},
    {"targets[0].region", "\"xx-east-1\"", "targets[0].region", "Region"},
    {"targets[0].region", "\"us-gov-east-1\"", "targets[0].heroku",
	"aws-us-gov"},
    {"targets[0].region", "\"cn-north-1\"", "targets[0].region", "SM4"},
    {"targets[0].alias", "\"heroku\"", "targets[0].alias", "alias/"},
    {"targets[0].alias", "\"alias/\"", "targets[0].alias", "alias/"},
    {"targets[0].alias", "\"alias/a b\"", "targets[0].alias", "letters"},
    {"targets[0].alias", "\"alias/aws/s3\"", "targets[0].alias", "AWS"},
    {"targets[1].region", "\"us-east-1\"", "targets[1].alias",
	"targets[0].alias already, in the same account"},
    {"targets[0].wrapping.algorithm", "\"RSAES_PKCS1_V1_5\"",
	"targets[0].wrapping.algorithm", "RSAES_OAEP_SHA_256"},
    {"targets[0].wrapping.algorithm", "\"RSA_AES_KEY_WRAP_SHA_256\"",
	"targets[0].wrapping.algorithm", "only wrapped by RSAES_OAEP"},
    {"targets[0].wrapping.spec", "\"RSA_1024\"", "targets[0].wrapping.spec",
	"RSA_4096"},
    {"targets[0].expires", "\"2026-11-28T10:00:00Z\"", "targets[0].expires",
	"past"},
    {"targets[0].expires", "\"2027-11-28T10:00:01Z\"", "targets[0].expires",
	"365 days"},
    {"targets[1].key_arn", "\"arn:aws:kms:eu-central-1:111122223333:alias/x\"",
	"targets[1].key_arn", "not a KMS key"},
    {"targets[1].account", "\"444455556666\"", "targets[1].key_arn",
	"another account"},
    {"targets[1].region", "\"eu-west-1\"", "targets[1].key_arn",
	"another Region"},
    {"targets[1].region", "\"cn-north-1\"", "targets[1].key_arn",
	"another partition"},
    /* who uses the key */
    {"targets[0].heroku[0].app", "\"Payments\"", "targets[0].heroku[0].app",
	"Heroku app"},
    {"targets[0].heroku[0].app", "\"pa\"", "targets[0].heroku[0].app",
	"Heroku app"},
    {"targets[0].heroku[0].app", "\"pay-\"", "targets[0].heroku[0].app",
	"Heroku app"},
    {"targets[0].heroku[0].plan", "\"heroku-postgresql\"",
	"targets[0].heroku[0].plan", "SERVICE:PLAN"},
    {"targets[0].heroku[0].plan", "\"a:b:c\"", "targets[0].heroku[0].plan",
	"SERVICE:PLAN"},
    {"targets[0].heroku[0].name", "\"7db\"", "targets[0].heroku[0].name",
	"beginning with a letter"},
    {"targets[0].s3[0].bucket", "\"Archive\"", "targets[0].s3[0].bucket",
	"3 to 63"},
    {"targets[0].s3[0].bucket", "\"ab\"", "targets[0].s3[0].bucket", "3 to 63"},
    {"targets[0].s3[0].bucket", "\"a..b\"", "targets[0].s3[0].bucket", "dots"},
    {"targets[0].s3[0].bucket", "\"192.168.5.4\"", "targets[0].s3[0].bucket",
	"address"},
    {"targets[0].s3[0].bucket", "\"archive-\"", "targets[0].s3[0].bucket",
	"3 to 63"},
    {"targets[0].s3[0].bucket", "\"xn--archive\"", "targets[0].s3[0].bucket",
	"begins"},
    {"targets[0].s3[0].bucket", "\"archive-s3alias\"",
	"targets[0].s3[0].bucket", "ends"},
    {"targets[1].s3", "[{\"bucket\":\"payments-archive\"}]",
	"targets[1].s3[0].bucket", "targets[0].s3[0].bucket already"},
    {"targets[0].s3",
	"[{\"bucket\":\"twice\"},{\"bucket\":\"other\"},{\"bucket\":"
	"\"twice\"}]",
	"targets[0].s3[2].bucket", "targets[0].s3[0].bucket already"},
    {"targets[1].heroku",
	"[{\"app\":\"other\",\"plan\":\"heroku-redis:private-7\",\"name\":"
	"\"payments-db\"}]",
	"targets[1].heroku[0].name", "targets[0].heroku[0].name already"},
    {"targets[0].key_arn",
	"\"arn:aws:kms:eu-central-1:111122223333:key/"
	"mrk-0123456789abcdef0123456789abcdef\"",
	"targets[1].key_arn", "targets[0].key_arn already"},
    /* endpoints */
    {"endpoints.kms", "\"http://kms.example.net\"", "endpoints.kms",
	"must be https"},
    {"endpoints.kms", "\"ftp://kms.example.net\"", "endpoints.kms",
	"https://HOST"},
    {"endpoints.sts", "\"https://a@sts.example.net\"", "endpoints.sts",
	"no user"},
    {"endpoints.s3", "\"https://s3.example.net/x\"", "endpoints.s3", "no path"},
    {"endpoints.heroku", "\"https://{region}.example.net\"", "endpoints.heroku",
	"no Region"},
    {"targets[0].endpoints.kms", "\"http://127.0.0.1:1\"",
	"targets[0].endpoints.kms", "must be https"},
    {"endpoints",
	"{\"ca_sha256\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca49"
	"5991b7852b855\"}",
	"endpoints.ca_sha256", "no host"},
};

static void
finds_errors(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(errors); i++)
		finds("plan-full.json", &errors[i], true);
}

static const struct change warnings[] = {
    {"valid.until", "\"2026-11-28T10:00:00Z\"", "valid.until", "is over"},
    {"targets[0].expires", "\"2027-11-28T10:00:00Z\"", "targets[0].expires",
	"scheduled outage"},
    {"targets[0].heroku[0].plan", "\"heroku-postgresql:standard-0\"",
	"targets[0].heroku[0].plan", "private-"},
};

static void
finds_warnings(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(warnings); i++)
		finds("plan-full.json", &warnings[i], false);
}

/* What must pass: each of these is allowed. */
static const struct change fine[] = {
    {"valid.until", "\"2026-11-28T10:00:01Z\"", NULL, NULL},
    {"targets[1].expires", "\"2027-11-28T10:00:00Z\"", NULL, NULL},
    {"targets[0].alias", "\"alias/a:b/C_d-9\"", NULL, NULL},
    {"targets[0].wrapping.algorithm", "\"RSAES_OAEP_SHA_1\"", NULL, NULL},
    {"targets[0].wrapping.spec", "\"RSA_3072\"", NULL, NULL},
    {"targets[0].region", "\"mx-central-1\"", NULL, NULL},
    {"targets[0].account", "\"000000000000\"", NULL, NULL},
    {"targets[0].s3[0].bucket", "\"a.b-c.9\"", NULL, NULL},
    {"targets[0].heroku[0].plan", "\"heroku-kafka:shield-standard-0\"", NULL,
	NULL},
    {"endpoints.kms", "\"https://localhost:8443\"", NULL, NULL},
    {"endpoints.kms", "\"https://[::1]:8443\"", NULL, NULL},
    {"endpoints.kms", "\"https://vpce-1.kms.{region}.vpce.amazonaws.com\"",
	NULL, NULL},
    {"escrow", NULL, NULL, NULL},
    {"entropy", NULL, NULL, NULL},
};

static void
lets_pass_what_is_allowed(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(fine); i++)
		finds("plan-full.json", &fine[i], true);
}

/* The same things are errors in a real plan. */
static void
is_milder_in_practice(void **state)
{
	struct buf practice = load("plan-practice.json");
	struct findings f = FINDINGS_NONE;

	(void)state;
	lint(&practice, &f);
	assert_false(findings_failed(&f));
	assert_int_equal(f.n, 3);
	assert_non_null(finding_at(&f, "people[0].roles", "officer and"));
	assert_non_null(finding_at(&f, "quorum.plan", "decide alone"));
	assert_non_null(finding_at(&f, "quorum.transfer", "decide alone"));
	findings_free(&f);
	buf_free(&practice);
}

static const struct change practice_errors[] = {
    {"practice", "false", "endpoints.kms", "must be https"},
    {"endpoints.kms", "\"https://kms.{region}.amazonaws.com\"", "endpoints.kms",
	"real cloud"},
    {"endpoints.heroku", "\"https://api.heroku.com\"", "endpoints.heroku",
	"real cloud"},
    {"endpoints.kms", "\"http://kms.test\"", "endpoints.kms", "loopback only"},
    {"endpoints.kms", "\"http://127.0.0.1.example.org\"", "endpoints.kms",
	"loopback only"},
    {"targets[0].s3", "[{\"bucket\":\"archive\"}]", "targets[0].s3",
	"S3 takes only SYMMETRIC_DEFAULT"},
    {"targets[0].heroku",
	"[{\"app\":\"app\",\"plan\":\"heroku-postgresql:private-7\","
	"\"name\":\"db\"}]",
	"targets[0].heroku", "Heroku takes only SYMMETRIC_DEFAULT"},
    {"key.source", "\"components\"", "key.source", "symmetric and HMAC keys"},
    {"targets[0].region", "\"cn-north-1\"", "targets[0].wrapping.algorithm",
	"no RSA_AES_KEY_WRAP"},
};

static void
holds_practice_plans_to_their_own_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(practice_errors); i++)
		finds("plan-practice.json", &practice_errors[i], true);
}

static void
warns_of_custodians_who_act(void **state)
{
	struct buf good = load("plan-full.json");
	struct buf more = edit(
	    &good, "people[0].roles", "[\"officer\",\"custodian\"]");
	struct buf bad = edit(&more, "escrow.custodians[0]", "\"alice\"");
	struct findings f = FINDINGS_NONE;

	(void)state;
	lint(&bad, &f);
	assert_int_equal(f.n, 1);
	assert_non_null(
	    finding_at(&f, "escrow.custodians[0]", "acts in the ceremony"));
	assert_false(findings_failed(&f));
	findings_free(&f);
	buf_free(&bad);
	buf_free(&more);
	buf_free(&good);
}

/* Sorting, not comparing all with all: thousands of targets are no wait. */
static void
judges_the_largest_plan(void **state)
{
	struct buf good = load("plan.json");
	cJSON *root = cJSON_ParseWithLength((const char *)good.p, good.len);
	cJSON *targets = cJSON_GetObjectItemCaseSensitive(root, "targets");
	struct findings f = FINDINGS_NONE;
	struct buf large;

	(void)state;
	for (int i = 2; i < PLAN_TARGETS_MAX; i++) {
		cJSON *t = cJSON_Duplicate(cJSON_GetArrayItem(targets, 0), 1);
		char name[32];

		(void)snprintf(name, sizeof(name), "t%d", i);
		cJSON_ReplaceItemInObjectCaseSensitive(
		    t, "name", cJSON_CreateString(name));
		(void)snprintf(name, sizeof(name), "alias/t%d", i % 4000);
		cJSON_ReplaceItemInObjectCaseSensitive(
		    t, "alias", cJSON_CreateString(name));
		cJSON_AddItemToArray(targets, t);
	}
	large = print_json(root);
	lint(&large, &f);
	assert_int_equal(f.n, PLAN_TARGETS_MAX - 4002);
	assert_non_null(
	    finding_at(&f, "targets[4095].alias", "targets[95].alias"));
	findings_free(&f);
	buf_free(&large);
	cJSON_Delete(root);
	buf_free(&good);
}

static void
finds_two_people_with_one_key(void **state)
{
	struct buf good = load("plan.json");
	struct findings f = FINDINGS_NONE;
	cJSON *root = cJSON_ParseWithLength((const char *)good.p, good.len);
	cJSON *people = cJSON_GetObjectItemCaseSensitive(root, "people");
	char *key = cJSON_Print(cJSON_GetObjectItemCaseSensitive(
	    cJSON_GetArrayItem(people, 0), "key"));
	struct buf bad = edit(&good, "people[5].key", key);

	(void)state;
	lint(&bad, &f);
	assert_int_equal(f.n, 1);
	assert_non_null(
	    finding_at(&f, "people[5].key", "the key of 'alice' too"));
	assert_true(findings_failed(&f));
	cJSON_free(key);
	cJSON_Delete(root);
	findings_free(&f);
	buf_free(&bad);
	buf_free(&good);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_nothing_in_good_plans),
	    cmocka_unit_test(finds_errors),
	    cmocka_unit_test(finds_warnings),
	    cmocka_unit_test(lets_pass_what_is_allowed),
	    cmocka_unit_test(is_milder_in_practice),
	    cmocka_unit_test(holds_practice_plans_to_their_own_rules),
	    cmocka_unit_test(warns_of_custodians_who_act),
	    cmocka_unit_test(judges_the_largest_plan),
	    cmocka_unit_test(finds_two_people_with_one_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
