/* The chain: one link after another, and every way in which one is wrong. */
#include "vectors.h"

#include "arn.h"
#include "chain.h"
#include "clock.h"
#include "public_key.h"
#include "url.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const uint8_t other_digest[SHA256_LEN] = {1};

/* Statements that belong together, read from (edited) golden files. */
struct world {
	struct buf plan_json;
	struct plan plan;
	struct request request;
	struct tokens tokens;
	struct transfer transfer;
	struct receipt receipt;
	struct err err;
};

static void
read_plan(struct world *w, const char *file)
{
	struct findings f = FINDINGS_NONE;

	w->plan_json = load(file);
	if (plan_read(&w->plan_json, &w->plan, &f) < 0) {
		show_findings(&f);
		fail_msg("%s cannot be read", file);
	}
	findings_free(&f);
}

/* The file, with another value at path when one is given. */
static struct buf
text(const char *file, const char *path, const char *value)
{
	struct buf in = load(file), out;

	if (path == NULL)
		return in;
	out = edit(&in, path, value);
	buf_free(&in);
	return out;
}

static void
read_request(
    struct world *w, const char *file, const char *path, const char *value)
{
	struct buf json = text(file, path, value);

	if (request_read(&json, &w->request, &w->err) < 0)
		fail_msg("%s: %s", file, w->err.msg);
	buf_free(&json);
}

static void
read_transfer(
    struct world *w, const char *file, const char *path, const char *value)
{
	struct buf json = text(file, path, value);

	if (transfer_read(&json, &w->transfer, &w->err) < 0)
		fail_msg("%s: %s", file, w->err.msg);
	buf_free(&json);
}

static void
read_receipt(
    struct world *w, const char *file, const char *path, const char *value)
{
	struct buf json = text(file, path, value);

	if (receipt_read(&json, &w->receipt, &w->err) < 0)
		fail_msg("%s: %s", file, w->err.msg);
	buf_free(&json);
}

static void
end(struct world *w)
{
	buf_free(&w->plan_json);
	plan_free(&w->plan);
	request_free(&w->request);
	tokens_free(&w->tokens);
	transfer_free(&w->transfer);
	receipt_free(&w->receipt);
	*w = (struct world){0};
}

/* One change to a golden file, and what is said of it. */
struct change {
	const char *path;
	const char *value;
	const char *message; /* begins so */
};

static void
begins(const struct world *w, const struct change *c)
{
	if (w->err.status != STATUS_REJECTED ||
	    strncmp(w->err.msg, c->message, strlen(c->message)) != 0)
		fail_msg("%s: '%s'", c->path, w->err.msg);
}

static void
a_request_fits_its_plan(void **state)
{
	static const char *const pairs[][2] = {{"plan.json", "request.json"},
	    {"plan.json", "request-renewed.json"},
	    {"plan-practice.json", "request-practice.json"}};
	struct world w = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		read_plan(&w, pairs[i][0]);
		read_request(&w, pairs[i][1], NULL, NULL);
		if (chain_request(&w.request, &w.plan, w.request.plan, &w.err) <
		    0)
			fail_msg("%s", w.err.msg);
		end(&w);
	}
}

#define US "targets[0] 'prod-us': "
#define EU "targets[1] 'prod-eu': "
#define KEY1 "key/1234abcd-12ab-34cd-56ef-1234567890ab\""

static const struct change requests[] = {
    {"ceremony", "\"payments-2026-12\"",
	"it belongs to the ceremony 'payments-2026-12', and the plan here is"},
    {"plan",
	"\"0000000000000000000000000000000000000000000000000000000000000000\"",
	"plan: names 0000000000000000..., wanted "},
    {"targets[1]", NULL, "targets: are 1, wanted the plan's 2"},
    {"targets[0].name", "\"prod-eu\"", US "name: is another target's"},
    {"targets[0].key_arn", "\"arn:aws:kms:us-east-1:444455556666:" KEY1,
	US "key_arn: belongs to another account"},
    {"targets[0].key_arn", "\"arn:aws:kms:us-east-2:111122223333:" KEY1,
	US "key_arn: is in another Region"},
    {"targets[0].key_arn", "\"arn:aws-cn:kms:us-east-1:111122223333:" KEY1,
	US "key_arn: is in another partition"},
    {"targets[0].key_arn", "\"arn:aws:kms:us-east-1:111122223333:alias/x\"",
	US "key_arn: is not a KMS key"},
    {"targets[1].wrapping_algorithm", "\"RSAES_OAEP_SHA_1\"",
	EU "wrapping_algorithm: wanted the plan's 'RSAES_OAEP_SHA_256'"},
    {"targets[1].wrapping_key_spec", "\"RSA_2048\"",
	EU "wrapping_key_spec: wanted the plan's 'RSA_4096'"},
    {"targets[1].public_key", "\"AAAA\"",
	EU "public_key: is not one public key in DER"},
    {"targets[1].requested_by", "\"arn:aws:iam::444455556666:root\"",
	EU "requested_by: belongs to another account"},
    {"targets[1].requested_by", "\"oscar\"",
	EU "requested_by: is not an identity"},
    {"targets[1].valid_to", "\"2026-11-20T09:00:00Z\"",
	EU "valid_to: wanted a time within 24 h after 2026-11-20T09:00:00Z"},
    {"targets[1].valid_to", "\"2026-11-21T09:00:01Z\"",
	EU "valid_to: wanted a time within 24 h"},
};

static void
a_request_fits_in_every_member(void **state)
{
	struct world w = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(requests); i++) {
		struct request good;
		struct buf json = load("request.json");

		assert_int_equal(request_read(&json, &good, &w.err), 0);
		read_plan(&w, "plan.json");
		read_request(
		    &w, "request.json", requests[i].path, requests[i].value);
		assert_int_equal(
		    chain_request(&w.request, &w.plan, good.plan, &w.err), -1);
		begins(&w, &requests[i]);
		request_free(&good);
		buf_free(&json);
		end(&w);
	}
}

static void
a_request_may_not_name_one_key_twice(void **state)
{
	struct world w = {0};

	(void)state;
	read_plan(&w, "plan.json");
	read_request(&w, "request.json", NULL, NULL);
	w.plan.targets[1].region = w.plan.targets[0].region;
	w.request.targets[1].key_arn = w.request.targets[0].key_arn;
	assert_int_equal(
	    chain_request(&w.request, &w.plan, w.request.plan, &w.err), -1);
	assert_non_null(strstr(w.err.msg, "one key_arn"));
	end(&w);
}

static void
a_request_has_keys_of_the_planned_size(void **state)
{
	struct world w = {0}, small = {0};
	struct buf own;

	(void)state;
	read_plan(&w, "plan.json");
	read_request(&w, "request.json", NULL, NULL);
	read_request(&small, "request-practice.json", NULL, NULL);
	own = w.request.targets[1].public_key;
	w.request.targets[1].public_key = small.request.targets[0].public_key;
	assert_int_equal(
	    chain_request(&w.request, &w.plan, w.request.plan, &w.err), -1);
	assert_string_equal(w.err.msg,
	    EU "public_key: is an RSA key of another size: wanted RSA_4096, "
	       "with an odd exponent from 65537");
	w.request.targets[1].public_key = own;
	end(&small);
	end(&w);
}

static void
a_request_names_the_key_that_the_plan_names(void **state)
{
	struct world w = {0};

	(void)state;
	read_plan(&w, "plan.json");
	read_request(&w, "request.json", NULL, NULL);
	w.plan.targets[0].key_arn = "arn:aws:kms:us-east-1:111122223333:key/"
				    "00000000-0000-0000-0000-000000000000";
	assert_int_equal(
	    chain_request(&w.request, &w.plan, w.request.plan, &w.err), -1);
	assert_non_null(strstr(w.err.msg, US "key_arn: is another key"));
	end(&w);
}

static void
a_request_is_made_while_the_plan_is_valid(void **state)
{
	struct world w = {0};

	(void)state;
	read_plan(&w, "plan.json");
	read_request(&w, "request.json", NULL, NULL);
	w.plan.has_valid = true;
	w.plan.valid_from = w.request.made + 1;
	w.plan.valid_until = w.request.made + 2;
	assert_int_equal(
	    chain_request(&w.request, &w.plan, w.request.plan, &w.err), -1);
	assert_non_null(strstr(w.err.msg, "made: the plan is valid from"));
	end(&w);
}

static void
a_request_is_good_for_its_time_only(void **state)
{
	struct world w = {0};
	int64_t made, until;

	(void)state;
	read_request(&w, "request.json", "targets[1].valid_to",
	    "\"2026-11-21T08:00:00Z\"");
	made = w.request.made;
	until = w.request.targets[1].valid_to;
	assert_int_equal(chain_request_time(&w.request, made, &w.err), 0);
	assert_int_equal(chain_request_time(&w.request, made - 300, &w.err), 0);
	assert_int_equal(
	    chain_request_time(&w.request, made - 301, &w.err), -1);
	assert_string_equal(w.err.hint, "check the clock");
	assert_int_equal(chain_request_time(&w.request, until - 1, &w.err), 0);
	assert_int_equal(chain_request_time(&w.request, until, &w.err), -1);
	assert_non_null(strstr(w.err.msg, "targets[1] 'prod-eu'"));
	assert_non_null(strstr(w.err.hint, "request --renew"));
	end(&w);
}

static void
tokens_are_those_of_the_request(void **state)
{
	static const struct change changes[] = {
	    {NULL, NULL, NULL},
	    {"ceremony", "\"other\"",
		"it belongs to the ceremony 'other', and"},
	    {"targets[0].name", "\"prod-eu\"", US "name: "},
	    {"targets[1].token", "\"AAAA\"", EU "token: is not the token"},
	    {"targets[1]", NULL, "targets: are 1"},
	};
	struct world w = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		const struct change *c = &changes[i];
		struct buf json = text("tokens.json", c->path, c->value);
		int ret;

		read_plan(&w, "plan.json");
		read_request(&w, "request.json", NULL, NULL);
		assert_int_equal(tokens_read(&json, &w.tokens, &w.err), 0);
		ret = chain_tokens(&w.tokens, &w.request, &w.plan,
		    w.request.plan, w.tokens.request, &w.err);
		assert_int_equal(ret, c->path == NULL ? 0 : -1);
		if (c->path != NULL)
			begins(&w, c);
		else
			assert_int_equal(
			    chain_tokens(&w.tokens, &w.request, &w.plan,
				w.request.plan, other_digest, &w.err),
			    -1);
		buf_free(&json);
		end(&w);
	}
}

static int
judge_transfer(struct world *w)
{
	/* What has no golden request of its own stands on the first one. */
	return chain_transfer(&w->transfer, &w->request, &w->plan,
	    w->request.plan, w->transfer.request, &w->err);
}

static void
a_transfer_fits_its_request(void **state)
{
	struct world w = {0};

	(void)state;
	read_plan(&w, "plan.json");
	read_request(&w, "request.json", NULL, NULL);
	read_transfer(&w, "transfer.json", NULL, NULL);
	if (judge_transfer(&w) < 0)
		fail_msg("%s", w.err.msg);
	end(&w);

	read_plan(&w, "plan-full.json");
	read_request(&w, "request.json", NULL, NULL);
	read_transfer(&w, "transfer-full.json", NULL, NULL);
	if (judge_transfer(&w) < 0)
		fail_msg("%s", w.err.msg);
	end(&w);

	read_plan(&w, "plan-practice.json");
	read_request(&w, "request-practice.json", NULL, NULL);
	read_transfer(&w, "transfer-practice.json", NULL, NULL);
	if (judge_transfer(&w) < 0)
		fail_msg("%s", w.err.msg);
	end(&w);
}

#define A20 "AAAAAAAAAAAAAAAAAAAA"
#define SIGNATURE "\"" A20 A20 A20 A20 "AAAAAA==\""
#define ZEROS                                                                  \
	"\"0000000000000000000000000000000000000000000000000000000000000000\""

/* Changes to transfer-full.json, which has everything. */
static const struct change transfers[] = {
    {"ceremony", "\"other\"", "it belongs to the ceremony 'other', and"},
    {"plan", ZEROS, "plan: names 0000000000000000"},
    {"made", "\"2026-11-20T08:54:59Z\"", "the request was made at"},
    {"made", "\"2026-11-21T08:59:58Z\"", "targets[0] 'prod-us': its param"},
    {"made", "\"2026-10-31T00:00:00Z\"", "made: the plan is valid from"},
    {"approved_by[0]", ZEROS, "approved_by[0]: is not the key of an officer"},
    {"approved_by[0]", NULL, "approved_by: names 1 officers, wanted 2"},
    {"key.spec", "\"HMAC_256\"", "key.spec: wanted the plan's"},
    {"key.way", "\"generate\"", "key.way: does not fit"},
    {"key.way", "\"file\"", "key.way: does not fit"},
    {"key.mac", "\"AAAA\"", "key.mac: wanted 0 bytes"},
    {"key.public_key", "\"AAAA\"", "key.public_key: has no place"},
    {"targets[1]", NULL, "targets: are 1"},
    {"targets[0].name", "\"prod-eu\"", US "name: "},
    {"targets[0].key_arn",
	"\"arn:aws:kms:us-east-1:111122223333:key/"
	"1234abcd-12ab-34cd-56ef-1234567890ac\"",
	US "key_arn: wanted the request's"},
    {"targets[0].wrapping_key_sha256", ZEROS, US "wrapping_key_sha256: "},
    {"targets[0].wrapped", "\"AAAA\"", US "wrapped: has 3 bytes"},
    {"entropy", NULL, "entropy: is of 0 people"},
    {"entropy[0].by", "\"bob\"", "entropy: wanted dice of 'alice'"},
    {"entropy[1].method", "\"coins\"", "entropy: wanted dice of 'carol'"},
    {"entropy[1]", NULL, "entropy: is of 1 people"},
    {"escrow", NULL, "escrow: missing"},
    {"escrow.threshold", "3", "escrow: wanted slip39, 2 of 3"},
    {"escrow.shares[2]", NULL, "escrow: wanted slip39, 2 of 3"},
    {"escrow.shares[0].custodian", "\"dave\"", "escrow.shares: wanted the"},
    {"escrow.shares[0].signature", SIGNATURE,
	"escrow.shares: 'carol' has no key"},
    {"escrow.sealed", "\"AAAA\"", "escrow.sealed: has no place"},
    {"recovers", NULL, "recovers: missing"},
    {"recovers.transfer", ZEROS, "recovers.transfer: names"},
};

static void
a_transfer_fits_in_every_member(void **state)
{
	struct world w = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(transfers); i++) {
		read_plan(&w, "plan-full.json");
		read_request(&w, "request.json", NULL, NULL);
		read_transfer(&w, "transfer-full.json", transfers[i].path,
		    transfers[i].value);
		if (judge_transfer(&w) == 0)
			fail_msg("%s passes", transfers[i].path);
		begins(&w, &transfers[i]);
		end(&w);
	}
}

static void
a_transfer_is_approved_by_officers_only(void **state)
{
	struct world w = {0};

	(void)state;
	read_plan(&w, "plan.json");
	read_request(&w, "request.json", NULL, NULL);
	read_transfer(&w, "transfer.json", NULL, NULL);
	memcpy(w.transfer.approved_by[1], plan_person(&w.plan, "oscar")->key_id,
	    SHA256_LEN);
	assert_int_equal(judge_transfer(&w), -1);
	assert_string_equal(w.err.msg,
	    "approved_by[1]: is not the key of an officer in the plan");
	end(&w);
}

static void
a_transfer_names_its_request(void **state)
{
	struct world w = {0};

	(void)state;
	read_plan(&w, "plan.json");
	read_request(&w, "request.json", NULL, NULL);
	read_transfer(&w, "transfer.json", NULL, NULL);
	assert_int_equal(chain_transfer(&w.transfer, &w.request, &w.plan,
			     w.request.plan, other_digest, &w.err),
	    -1);
	assert_int_equal(strncmp(w.err.msg, "request: names", 14), 0);
	end(&w);
}

/* The plan without a member, the transfer with it. */
static void
a_transfer_has_nothing_unplanned(void **state)
{
	struct world w = {0};

	(void)state;
	read_plan(&w, "plan-full.json");
	read_request(&w, "request.json", NULL, NULL);
	read_transfer(&w, "transfer-full.json", NULL, NULL);
	w.plan.has_recovers = false;
	assert_int_equal(judge_transfer(&w), -1);
	assert_non_null(strstr(w.err.msg, "recovers: has no place"));
	w.plan.escrow.scheme = NULL;
	assert_int_equal(judge_transfer(&w), -1);
	assert_non_null(strstr(w.err.msg, "escrow: has no place"));
	w.plan.entropy.n = 0;
	assert_int_equal(judge_transfer(&w), -1);
	assert_non_null(strstr(w.err.msg, "entropy: is of 2 people"));
	end(&w);
}

static void
long_keys_are_sealed_in_a_box(void **state)
{
	struct world w = {0};

	(void)state;
	read_plan(&w, "plan.json");
	read_request(&w, "request.json", NULL, NULL);
	read_transfer(&w, "transfer-hmac.json", NULL, NULL);
	w.plan.key_spec = "HMAC_512";
	w.plan.source = "receive";
	w.plan.escrow.scheme = "slip39";
	w.plan.escrow.threshold = 2;
	w.plan.escrow.n = 2;
	w.plan.escrow.custodians = (const char *[]){"carol", "dave"};
	if (judge_transfer(&w) < 0)
		fail_msg("%s", w.err.msg);
	buf_free(&w.transfer.escrow.sealed);
	assert_int_equal(judge_transfer(&w), -1);
	assert_non_null(strstr(w.err.msg, "escrow.sealed: missing"));
	w.transfer.key.mac.len--;
	assert_int_equal(judge_transfer(&w), -1);
	assert_non_null(strstr(w.err.msg, "key.mac: wanted 64 bytes"));
	w.plan.escrow.custodians = NULL;
	end(&w);
}

static const struct change practice_transfers[] = {
    {"key.public_key", NULL, "key.public_key: missing"},
    {"key.public_key",
	"\"MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"",
	"key.public_key: is not a key on a named curve"},
    {"targets[0].wrapped", "\"AAAAAAAA\"",
	"targets[0] 'here': wrapped: has 6 bytes"},
};

static void
asymmetric_keys_show_their_public_half(void **state)
{
	struct world w = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(practice_transfers); i++) {
		read_plan(&w, "plan-practice.json");
		read_request(&w, "request-practice.json", NULL, NULL);
		read_transfer(&w, "transfer-practice.json",
		    practice_transfers[i].path, practice_transfers[i].value);
		assert_int_equal(judge_transfer(&w), -1);
		begins(&w, &practice_transfers[i]);
		end(&w);
	}
}

static int
judge_receipt(struct world *w, bool first)
{
	return chain_receipt(&w->receipt, &w->plan, w->receipt.plan,
	    w->transfer.n_targets > 0 ? &w->transfer : NULL,
	    w->receipt.transfer, first ? NULL : w->receipt.previous, 1,
	    &w->err);
}

static void
receipts_follow_one_another(void **state)
{
	struct world w = {0};

	(void)state;
	read_plan(&w, "plan.json");
	read_receipt(&w, "receipt-1.json", NULL, NULL);
	if (judge_receipt(&w, true) < 0)
		fail_msg("%s", w.err.msg);
	assert_int_equal(judge_receipt(&w, false), -1);
	assert_string_equal(w.err.msg, "number: is 1, wanted 2");
	end(&w);

	read_plan(&w, "plan-full.json");
	read_receipt(&w, "receipt-2.json", NULL, NULL);
	if (judge_receipt(&w, false) < 0)
		fail_msg("%s", w.err.msg);
	assert_int_equal(chain_receipt(&w.receipt, &w.plan, w.receipt.plan,
			     NULL, w.receipt.transfer, other_digest, 1, &w.err),
	    -1);
	assert_int_equal(strncmp(w.err.msg, "previous: names", 15), 0);
	assert_int_equal(chain_receipt(&w.receipt, &w.plan, w.receipt.plan,
			     NULL, other_digest, w.receipt.previous, 1, &w.err),
	    -1);
	assert_int_equal(strncmp(w.err.msg, "transfer: names", 15), 0);
	end(&w);
}

#define OTHER_KEY                                                              \
	"\"arn:aws:kms:us-east-1:111122223333:key/"                            \
	"1234abcd-12ab-34cd-56ef-1234567890ac\""

static const struct change receipts[] = {
    {"ceremony", "\"other\"", "it belongs to the ceremony 'other', and"},
    {"previous", "null", "previous: wanted the digest"},
    {"number", "3", "number: is 3, wanted 2"},
    {"made", "\"2027-01-01T00:00:00Z\"", "made: the plan was valid until"},
    {"approved_by[1]", ZEROS, "approved_by[1]: is not the key"},
    {"approved_by[1]", NULL, "approved_by: names 1"},
    {"targets[0].name", "\"prod\"", "targets[0].name: wanted targets of"},
    {"targets[0].name", "\"prod-eu\"",
	"targets[0] 'prod-eu': key_arn: is in another Region"},
    {"targets[0].imported_by", NULL, US "imported_by: missing"},
    {"targets[0].imported_by", "\"arn:aws:iam::444455556666:root\"",
	US "imported_by: belongs to another account"},
    {"targets[0].proof.kind", "\"mac\"", US "proof: a MAC proves HMAC"},
    {"targets[0].proof.kind", "\"public-key\"",
	US "proof: a public key proves asymmetric"},
    {"targets[0].proof.kind", "\"round-trip\"", US "proof: our own round trip"},
    {"grants[0].target", "\"prod\"", "grants[0].target: is not in the plan"},
    {"grants[0].target", "\"prod-eu\"", "grants[0].name: is not in the plan"},
    {"grants[0].name", OTHER_KEY, "grants[0].name: is not in the plan"},
    {"grants[0].name", "\"default\"", "grants[0].name: is not in the plan"},
    {"targets[0].key_arn", OTHER_KEY, "grants[0].name: is not in the plan"},
    {"grants[1].name", "\"other-db\"", "grants[1].name: is not in the plan"},
    {"grants[1].target", "\"prod-eu\"", "grants[1].name: is not in the plan"},
    {"grants[2].name", "\"other\"", "grants[2].name: is not in the plan"},
};

static void
a_receipt_fits_in_every_member(void **state)
{
	struct world w = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(receipts); i++) {
		int ret;

		read_plan(&w, "plan-full.json");
		read_receipt(
		    &w, "receipt-2.json", receipts[i].path, receipts[i].value);
		ret = judge_receipt(&w, false);
		assert_int_equal(ret, -1);
		begins(&w, &receipts[i]);
		end(&w);
	}
}

static void
a_receipt_tells_of_a_grant_once(void **state)
{
	static const struct change twice = {
	    "grants", NULL, "grants: tell of the heroku-addon of target"};
	struct world w = {0};

	(void)state;
	read_plan(&w, "plan-full.json");
	read_receipt(&w, "receipt-2.json", NULL, NULL);
	w.receipt.grants[2] = w.receipt.grants[1];
	w.receipt.grants[2].result = "changed";
	assert_int_equal(judge_receipt(&w, false), -1);
	begins(&w, &twice);
	end(&w);
}

/* Another key of the same account, which no officer has sealed for. */
static void
a_receipt_names_no_key_but_the_transfers(void **state)
{
	static const struct change stranger = {
	    "targets[0].key_arn", OTHER_KEY, US "key_arn: wanted the transfer"};
	struct world w = {0};

	(void)state;
	read_plan(&w, "plan-full.json");
	read_transfer(&w, "transfer-full.json", NULL, NULL);
	read_receipt(&w, "receipt-2.json", NULL, NULL);
	if (judge_receipt(&w, false) < 0)
		fail_msg("%s", w.err.msg);
	receipt_free(&w.receipt);
	read_receipt(&w, "receipt-2.json", stranger.path, stranger.value);
	assert_int_equal(judge_receipt(&w, false), -1);
	begins(&w, &stranger);
	/* A transfer without that target has no key for it either. */
	receipt_free(&w.receipt);
	read_receipt(&w, "receipt-2.json", NULL, NULL);
	w.transfer.targets[0].name = "prod";
	assert_int_equal(judge_receipt(&w, false), -1);
	begins(&w, &stranger);
	end(&w);
}

static void
regions_have_their_partition(void **state)
{
	static const char *const good[][2] = {{"us-east-1", "aws"},
	    {"eu-central-1", "aws"}, {"ap-southeast-7", "aws"},
	    {"sa-east-1", "aws"}, {"ca-west-1", "aws"}, {"me-south-1", "aws"},
	    {"af-south-1", "aws"}, {"il-central-1", "aws"},
	    {"mx-central-1", "aws"}, {"cn-northwest-1", "aws-cn"},
	    {"us-gov-west-1", "aws-us-gov"}, {"eusc-de-east-1", "aws-eusc"},
	    {"us-iso-east-1", "aws-iso"}, {"us-isob-east-1", "aws-iso-b"},
	    {"eu-isoe-west-1", "aws-iso-e"}, {"us-isof-south-1", "aws-iso-f"}};
	static const char *const bad[] = {"", "us", "us-east", "us-east-",
	    "us-east-1-", "us--1", "-east-1", "xx-east-1", "US-EAST-1",
	    "us-east-1x", "a-b-c-d-1", "us-east-1 ",
	    "us-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-1"};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_string_equal(region_partition(good[i][0]), good[i][1]);
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_null(region_partition(bad[i]));
}

static void
key_arns_are_read_strictly(void **state)
{
	static const char *const bad[] = {"", "arn", "arn:aws:kms",
	    "arn:aws:kms:us-east-1:111122223333:key/",
	    "arn:aws:kms:us-east-1:111122223333:"
	    "1234abcd-12ab-34cd-56ef-1234567890ab",
	    "arn:aws:kms:us-east-1:111122223333:key/"
	    "1234abcd-12ab-34cd-56ef-1234567890a",
	    "arn:aws:kms:us-east-1:111122223333:key/"
	    "1234abcd-12ab-34cd-56ef-1234567890abc",
	    "arn:aws:kms:us-east-1:111122223333:key/"
	    "1234ABCD-12ab-34cd-56ef-1234567890ab",
	    "arn:aws:kms:us-east-1:111122223333:key/"
	    "1234abcd+12ab-34cd-56ef-1234567890ab",
	    "arn:aws:kms:us-east-1:111122223333:key/"
	    "mrk-0123456789abcdef0123456789abcde-",
	    "arn:aws:sts:us-east-1:111122223333:key/"
	    "1234abcd-12ab-34cd-56ef-1234567890ab",
	    "xrn:aws:kms:us-east-1:111122223333:key/"
	    "1234abcd-12ab-34cd-56ef-1234567890ab"};

	(void)state;
	assert_null(arn_refusal("arn:aws:kms:us-east-1:111122223333:key/"
				"1234abcd-12ab-34cd-56ef-1234567890ab",
	    "111122223333", "us-east-1"));
	assert_null(arn_refusal("arn:aws-us-gov:kms:us-gov-west-1:"
				"111122223333:key/"
				"mrk-0123456789abcdef0123456789abcdef",
	    "111122223333", "us-gov-west-1"));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_non_null(
		    strstr(arn_refusal(bad[i], "111122223333", "us-east-1"),
			"not a KMS key"));
	assert_null(principal_refusal(
	    "arn:aws:iam::111122223333:user/a:b", "111122223333"));
	assert_non_null(
	    principal_refusal("arn:aws:iam::111122223333:", "111122223333"));
	assert_non_null(
	    principal_refusal("arn:aws:s3::111122223333:x", "111122223333"));
	assert_true(is_account("000000000000"));
	assert_false(is_account("00000000000"));
	assert_false(is_account("00000000000a"));
}

static const struct {
	const char *url;
	const char *real, *practice; /* what is said, or NULL */
} urls[] = {
    {"https://kms.example.net", NULL, NULL},
    {"https://kms.example.net:8443", NULL, NULL},
    {"https://kms.{region}.example.net", NULL, NULL},
    {"https://127.0.0.1:4566", NULL, NULL},
    {"http://127.0.0.1:4566", "must be https", NULL},
    {"http://127.1.2.3", "must be https", NULL},
    {"http://localhost:1", "must be https", NULL},
    {"http://[::1]:65535", "must be https", NULL},
    {"http://[::2]", "must be https", "loopback only"},
    {"http://127.1", "must be https", "loopback only"},
    {"http://128.0.0.1", "must be https", "loopback only"},
    {"http://127.0.0.1.example.org", "must be https", "loopback only"},
    {"http://localhost.example.org", "must be https", "loopback only"},
    {"https://kms.us-east-1.amazonaws.com", NULL, "real cloud"},
    {"https://kms.{region}.amazonaws.com.cn", NULL, "real cloud"},
    {"https://kms.eu-west-1.api.aws", NULL, "real cloud"},
    {"https://amazonaws.com", NULL, "real cloud"},
    {"https://api.heroku.com", NULL, "real cloud"},
    {"https://notamazonaws.com", NULL, NULL},
    {"https://amazonaws.com.example.org", NULL, NULL},
    {"https://kms.example.net/", "must end after", "must end after"},
    {"https://kms.example.net:0", "must end after", "must end after"},
    {"https://kms.example.net:65536", "must end after", "must end after"},
    {"https://kms.example.net:08443", "must end after", "must end after"},
    {"https://kms.example.net:", "must end after", "must end after"},
    {"https://kms.example.net:1/x", "must end after", "must end after"},
    {"https://kms.example.net?x", "must end after", "must end after"},
    {"https://kms.example.net#x", "must end after", "must end after"},
    {"https://user@kms.example.net", "must end after", "must end after"},
    {"https://[::1", "https://HOST", "https://HOST"},
    {"https://", "https://HOST", "https://HOST"},
    {"https://KMS.example.net", "https://HOST", "https://HOST"},
    {"https://kms.example.net.", "https://HOST", "https://HOST"},
    {"https://kms..net", "https://HOST", "https://HOST"},
    {"https://-kms.net", "https://HOST", "https://HOST"},
    {"https://kms-.net", "https://HOST", "https://HOST"},
    {"https://kms_1.net", "https://HOST", "https://HOST"},
    {"https://kms.{account}.net", "https://HOST", "https://HOST"},
    {"HTTPS://kms.example.net", "https://HOST", "https://HOST"},
    {"kms.example.net", "https://HOST", "https://HOST"},
    {"", "https://HOST", "https://HOST"},
};

static void
said(const char *url, const char *got, const char *wanted)
{
	if (wanted == NULL ? got != NULL
			   : got == NULL || strstr(got, wanted) == NULL)
		fail_msg("%s: %s", url, got == NULL ? "passes" : got);
}

static void
endpoints_are_hosts_and_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(urls); i++) {
		said(urls[i].url, url_refusal(urls[i].url, true, false),
		    urls[i].real);
		said(urls[i].url, url_refusal(urls[i].url, true, true),
		    urls[i].practice);
	}
	assert_non_null(
	    url_refusal("https://a.{region}.example.net", false, false));
	/* What is no address is a name, which somebody may answer for. */
	assert_non_null(url_refusal("http://127.0.0.256:1", true, true));
	assert_non_null(url_refusal("http://[]:1", true, true));
	assert_true(url_is_cloud("https://sts.amazonaws.com"));
	assert_false(url_is_cloud("https://example.net"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_request_fits_its_plan),
	    cmocka_unit_test(a_request_fits_in_every_member),
	    cmocka_unit_test(a_request_may_not_name_one_key_twice),
	    cmocka_unit_test(a_request_has_keys_of_the_planned_size),
	    cmocka_unit_test(a_request_names_the_key_that_the_plan_names),
	    cmocka_unit_test(a_request_is_made_while_the_plan_is_valid),
	    cmocka_unit_test(a_request_is_good_for_its_time_only),
	    cmocka_unit_test(tokens_are_those_of_the_request),
	    cmocka_unit_test(a_transfer_fits_its_request),
	    cmocka_unit_test(a_transfer_fits_in_every_member),
	    cmocka_unit_test(a_transfer_is_approved_by_officers_only),
	    cmocka_unit_test(a_transfer_names_its_request),
	    cmocka_unit_test(a_transfer_has_nothing_unplanned),
	    cmocka_unit_test(long_keys_are_sealed_in_a_box),
	    cmocka_unit_test(asymmetric_keys_show_their_public_half),
	    cmocka_unit_test(receipts_follow_one_another),
	    cmocka_unit_test(a_receipt_fits_in_every_member),
	    cmocka_unit_test(a_receipt_names_no_key_but_the_transfers),
	    cmocka_unit_test(a_receipt_tells_of_a_grant_once),
	    cmocka_unit_test(regions_have_their_partition),
	    cmocka_unit_test(key_arns_are_read_strictly),
	    cmocka_unit_test(endpoints_are_hosts_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
