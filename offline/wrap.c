#include "wrap.h"

#include <assert.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "kwp.h"

/*
 * An exponent of 1 would hand out the material as it is. KMS's own keys all
 * have 65537; the upper limit is FIPS 186-5's.
 */
static int
check_exponent(EVP_PKEY *key, struct err *err)
{
	BIGNUM *e = NULL;
	int ret = -1;

	if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) != 1)
		return err_crypto(err, "the wrapping key has no exponent");
	if (!BN_is_odd(e) || BN_num_bits(e) < 17 || BN_num_bits(e) > 256)
		(void)err_set(err, STATUS_REJECTED,
		    "the wrapping key's exponent must be odd, and 65537 or "
		    "more");
	else
		ret = 0;
	BN_free(e);
	return ret;
}

static int
check_wrapping_key(EVP_PKEY *key, struct err *err)
{
	int bits = EVP_PKEY_get_bits(key);

	if (EVP_PKEY_is_a(key, "RSA") != 1)
		return err_set(
		    err, STATUS_REJECTED, "the wrapping key is no RSA key");
	if (bits != 2048 && bits != 3072 && bits != 4096)
		return err_set(err, STATUS_REJECTED,
		    "the wrapping key has %d bits: 2048, 3072 or 4096 are "
		    "wanted",
		    bits);
	return check_exponent(key, err);
}

static int
read_wrapping_key(const struct buf *spki, EVP_PKEY **key, struct err *err)
{
	const unsigned char *p = spki->p;

	*key = spki->len > 8192 ? NULL : d2i_PUBKEY(NULL, &p, (long)spki->len);
	if (*key == NULL || p != spki->p + spki->len) {
		(void)err_crypto(err, "the wrapping key is no public key");
		err->status = STATUS_REJECTED;
		goto fail;
	}
	if (check_wrapping_key(*key, err) < 0)
		goto fail;
	return 0;
fail:
	EVP_PKEY_free(*key);
	*key = NULL;
	return -1;
}

/* RSAES-OAEP with an empty label; out has room for the modulus' length. */
static int
oaep(EVP_PKEY *key, const char *hash, const struct secret *in, uint8_t *out,
    size_t out_len, struct err *err)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	const EVP_MD *md = EVP_get_digestbyname(hash);
	size_t n = out_len;
	int ret = -1;

	if (ctx == NULL || md == NULL || EVP_PKEY_encrypt_init(ctx) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) != 1 ||
	    EVP_PKEY_CTX_set_rsa_oaep_md(ctx, md) != 1 ||
	    EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md) != 1 ||
	    EVP_PKEY_encrypt(ctx, out, &n, in->p, in->len) != 1) {
		(void)err_crypto(
		    err, "cannot encrypt %zu bytes of key material", in->len);
		goto out;
	}
	if (n != out_len) {
		(void)err_set(err, STATUS_FAILED,
		    "wrapping gave %zu bytes instead of %zu", n, out_len);
		goto out;
	}
	ret = 0;
out:
	EVP_PKEY_CTX_free(ctx);
	return ret;
}

/* Wrap, and open again: what leaves holds the material, to the byte. */
static int
wrap_checked(const struct secret *key, const struct secret *material,
    uint8_t *out, struct err *err)
{
	struct secret again = SECRET_EMPTY;
	int ret = -1;

	if (kwp_wrap(key, material, out, err) < 0 ||
	    kwp_unwrap(key, out, kwp_length(material->len), &again, err) < 0)
		goto out;
	if (again.len != material->len ||
	    CRYPTO_memcmp(again.p, material->p, again.len) != 0) {
		(void)err_set(err, STATUS_FAILED,
		    "the key wrap does not open to what was wrapped");
		goto out;
	}
	ret = 0;
out:
	secret_free(&again);
	return ret;
}

/* OAEP of a fresh AES key, then the material under that key. */
static int
wrap_in_two(EVP_PKEY *key, const char *hash, const struct secret *material,
    struct buf *out, struct err *err)
{
	size_t k = (size_t)EVP_PKEY_get_size(key);
	struct secret aes = SECRET_EMPTY;
	int ret = -1;

	assert(out->len == k + kwp_length(material->len));
	if (secret_alloc(&aes, KWP_KEY_LEN, err) < 0)
		return -1;
	if (RAND_priv_bytes_ex(NULL, aes.p, aes.len, 0) != 1) {
		(void)err_crypto(err, "cannot draw an AES key");
		goto out;
	}
	if (oaep(key, hash, &aes, out->p, k, err) < 0 ||
	    wrap_checked(&aes, material, out->p + k, err) < 0)
		goto out;
	ret = 0;
out:
	secret_free(&aes);
	return ret;
}

int
wrap_key(const struct secret *material, const struct buf *spki,
    const struct wrapping *wrapping, struct buf *out, struct err *err)
{
	EVP_PKEY *key = NULL;
	size_t len;
	int ret = -1;

	*out = BUF_EMPTY;
	if (material->len == 0)
		return err_set(err, STATUS_FAILED, "no key material to wrap");
	if (read_wrapping_key(spki, &key, err) < 0)
		return -1;
	len = wrapped_length(
	    wrapping, (unsigned)EVP_PKEY_get_bits(key), material->len);
	if (buf_alloc(out, len, err) < 0)
		goto out;
	ret = wrapping->aes_kwp
	    ? wrap_in_two(key, wrapping->hash, material, out, err)
	    : oaep(key, wrapping->hash, material, out->p, out->len, err);
out:
	EVP_PKEY_free(key);
	if (ret < 0)
		buf_free(out);
	return ret;
}
