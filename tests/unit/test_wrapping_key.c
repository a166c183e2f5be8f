/*
 * The import key: read strictly, so that what is accepted writes back to the
 * same bytes, and only where it can hide something.
 */
#include "secrets.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include "wrapping_key.h"

static struct buf
spki_of(EVP_PKEY *key)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);
	struct buf b;
	struct err err = {0};

	assert_true(n > 0);
	assert_int_equal(buf_copy(&b, der, (size_t)n, &err), 0);
	OPENSSL_free(der);
	return b;
}

static void
refuses_key(const struct buf *spki, const char *text)
{
	EVP_PKEY *key;
	struct err err = {0};

	assert_int_equal(wrapping_key_read(spki, &key, &err), -1);
	assert_null(key);
	assert_int_equal(err.status, STATUS_REJECTED);
	if (strstr(err.msg, text) == NULL)
		fail_msg("'%s' is not in: %s", text, err.msg);
}

/* The public key of n and e, which no generator would make. */
static EVP_PKEY *
public_of(const BIGNUM *n, unsigned long exponent)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *key = NULL;
	BIGNUM *e = BN_new();
	OSSL_PARAM *params;

	assert_int_equal(BN_set_word(e, exponent), 1);
	assert_int_equal(
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n), 1);
	assert_int_equal(
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e), 1);
	params = OSSL_PARAM_BLD_to_param(build);
	assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
	assert_int_equal(
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(ctx);
	BN_free(e);
	return key;
}

static void
reads_what_writes_back_to_the_same_bytes(void **state)
{
	static const size_t sizes[] = {2048, 3072, 4096};
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		EVP_PKEY *pair = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", sizes[i]);
		struct buf spki = spki_of(pair), again;
		EVP_PKEY *key;

		assert_int_equal(wrapping_key_read(&spki, &key, &err), 0);
		again = spki_of(key);
		assert_int_equal(again.len, spki.len);
		assert_memory_equal(again.p, spki.p, spki.len);
		assert_int_equal(EVP_PKEY_eq(key, pair), 1);
		buf_free(&again);
		buf_free(&spki);
		EVP_PKEY_free(key);
		EVP_PKEY_free(pair);
	}
}

static void
refuses_keys_that_are_not_rsa(void **state)
{
	static const char *const curves[] = {"prime256v1", "secp384r1"};
	EVP_PKEY *key;
	struct buf spki;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", curves[i]);
		spki = spki_of(key);
		refuses_key(&spki, "the wrapping key is not an RSA key");
		buf_free(&spki);
		EVP_PKEY_free(key);
	}
}

static void
refuses_other_sizes(void **state)
{
	static const size_t sizes[] = {1024, 2040, 2056};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", sizes[i]);
		struct buf spki = spki_of(key);

		refuses_key(&spki, "bits: 2048, 3072 or 4096 are wanted");
		buf_free(&spki);
		EVP_PKEY_free(key);
	}
}

static void
refuses_exponents_that_hide_little(void **state)
{
	static const unsigned long exponents[] = {1, 2, 3, 65535, 65536};
	EVP_PKEY *pair = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	BIGNUM *n = NULL;

	(void)state;
	assert_int_equal(
	    EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_RSA_N, &n), 1);
	for (size_t i = 0; i < 5; i++) {
		EVP_PKEY *key = public_of(n, exponents[i]);
		struct buf spki = spki_of(key);

		refuses_key(&spki, "exponent that is even, or below 65537");
		buf_free(&spki);
		EVP_PKEY_free(key);
	}
	BN_free(n);
	EVP_PKEY_free(pair);
}

/* Each prefix in an allocation of its own, so that ASan sees an over-read. */
static void
refuses_every_truncation_and_addition(void **state)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	struct buf spki = spki_of(key), part;
	struct err err = {0};

	(void)state;
	for (size_t len = 0; len < spki.len; len++) {
		uint8_t *p = malloc(len + 1);

		assert_non_null(p);
		memcpy(p, spki.p, len);
		part = buf_view(p, len);
		refuses_key(
		    &part, "the wrapping key is not one public key in DER");
		free(p);
	}
	assert_int_equal(buf_add(&spki, "", 1, &err), 0);
	refuses_key(&spki, "the wrapping key is not one public key in DER");
	buf_free(&spki);
	EVP_PKEY_free(key);
}

/* In the headers any change makes another structure; in the numbers, a key. */
static void
refuses_every_flipped_bit_of_the_headers(void **state)
{
	EVP_PKEY *pair = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	struct buf spki = spki_of(pair);
	struct err err = {0};

	(void)state;
	assert_int_equal(spki.len, 294);
	for (size_t i = 0; i < spki.len; i++) {
		if (i == 33)
			i += 256; /* the modulus, behind its zero byte */
		for (unsigned bit = 0; bit < 8 && i < 291; bit++) {
			EVP_PKEY *key;

			spki.p[i] ^= (uint8_t)(1 << bit);
			assert_int_equal(
			    wrapping_key_read(&spki, &key, &err), -1);
			spki.p[i] ^= (uint8_t)(1 << bit);
		}
	}
	buf_free(&spki);
	EVP_PKEY_free(pair);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_writes_back_to_the_same_bytes),
	    cmocka_unit_test(refuses_keys_that_are_not_rsa),
	    cmocka_unit_test(refuses_other_sizes),
	    cmocka_unit_test(refuses_exponents_that_hide_little),
	    cmocka_unit_test(refuses_every_truncation_and_addition),
	    cmocka_unit_test(refuses_every_flipped_bit_of_the_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
