#include "wrapping_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "rsa_spki.h"

static int
check_key(const struct rsa_spki *key, struct err *err)
{
	const char *refusal = rsa_exponent_refusal(key);

	if (key->bits != 2048 && key->bits != 3072 && key->bits != 4096)
		return err_set(err, STATUS_REJECTED,
		    "the wrapping key has %u bits: 2048, 3072 or 4096 are "
		    "wanted",
		    key->bits);
	if ((key->n.p[key->n.len - 1] & 1) == 0)
		return err_set(
		    err, STATUS_REJECTED, "the wrapping key's modulus is even");
	if (refusal != NULL)
		return err_set(
		    err, STATUS_REJECTED, "the wrapping key %s", refusal);
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
	struct rsa_spki numbers;
	const char *refusal = rsa_spki_read(spki, &numbers);
	BIGNUM *n = NULL, *e = NULL;
	int ret = -1;

	*key = NULL;
	if (refusal != NULL)
		return err_set(
		    err, STATUS_REJECTED, "the wrapping key %s", refusal);
	if (check_key(&numbers, err) < 0)
		return -1;
	n = BN_bin2bn(numbers.n.p, (int)numbers.n.len, NULL);
	e = BN_bin2bn(numbers.e.p, (int)numbers.e.len, NULL);
	if (n == NULL || e == NULL)
		(void)err_memory(err);
	else
		ret = make_key(n, e, key, err);
	BN_free(n);
	BN_free(e);
	return ret;
}
