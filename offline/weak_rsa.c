#include "weak_rsa.h"

#include <stdbool.h>
#include <stddef.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "digest.h"
#include "published_keys.h"

#define MODULUS_MAX 512 /* bytes */

struct numbers {
	BIGNUM *n, *e, *p, *q;
};

static int
read_numbers(EVP_PKEY *key, struct numbers *k)
{
	return EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &k->n) == 1 &&
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &k->e) == 1 &&
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_FACTOR1, &k->p) ==
	    1 &&
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_FACTOR2, &k->q) == 1;
}

/* Fermat's method takes seconds when |p - q| is below n^(1/4). */
static bool
primes_too_close(const struct numbers *k)
{
	BIGNUM *difference = BN_secure_new();
	bool close;

	close = difference == NULL || BN_sub(difference, k->p, k->q) != 1 ||
	    BN_num_bits(difference) <= BN_num_bits(k->n) / 2 - 100;
	BN_clear_free(difference);
	return close;
}

/* Is x mod prime a power of 65537 mod prime? */
static bool
in_subgroup(BN_ULONG x, BN_ULONG prime)
{
	BN_ULONG power = 1;

	do {
		if (power == x)
			return true;
		power = power * (65537 % prime) % prime;
	} while (power != 1);
	return false;
}

/*
 * The primes of that generator have the form k * M + (65537^a mod M), M being
 * a product of small primes, so that n is a power of 65537 modulo each one of
 * them. By chance one modulus in some 2^27 looks like that.
 */
static bool
looks_like_roca(const BIGNUM *n)
{
	static const uint8_t primes[] = {3, 5, 7, 11, 13, 17, 19, 23, 29, 31,
	    37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
	    107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};

	for (size_t i = 0; i < sizeof(primes); i++)
		if (!in_subgroup(BN_mod_word(n, primes[i]), primes[i]))
			return false;
	return true;
}

static bool
modulus_is_published(const BIGNUM *n)
{
	uint8_t bytes[MODULUS_MAX], digest[SHA256_LEN];
	struct err ignored;
	int len = BN_num_bytes(n);

	return len <= MODULUS_MAX && BN_bn2bin(n, bytes) == len &&
	    sha256(bytes, (size_t)len, digest, &ignored) == 0 &&
	    is_published(digest);
}

static const char *
weakness(const struct numbers *k)
{
	int half = BN_num_bits(k->n) / 2;

	if (BN_num_bits(k->n) < 2048)
		return "its modulus has less than 2048 bits";
	if (!BN_is_odd(k->e) || BN_num_bits(k->e) < 17 ||
	    BN_num_bits(k->e) > 256)
		return "its public exponent is even, below 65537 or huge";
	if (BN_num_bits(k->p) != half || BN_num_bits(k->q) != half)
		return "its primes are not both of half the modulus' length";
	if (primes_too_close(k))
		return "its primes are so close that n can be factored";
	if (looks_like_roca(k->n))
		return "its modulus has the fingerprint of ROCA "
		       "(CVE-2017-15361)";
	if (modulus_is_published(k->n))
		return "it is published in a test suite";
	return NULL;
}

int
weak_rsa_check(EVP_PKEY *key, struct err *err)
{
	struct numbers k = {0};
	const char *reason;
	int ret = -1;

	if (!read_numbers(key, &k)) {
		(void)err_crypto(err, "cannot look into the RSA key");
		goto out;
	}
	if ((reason = weakness(&k)) != NULL) {
		(void)err_set(
		    err, STATUS_REJECTED, "the key is weak: %s", reason);
		(void)err_hint(err, "make a new key");
		goto out;
	}
	ret = 0;
out:
	BN_free(k.n);
	BN_free(k.e);
	BN_clear_free(k.p);
	BN_clear_free(k.q);
	return ret;
}
