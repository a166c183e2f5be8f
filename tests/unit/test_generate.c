/*
 * generate_key: material of the form that KMS imports, for every spec; what
 * the transfer says about it is what another implementation computes.
 */
#include "secrets.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "commitment.h"
#include "generate.h"
#include "private_key.h"

#define DEMO "b15ead28c2cdaefe533a5d50284576a4522af15e1f9111b0260e841e65a03b23"

static void
makes_raw_keys_of_the_exact_length(void **state)
{
	const struct key_spec *s;
	struct err err = {0};

	(void)state;
	for (size_t i = 0; (s = key_spec_at(i)) != NULL; i++) {
		struct secret a, b;

		if (s->len == 0)
			continue;
		assert_int_equal(generate_key(s, &a, &err), 0);
		assert_int_equal(generate_key(s, &b, &err), 0);
		assert_int_equal(a.len, s->len);
		assert_memory_not_equal(a.p, b.p, s->len);
		secret_free(&a);
		secret_free(&b);
	}
}

static void
makes_pkcs8_that_kms_imports(void **state)
{
	static const struct {
		const char *name;
		size_t len;     /* RSA varies by a byte or two */
		const char *id; /* AlgorithmIdentifier, as it has to be */
	} cases[] = {
	    {"RSA_2048", 1217, "300d06092a864886f70d0101010500"},
	    {"ECC_NIST_P256", 138,
		"301306072a8648ce3d020106082a8648ce3d030107"},
	    {"ECC_NIST_P384", 185, "301006072a8648ce3d020106052b81040022"},
	    {"ECC_NIST_P521", 241, "301006072a8648ce3d020106052b81040023"},
	    {"ECC_SECG_P256K1", 135, "301006072a8648ce3d020106052b8104000a"},
	    {"ECC_NIST_EDWARDS25519", 48, "300506032b6570"},
	};
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct secret m, id = secret_hex(cases[i].id);
		size_t head = cases[i].len < 128 ? 2
		    : cases[i].len < 256         ? 3
						 : 4;

		if (generate_key(spec(cases[i].name), &m, &err) < 0)
			fail_msg("%s", err.msg);
		if (spec(cases[i].name)->bits > 0)
			assert_in_range(m.len, 1213, 1220);
		else
			assert_int_equal(m.len, cases[i].len);
		assert_int_equal(der_kind(m.p, m.len), DER_PKCS8);
		assert_memory_equal(m.p + head, "\x02\x01\x00", 3);
		assert_memory_equal(m.p + head + 3, id.p, id.len);
		secret_free(&m);
		secret_free(&id);
	}
}

static void
reads_back_what_it_wrote(void **state)
{
	struct err err = {0};
	struct secret m, again;
	EVP_PKEY *key;
	const struct key_spec *s;

	(void)state;
	for (size_t i = 0; (s = key_spec_at(i)) != NULL; i++) {
		if (s->len > 0 || s->bits > 2048)
			continue;
		assert_int_equal(generate_key(s, &m, &err), 0);
		assert_int_equal(private_key_read(m.p, m.len, &key, &err), 0);
		assert_int_equal(private_key_require(key, s, &err), 0);
		assert_int_equal(private_key_write(key, &again, &err), 0);
		assert_int_equal(again.len, m.len);
		assert_memory_equal(again.p, m.p, m.len);
		EVP_PKEY_free(key);
		secret_free(&m);
		secret_free(&again);
	}
}

static void
commits_as_another_implementation_does(void **state)
{
	struct secret m = secret_hex(DEMO);
	uint8_t digest[SHA256_LEN], out[SHA256_LEN];
	char hex[HEX_LEN(SHA256_LEN)];
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(digest); i++)
		digest[i] = (uint8_t)i;
	assert_int_equal(commitment(&m, digest, out, &err), 0);
	hex_encode(out, sizeof(out), hex);
	/* HMAC and HKDF from Python's hmac and hashlib */
	assert_string_equal(hex,
	    "aec64ebc417d8a69ed490e6a7d322922332ca8518702b72c7ec4519d73ad2804");
	digest[31] ^= 1;
	assert_int_equal(commitment(&m, digest, out, &err), 0);
	hex_encode(out, sizeof(out), hex);
	assert_string_not_equal(hex,
	    "aec64ebc417d8a69ed490e6a7d322922332ca8518702b72c7ec4519d73ad2804");
	secret_free(&m);
}

static void
macs_as_another_implementation_does(void **state)
{
	static const struct {
		const char *name, *mac;
	} cases[] = {
	    {"HMAC_224",
		"9f28331adada8746dddcf8f9cef4fcdd9ff712c1d3675fc417b70789"},
	    {"HMAC_256",
		"af25dccdbc94cf434f40e968f33951b6"
		"0cb16ee717d9808c9808116f564132c9"},
	    {"HMAC_384",
		"72f75831186707b133efca1142634fd997a4b8891d351f54"
		"2f438bfbe5fc5e4b1cbafffcce61f88d6de2251e270f5821"},
	    {"HMAC_512",
		"3206dbd15f7f4afb72aa28d34df1bc431aa08325a2d0d9e3aa8e05b06c5fbc"
		"2d95d9aa936a5dc156032cd7c8872547cfde150a5b9affe1fa8d1a1d190f03"
		"ede3"},
	};
	struct secret twice = secret_hex(DEMO DEMO);
	uint8_t digest[SHA256_LEN];
	struct err err = {0};
	struct buf mac;

	(void)state;
	for (size_t i = 0; i < sizeof(digest); i++)
		digest[i] = (uint8_t)i;
	for (size_t i = 0; i < 4; i++) {
		const struct key_spec *s = spec(cases[i].name);
		struct secret m = secret_of(twice.p, s->len);
		char hex[HEX_LEN(64)];

		assert_int_equal(import_mac(&m, s, digest, &mac, &err), 0);
		hex_encode(mac.p, mac.len, hex);
		assert_string_equal(hex, cases[i].mac);
		buf_free(&mac);
		secret_free(&m);
	}
	assert_int_equal(
	    import_mac(&twice, spec("HMAC_256"), digest, &mac, &err), -1);
	assert_int_equal(
	    import_mac(&twice, spec("SYMMETRIC_DEFAULT"), digest, &mac, &err),
	    -1);
	assert_null(mac.p);
	secret_free(&twice);
}

static void
gives_the_public_half(void **state)
{
	/* RFC 8032 section 7.1, test 2 */
	struct secret m = secret_hex(
	    "302e020100300506032b6570042204204ccd089b28ff96da9db6c346ec114e0f"
	    "5b8a319f35aba624da8cf6ed4fb8a6fb");
	char hex[HEX_LEN(44)];
	struct err err = {0};
	struct buf spki;

	(void)state;
	assert_int_equal(
	    public_key(&m, spec("ECC_NIST_EDWARDS25519"), &spki, &err), 0);
	assert_int_equal(spki.len, 44);
	hex_encode(spki.p, spki.len, hex);
	assert_string_equal(hex,
	    "302a300506032b6570032100"
	    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
	buf_free(&spki);
	assert_int_equal(
	    public_key(&m, spec("ECC_NIST_P256"), &spki, &err), -1);
	assert_null(spki.p);
	assert_string_equal(err.msg,
	    "it is a key of type ED25519, and the plan wants ECC_NIST_P256");
	secret_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(makes_raw_keys_of_the_exact_length),
	    cmocka_unit_test(makes_pkcs8_that_kms_imports),
	    cmocka_unit_test(reads_back_what_it_wrote),
	    cmocka_unit_test(commits_as_another_implementation_does),
	    cmocka_unit_test(macs_as_another_implementation_does),
	    cmocka_unit_test(gives_the_public_half),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
