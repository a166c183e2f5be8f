/* The table of key specs against AWS's guide, row by row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "key_spec.h"

/*
 * "Importing key material", AWS KMS developer guide: which wrapping takes
 * which key. P521 alone depends on the size of the wrapping key.
 */
static const struct {
	const char *spec;
	bool oaep_2048, oaep_4096, kwp;
	size_t len;
	const char *usages;
} table[] = {
    {"SYMMETRIC_DEFAULT", true, true, false, 32, "ENCRYPT_DECRYPT"},
    {"HMAC_224", true, true, false, 28, "GENERATE_VERIFY_MAC"},
    {"HMAC_256", true, true, false, 32, "GENERATE_VERIFY_MAC"},
    {"HMAC_384", true, true, false, 48, "GENERATE_VERIFY_MAC"},
    {"HMAC_512", true, true, false, 64, "GENERATE_VERIFY_MAC"},
    {"RSA_2048", false, false, true, 0, "ENCRYPT_DECRYPT SIGN_VERIFY"},
    {"RSA_3072", false, false, true, 0, "ENCRYPT_DECRYPT SIGN_VERIFY"},
    {"RSA_4096", false, false, true, 0, "ENCRYPT_DECRYPT SIGN_VERIFY"},
    {"ECC_NIST_P256", true, true, true, 0, "SIGN_VERIFY KEY_AGREEMENT"},
    {"ECC_NIST_P384", true, true, true, 0, "SIGN_VERIFY KEY_AGREEMENT"},
    {"ECC_NIST_P521", false, true, true, 0, "SIGN_VERIFY KEY_AGREEMENT"},
    {"ECC_SECG_P256K1", true, true, true, 0, "SIGN_VERIFY"},
    {"ECC_NIST_EDWARDS25519", true, true, true, 0, "SIGN_VERIFY"},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
has_every_spec_and_no_other(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		const struct key_spec *s = key_spec_find(table[i].spec);

		assert_non_null(s);
		assert_ptr_equal(s, key_spec_at(i));
		assert_int_equal(s->len, table[i].len);
		assert_string_equal(s->usages, table[i].usages);
		assert_true((s->mac != NULL) == (s->material == MATERIAL_HMAC));
		assert_true((s->group != NULL) == (s->material == MATERIAL_EC));
	}
	assert_null(key_spec_at(COUNT(table)));
	assert_null(key_spec_find("SM2"));
	assert_null(key_spec_find("ML_DSA_44"));
	assert_null(key_spec_find("symmetric_default"));
	assert_null(key_spec_find(""));
}

static void
allows_what_kms_allows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		const struct key_spec *s = key_spec_find(table[i].spec);

		for (size_t k = 0; wrapping_at(k) != NULL; k++) {
			const struct wrapping *w = wrapping_at(k);
			bool small = w->aes_kwp ? table[i].kwp
						: table[i].oaep_2048;
			bool large = w->aes_kwp ? table[i].kwp
						: table[i].oaep_4096;

			assert_true(
			    (wrapping_refusal(s, w, 2048) == NULL) == small);
			assert_true(
			    (wrapping_refusal(s, w, 3072) == NULL) == large);
			assert_true(
			    (wrapping_refusal(s, w, 4096) == NULL) == large);
			assert_non_null(wrapping_refusal(s, w, 1024));
			assert_non_null(wrapping_refusal(s, w, 0));
		}
	}
}

static void
has_four_wrappings(void **state)
{
	(void)state;
	assert_string_equal(wrapping_find("RSAES_OAEP_SHA_1")->hash, "SHA1");
	assert_string_equal(
	    wrapping_find("RSAES_OAEP_SHA_256")->hash, "SHA256");
	assert_true(wrapping_find("RSA_AES_KEY_WRAP_SHA_1")->aes_kwp);
	assert_true(wrapping_find("RSA_AES_KEY_WRAP_SHA_256")->aes_kwp);
	assert_false(wrapping_find("RSAES_OAEP_SHA_256")->aes_kwp);
	assert_null(wrapping_at(4));
	assert_null(wrapping_find("RSAES_PKCS1_V1_5"));
	assert_int_equal(wrapping_key_bits("RSA_2048"), 2048);
	assert_int_equal(wrapping_key_bits("RSA_3072"), 3072);
	assert_int_equal(wrapping_key_bits("RSA_4096"), 4096);
	assert_int_equal(wrapping_key_bits("RSA_1024"), 0);
	assert_int_equal(wrapping_key_bits("SM2"), 0);
}

static void
matches_whole_usages_only(void **state)
{
	const struct key_spec *rsa = key_spec_find("RSA_2048");

	(void)state;
	assert_true(key_spec_has_usage(rsa, "SIGN_VERIFY"));
	assert_true(key_spec_has_usage(rsa, "ENCRYPT_DECRYPT"));
	assert_false(key_spec_has_usage(rsa, "SIGN"));
	assert_false(key_spec_has_usage(rsa, "DECRYPT"));
	assert_false(key_spec_has_usage(rsa, ""));
	assert_false(key_spec_has_usage(rsa, "KEY_AGREEMENT"));
	assert_false(key_spec_has_usage(rsa, "ENCRYPT_DECRYPT SIGN_VERIFY"));
}

/* A 2384-byte RSA-4096 key under RSA_4096 gives 512 + 2384 bytes. */
static void
knows_how_long_a_wrapped_key_is(void **state)
{
	const struct wrapping *oaep = wrapping_find("RSAES_OAEP_SHA_256");
	const struct wrapping *kwp = wrapping_find("RSA_AES_KEY_WRAP_SHA_1");

	(void)state;
	assert_int_equal(wrapped_length(oaep, 2048, 32), 256);
	assert_int_equal(wrapped_length(oaep, 4096, 64), 512);
	assert_int_equal(wrapped_length(kwp, 4096, 2374), 2896);
	assert_int_equal(wrapped_length(kwp, 4096, 2376), 2896);
	assert_int_equal(wrapped_length(kwp, 2048, 138), 256 + 152);
	assert_int_equal(wrapped_length(kwp, 2048, 48), 256 + 56);
	assert_int_equal(wrapped_length(kwp, 2048, 1), 256 + 16);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(has_every_spec_and_no_other),
	    cmocka_unit_test(has_four_wrappings),
	    cmocka_unit_test(allows_what_kms_allows),
	    cmocka_unit_test(matches_whole_usages_only),
	    cmocka_unit_test(knows_how_long_a_wrapped_key_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
