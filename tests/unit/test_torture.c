/*
 * Every allocation that can fail, failing: each step of reading, judging and
 * making bundles ends in an error that says so, crashes nothing and, under
 * LeakSanitizer, leaves nothing behind. Where memory ran out, nobody is told
 * that a signature is forged, as far as OpenSSL lets us know.
 *
 * OpenSSL's allocator is what buf, JSON and libcrypto use; zlib's and the
 * findings' own are not reached from here.
 */
#include "bundles.h"

#include <openssl/crypto.h>

#include "statements.h"

static long fail_at = -1; /* how many allocations succeed; -1 for all */
static bool failed;

static bool
refuse(void)
{
	if (fail_at < 0)
		return false;
	if (fail_at > 0) {
		fail_at--;
		return false;
	}
	failed = true;
	return true;
}

static void *
scarce_alloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return refuse() ? NULL : malloc(size);
}

static void *
scarce_realloc(void *old, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return refuse() ? NULL : realloc(old, size);
}

static void
scarce_free(void *old, const char *file, int line)
{
	(void)file;
	(void)line;
	free(old);
}

typedef int step(struct err *err);

static struct buf file, json[6];
static struct bundle signed_bundle;
static struct plan plan;
static EVP_PKEY *key;

static int
step_read(struct err *err)
{
	struct bundle b;

	if (bundle_read(&file, &b, err) < 0) {
		assert_null(b.payload.p);
		return -1;
	}
	bundle_free(&b);
	return 0;
}

static int
step_inflate(struct err *err)
{
	struct buf text;

	if (bundle_inflate(&signed_bundle, &text, err) < 0) {
		assert_null(text.p);
		return -1;
	}
	buf_free(&text);
	return 0;
}

static int
step_make(struct err *err)
{
	struct bundle b;

	if (bundle_make(KIND_REQUEST, false, &json[KIND_REQUEST], &b, err) < 0)
		return -1;
	bundle_free(&b);
	return 0;
}

static int
step_write(struct err *err)
{
	struct buf bytes;

	if (bundle_write(&signed_bundle, &bytes, err) < 0)
		return -1;
	buf_free(&bytes);
	return 0;
}

static int
step_sign(struct err *err)
{
	struct bundle b = signed_bundle;

	/* The payload is shared; only signatures change. */
	return bundle_sign(&b, key, err);
}

static int
step_verify(struct err *err)
{
	struct quorum q;

	if (quorum_count(&signed_bundle, &plan, &q, err) < 0)
		return -1;
	return quorum_require_all(&q, &plan, signed_bundle.kind, err);
}

static int
step_plan(struct err *err)
{
	struct plan p;
	struct findings f = FINDINGS_NONE;
	int ret = plan_read(&json[KIND_PLAN], &p, &f);

	if (ret < 0)
		assert_int_equal(findings_to_err(&f, STATUS_REJECTED, err), -1);
	findings_free(&f);
	plan_free(&p);
	return ret;
}

#define STATEMENT(type)                                                        \
	static int step_##type(struct err *err)                                \
	{                                                                      \
		struct type s;                                                 \
		struct buf out;                                                \
		int ret = -1;                                                  \
                                                                               \
		if (type##_read(&json[KIND_OF_##type], &s, err) < 0)           \
			return -1;                                             \
		if (type##_write(&s, &out, err) == 0) {                        \
			ret = 0;                                               \
			buf_free(&out);                                        \
		}                                                              \
		type##_free(&s);                                               \
		return ret;                                                    \
	}
#define KIND_OF_request KIND_REQUEST
#define KIND_OF_tokens KIND_TOKENS
#define KIND_OF_transfer KIND_TRANSFER
#define KIND_OF_receipt KIND_RECEIPT
STATEMENT(request)
STATEMENT(tokens)
STATEMENT(transfer)
STATEMENT(receipt)

static void
torture(step *run, long at_least)
{
	struct err err;
	long n, silent = 0;

	/* Once with all the memory, so that OpenSSL has what it keeps. */
	assert_int_equal(run(&err), 0);
	for (n = 0;; n++) {
		int ret;

		err = (struct err){0};
		failed = false;
		fail_at = n;
		ret = run(&err);
		fail_at = -1;
		if (!failed) {
			assert_int_equal(ret, 0);
			break;
		}
		/* OpenSSL can do without some of what it asks for. */
		if (ret == 0)
			continue;
		/* One allocation for each hash fails without a word in it. */
		if (strstr(err.msg, "does not verify") != NULL) {
			silent++;
			continue;
		}
		/* Ours, or "cannot ...: " and what OpenSSL makes of it. */
		says(&err, STATUS_FAILED, "");
		if (strcmp(err.msg, "out of memory") != 0 &&
		    (strncmp(err.msg, "cannot ", 7) != 0 ||
			strstr(err.msg, ": ") == NULL))
			fail_msg("allocation %ld: '%s'", n, err.msg);
	}
	assert_int_equal(run(&err), 0);
	if (n < at_least || silent > 2)
		fail_msg("%ld allocations, %ld silent", n, silent);
}

static void
reading_a_bundle(void **state)
{
	(void)state;
	torture(step_read, 3);
	torture(step_inflate, 1);
}

static void
making_a_bundle(void **state)
{
	(void)state;
	torture(step_make, 3);
	torture(step_write, 1);
	torture(step_sign, 8);
}

static void
judging_a_bundle(void **state)
{
	(void)state;
	torture(step_verify, 10);
}

static void
reading_a_plan(void **state)
{
	(void)state;
	torture(step_plan, 100);
}

static void
reading_and_writing_statements(void **state)
{
	(void)state;
	torture(step_request, 50);
	torture(step_tokens, 20);
	torture(step_transfer, 50);
	torture(step_receipt, 50);
}

static struct buf
text_in(const char *name)
{
	struct bundle b = open_bundle(name);
	struct buf text;
	struct err err;

	assert_int_equal(bundle_inflate(&b, &text, &err), 0);
	bundle_free(&b);
	return text;
}

static int
setup(void **state)
{
	static const char *const names[] = {"v1-plan.gsb", "v1-request.gsb",
	    "v1-tokens.gsb", "v1-transfer.gsb", "v1-receipt.gsb"};

	(void)state;
	for (unsigned kind = KIND_PLAN; kind <= KIND_RECEIPT; kind++)
		json[kind] = text_in(names[kind - 1]);
	plan = open_plan_in("v1-plan.gsb");
	file = load_file(BUNDLES "v1-transfer.gsb");
	signed_bundle = open_bundle("v1-transfer.gsb");
	key = key_of("alice");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	for (unsigned kind = KIND_PLAN; kind <= KIND_RECEIPT; kind++)
		buf_free(&json[kind]);
	plan_free(&plan);
	buf_free(&file);
	bundle_free(&signed_bundle);
	EVP_PKEY_free(key);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reading_a_bundle),
	    cmocka_unit_test(making_a_bundle),
	    cmocka_unit_test(judging_a_bundle),
	    cmocka_unit_test(reading_a_plan),
	    cmocka_unit_test(reading_and_writing_statements),
	};

	/* Only before OpenSSL has allocated anything itself. */
	if (CRYPTO_set_mem_functions(
		scarce_alloc, scarce_realloc, scarce_free) != 1)
		return 1;
	return cmocka_run_group_tests(tests, setup, teardown);
}
