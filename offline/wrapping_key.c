#include "wrapping_key.h"

#include <stdbool.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "der.h"

/* AlgorithmIdentifier of rsaEncryption, whose parameters are NULL */
static const uint8_t rsa[] = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
    0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};

/* A positive INTEGER in its shortest form. */
static bool
is_positive(const struct der *d)
{
	if (d->left == 0 || d->p[0] >= 0x80)
		return false;
	return d->p[0] != 0 || (d->left > 1 && d->p[1] >= 0x80);
}

/* Views of the two numbers in spki. */
static int
find_numbers(
    const struct buf *spki, struct der *n, struct der *e, struct err *err)
{
	struct der all = {.p = spki->p, .left = spki->len}, body, bits, both;

	body = der_want(&all, DER_SEQUENCE);
	if (!body.failed && all.left == 0 &&
	    (body.left < sizeof(rsa) || memcmp(body.p, rsa, sizeof(rsa)) != 0))
		return err_set(
		    err, STATUS_REJECTED, "the wrapping key is no RSA key");
	(void)der_want(&body, DER_SEQUENCE);
	bits = der_want(&body, DER_BITS);
	if (bits.left > 0 && *bits.p == 0) { /* unused bits in the last byte */
		bits.p++;
		bits.left--;
	} else {
		bits.failed = true;
	}
	both = der_want(&bits, DER_SEQUENCE);
	*n = der_want(&both, DER_INTEGER);
	*e = der_want(&both, DER_INTEGER);
	if (both.failed || all.left + body.left + bits.left + both.left != 0 ||
	    !is_positive(n) || !is_positive(e))
		return err_set(err, STATUS_REJECTED,
		    "the wrapping key is no public key in DER");
	return 0;
}

/*
 * An exponent of 1 would hand out the material as it is. KMS's own keys all
 * have 65537; the upper limit is FIPS 186-5's.
 */
static int
check_numbers(const BIGNUM *n, const BIGNUM *e, struct err *err)
{
	int bits = BN_num_bits(n);

	if (bits != 2048 && bits != 3072 && bits != 4096)
		return err_set(err, STATUS_REJECTED,
		    "the wrapping key has %d bits: 2048, 3072 or 4096 are "
		    "wanted",
		    bits);
	if (!BN_is_odd(n))
		return err_set(
		    err, STATUS_REJECTED, "the wrapping key's modulus is even");
	if (!BN_is_odd(e) || BN_num_bits(e) < 17 || BN_num_bits(e) > 256)
		return err_set(err, STATUS_REJECTED,
		    "the wrapping key's exponent must be odd, and 65537 or "
		    "more");
	return 0;
}

static int
make_key(const BIGNUM *n, const BIGNUM *e, EVP_PKEY **key, struct err *err)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;
	int ret = -1;

	if (ctx == NULL || build == NULL ||
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) != 1 ||
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) != 1 ||
	    (params = OSSL_PARAM_BLD_to_param(build)) == NULL ||
	    EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		(void)err_crypto(err, "cannot use the wrapping key");
	else
		ret = 0;
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(ctx);
	return ret;
}

int
wrapping_key_read(const struct buf *spki, EVP_PKEY **key, struct err *err)
{
	struct der n_der = {0}, e_der = {0};
	BIGNUM *n = NULL, *e = NULL;
	int ret = -1;

	*key = NULL;
	if (spki->len > 8192)
		return err_set(err, STATUS_REJECTED,
		    "the wrapping key has %zu bytes, which is too many",
		    spki->len);
	if (find_numbers(spki, &n_der, &e_der, err) < 0)
		return -1;
	n = BN_bin2bn(n_der.p, (int)n_der.left, NULL);
	e = BN_bin2bn(e_der.p, (int)e_der.left, NULL);
	if (n == NULL || e == NULL)
		(void)err_memory(err);
	else if (check_numbers(n, e, err) == 0)
		ret = make_key(n, e, key, err);
	BN_free(n);
	BN_free(e);
	return ret;
}
