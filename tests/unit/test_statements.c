/*
 * Request, tokens, transfer, receipt: golden files that read and re-encode
 * for ever, and every member dropped, doubled, mistyped or unknown.
 */
#include "vectors.h"

#include "statements.h"

/* All four behind one shape: text in, the same text out. */
typedef int round_trip(const struct buf *in, struct buf *out, struct err *err);

static int
round_request(const struct buf *in, struct buf *out, struct err *err)
{
	struct request s;
	int ret;

	if (request_read(in, &s, err) < 0) {
		assert_null(s.doc.root);
		assert_null(s.targets);
		return -1;
	}
	ret = request_write(&s, out, err);
	request_free(&s);
	request_free(&s);
	return ret;
}

static int
round_tokens(const struct buf *in, struct buf *out, struct err *err)
{
	struct tokens s;
	int ret;

	if (tokens_read(in, &s, err) < 0) {
		assert_null(s.doc.root);
		assert_null(s.targets);
		return -1;
	}
	ret = tokens_write(&s, out, err);
	tokens_free(&s);
	tokens_free(&s);
	return ret;
}

static int
round_transfer(const struct buf *in, struct buf *out, struct err *err)
{
	struct transfer s;
	int ret;

	if (transfer_read(in, &s, err) < 0) {
		assert_null(s.doc.root);
		assert_null(s.targets);
		return -1;
	}
	ret = transfer_write(&s, out, err);
	transfer_free(&s);
	transfer_free(&s);
	return ret;
}

static int
round_receipt(const struct buf *in, struct buf *out, struct err *err)
{
	struct receipt s;
	int ret;

	if (receipt_read(in, &s, err) < 0) {
		assert_null(s.doc.root);
		assert_null(s.targets);
		return -1;
	}
	ret = receipt_write(&s, out, err);
	receipt_free(&s);
	receipt_free(&s);
	return ret;
}

static const struct golden {
	const char *file;
	round_trip *round;
} goldens[] = {
    {"request.json", round_request},
    {"request-renewed.json", round_request},
    {"request-practice.json", round_request},
    {"tokens.json", round_tokens},
    {"transfer.json", round_transfer},
    {"transfer-full.json", round_transfer},
    {"transfer-hmac.json", round_transfer},
    {"transfer-practice.json", round_transfer},
    {"receipt-1.json", round_receipt},
    {"receipt-2.json", round_receipt},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* By their last name: these may be absent. */
static const char *const optional[] = {"receiver_sha256", "public_key", "mac",
    "entropy", "escrow", "signature", "sealed", "recovers", "attest", "journal",
    "key_material_id", "valid_to", "imported_by", "proof", "before_sha256",
    "after_sha256", "kms", "sts", "s3", "heroku", "ca_sha256"};

static void
re_encode_to_the_same_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(goldens); i++) {
		struct buf in = load(goldens[i].file), out;
		struct err err = {0};

		if (goldens[i].round(&in, &out, &err) < 0)
			fail_msg("%s: %s", goldens[i].file, err.msg);
		assert_int_equal(out.len, in.len);
		assert_memory_equal(out.p, in.p, in.len);
		buf_free(&out);
		buf_free(&in);
	}
}

/* Each prefix in memory of its own, so that ASan sees an over-read. */
static void
refuse_every_truncation(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(goldens); i++) {
		struct buf in = load(goldens[i].file), out;
		struct err err = {0};

		for (size_t n = 0; n < in.len; n++) {
			uint8_t *copy = malloc(n == 0 ? 1 : n);
			struct buf view = buf_view(copy, n);

			assert_non_null(copy);
			memcpy(copy, in.p, n);
			assert_int_equal(
			    goldens[i].round(&view, &out, &err), -1);
			assert_int_equal(err.status, STATUS_REJECTED);
			free(copy);
		}
		buf_free(&in);
	}
}

static void
refuse_a_trailing_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(goldens); i++) {
		struct buf in = load(goldens[i].file), out;
		struct err err = {0};

		assert_int_equal(buf_add(&in, "}", 1, &err), 0);
		assert_int_equal(goldens[i].round(&in, &out, &err), -1);
		assert_int_equal(err.status, STATUS_REJECTED);
		buf_free(&in);
	}
}

/* A flipped bit is refused, or is another statement and encodes as itself. */
static void
keep_one_encoding_whatever_bit_flips(void **state)
{
	static const size_t some[] = {0, 5, 9}; /* one of each length */

	(void)state;
	for (size_t g = 0; g < COUNT(some); g++) {
		struct buf in = load(goldens[some[g]].file), once, twice;
		round_trip *round = goldens[some[g]].round;
		struct err err = {0};

		for (size_t bit = 0; bit < 8 * in.len; bit++) {
			in.p[bit / 8] ^= (uint8_t)(1u << bit % 8);
			if (round(&in, &once, &err) == 0) {
				assert_int_equal(round(&once, &twice, &err), 0);
				assert_int_equal(once.len, twice.len);
				assert_memory_equal(once.p, twice.p, once.len);
				buf_free(&once);
				buf_free(&twice);
			}
			in.p[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		buf_free(&in);
	}
}

/* One place in a document, found by counting through it. */
struct place {
	cJSON *node, *parent;
	char path[256];
};

static bool
find(cJSON *node, cJSON *parent, const char *path, size_t *n,
    struct place *found)
{
	size_t i = 0;

	if ((*n)-- == 0) {
		found->node = node;
		found->parent = parent;
		(void)snprintf(found->path, sizeof(found->path), "%s", path);
		return true;
	}
	for (cJSON *c = node->child; c != NULL; c = c->next, i++) {
		char below[256];

		if (cJSON_IsArray(node))
			(void)snprintf(
			    below, sizeof(below), "%s[%zu]", path, i);
		else
			(void)snprintf(below, sizeof(below), "%s%s%s", path,
			    path[0] == '\0' ? "" : ".", c->string);
		if (find(c, node, below, n, found))
			return true;
	}
	return false;
}

/* What is done to a place; false when it does not apply there. */
typedef bool change(struct place *at);

static bool
is_optional(const char *name)
{
	for (size_t i = 0; i < COUNT(optional); i++)
		if (strcmp(name, optional[i]) == 0)
			return true;
	return false;
}

static bool
is_member(const struct place *at)
{
	return at->parent != NULL && cJSON_IsObject(at->parent);
}

static bool
drop(struct place *at)
{
	/* A request's public key and time are not optional. */
	bool must = cJSON_HasObjectItem(at->parent, "requested_by");

	if (!is_member(at) || (is_optional(at->node->string) && !must))
		return false;
	cJSON_Delete(cJSON_DetachItemViaPointer(at->parent, at->node));
	return true;
}

static bool
nullify(struct place *at)
{
	if (!is_member(at) || cJSON_IsNull(at->node))
		return false;
	/* These two say null for none. */
	if (strcmp(at->path, "replaces") == 0 ||
	    strcmp(at->path, "previous") == 0)
		return false;
	return cJSON_ReplaceItemInObjectCaseSensitive(
		   at->parent, at->node->string, cJSON_CreateNull()) != 0;
}

static bool
mistype(struct place *at)
{
	cJSON *other = cJSON_IsString(at->node) || cJSON_IsNull(at->node)
	    ? cJSON_CreateNumber(7)
	    : cJSON_IsArray(at->node)  ? cJSON_CreateObject()
	    : cJSON_IsObject(at->node) ? cJSON_CreateString("x")
				       : cJSON_CreateString("7");

	if (at->parent != NULL && is_member(at))
		return cJSON_ReplaceItemInObjectCaseSensitive(
			   at->parent, at->node->string, other) != 0;
	if (at->parent != NULL)
		return cJSON_ReplaceItemViaPointer(
			   at->parent, at->node, other) != 0;
	cJSON_Delete(other);
	return false;
}

static bool
repeat(struct place *at)
{
	if (!is_member(at))
		return false;
	return cJSON_AddItemToObject(at->parent, at->node->string,
		   cJSON_Duplicate(at->node, 1)) != 0;
}

static bool
add_unknown(struct place *at)
{
	if (!cJSON_IsObject(at->node))
		return false;
	(void)snprintf(at->path + strlen(at->path),
	    sizeof(at->path) - strlen(at->path), "%sx",
	    at->path[0] == '\0' ? "" : ".");
	return cJSON_AddNumberToObject(at->node, "x", 1) != NULL;
}

/* Do it at every place of every golden file; each is refused by its path. */
static void
refused_everywhere(change *how, size_t at_least)
{
	size_t done = 0;

	for (size_t i = 0; i < COUNT(goldens); i++) {
		struct buf in = load(goldens[i].file);
		bool more = true;

		for (size_t n = 0; more; n++) {
			cJSON *root = cJSON_ParseWithLength(
			    (const char *)in.p, in.len);
			size_t left = n, len;
			struct err err = {0};
			struct place at;
			struct buf bad, out;

			more = find(root, NULL, "", &left, &at);
			if (more && how(&at)) {
				bad = print_json(root);
				assert_int_equal(
				    goldens[i].round(&bad, &out, &err), -1);
				len = strlen(at.path);
				if (err.status != STATUS_REJECTED ||
				    strncmp(err.msg, at.path, len) != 0 ||
				    err.msg[len] != ':')
					fail_msg("%s: '%s' for %s",
					    goldens[i].file, err.msg, at.path);
				buf_free(&bad);
				done++;
			}
			cJSON_Delete(root);
		}
		buf_free(&in);
	}
	assert_true(done >= at_least);
}

static void
refuse_every_dropped_member(void **state)
{
	(void)state;
	refused_everywhere(drop, 200);
}

static void
refuse_every_member_that_is_null(void **state)
{
	(void)state;
	refused_everywhere(nullify, 200);
}

static void
refuse_every_mistyped_member(void **state)
{
	(void)state;
	refused_everywhere(mistype, 250);
}

static void
refuse_every_duplicate(void **state)
{
	(void)state;
	refused_everywhere(repeat, 250);
}

static void
refuse_unknown_members_everywhere(void **state)
{
	(void)state;
	refused_everywhere(add_unknown, 50);
}

/* What each may not say: a value in the right type but out of bounds. */
static const struct {
	const char *file;
	const char *path;
	const char *value;
	const char *message;
} bounds[] = {
    {"request.json", "type", "\"gapseal/tokens/v1\"", "gapseal/request/v1"},
    {"request.json", "ceremony", "\"\"", "empty"},
    {"request.json", "plan", "\"00\"", "32 bytes"},
    {"request.json", "nonce", "\"00\"", "16 bytes"},
    {"request.json", "replaces", "\"00\"", "32 bytes"},
    {"request.json", "made", "\"2026-11-20T09:00:00.5Z\"", "time"},
    {"request.json", "targets", "[]", "1 to 4096"},
    {"request.json", "targets[0].public_key", "\"\"", "base64"},
    {"request.json", "targets[0].public_key", "\"AAA\"", "base64"},
    {"request.json", "targets[0].requested_by", "\"a\\nb\"", "control"},
    {"request.json", "targets[0].request_id", "\"a\\u007fb\"", "control"},
    {"tokens.json", "targets[0].token", "\"\"", "6144"},
    {"transfer.json", "clock", "\"sundial\"", "\"machine\""},
    {"transfer.json", "approved_by", "[]", "1 to 32"},
    {"transfer.json", "approved_by[1]", "\"AA\"", "32 bytes"},
    {"transfer.json", "key.way", "\"memory\"", "\"generate\""},
    {"transfer.json", "key.plaintext_networked", "0", "true or false"},
    {"transfer.json", "journal.line", "0", "between 1"},
    {"transfer.json", "program.version", "\"\"", "empty"},
    {"transfer-hmac.json", "key.mac", "\"\"", "1 to 64"},
    {"transfer-full.json", "entropy", "[]", "1 to 256"},
    {"transfer-full.json", "entropy[0].method", "\"cards\"", "\"dice\""},
    {"transfer-full.json", "entropy[0].count", "0", "between 1"},
    {"transfer-full.json", "escrow.scheme", "\"xor\"", "slip39"},
    {"transfer-full.json", "escrow.set", "\"0BADCAFE\"", "4 bytes"},
    {"transfer-full.json", "escrow.threshold", "1", "between 2 and 16"},
    {"transfer-full.json", "escrow.shares[0].salt", "\"AAAA\"", "16 bytes"},
    {"transfer-full.json", "escrow.shares[1].signature", "\"AAAA\"",
	"64 bytes"},
    {"transfer-full.json", "attest.exceptions[0]", "\"\"", "empty"},
    {"receipt-1.json", "number", "0", "between 1"},
    {"receipt-1.json", "targets[0].state", "\"done\"", "\"imported\""},
    {"receipt-1.json", "targets[0].key_material_id", "\"ab\"", "32 bytes"},
    {"receipt-1.json", "targets[0].proof.kind", "\"trust\"", "\"mac\""},
    {"receipt-1.json", "targets[0].proof.strength", "\"strong\"",
	"\"independent\""},
    {"receipt-1.json", "targets[0].proof.result", "\"mismatch\"", "\"match\""},
    {"receipt-1.json", "targets[0].calls[0].date", "\"today\"", "time"},
    {"receipt-2.json", "grants[0].what", "\"sts\"", "\"key-policy\""},
    {"receipt-2.json", "grants[0].result", "\"done\"", "\"changed\""},
    {"receipt-2.json", "endpoints.ca_sha256", "\"ab\"", "32 bytes"},
};

static void
refuse_what_is_out_of_bounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bounds); i++) {
		struct buf in = load(bounds[i].file), bad, out;
		struct err err = {0};
		round_trip *round = NULL;

		for (size_t g = 0; g < COUNT(goldens); g++)
			if (strcmp(goldens[g].file, bounds[i].file) == 0)
				round = goldens[g].round;
		bad = edit(&in, bounds[i].path, bounds[i].value);
		assert_int_equal(round(&bad, &out, &err), -1);
		if (strncmp(err.msg, bounds[i].path, strlen(bounds[i].path)) !=
			0 ||
		    strstr(err.msg, bounds[i].message) == NULL)
			fail_msg("%s: %s", bounds[i].path, err.msg);
		buf_free(&bad);
		buf_free(&in);
	}
}

static void
refuse_an_officer_named_twice(void **state)
{
	struct buf in = load("transfer.json"), bad, out;
	cJSON *root = cJSON_ParseWithLength((const char *)in.p, in.len);
	char *first = cJSON_Print(cJSON_GetArrayItem(
	    cJSON_GetObjectItemCaseSensitive(root, "approved_by"), 0));
	struct err err = {0};

	(void)state;
	bad = edit(&in, "approved_by[1]", first);
	assert_int_equal(round_transfer(&bad, &out, &err), -1);
	assert_string_equal(err.msg, "approved_by[1]: stands twice");
	cJSON_free(first);
	cJSON_Delete(root);
	buf_free(&bad);
	buf_free(&in);
}

static void
read_what_the_request_says(void **state)
{
	struct buf in = load("request-renewed.json");
	struct err err = {0};
	struct request r;

	(void)state;
	assert_int_equal(request_read(&in, &r, &err), 0);
	assert_string_equal(r.ceremony, "payments-2026-11");
	assert_true(r.has_replaces);
	assert_int_equal(r.made, INT64_C(1795208400));
	assert_int_equal(r.n_targets, 2);
	assert_string_equal(r.targets[1].name, "prod-eu");
	assert_string_equal(r.targets[1].wrapping_key_spec, "RSA_4096");
	assert_int_equal(r.targets[1].public_key.len, 550);
	assert_int_equal(r.targets[1].valid_to, INT64_C(1795251598));
	request_free(&r);
	buf_free(&in);
}

static void
read_what_the_transfer_says(void **state)
{
	struct buf in = load("transfer-full.json");
	struct err err = {0};
	struct transfer t;

	(void)state;
	assert_int_equal(transfer_read(&in, &t, &err), 0);
	assert_true(t.clock_witnessed);
	assert_int_equal(t.n_approved_by, 2);
	assert_string_equal(t.key.way, "escrow");
	assert_true(t.key.plaintext_networked && t.key.has_receiver);
	assert_int_equal(t.key.public_key.len, 0);
	assert_int_equal(t.targets[0].wrapped.len, 512);
	assert_int_equal(t.n_entropy, 2);
	assert_int_equal(t.entropy[1].count, 50);
	assert_string_equal(t.escrow.set, "0badcafe");
	assert_int_equal(t.escrow.threshold, 2);
	assert_int_equal(t.escrow.n_shares, 3);
	assert_int_equal(t.escrow.shares[0].signature.len, 0);
	assert_int_equal(t.escrow.shares[1].signature.len, 64);
	assert_int_equal(t.escrow.sealed.len, 0);
	assert_true(t.has_recovers && t.has_attest);
	assert_int_equal(t.n_attest_exceptions, 2);
	assert_int_equal(t.journal.line, 12);
	transfer_free(&t);
	buf_free(&in);
}

static void
read_what_the_receipt_says(void **state)
{
	struct buf in = load("receipt-2.json");
	struct err err = {0};
	struct receipt r;

	(void)state;
	assert_int_equal(receipt_read(&in, &r, &err), 0);
	assert_int_equal(r.number, 2);
	assert_true(r.has_previous);
	assert_string_equal(r.endpoints.heroku, "https://heroku.example.net");
	assert_int_equal(r.n_targets, 1);
	assert_true(r.targets[0].has_valid_to);
	assert_string_equal(r.targets[0].proof_strength, "independent");
	assert_int_equal(r.targets[0].n_deviations, 1);
	assert_string_equal(r.targets[0].calls[0].operation, "PutKeyPolicy");
	assert_int_equal(r.n_grants, 3);
	assert_true(r.grants[0].has_before && r.grants[0].has_after);
	assert_false(r.grants[1].has_before || r.grants[1].has_after);
	assert_true(!r.grants[2].has_before && r.grants[2].has_after);
	assert_int_equal(r.journal.line, 31);
	receipt_free(&r);
	buf_free(&in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(re_encode_to_the_same_bytes),
	    cmocka_unit_test(read_what_the_request_says),
	    cmocka_unit_test(read_what_the_transfer_says),
	    cmocka_unit_test(read_what_the_receipt_says),
	    cmocka_unit_test(refuse_every_truncation),
	    cmocka_unit_test(refuse_a_trailing_byte),
	    cmocka_unit_test(keep_one_encoding_whatever_bit_flips),
	    cmocka_unit_test(refuse_every_dropped_member),
	    cmocka_unit_test(refuse_every_member_that_is_null),
	    cmocka_unit_test(refuse_every_mistyped_member),
	    cmocka_unit_test(refuse_every_duplicate),
	    cmocka_unit_test(refuse_unknown_members_everywhere),
	    cmocka_unit_test(refuse_what_is_out_of_bounds),
	    cmocka_unit_test(refuse_an_officer_named_twice),
	};

	request_free(NULL);
	tokens_free(NULL);
	transfer_free(NULL);
	receipt_free(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
