#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "encode.h"
#include "known_answers.h"
#include "kwp.h"

/* KEK 00..1f, text 80..9f; PyCryptodome gives the same */
int
known_aes_kwp(struct err *err)
{
	struct secret kek = SECRET_EMPTY, text = SECRET_EMPTY,
		      again = SECRET_EMPTY;
	struct err refusal;
	uint8_t out[40];
	int ret = -1;

	if (secret_alloc(&kek, KWP_KEY_LEN, err) < 0 ||
	    secret_alloc(&text, 32, err) < 0)
		goto out;
	known_count_up(kek.p, kek.len, 0x00);
	known_count_up(text.p, text.len, 0x80);
	if (kwp_wrap(&kek, &text, out, err) < 0 ||
	    known_compare(out, sizeof(out),
		"0b0607b05fd577de7c1cefae2313277d0d36fcb4b3f04f13"
		"32c5023c0388e342164f8531741a21ae",
		err) < 0 ||
	    kwp_unwrap(&kek, out, sizeof(out), &again, err) < 0 ||
	    known_compare(again.p, again.len,
		"808182838485868788898a8b8c8d8e8f"
		"909192939495969798999a9b9c9d9e9f",
		err) < 0)
		goto out;
	out[39] ^= 1;
	secret_free(&again);
	if (kwp_unwrap(&kek, out, sizeof(out), &again, &refusal) == 0) {
		(void)err_set(err, STATUS_FAILED, "a changed text opens");
		goto out;
	}
	ret = 0;
out:
	secret_free(&kek);
	secret_free(&text);
	secret_free(&again);
	return ret;
}

/* A CTR-DRBG like the one behind RAND_priv_bytes(), fed by parent. */
static EVP_RAND_CTX *
new_drbg(EVP_RAND_CTX *parent)
{
	char cipher[] = "AES-256-CTR";
	int use_df = 1;
	const OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_utf8_string(OSSL_DRBG_PARAM_CIPHER, cipher, 0),
	    OSSL_PARAM_construct_int(OSSL_DRBG_PARAM_USE_DF, &use_df),
	    OSSL_PARAM_construct_end(),
	};
	EVP_RAND *type = EVP_RAND_fetch(NULL, "CTR-DRBG", NULL);
	EVP_RAND_CTX *ctx = EVP_RAND_CTX_new(type, parent);

	EVP_RAND_free(type);
	if (ctx != NULL &&
	    EVP_RAND_instantiate(
		ctx, 256, 0, (const uint8_t *)"gapseal", 7, params) != 1) {
		EVP_RAND_CTX_free(ctx);
		return NULL;
	}
	return ctx;
}

/* A source whose entropy is 00..1f and whose nonce is 80..8f. */
static EVP_RAND_CTX *
new_source(void)
{
	uint8_t entropy[32], nonce[16];
	unsigned strength = 256;
	const OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_uint(OSSL_RAND_PARAM_STRENGTH, &strength),
	    OSSL_PARAM_construct_octet_string(
		OSSL_RAND_PARAM_TEST_ENTROPY, entropy, sizeof(entropy)),
	    OSSL_PARAM_construct_octet_string(
		OSSL_RAND_PARAM_TEST_NONCE, nonce, sizeof(nonce)),
	    OSSL_PARAM_construct_end(),
	};
	EVP_RAND *type = EVP_RAND_fetch(NULL, "TEST-RAND", NULL);
	EVP_RAND_CTX *ctx = EVP_RAND_CTX_new(type, NULL);

	known_count_up(entropy, sizeof(entropy), 0x00);
	known_count_up(nonce, sizeof(nonce), 0x80);
	EVP_RAND_free(type);
	if (ctx != NULL &&
	    EVP_RAND_instantiate(ctx, 256, 0, NULL, 0, params) != 1) {
		EVP_RAND_CTX_free(ctx);
		return NULL;
	}
	return ctx;
}

/* SP 800-90A section 10.2.1; written anew over PyCryptodome's AES. */
int
known_ctr_drbg(struct err *err)
{
	EVP_RAND_CTX *source = new_source(), *drbg = NULL;
	uint8_t out[32];
	int ret = -1;

	if (source == NULL || (drbg = new_drbg(source)) == NULL ||
	    EVP_RAND_generate(drbg, out, sizeof(out), 256, 0, NULL, 0) != 1 ||
	    EVP_RAND_generate(drbg, out, sizeof(out), 256, 0, NULL, 0) != 1)
		(void)err_crypto(err, "cannot draw");
	else
		ret = known_compare(out, sizeof(out),
		    "02063e352da3d0b81e944e04a01a9b44"
		    "2babc486878a097c39451be7ba1e0a4e",
		    err);
	EVP_RAND_CTX_free(drbg);
	EVP_RAND_CTX_free(source);
	return ret;
}

static int
derive_scrypt(uint8_t *out, size_t len, struct err *err)
{
	char passphrase[] = "password", salt[] = "NaCl";
	uint64_t n = 1024;
	uint32_t r = 8, p = 16;
	const OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_octet_string(
		OSSL_KDF_PARAM_PASSWORD, passphrase, strlen(passphrase)),
	    OSSL_PARAM_construct_octet_string(
		OSSL_KDF_PARAM_SALT, salt, strlen(salt)),
	    OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
	    OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
	    OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
	    OSSL_PARAM_construct_end(),
	};
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "SCRYPT", NULL);
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
	int ret = 0;

	if (ctx == NULL || EVP_KDF_derive(ctx, out, len, params) != 1)
		ret = err_crypto(err, "cannot derive");
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	return ret;
}

/* RFC 7914 section 12, the second vector */
int
known_scrypt(struct err *err)
{
	uint8_t out[64];

	if (derive_scrypt(out, sizeof(out), err) < 0)
		return -1;
	return known_compare(out, sizeof(out),
	    "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
	    "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
	    err);
}

/* SP 800-38A section F.2.5, the first block: what opens an identity */
int
known_aes_cbc(struct err *err)
{
	static const char key_hex[] = "603deb1015ca71be2b73aef0857d7781"
				      "1f352c073b6108d72d9810a30914dff4";
	static const char text_hex[] = "6bc1bee22e409f96e93d7e117393172a";
	uint8_t key[32], iv[16], text[16], out[32];
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0, ret = -1;

	known_count_up(iv, sizeof(iv), 0x00);
	if (hex_decode(key_hex, key, sizeof(key)) < 0 ||
	    hex_decode(text_hex, text, sizeof(text)) < 0 || ctx == NULL ||
	    EVP_EncryptInit_ex2(ctx, EVP_aes_256_cbc(), key, iv, NULL) != 1 ||
	    EVP_EncryptUpdate(ctx, out, &n, text, sizeof(text)) != 1)
		(void)err_crypto(err, "cannot encrypt");
	else
		ret = known_compare(
		    out, (size_t)n, "f58c4c04d6e5f1ba779eabfb5f7bfbd6", err);
	EVP_CIPHER_CTX_free(ctx);
	return ret;
}
