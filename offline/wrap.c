#include "wrap.h"

#include <assert.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include "kwp.h"
#include "wrapping_key.h"

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
wrap_under(const struct secret *material, EVP_PKEY *key,
    const struct wrapping *wrapping, struct buf *out, struct err *err)
{
	size_t len;
	int ret;

	*out = BUF_EMPTY;
	if (material->len == 0)
		return err_set(err, STATUS_FAILED, "no key material to wrap");
	len = wrapped_length(
	    wrapping, (unsigned)EVP_PKEY_get_bits(key), material->len);
	if (buf_alloc(out, len, err) < 0)
		return -1;
	ret = wrapping->aes_kwp
	    ? wrap_in_two(key, wrapping->hash, material, out, err)
	    : oaep(key, wrapping->hash, material, out->p, out->len, err);
	if (ret < 0)
		buf_free(out);
	return ret;
}

int
wrap_key(const struct secret *material, const struct buf *spki,
    const struct wrapping *wrapping, struct buf *out, struct err *err)
{
	EVP_PKEY *key;
	int ret;

	*out = BUF_EMPTY;
	if (wrapping_key_read(spki, &key, err) < 0)
		return -1;
	ret = wrap_under(material, key, wrapping, out, err);
	EVP_PKEY_free(key);
	return ret;
}
