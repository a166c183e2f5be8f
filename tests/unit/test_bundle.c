/*
 * The container: what it accepts, and that no bit of a signed bundle can be
 * another without being noticed. tests/vectors/refused has a file for each
 * rule of the header; here is what needs all of something.
 */
#include "bundles.h"

#include "encode.h"

/* RFC 8032 section 7.1, test 1. */
static const char test1_seed[] =
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
static const char test1_id[] =
    "06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9";

/* gzip of {"type":"gapseal/plan/v1"}, as zlib wrote it on Unix. */
static const char test1_payload[] =
    "1f8b0800000000000203ab562aa92c4855b2524a4f2c284e4dccd12fc849ccd32f3354aa"
    "0500914025861a000000";

static size_t
unhex(const char *text, uint8_t *out)
{
	size_t len = strlen(text) / 2;

	assert_int_equal(hex_decode(text, out, len), 0);
	return len;
}

static EVP_PKEY *
test1_key(void)
{
	uint8_t seed[32];

	assert_int_equal(unhex(test1_seed, seed), 32);
	return EVP_PKEY_new_raw_private_key_ex(
	    NULL, "ED25519", NULL, seed, sizeof(seed));
}

static void
opens_unchanged(void **state)
{
	static const char json[] = "{\"a\":1}";
	struct bundle made = make_bundle(KIND_REQUEST, false, json), read;
	struct buf bytes, text;
	struct err err;

	(void)state;
	sign_as(&made, "alice");
	sign_as(&made, "bob");
	assert_int_equal(bundle_write(&made, &bytes, &err), 0);
	assert_int_equal(bundle_read(&bytes, &read, &err), 0);
	assert_int_equal(read.kind, KIND_REQUEST);
	assert_false(read.practice);
	assert_int_equal(read.n_signatures, 2);
	assert_memory_equal(read.digest, made.digest, SHA256_LEN);
	assert_int_equal(bundle_inflate(&read, &text, &err), 0);
	assert_string_equal(text.p, json);
	buf_free(&text);
	buf_free(&bytes);
	bundle_free(&made);
	bundle_free(&read);
	bundle_free(&read);
}

/* Type, digest and signature of DSSE by another implementation. */
static void
agrees_with_the_dsse_vectors(void **state)
{
	static const struct {
		bool practice;
		const char *head, *digest, *sig;
	} vectors[] = {
	    {false, "DSSEv1 41 application/vnd.gapseal.plan.v1+json+gzip 46 ",
		"319e789c761d4c688ed49e4199bfd41de168c0cbf3b4edf9f9b6b345c6e7c1"
		"db",
		"489237cfe59e9a46f435dcc3be55402096aa340c74b582034ee005354f9b6e"
		"c6641e22f7912dc38dcea8997623d8871377ac80e7c5b95ee59a277dcb3b0a"
		"6802"},
	    {true,
		"DSSEv1 50 application/vnd.gapseal.practice.plan.v1+json+gzip "
		"46 ",
		"ffc8c01a98551226d4d21c5c07660d832c08ca0df39ae3aa58c38c3042186c"
		"87",
		"5a12aa20c0ed20c94b9d82a6be93022b4021a8d66c966cf7a5671cb9fc3b3b"
		"4641fa405a5d5fc529b395d50f09342d820a69d74d8479b1298bcd7186fce2"
		"eb05"},
	};
	EVP_PKEY *key = test1_key();

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		uint8_t file[62] = {0x89, 'G', 'S',
		    vectors[i].practice ? 'P' : 'B', '\r', '\n', 0x1a, '\n', 1,
		    KIND_PLAN, 0, 0, 0, 0, 0, 46};
		uint8_t want[64];
		struct buf in = buf_view(file, sizeof(file)), bytes;
		struct bundle b;
		struct err err;

		assert_int_equal(unhex(test1_payload, file + 16), 46);
		assert_int_equal(bundle_read(&in, &b, &err), 0);
		assert_int_equal(bundle_signed_bytes(&b, &bytes, &err), 0);
		assert_int_equal(bytes.len, strlen(vectors[i].head) + 46);
		assert_memory_equal(
		    bytes.p, vectors[i].head, strlen(vectors[i].head));
		unhex(vectors[i].digest, want);
		assert_memory_equal(b.digest, want, SHA256_LEN);
		assert_int_equal(bundle_sign(&b, key, &err), 0);
		unhex(vectors[i].sig, want);
		assert_memory_equal(b.signatures[0].sig, want, 64);
		unhex(test1_id, want);
		assert_memory_equal(b.signatures[0].key_id, want, SHA256_LEN);
		buf_free(&bytes);
		bundle_free(&b);
	}
	EVP_PKEY_free(key);
}

/* The whole path up to the payload, as a reader goes it. */
static int
accept(const struct buf *file, const struct plan *p, struct err *err)
{
	struct bundle b;
	struct quorum q;
	int ret = -1;

	if (bundle_read(file, &b, err) < 0)
		return -1;
	if (quorum_count(&b, p, &q, err) == 0 &&
	    quorum_require_all(&q, p, KIND_TRANSFER, err) == 0)
		ret = 0;
	bundle_free(&b);
	return ret;
}

static void
refuses_every_flipped_bit(void **state)
{
	struct plan p = open_plan_in("v1-plan.gsb");
	struct bundle b = make_bundle(KIND_TRANSFER, false, "{\"a\":\"bcd\"}");
	struct buf file;
	struct err err = {0};

	(void)state;
	sign_as(&b, "alice");
	sign_as(&b, "bob");
	assert_int_equal(bundle_write(&b, &file, &err), 0);
	assert_int_equal(accept(&file, &p, &err), 0);
	for (size_t i = 0; i < 8 * file.len; i++) {
		file.p[i / 8] ^= (uint8_t)(1u << i % 8);
		err = (struct err){0};
		if (accept(&file, &p, &err) == 0)
			fail_msg("bit %zu of byte %zu", i % 8, i / 8);
		assert_int_equal(err.status, STATUS_REJECTED);
		file.p[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	buf_free(&file);
	bundle_free(&b);
	plan_free(&p);
}

/*
 * A third signature, by nobody in the plan: flipping its bits is refused or
 * leaves the two persons who count, the payload and the digest as they are.
 */
static void
a_strangers_signature_changes_nothing(void **state)
{
	struct plan p = open_plan_in("v1-plan.gsb");
	struct bundle b = make_bundle(KIND_TRANSFER, false, "{}"), read;
	struct quorum q;
	struct buf file;
	struct err err = {0};
	unsigned accepted = 0;

	(void)state;
	sign_as(&b, "alice");
	sign_as(&b, "bob");
	sign_as(&b, "mallory");
	assert_int_equal(bundle_write(&b, &file, &err), 0);
	for (size_t i = 8 * BUNDLE_HEADER; i < 8 * (BUNDLE_HEADER + 3 * 97);
	     i++) {
		file.p[i / 8] ^= (uint8_t)(1u << i % 8);
		if (bundle_read(&file, &read, &err) == 0) {
			if (quorum_count(&read, &p, &q, &err) == 0 &&
			    q.roles[0].have == 2) {
				assert_int_equal(q.unknown, 1);
				assert_memory_equal(
				    read.digest, b.digest, SHA256_LEN);
				accepted++;
			}
			bundle_free(&read);
		}
		file.p[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	/* All 64 bytes of the signature, and most bits of the key id. */
	assert_true(accepted >= 512 && accepted <= 512 + 256);
	buf_free(&file);
	bundle_free(&b);
	plan_free(&p);
}

static void
refuses_every_truncation(void **state)
{
	struct buf whole = load_file(BUNDLES "v1-transfer.gsb");

	(void)state;
	for (size_t len = 0; len < whole.len; len++) {
		/* Its own allocation, so that reading past it is seen. */
		uint8_t *copy = malloc(len == 0 ? 1 : len);
		struct buf part = buf_view(copy, len);
		struct bundle b;
		struct err err = {0};

		assert_non_null(copy);
		memcpy(copy, whole.p, len);
		assert_int_equal(bundle_read(&part, &b, &err), -1);
		says(&err, STATUS_REJECTED,
		    len < BUNDLE_HEADER ? "shorter than its header"
					: "it ends in the middle");
		assert_null(b.payload.p);
		free(copy);
	}
	buf_free(&whole);
}

static void
refuses_what_is_longer_than_any_bundle(void **state)
{
	struct buf big;
	struct bundle b;
	struct err err = {0};

	(void)state;
	assert_int_equal(buf_alloc(&big, BUNDLE_MAX + 1, &err), 0);
	assert_int_equal(bundle_read(&big, &b, &err), -1);
	says(&err, STATUS_REJECTED, "longer than any bundle");
	buf_free(&big);
}

/* 8 MiB that do not compress, and a payload of the largest length. */
static void
takes_the_longest_payload_and_no_longer(void **state)
{
	struct buf file;
	struct bundle b;
	struct err err = {0};
	const size_t len = BUNDLE_HEADER + BUNDLE_PAYLOAD_MAX;
	static const uint8_t head[BUNDLE_HEADER] = {0x89, 'G', 'S', 'B', '\r',
	    '\n', 0x1a, '\n', 1, 4, 0, 0, 0x00, 0x80, 0x00, 0x00};

	(void)state;
	assert_int_equal(buf_alloc(&file, len + 1, &err), 0);
	memcpy(file.p, head, sizeof(head));
	file.len = len;
	assert_int_equal(bundle_read(&file, &b, &err), 0);
	assert_int_equal(b.payload.len, BUNDLE_PAYLOAD_MAX);
	bundle_free(&b);
	file.p[15] = 1;
	file.len = len + 1;
	assert_int_equal(bundle_read(&file, &b, &err), -1);
	says(&err, STATUS_REJECTED, "empty or over 8 MiB");
	buf_free(&file);
}

static void
does_not_make_what_it_would_not_read(void **state)
{
	struct buf noise;
	struct bundle b;
	struct err err = {0};
	uint32_t x = 1;

	(void)state;
	assert_int_equal(buf_alloc(&noise, (8u << 20) + 4096, &err), 0);
	for (size_t i = 0; i < noise.len; i++) {
		x = x * 1664525u + 1013904223u;
		noise.p[i] = (uint8_t)(x >> 24);
	}
	assert_int_equal(
	    bundle_make(KIND_TRANSFER, false, &noise, &b, &err), -1);
	says(&err, STATUS_FAILED, "the transfer has more than 8 MiB");
	assert_null(b.payload.p);
	buf_free(&noise);
}

static void
signing_again_replaces_and_sorts(void **state)
{
	struct bundle b = make_bundle(KIND_PLAN, false, "{}");
	uint8_t digest[SHA256_LEN];

	(void)state;
	memcpy(digest, b.digest, SHA256_LEN);
	for (unsigned i = 0; i < 2; i++) {
		sign_as(&b, "alice");
		sign_as(&b, "bob");
		sign_as(&b, "carol");
		assert_int_equal(b.n_signatures, 3);
	}
	for (unsigned i = 1; i < 3; i++)
		assert_true(memcmp(b.signatures[i - 1].key_id,
				b.signatures[i].key_id, SHA256_LEN) < 0);
	assert_memory_equal(b.digest, digest, SHA256_LEN);
	bundle_free(&b);
}

static void
takes_32_signatures_and_no_more(void **state)
{
	struct bundle b = make_bundle(KIND_PLAN, false, "{}"), read;
	EVP_PKEY *key = key_of("one too many");
	struct buf file;
	struct err err = {0};

	(void)state;
	for (unsigned i = 0; i < BUNDLE_SIGNATURES_MAX; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "person %u", i);
		sign_as(&b, name);
	}
	assert_int_equal(b.n_signatures, BUNDLE_SIGNATURES_MAX);
	assert_int_equal(bundle_sign(&b, key, &err), -1);
	says(&err, STATUS_REJECTED, "the plan has 32 signatures already");
	sign_as(&b, "person 7");
	assert_int_equal(bundle_write(&b, &file, &err), 0);
	assert_int_equal(bundle_read(&file, &read, &err), 0);
	assert_int_equal(read.n_signatures, BUNDLE_SIGNATURES_MAX);
	EVP_PKEY_free(key);
	buf_free(&file);
	bundle_free(&b);
	bundle_free(&read);
}

static void
merging_joins_signatures_of_the_same_bundle(void **state)
{
	struct bundle a = make_bundle(KIND_TRANSFER, false, "{}"),
		      b = make_bundle(KIND_TRANSFER, false, "{}");
	struct err err = {0};

	(void)state;
	sign_as(&a, "alice");
	sign_as(&b, "bob");
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(bundle_merge(&a, &b, &err), 0);
		assert_int_equal(a.n_signatures, 2);
	}
	bundle_free(&a);
	bundle_free(&b);
}

static void
merging_takes_nothing_from_another_bundle(void **state)
{
	struct bundle a = make_bundle(KIND_TRANSFER, false, "{}");

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct bundle other = make_bundle(
		    i == 0 ? KIND_RECEIPT : KIND_TRANSFER, i == 1,
		    i == 2 ? "[]" : "{}");
		struct err err = {0};

		sign_as(&other, "carol");
		assert_int_equal(bundle_merge(&a, &other, &err), -1);
		says(&err, STATUS_REJECTED,
		    "the two transfer bundles are not the same");
		assert_int_equal(a.n_signatures, 0);
		bundle_free(&other);
	}
	bundle_free(&a);
}

static void
signs_with_ed25519_only(void **state)
{
	struct bundle b = make_bundle(KIND_PLAN, false, "{}");
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	EVP_PKEY *x25519 = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
	struct err err = {0};

	(void)state;
	assert_int_equal(bundle_sign(&b, key, &err), -1);
	says(&err, STATUS_REJECTED, "not an Ed25519 key");
	assert_int_equal(bundle_sign(&b, x25519, &err), -1);
	says(&err, STATUS_REJECTED, "not an Ed25519 key");
	assert_int_equal(b.n_signatures, 0);
	EVP_PKEY_free(key);
	EVP_PKEY_free(x25519);
	bundle_free(&b);
}

static void
verifies_by_the_right_key_alone(void **state)
{
	struct bundle b = make_bundle(KIND_PLAN, false, "{}");
	EVP_PKEY *alice = key_of("alice"), *bob = key_of("bob");
	uint8_t spki[SPKI_LEN];
	struct err err = {0};

	(void)state;
	sign_as(&b, "alice");
	assert_int_equal(key_spki(alice, spki, &err), 0);
	assert_int_equal(bundle_verify(&b, b.signatures, spki, &err), 1);
	spki[0] ^= 1;
	assert_int_equal(bundle_verify(&b, b.signatures, spki, &err), -1);
	says(&err, STATUS_REJECTED, "not an Ed25519 key");
	assert_int_equal(key_spki(bob, spki, &err), 0);
	assert_int_equal(bundle_verify(&b, b.signatures, spki, &err), 0);
	/* Not even by a key whose half is public, for S as large as it gets. */
	memset(b.signatures[0].sig, 0xff, ED25519_SIG_LEN);
	assert_int_equal(bundle_verify(&b, b.signatures, spki, &err), 0);
	EVP_PKEY_free(alice);
	EVP_PKEY_free(bob);
	bundle_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(opens_unchanged),
	    cmocka_unit_test(agrees_with_the_dsse_vectors),
	    cmocka_unit_test(refuses_every_flipped_bit),
	    cmocka_unit_test(a_strangers_signature_changes_nothing),
	    cmocka_unit_test(refuses_every_truncation),
	    cmocka_unit_test(refuses_what_is_longer_than_any_bundle),
	    cmocka_unit_test(takes_the_longest_payload_and_no_longer),
	    cmocka_unit_test(does_not_make_what_it_would_not_read),
	    cmocka_unit_test(signing_again_replaces_and_sorts),
	    cmocka_unit_test(takes_32_signatures_and_no_more),
	    cmocka_unit_test(merging_joins_signatures_of_the_same_bundle),
	    cmocka_unit_test(merging_takes_nothing_from_another_bundle),
	    cmocka_unit_test(signs_with_ed25519_only),
	    cmocka_unit_test(verifies_by_the_right_key_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
