/* Signing and verifying bundles: Ed25519 over DSSE's encoding (RFC 8032). */
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "bundle.h"
#include "digest.h"

/* SubjectPublicKeyInfo of Ed25519 up to the key itself (RFC 8410). */
static const uint8_t spki_head[12] = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
#define RAW_LEN 32

int
key_spki(EVP_PKEY *key, uint8_t spki[static 44], struct err *err)
{
	size_t len = RAW_LEN;

	/* By number, since EVP_PKEY_is_a() says no without memory, too. */
	if (EVP_PKEY_get_id(key) != EVP_PKEY_ED25519)
		return err_set(
		    err, STATUS_REJECTED, "the key is not an Ed25519 key");
	if (EVP_PKEY_get_raw_public_key(key, spki + sizeof(spki_head), &len) !=
		1 ||
	    len != RAW_LEN)
		return err_crypto(err, "cannot take the public key");
	memcpy(spki, spki_head, sizeof(spki_head));
	return 0;
}

/* Put s where its key id belongs, in the place of one by the same key. */
static int
insert(struct bundle *b, const struct signature *s, struct err *err)
{
	unsigned at = 0;

	while (at < b->n_signatures &&
	    memcmp(b->signatures[at].key_id, s->key_id, SHA256_LEN) < 0)
		at++;
	if (at < b->n_signatures &&
	    memcmp(b->signatures[at].key_id, s->key_id, SHA256_LEN) == 0) {
		b->signatures[at] = *s;
		return 0;
	}
	if (b->n_signatures == BUNDLE_SIGNATURES_MAX)
		return err_set(err, STATUS_REJECTED,
		    "the %s has 32 signatures already", kind_name(b->kind));
	memmove(&b->signatures[at + 1], &b->signatures[at],
	    (b->n_signatures - at) * sizeof(*s));
	b->signatures[at] = *s;
	b->n_signatures++;
	return 0;
}

int
bundle_verify(const struct bundle *b, const struct signature *s,
    const uint8_t spki[static 44], struct err *err)
{
	int ret = -1;
	struct buf bytes = BUF_EMPTY;
	EVP_MD_CTX *ctx = NULL;
	EVP_PKEY *key = NULL;

	if (memcmp(spki, spki_head, sizeof(spki_head)) != 0)
		return err_set(
		    err, STATUS_REJECTED, "the key is not an Ed25519 key");
	if (bundle_signed_bytes(b, &bytes, err) < 0)
		return -1;
	key = EVP_PKEY_new_raw_public_key_ex(
	    NULL, "ED25519", NULL, spki + sizeof(spki_head), RAW_LEN);
	if (key == NULL || (ctx = EVP_MD_CTX_new()) == NULL ||
	    EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) != 1) {
		err_crypto(err, "cannot verify a signature");
		goto out;
	}
	/*
	 * A negative answer is a malformed signature: no signature either.
	 * OpenSSL has a reason to give only where it could not look at all.
	 */
	ERR_clear_error();
	ret = EVP_DigestVerify(
		  ctx, s->sig, ED25519_SIG_LEN, bytes.p, bytes.len) == 1;
	if (ret == 0 && ERR_peek_error() != 0)
		ret = err_crypto(err, "cannot verify a signature");
out:
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	buf_free(&bytes);
	return ret;
}

int
bundle_sign(struct bundle *b, EVP_PKEY *key, struct err *err)
{
	int ret = -1, good;
	struct signature s;
	struct buf bytes = BUF_EMPTY;
	EVP_MD_CTX *ctx = NULL;
	uint8_t spki[44];
	size_t len = sizeof(s.sig);

	if (key_spki(key, spki, err) < 0 ||
	    sha256(spki, sizeof(spki), s.key_id, err) < 0 ||
	    bundle_signed_bytes(b, &bytes, err) < 0)
		goto out;
	if ((ctx = EVP_MD_CTX_new()) == NULL ||
	    EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) != 1 ||
	    EVP_DigestSign(ctx, s.sig, &len, bytes.p, bytes.len) != 1 ||
	    len != sizeof(s.sig)) {
		err_crypto(err, "cannot sign the %s", kind_name(b->kind));
		goto out;
	}
	/* Check what was just made: a faulty machine must not sign. */
	if ((good = bundle_verify(b, &s, spki, err)) < 0)
		goto out;
	if (good == 0) {
		err_set(err, STATUS_FAILED,
		    "the signature just made does not verify");
		err_hint(err, "do not use this machine");
		goto out;
	}
	if (insert(b, &s, err) < 0)
		goto out;
	ret = 0;
out:
	EVP_MD_CTX_free(ctx);
	buf_free(&bytes);
	return ret;
}

int
bundle_merge(struct bundle *b, const struct bundle *other, struct err *err)
{
	struct bundle merged = *b; /* payload shared; only signatures change */

	if (memcmp(b->digest, other->digest, SHA256_LEN) != 0)
		return err_set(err, STATUS_REJECTED,
		    "the two %s bundles are not the same", kind_name(b->kind));
	for (unsigned i = 0; i < other->n_signatures; i++)
		if (insert(&merged, &other->signatures[i], err) < 0)
			return -1;
	*b = merged;
	return 0;
}
