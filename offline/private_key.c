#include "private_key.h"

#include <stdbool.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/decoder.h>
#include <openssl/ec.h>
#include <openssl/encoder.h>
#include <openssl/evp.h>

#include "buf.h"

#define DER_MAX 8192 /* RSA-4096 takes 2400 */
#define GROUP_MAX 64

static const char *
structure_name(enum der_kind kind)
{
	return kind == DER_PKCS8 ? "PrivateKeyInfo" : "type-specific";
}

static const char *
type_name(enum der_kind kind)
{
	switch (kind) {
	case DER_PKCS1:
		return "RSA";
	case DER_SEC1:
		return "EC";
	default:
		return NULL; /* the structure says */
	}
}

int
private_key_read(
    const uint8_t *der, size_t len, EVP_PKEY **key, struct err *err)
{
	enum der_kind kind = der_kind(der, len);
	const char *refusal = der_refusal(kind);
	const uint8_t *p = der;
	size_t left = len;
	OSSL_DECODER_CTX *ctx = NULL;
	int ret = -1;

	*key = NULL;
	if (refusal != NULL)
		return err_set(err, STATUS_REJECTED, "it %s", refusal);
	ctx = OSSL_DECODER_CTX_new_for_pkey(key, "DER", structure_name(kind),
	    type_name(kind), EVP_PKEY_KEYPAIR, NULL, NULL);
	if (ctx == NULL || OSSL_DECODER_from_data(ctx, &p, &left) != 1 ||
	    *key == NULL) {
		(void)err_crypto(err, "it cannot be read as a private key");
		err->status = STATUS_REJECTED;
		goto out;
	}
	if (left != 0) {
		(void)err_set(err, STATUS_REJECTED,
		    "%zu bytes follow the private key", left);
		goto out;
	}
	ret = 0;
out:
	OSSL_DECODER_CTX_free(ctx);
	if (ret < 0) {
		EVP_PKEY_free(*key);
		*key = NULL;
	}
	return ret;
}

/* However the key was written before: curve by name, point in full. */
static int
set_ec_form(EVP_PKEY *key)
{
	if (EVP_PKEY_is_a(key, "EC") != 1)
		return 1;
	if (EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING,
		OSSL_PKEY_EC_ENCODING_GROUP) != 1 ||
	    EVP_PKEY_set_utf8_string_param(key,
		OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
		OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED) != 1)
		return 0;
	return EVP_PKEY_set_int_param(
	    key, OSSL_PKEY_PARAM_EC_INCLUDE_PUBLIC, 1);
}

int
private_key_write(EVP_PKEY *key, struct secret *der, struct err *err)
{
	OSSL_ENCODER_CTX *ctx = NULL;
	unsigned char *p;
	size_t left;
	int ret = -1;

	if (secret_alloc(der, DER_MAX, err) < 0)
		return -1;
	p = der->p;
	left = der->len;
	if (set_ec_form(key) != 1 ||
	    (ctx = OSSL_ENCODER_CTX_new_for_pkey(key, EVP_PKEY_KEYPAIR, "DER",
		 "PrivateKeyInfo", NULL)) == NULL ||
	    OSSL_ENCODER_to_data(ctx, &p, &left) != 1) {
		(void)err_crypto(err, "cannot write the key as PKCS#8");
		goto out;
	}
	secret_shorten(der, DER_MAX - left);
	ret = 0;
out:
	OSSL_ENCODER_CTX_free(ctx);
	if (ret < 0)
		secret_free(der);
	return ret;
}

static int
wrong_type(EVP_PKEY *key, const struct key_spec *spec, struct err *err)
{
	const char *name = EVP_PKEY_get0_type_name(key);

	return err_set(err, STATUS_REJECTED,
	    "it is a key of type %s, and the plan wants %s",
	    name != NULL ? name : "unknown", spec->name);
}

static bool
has_number_above(EVP_PKEY *key, const char *name, int bits)
{
	BIGNUM *number = NULL;
	bool above = EVP_PKEY_get_bn_param(key, name, &number) == 1 &&
	    BN_num_bits(number) > bits;

	BN_clear_free(number);
	return above;
}

static int
require_rsa(EVP_PKEY *key, const struct key_spec *spec, struct err *err)
{
	int bits = EVP_PKEY_get_bits(key);

	if (EVP_PKEY_is_a(key, "RSA") != 1)
		return wrong_type(key, spec, err);
	if (bits < 0 || (unsigned)bits != spec->bits)
		return err_set(err, STATUS_REJECTED,
		    "it is an RSA key of %d bits, and the plan wants %s", bits,
		    spec->name);
	if (has_number_above(key, OSSL_PKEY_PARAM_RSA_FACTOR3, 0))
		return err_set(err, STATUS_REJECTED,
		    "it is an RSA key of more than two primes, which KMS does "
		    "not import");
	/* Whether such a number is prime would take hours to find out. */
	if (has_number_above(key, OSSL_PKEY_PARAM_RSA_FACTOR1, bits) ||
	    has_number_above(key, OSSL_PKEY_PARAM_RSA_FACTOR2, bits) ||
	    has_number_above(key, OSSL_PKEY_PARAM_RSA_D, bits))
		return err_set(err, STATUS_REJECTED,
		    "its private numbers are larger than its modulus");
	return 0;
}

static int
require_ec(EVP_PKEY *key, const struct key_spec *spec, struct err *err)
{
	char group[GROUP_MAX] = "";
	int is_explicit = 0;

	if (EVP_PKEY_is_a(key, "EC") != 1)
		return wrong_type(key, spec, err);
	(void)EVP_PKEY_get_int_param(
	    key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &is_explicit);
	if (is_explicit != 0)
		return err_set(err, STATUS_REJECTED,
		    "its curve is spelled out in numbers, not named");
	if (EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) != 1 ||
	    strcmp(group, spec->group) != 0)
		return err_set(err, STATUS_REJECTED,
		    "it is on the curve %s, and the plan wants %s",
		    group[0] != '\0' ? group : "without a name", spec->name);
	return 0;
}

int
private_key_require(EVP_PKEY *key, const struct key_spec *spec, struct err *err)
{
	switch (spec->material) {
	case MATERIAL_RSA:
		return require_rsa(key, spec, err);
	case MATERIAL_EC:
		return require_ec(key, spec, err);
	case MATERIAL_ED25519:
		return EVP_PKEY_is_a(key, "ED25519") == 1
		    ? 0
		    : wrong_type(key, spec, err);
	case MATERIAL_SYMMETRIC:
	case MATERIAL_HMAC:
	default:
		return wrong_type(key, spec, err);
	}
}

static int
check_halves(EVP_PKEY *key, struct err *err)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	int ret = -1;

	if (ctx == NULL)
		return err_memory(err);
	if (EVP_PKEY_public_check(ctx) != 1 ||
	    EVP_PKEY_private_check(ctx) != 1 ||
	    EVP_PKEY_pairwise_check(ctx) != 1) {
		(void)err_crypto(
		    err, "its public and private half do not belong together");
		err->status = STATUS_REJECTED;
		goto out;
	}
	ret = 0;
out:
	EVP_PKEY_CTX_free(ctx);
	return ret;
}

static int
sign_and_verify(EVP_PKEY *key, struct err *err)
{
	static const uint8_t text[] = "gapseal pairwise test";
	const char *hash = EVP_PKEY_is_a(key, "ED25519") == 1 ? NULL : "SHA256";
	struct buf sig = BUF_EMPTY;
	EVP_MD_CTX *sign = EVP_MD_CTX_new(), *verify = EVP_MD_CTX_new();
	int ret = -1;

	if (sign == NULL || verify == NULL ||
	    buf_alloc(&sig, (size_t)EVP_PKEY_get_size(key), err) < 0) {
		(void)err_memory(err);
		goto out;
	}
	if (EVP_DigestSignInit_ex(sign, NULL, hash, NULL, NULL, key, NULL) !=
		1 ||
	    EVP_DigestSign(sign, sig.p, &sig.len, text, sizeof(text)) != 1 ||
	    EVP_DigestVerifyInit_ex(
		verify, NULL, hash, NULL, NULL, key, NULL) != 1 ||
	    EVP_DigestVerify(verify, sig.p, sig.len, text, sizeof(text)) != 1) {
		(void)err_crypto(
		    err, "it makes signatures that it does not verify");
		err->status = STATUS_REJECTED;
		goto out;
	}
	ret = 0;
out:
	EVP_MD_CTX_free(sign);
	EVP_MD_CTX_free(verify);
	buf_free(&sig);
	return ret;
}

int
private_key_test(EVP_PKEY *key, struct err *err)
{
	if (check_halves(key, err) < 0)
		return -1;
	return sign_and_verify(key, err);
}
