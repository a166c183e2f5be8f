#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "encode.h"
#include "known_answers.h"
#include "known_rsa.h"
#include "private_key.h"
#include "wrap.h"

#define RSA_LEN 256 /* bytes of the known key's modulus */

static int
known_key(EVP_PKEY **key, struct err *err)
{
	size_t len = strlen(known_rsa_key);
	struct secret der;
	long n;
	int ret = -1;

	*key = NULL;
	if (secret_alloc(&der, len, err) < 0)
		return -1;
	if ((n = base64_decode(known_rsa_key, len, der.p)) < 0)
		(void)err_set(err, STATUS_FAILED, "cannot decode the key");
	else
		ret = private_key_read(der.p, (size_t)n, key, err);
	secret_free(&der);
	return ret;
}

/* Open in with key; it must give text. */
static int
opens_to(EVP_PKEY *key, const char *hash, const uint8_t *in, const void *text,
    size_t text_len, struct err *err)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	const EVP_MD *md = EVP_get_digestbyname(hash);
	uint8_t out[RSA_LEN];
	size_t n = sizeof(out);
	int ret = -1;

	if (ctx == NULL || EVP_PKEY_decrypt_init(ctx) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) != 1 ||
	    EVP_PKEY_CTX_set_rsa_oaep_md(ctx, md) != 1 ||
	    EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md) != 1 ||
	    EVP_PKEY_decrypt(ctx, out, &n, in, RSA_LEN) != 1)
		(void)err_crypto(err, "cannot decrypt");
	else if (n != text_len || memcmp(out, text, n) != 0)
		(void)err_set(err, STATUS_FAILED, "the answer is wrong");
	else
		ret = 0;
	EVP_PKEY_CTX_free(ctx);
	return ret;
}

static int
opens_known(
    EVP_PKEY *key, const char *hash, const char *base64, struct err *err)
{
	uint8_t in[RSA_LEN + 2];

	if (base64_decode(base64, strlen(base64), in) != RSA_LEN)
		return err_set(err, STATUS_FAILED, "cannot decode the vector");
	return opens_to(
	    key, hash, in, KNOWN_OAEP_TEXT, strlen(KNOWN_OAEP_TEXT), err);
}

/* What wrap_key() makes is another each time: open it. */
static int
opens_wrapped(EVP_PKEY *key, struct err *err)
{
	static const char text[] = "gapseal known answer of 32 bytes";
	struct buf spki, wrapped = BUF_EMPTY;
	struct secret material = SECRET_EMPTY;
	unsigned char *der = NULL;
	int n, ret = -1;

	if (secret_copy(&material, text, strlen(text), err) < 0)
		goto out;
	if ((n = i2d_PUBKEY(key, &der)) <= 0) {
		(void)err_crypto(err, "cannot write the public key");
		goto out;
	}
	spki = buf_view(der, (size_t)n);
	if (wrap_key(&material, &spki, wrapping_find("RSAES_OAEP_SHA_256"),
		&wrapped, err) < 0)
		goto out;
	ret = opens_to(key, "SHA256", wrapped.p, text, strlen(text), err);
out:
	OPENSSL_free(der);
	secret_free(&material);
	buf_free(&wrapped);
	return ret;
}

/* In one test, because reading the key takes longer than using it. */
int
known_oaep(struct err *err)
{
	EVP_PKEY *key;
	int ret = -1;

	if (known_key(&key, err) < 0)
		return -1;
	if (opens_known(key, "SHA1", known_oaep_sha1, err) == 0 &&
	    opens_known(key, "SHA256", known_oaep_sha256, err) == 0)
		ret = opens_wrapped(key, err);
	EVP_PKEY_free(key);
	return ret;
}

/* RFC 8032 section 7.1, test 2; and a signature with a bit flipped */
int
known_ed25519(struct err *err)
{
	static const char seed_hex[] =
	    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
	static const uint8_t text[] = {0x72};
	uint8_t seed[32], sig[64];
	size_t n = sizeof(sig);
	EVP_PKEY *key = NULL;
	EVP_MD_CTX *sign = EVP_MD_CTX_new(), *verify = EVP_MD_CTX_new();
	int ret = -1;

	if (hex_decode(seed_hex, seed, sizeof(seed)) < 0 || sign == NULL ||
	    verify == NULL ||
	    (key = EVP_PKEY_new_raw_private_key_ex(
		 NULL, "ED25519", NULL, seed, sizeof(seed))) == NULL ||
	    EVP_DigestSignInit(sign, NULL, NULL, NULL, key) != 1 ||
	    EVP_DigestSign(sign, sig, &n, text, sizeof(text)) != 1 ||
	    EVP_DigestVerifyInit(verify, NULL, NULL, NULL, key) != 1 ||
	    EVP_DigestVerify(verify, sig, n, text, sizeof(text)) != 1) {
		(void)err_crypto(err, "cannot sign and verify");
		goto out;
	}
	if (known_compare(sig, n,
		"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69"
		"da"
		"085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c"
		"00",
		err) < 0)
		goto out;
	sig[0] ^= 1;
	if (EVP_DigestVerify(verify, sig, n, text, sizeof(text)) == 1) {
		(void)err_set(err, STATUS_FAILED, "a changed signature holds");
		goto out;
	}
	ret = 0;
out:
	ERR_clear_error();
	EVP_MD_CTX_free(sign);
	EVP_MD_CTX_free(verify);
	EVP_PKEY_free(key);
	return ret;
}
