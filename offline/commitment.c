#include "commitment.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/x509.h>

#include "digest.h"
#include "private_key.h"

static OSSL_PARAM
octets(const char *name, const void *p, size_t len)
{
	/* The cast drops const: a derivation only reads its parameters. */
	return OSSL_PARAM_construct_octet_string(
	    name, (void *)(uintptr_t)p, len);
}

int
hkdf_sha256(const struct secret *ikm, const struct buf *salt,
    const struct buf *info, struct secret *out, struct err *err)
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
	char hash[] = "SHA256";
	const OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, hash, 0),
	    octets(OSSL_KDF_PARAM_KEY, ikm->p, ikm->len),
	    octets(OSSL_KDF_PARAM_SALT, salt->p, salt->len),
	    octets(OSSL_KDF_PARAM_INFO, info->p, info->len),
	    OSSL_PARAM_construct_end(),
	};
	int ret = -1;

	if (ctx == NULL || EVP_KDF_derive(ctx, out->p, out->len, params) != 1)
		(void)err_crypto(err, "cannot derive a key");
	else
		ret = 0;
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	return ret;
}

int
commitment(const struct secret *material,
    const uint8_t plan_digest[static SHA256_LEN],
    uint8_t out[static SHA256_LEN], struct err *err)
{
	const struct buf salt = buf_view("gapseal/v1", 10);
	const struct buf info = buf_view("commitment", 10);
	struct secret k = SECRET_EMPTY;
	int ret = -1;

	if (secret_alloc(&k, SHA256_LEN, err) < 0 ||
	    hkdf_sha256(material, &salt, &info, &k, err) < 0 ||
	    hmac_sha256(k.p, k.len, plan_digest, SHA256_LEN, out, err) < 0)
		goto out;
	ret = 0;
out:
	secret_free(&k);
	return ret;
}

int
import_mac(const struct secret *material, const struct key_spec *spec,
    const uint8_t request_digest[static SHA256_LEN], struct buf *mac,
    struct err *err)
{
	static const char context[] = "gapseal import check v1"; /* and 00 */
	uint8_t text[sizeof(context) + SHA256_LEN];
	size_t n = 0;

	memcpy(text, context, sizeof(context));
	memcpy(text + sizeof(context), request_digest, SHA256_LEN);
	if (buf_alloc(mac, EVP_MAX_MD_SIZE, err) < 0)
		return -1;
	if (spec->hash == NULL || material->len != spec->len ||
	    EVP_Q_mac(NULL, "HMAC", NULL, spec->hash, NULL, material->p,
		material->len, text, sizeof(text), mac->p, mac->len,
		&n) == NULL) {
		(void)err_crypto(
		    err, "cannot compute a MAC for %s", spec->name);
		buf_free(mac);
		return -1;
	}
	mac->len = n;
	return 0;
}

int
public_key(const struct secret *material, const struct key_spec *spec,
    struct buf *spki, struct err *err)
{
	unsigned char *der = NULL;
	EVP_PKEY *key = NULL;
	int n, ret = -1;

	*spki = BUF_EMPTY;
	if (private_key_read(material->p, material->len, &key, err) < 0 ||
	    private_key_require(key, spec, err) < 0)
		goto out;
	if ((n = i2d_PUBKEY(key, &der)) <= 0) {
		(void)err_crypto(err, "cannot write the public key");
		goto out;
	}
	ret = buf_copy(spki, der, (size_t)n, err);
out:
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	return ret;
}
