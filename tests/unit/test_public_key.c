/* Public keys from outside: the right kind, and nothing strange in them. */
#include "vectors.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "public_key.h"
#include "statements.h"

static void
der(EVP_PKEY *key, struct buf *out)
{
	unsigned char *p = NULL;
	int len = i2d_PUBKEY(key, &p);
	struct err err = {0};

	assert_true(len > 0);
	assert_int_equal(buf_copy(out, p, (size_t)len, &err), 0);
	OPENSSL_free(p);
}

/* The modulus of the golden request's key, with another exponent. */
static void
rsa_with(const char *exponent, struct buf *out)
{
	struct buf json = load("request-practice.json");
	struct err err = {0};
	struct request r;
	const unsigned char *p;
	EVP_PKEY *golden, *key = NULL;
	BIGNUM *n = NULL, *e = NULL;
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);

	assert_int_equal(request_read(&json, &r, &err), 0);
	p = r.targets[0].public_key.p;
	golden = d2i_PUBKEY(NULL, &p, (long)r.targets[0].public_key.len);
	assert_int_equal(
	    EVP_PKEY_get_bn_param(golden, OSSL_PKEY_PARAM_RSA_N, &n), 1);
	assert_true(BN_hex2bn(&e, exponent) > 0);
	assert_int_equal(
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, n), 1);
	assert_int_equal(
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, e), 1);
	params = OSSL_PARAM_BLD_to_param(bld);
	assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
	assert_int_equal(
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
	der(key, out);
	EVP_PKEY_free(key);
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	BN_free(e);
	BN_free(n);
	EVP_PKEY_free(golden);
	request_free(&r);
	buf_free(&json);
}

#define ZEROS "0000000000000000"

static void
refuses_weak_exponents(void **state)
{
	static const struct {
		const char *hex;
		bool good;
	} exponents[] = {{"010001", true}, {"010003", true}, {"01", false},
	    {"03", false}, {"FFFF", false}, {"010000", false},
	    {"010002", false}, {"FFFFFFFFFFFFFFFF", true},
	    {"01" ZEROS ZEROS ZEROS ZEROS "01", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(exponents) / sizeof(exponents[0]); i++) {
		struct buf spki = BUF_EMPTY;
		const char *refusal;

		rsa_with(exponents[i].hex, &spki);
		refusal = rsa_key_refusal(&spki, 2048);
		if (exponents[i].good)
			assert_null(refusal);
		else
			assert_non_null(strstr(refusal, "exponent"));
		buf_free(&spki);
	}
}

static void
refuses_another_size(void **state)
{
	struct buf spki = BUF_EMPTY;

	(void)state;
	rsa_with("010001", &spki);
	assert_null(rsa_key_refusal(&spki, 2048));
	assert_non_null(strstr(rsa_key_refusal(&spki, 4096), "size"));
	assert_null(public_key_refusal(&spki, key_spec_find("RSA_2048")));
	assert_non_null(public_key_refusal(&spki, key_spec_find("RSA_3072")));
	assert_non_null(
	    public_key_refusal(&spki, key_spec_find("ECC_NIST_P256")));
	assert_non_null(public_key_refusal(&spki, key_spec_find("HMAC_256")));
	buf_free(&spki);
}

static void
refuses_what_is_not_one_key_in_der(void **state)
{
	struct buf spki = BUF_EMPTY, odd = BUF_EMPTY;
	struct err err = {0};

	(void)state;
	rsa_with("010001", &spki);
	for (size_t n = 0; n < spki.len; n++) {
		struct buf cut;

		assert_int_equal(buf_copy(&cut, spki.p, n, &err), 0);
		assert_non_null(rsa_key_refusal(&cut, 2048));
		buf_free(&cut);
	}
	assert_int_equal(buf_copy(&odd, spki.p, spki.len, &err), 0);
	assert_int_equal(buf_add(&odd, "", 1, &err), 0);
	assert_non_null(strstr(rsa_key_refusal(&odd, 2048), "DER"));
	buf_free(&odd);

	/* BER: the same length in one byte more than it needs. */
	assert_int_equal(memcmp(spki.p, "\x30\x82", 2), 0);
	assert_int_equal(buf_copy(&odd, "\x30\x83\x00", 3, &err), 0);
	assert_int_equal(buf_add(&odd, spki.p + 2, spki.len - 2, &err), 0);
	assert_non_null(strstr(rsa_key_refusal(&odd, 2048), "DER"));
	buf_free(&odd);
	buf_free(&spki);
}

/* Every other spec that has a public half takes its own and no other. */
static void
tells_the_specs_apart(void **state)
{
	(void)state;
	for (size_t i = 0; key_spec_at(i) != NULL; i++) {
		const struct key_spec *made = key_spec_at(i);
		struct buf spki = BUF_EMPTY;
		EVP_PKEY *key;

		if (made->material == MATERIAL_EC)
			key = EVP_EC_gen(made->group);
		else if (made->material == MATERIAL_ED25519)
			key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
		else
			continue;
		assert_non_null(key);
		der(key, &spki);
		EVP_PKEY_free(key);
		for (size_t k = 0; key_spec_at(k) != NULL; k++)
			assert_true((public_key_refusal(&spki,
					 key_spec_at(k)) == NULL) == (k == i));
		assert_non_null(strstr(rsa_key_refusal(&spki, 2048), "RSA"));
		buf_free(&spki);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refuses_weak_exponents),
	    cmocka_unit_test(refuses_another_size),
	    cmocka_unit_test(refuses_what_is_not_one_key_in_der),
	    cmocka_unit_test(tells_the_specs_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
