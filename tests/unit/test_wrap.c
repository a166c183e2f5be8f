/*
 * What wrap_key() gives opens, with libcrypto's own decryption, to what was
 * wrapped, and with no other key or hash. The opening itself is held against
 * Wycheproof.
 */
#include "secrets.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "kwp.h"
#include "wrap.h"
#include "wycheproof.h"

static struct buf
spki_of(EVP_PKEY *key)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);
	struct buf b;
	struct err err = {0};

	assert_true(n > 0);
	assert_int_equal(buf_copy(&b, der, (size_t)n, &err), 0);
	OPENSSL_free(der);
	return b;
}

/* libcrypto's decryption; -1 when it refuses. */
static int
oaep_open(EVP_PKEY *key, const char *hash, const uint8_t *in, size_t len,
    struct secret *out)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	const EVP_MD *md = EVP_get_digestbyname(hash);
	struct err err = {0};
	int ret = -1;

	assert_int_equal(secret_alloc(out, 512, &err), 0);
	if (EVP_PKEY_decrypt_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_rsa_oaep_md(ctx, md) == 1 &&
	    EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md) == 1 &&
	    EVP_PKEY_decrypt(ctx, out->p, &out->len, in, len) == 1)
		ret = 0;
	else
		secret_free(out);
	EVP_PKEY_CTX_free(ctx);
	return ret;
}

static int
open_wrapped(EVP_PKEY *key, const struct wrapping *w, const struct buf *in,
    struct secret *out)
{
	size_t k = (size_t)EVP_PKEY_get_size(key);
	struct secret aes;
	struct err err;
	int ret;

	if (!w->aes_kwp)
		return oaep_open(key, w->hash, in->p, in->len, out);
	*out = SECRET_EMPTY;
	if (oaep_open(key, w->hash, in->p, k, &aes) < 0)
		return -1;
	ret = kwp_unwrap(&aes, in->p + k, in->len - k, out, &err);
	secret_free(&aes);
	return ret;
}

static EVP_PKEY *
key_of(const cJSON *group)
{
	struct secret der = secret_hex(member(group, "privateKeyPkcs8"));
	const unsigned char *p = der.p;
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &p, (long)der.len);

	assert_non_null(key);
	secret_free(&der);
	return key;
}

static EVP_PKEY *keys[3]; /* 2048, 3072 and 4096 bits */

static int
make_keys(void **state)
{
	static const char *const files[] = {
	    "rsa_oaep_2048_sha256_mgf1sha256_test.json",
	    "rsa_oaep_3072_sha256_mgf1sha256_test.json",
	    "rsa_oaep_4096_sha256_mgf1sha256_test.json"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		cJSON *root = wycheproof(files[i]);

		keys[i] = key_of(group_at(root, 0));
		cJSON_Delete(root);
	}
	return 0;
}

static int
free_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++)
		EVP_PKEY_free(keys[i]);
	return 0;
}

static void
opens_to_what_was_wrapped(void **state)
{
	static const size_t sizes[] = {28, 32, 48, 64, 138, 241};
	uint8_t bytes[241];
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 31 + 1);
	for (size_t k = 0; k < 3; k++) {
		struct buf spki = spki_of(keys[k]);

		for (size_t i = 0; i < 24; i++) {
			const struct wrapping *w = wrapping_at(i % 4);
			struct secret in = secret_of(bytes, sizes[i / 4]), out;
			struct buf wrapped;

			if (!w->aes_kwp && in.len == 241 && k == 0) {
				secret_free(&in); /* does not fit */
				continue;
			}
			if (wrap_key(&in, &spki, w, &wrapped, &err) < 0)
				fail_msg("%s", err.msg);
			assert_int_equal(wrapped.len,
			    wrapped_length(w,
				(unsigned)EVP_PKEY_get_bits(keys[k]), in.len));
			assert_int_equal(
			    open_wrapped(keys[k], w, &wrapped, &out), 0);
			assert_int_equal(out.len, in.len);
			assert_memory_equal(out.p, in.p, in.len);
			secret_free(&out);
			secret_free(&in);
			buf_free(&wrapped);
		}
		buf_free(&spki);
	}
}

static void
wraps_an_rsa_key_in_two_parts(void **state)
{
	struct secret in, out;
	struct buf spki = spki_of(keys[2]), wrapped;
	struct err err = {0};

	(void)state;
	assert_int_equal(secret_alloc(&in, 2374, &err), 0);
	memset(in.p, 0x5a, in.len);
	assert_int_equal(
	    wrap_key(&in, &spki, wrapping_find("RSA_AES_KEY_WRAP_SHA_256"),
		&wrapped, &err),
	    0);
	assert_int_equal(wrapped.len, 512 + 2384);
	assert_int_equal(
	    open_wrapped(keys[2], wrapping_find("RSA_AES_KEY_WRAP_SHA_256"),
		&wrapped, &out),
	    0);
	assert_memory_equal(out.p, in.p, in.len);
	secret_free(&out);
	buf_free(&wrapped);

	assert_int_equal(
	    wrap_key(&in, &spki, wrapping_find("RSAES_OAEP_SHA_256"), &wrapped,
		&err),
	    -1);
	assert_null(wrapped.p);
	assert_non_null(
	    strstr(err.msg, "cannot encrypt 2374 bytes of key material"));
	secret_free(&in);
	buf_free(&spki);
}

static void
opens_with_no_other_key_or_hash(void **state)
{
	struct secret in = secret_text("thirty-two bytes of key material"), out;
	struct buf spki = spki_of(keys[0]), wrapped;
	EVP_PKEY *other = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	struct err err = {0};

	(void)state;
	assert_int_equal(
	    wrap_key(&in, &spki, wrapping_find("RSAES_OAEP_SHA_256"), &wrapped,
		&err),
	    0);
	assert_int_equal(
	    oaep_open(keys[0], "SHA1", wrapped.p, wrapped.len, &out), -1);
	assert_int_equal(
	    oaep_open(other, "SHA256", wrapped.p, wrapped.len, &out), -1);
	assert_int_equal(
	    oaep_open(keys[0], "SHA256", wrapped.p, wrapped.len, &out), 0);
	secret_free(&out);
	buf_free(&wrapped);
	buf_free(&spki);
	secret_free(&in);
	EVP_PKEY_free(other);
}

static void
never_gives_the_same_twice(void **state)
{
	struct secret in = secret_text("thirty-two bytes of key material");
	struct buf spki = spki_of(keys[0]), a, b;
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const struct wrapping *w = wrapping_at(i);

		assert_int_equal(wrap_key(&in, &spki, w, &a, &err), 0);
		assert_int_equal(wrap_key(&in, &spki, w, &b, &err), 0);
		assert_memory_not_equal(a.p, b.p, 256);
		if (w->aes_kwp)
			assert_memory_not_equal(a.p + 256, b.p + 256, 40);
		buf_free(&a);
		buf_free(&b);
	}
	buf_free(&spki);
	secret_free(&in);
}

static void
opens_vector(EVP_PKEY *key, const char *hash, const cJSON *test)
{
	struct secret ct = secret_hex(member(test, "ct"));
	struct secret msg = secret_hex(member(test, "msg")), out;
	bool valid = strcmp(member(test, "result"), "valid") == 0;

	/* our label is always empty */
	if (member(test, "label")[0] == '\0') {
		assert_int_equal(
		    oaep_open(key, hash, ct.p, ct.len, &out), valid ? 0 : -1);
		assert_int_equal(out.len, valid ? msg.len : 0);
		if (valid)
			assert_memory_equal(out.p, msg.p, msg.len);
		secret_free(&out);
	}
	secret_free(&ct);
	secret_free(&msg);
}

/* Judges the judge: the opening above is right, hash by hash. */
static void
opens_what_wycheproof_encrypted(void **state)
{
	static const struct {
		const char *file, *hash;
	} sets[] = {
	    {"rsa_oaep_2048_sha1_mgf1sha1_test.json", "SHA1"},
	    {"rsa_oaep_2048_sha256_mgf1sha256_test.json", "SHA256"},
	    {"rsa_oaep_3072_sha256_mgf1sha256_test.json", "SHA256"},
	    {"rsa_oaep_4096_sha256_mgf1sha256_test.json", "SHA256"},
	};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		cJSON *root = wycheproof(sets[i].file);
		const cJSON *group = group_at(root, 0), *test;
		EVP_PKEY *key = key_of(group);

		cJSON_ArrayForEach(test, cJSON_GetObjectItem(group, "tests"))
		    opens_vector(key, sets[i].hash, test);
		EVP_PKEY_free(key);
		cJSON_Delete(root);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(opens_to_what_was_wrapped),
	    cmocka_unit_test(wraps_an_rsa_key_in_two_parts),
	    cmocka_unit_test(opens_with_no_other_key_or_hash),
	    cmocka_unit_test(never_gives_the_same_twice),
	    cmocka_unit_test(opens_what_wycheproof_encrypted),
	};

	return cmocka_run_group_tests(tests, make_keys, free_keys);
}
