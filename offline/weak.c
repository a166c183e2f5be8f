#include "weak.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include "digest.h"
#include "private_key.h"
#include "published_keys.h"
#include "weak_rsa.h"

#define SCALAR_MAX 66 /* bytes of a P-521 scalar */
#define DISTINCT_MIN 10
#define TINY_BITS 64 /* so many leading zeros do not come by chance */

/* Does each byte differ from the one before by the same? */
static bool
is_progression(const uint8_t *p, size_t len)
{
	for (size_t i = 2; i < len; i++)
		if ((uint8_t)(p[i] - p[i - 1]) != (uint8_t)(p[1] - p[0]))
			return false;
	return true;
}

/* Is there a part that is repeated at least once from start to end? */
static bool
is_periodic(const uint8_t *p, size_t len)
{
	for (size_t period = 1; period <= len / 2; period++)
		if (memcmp(p, p + period, len - period) == 0)
			return true;
	return false;
}

static size_t
count_distinct(const uint8_t *p, size_t len)
{
	uint8_t seen[256] = {0};
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		seen[p[i]] = 1;
	for (size_t i = 0; i < sizeof(seen); i++)
		n += seen[i];
	OPENSSL_cleanse(seen, sizeof(seen));
	return n;
}

static bool
is_printable(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] < 0x20 || p[i] > 0x7e)
			return false;
	return true;
}

static const char *
pattern(const uint8_t *p, size_t len)
{
	if (count_distinct(p, len) == 1)
		return "is one byte, repeated";
	if (is_progression(p, len))
		return "counts up or down";
	if (is_periodic(p, len))
		return "repeats a part of itself";
	if (count_distinct(p, len) < DISTINCT_MIN)
		return "has only a few different bytes";
	if (is_printable(p, len))
		return "is text, like a passphrase";
	return NULL;
}

/* Bytes that should look like chance: raw material, a seed, a scalar. */
static int
check_bytes(const uint8_t *p, size_t len, struct err *err)
{
	uint8_t digest[SHA256_LEN];
	const char *reason = pattern(p, len);

	if (reason == NULL) {
		if (sha256(p, len, digest, err) < 0)
			return -1;
		if (is_published(digest))
			reason = "is published in a standard or a test suite";
		OPENSSL_cleanse(digest, sizeof(digest));
	}
	if (reason == NULL)
		return 0;
	(void)err_set(err, STATUS_REJECTED, "the key is weak: it %s", reason);
	return err_hint(err,
	    "make a new key: whoever sees its commitment could guess this one");
}

/* Neither d nor n - d, which signs as well, may be a small number. */
static bool
is_tiny(const BIGNUM *d, const BIGNUM *order)
{
	BIGNUM *other = BN_secure_new();
	int limit = BN_num_bits(order) - TINY_BITS;
	bool tiny;

	tiny = other == NULL || BN_sub(other, order, d) != 1 ||
	    BN_num_bits(d) <= limit || BN_num_bits(other) <= limit;
	BN_clear_free(other);
	return tiny;
}

static int
check_ec(EVP_PKEY *key, struct err *err)
{
	uint8_t scalar[SCALAR_MAX];
	BIGNUM *d = NULL, *order = NULL;
	int len, ret = -1;

	if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &d) != 1 ||
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_ORDER, &order) != 1) {
		(void)err_crypto(err, "cannot look into the EC key");
		goto out;
	}
	if (is_tiny(d, order)) {
		(void)err_set(err, STATUS_REJECTED,
		    "the key is weak: its private number is tiny");
		(void)err_hint(err, "make a new key");
		goto out;
	}
	len = BN_num_bytes(order);
	if (len > SCALAR_MAX || BN_bn2binpad(d, scalar, len) != len) {
		(void)err_set(
		    err, STATUS_FAILED, "cannot look into the EC key");
		goto out;
	}
	ret = check_bytes(scalar, (size_t)len, err);
out:
	OPENSSL_cleanse(scalar, sizeof(scalar));
	BN_clear_free(d);
	BN_free(order);
	return ret;
}

static int
check_seed(EVP_PKEY *key, struct err *err)
{
	struct secret seed;
	int ret;

	if (secret_alloc(&seed, 32, err) < 0)
		return -1;
	if (EVP_PKEY_get_raw_private_key(key, seed.p, &seed.len) == 1)
		ret = check_bytes(seed.p, seed.len, err);
	else
		ret = err_crypto(err, "cannot look into the Ed25519 key");
	secret_free(&seed);
	return ret;
}

int
weak_check(
    const struct secret *material, const struct key_spec *spec, struct err *err)
{
	EVP_PKEY *key = NULL;
	int ret = -1;

	if (spec->len > 0)
		return check_bytes(material->p, material->len, err);
	if (private_key_read(material->p, material->len, &key, err) < 0)
		return -1;
	if (EVP_PKEY_is_a(key, "RSA") == 1)
		ret = weak_rsa_check(key, err);
	else if (EVP_PKEY_is_a(key, "EC") == 1)
		ret = check_ec(key, err);
	else
		ret = check_seed(key, err);
	EVP_PKEY_free(key);
	return ret;
}
