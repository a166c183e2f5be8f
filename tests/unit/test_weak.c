/*
 * weak_check: each weakness is named, and good keys pass. The RSA keys of
 * tests/vectors/weak are sound by every other check.
 */
#include "secrets.h"

#include "generate.h"
#include "receive.h"
#include "weak.h"
#include "wycheproof.h"

static void
refuses(const struct secret *material, const char *name, const char *text)
{
	struct err err = {0};

	if (weak_check(material, spec(name), &err) == 0)
		fail_msg("no weakness found: %s", text);
	assert_int_equal(err.status, STATUS_REJECTED);
	assert_true(err.hint[0] != '\0');
	if (strstr(err.msg, text) == NULL)
		fail_msg("'%s' is not in: %s", text, err.msg);
}

static void
refuses_hex(const char *hex, const char *name, const char *text)
{
	struct secret s = secret_hex(hex);

	refuses(&s, name, text);
	secret_free(&s);
}

static void
refuses_patterns(void **state)
{
	(void)state;
	refuses_hex("00000000000000000000000000000000"
		    "00000000000000000000000000000000",
	    "SYMMETRIC_DEFAULT", "it is one byte, repeated");
	refuses_hex("ffffffffffffffffffffffffffff"
		    "ffffffffffffffffffffffffffff",
	    "HMAC_224", "it is one byte, repeated");
	refuses_hex("000102030405060708090a0b0c0d0e0f"
		    "101112131415161718191a1b1c1d1e1f",
	    "SYMMETRIC_DEFAULT", "it counts up or down");
	refuses_hex("fdfaf7f4f1eeebe8e5e2dfdcd9d6d3d0"
		    "cdcac7c4c1bebbb8b5b2afaca9a6a3a0",
	    "SYMMETRIC_DEFAULT", "it counts up or down");
	refuses_hex("b15ead28c2cdaefe533a5d50284576a4"
		    "b15ead28c2cdaefe533a5d50284576a4",
	    "HMAC_256", "it repeats a part of itself");
	refuses_hex("b15eadb15eadb15eadb15eadb15eadb1"
		    "5eadb15eadb15eadb15eadb15eadb15e",
	    "HMAC_256", "it repeats a part of itself");
	refuses_hex("00000000000000000000000000000000"
		    "0000000000000000000000000000002a",
	    "SYMMETRIC_DEFAULT", "only a few different bytes");
	refuses_hex("436f727265637420686f727365206261"
		    "747465727920737461706c6520313233",
	    "SYMMETRIC_DEFAULT", "it is text, like a passphrase");
}

static void
refuses_published_keys(void **state)
{
	(void)state;
	refuses_hex("603deb1015ca71be2b73aef0857d7781"
		    "1f352c073b6108d72d9810a30914dff4",
	    "SYMMETRIC_DEFAULT", "published in a standard");
	refuses_hex(
	    "0323354b2b0fa5bc837e0665777ba68f5ab328e6f054c928a90f84b2d2502ebf"
	    "d3fb5a92d20647ef968ab4c377623d223d2e2172052e4f08c0cd9af567d080a3",
	    "HMAC_512", "published in a standard");
	/* RFC 8032 section 7.1, test 2, as PKCS#8 */
	refuses_hex(
	    "302e020100300506032b6570042204204ccd089b28ff96da9db6c346ec114e0f"
	    "5b8a319f35aba624da8cf6ed4fb8a6fb",
	    "ECC_NIST_EDWARDS25519", "published in a standard");
}

static void
refuses_published_rsa_keys(void **state)
{
	static const struct {
		const char *file, *spec;
	} cases[] = {
	    {"rsa_oaep_2048_sha1_mgf1sha1_test.json", "RSA_2048"},
	    {"rsa_oaep_2048_sha256_mgf1sha256_test.json", "RSA_2048"},
	    {"rsa_oaep_3072_sha256_mgf1sha256_test.json", "RSA_3072"},
	    {"rsa_oaep_4096_sha256_mgf1sha256_test.json", "RSA_4096"},
	};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		cJSON *root = wycheproof(cases[i].file);

		refuses_hex(member(group_at(root, 0), "privateKeyPkcs8"),
		    cases[i].spec, "published in a test suite");
		cJSON_Delete(root);
	}
}

static void
refuses_weak_rsa_keys(void **state)
{
	static const struct {
		const char *file, *text;
	} cases[] = {
	    {"rsa-roca.pem", "the fingerprint of ROCA"},
	    {"rsa-fermat.pem", "so close that n can be factored"},
	    {"rsa-unequal.pem", "not both of half the modulus' length"},
	    {"rsa-e3.pem", "its public exponent is even, below 65537"},
	    {"rsa-huge-prime.pem",
		"its private numbers are larger than its modulus"},
	};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct secret s = secret_file(
		    "tests/vectors/weak", cases[i].file);
		struct received r;
		struct err err = {0};

		assert_int_equal(
		    receive_key(&s, spec("RSA_2048"), RECEIVE_ANY, 0, &r, &err),
		    -1);
		assert_null(r.material.p);
		if (strstr(err.msg, cases[i].text) == NULL)
			fail_msg("'%s' is not in: %s", cases[i].text, err.msg);
		secret_free(&s);
	}
}

/* PKCS#8 of P-256 whose private number is given; the point is not looked at. */
static void
refuses_tiny_ec_keys(void **state)
{
	static const char start[] =
	    "304102010030130607"
	    "2a8648ce3d020106082a8648ce3d030107042730250201010420";
	static const struct {
		const char *scalar, *text;
	} cases[] = {
	    {"0000000000000000000000000000000000000000000000000000000000000001",
		"its private number is tiny"},
	    {"0000000000000000ff5a13c8d2e4b7a96180f3c2d1e0b9a8f7e6d5c4b3a2918f",
		"its private number is tiny"},
	    {"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550",
		"its private number is tiny"},
	    {"0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
		"it counts up or down"},
	    {"c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
		"published in a standard"},
	};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		char hex[200];

		(void)snprintf(
		    hex, sizeof(hex), "%s%s", start, cases[i].scalar);
		refuses_hex(hex, "ECC_NIST_P256", cases[i].text);
	}
}

static void
passes_new_keys_of_every_spec(void **state)
{
	const struct key_spec *s;

	(void)state;
	for (size_t i = 0; (s = key_spec_at(i)) != NULL; i++) {
		struct secret material;
		struct err err = {0};

		if (s->bits > 2048)
			continue; /* seconds, and nothing new */
		assert_int_equal(generate_key(s, &material, &err), 0);
		if (weak_check(&material, s, &err) < 0)
			fail_msg("%s: %s", s->name, err.msg);
		secret_free(&material);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refuses_patterns),
	    cmocka_unit_test(refuses_published_keys),
	    cmocka_unit_test(refuses_published_rsa_keys),
	    cmocka_unit_test(refuses_weak_rsa_keys),
	    cmocka_unit_test(refuses_tiny_ec_keys),
	    cmocka_unit_test(passes_new_keys_of_every_spec),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
