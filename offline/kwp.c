#include "kwp.h"

#include <assert.h>

#include <openssl/evp.h>

#define BLOCK ((size_t)8)

size_t
kwp_length(size_t len)
{
	return (len + BLOCK - 1) / BLOCK * BLOCK + BLOCK;
}

/* All input in one call: two would give two wraps, one after the other. */
static int
run(const struct secret *key, int encrypt, const uint8_t *in, size_t in_len,
    uint8_t *out, size_t *out_len)
{
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-256-WRAP-PAD", NULL);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0, last = 0, ret = -1;

	assert(key->len == KWP_KEY_LEN && in_len <= SECRET_MAX);
	if (cipher == NULL || ctx == NULL ||
	    EVP_CipherInit_ex2(ctx, cipher, key->p, NULL, encrypt, NULL) != 1 ||
	    EVP_CipherUpdate(ctx, out, &n, in, (int)in_len) != 1 ||
	    EVP_CipherFinal_ex(ctx, out + n, &last) != 1)
		goto out;
	*out_len = (size_t)n + (size_t)last;
	ret = 0;
out:
	EVP_CIPHER_CTX_free(ctx);
	EVP_CIPHER_free(cipher);
	return ret;
}

int
kwp_wrap(const struct secret *key, const struct secret *in, uint8_t *out,
    struct err *err)
{
	size_t n = 0;

	if (in->len == 0 || run(key, 1, in->p, in->len, out, &n) < 0)
		return err_crypto(err, "cannot wrap %zu bytes", in->len);
	if (n != kwp_length(in->len))
		return err_set(err, STATUS_FAILED,
		    "key wrap gave %zu bytes instead of %zu", n,
		    kwp_length(in->len));
	return 0;
}

int
kwp_unwrap(const struct secret *key, const uint8_t *in, size_t len,
    struct secret *out, struct err *err)
{
	size_t n = 0;

	*out = SECRET_EMPTY;
	if (len < 2 * BLOCK || len % BLOCK != 0 || len > SECRET_MAX)
		return err_set(err, STATUS_REJECTED,
		    "%zu bytes are no length of a key wrap", len);
	if (secret_alloc(out, len, err) < 0)
		return -1;
	if (run(key, 0, in, len, out->p, &n) < 0 || n >= len) {
		(void)err_crypto(err, "the key wrap does not open");
		err->status = STATUS_REJECTED;
		secret_free(out);
		return -1;
	}
	secret_shorten(out, n);
	return 0;
}
