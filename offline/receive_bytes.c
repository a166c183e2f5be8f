#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "private_key.h"
#include "receive_forms.h"

#define ED25519_LEN ((size_t)32)

static int
receive_raw(const struct secret *bytes, const struct key_spec *spec,
    struct secret *material, struct err *err)
{
	if (bytes->len == spec->len)
		return secret_copy(material, bytes->p, bytes->len, err);
	(void)err_set(err, STATUS_REJECTED,
	    "it holds %zu bytes, and %s wants exactly %zu", bytes->len,
	    spec->name, spec->len);
	if (bytes->len == spec->len + 1 && bytes->p[spec->len] == '\n')
		return err_hint(err,
		    "its last byte is a line feed: if an editor put it there, "
		    "make the file anew without it");
	return -1;
}

static int
receive_der(const struct secret *der, const struct key_spec *spec,
    struct secret *material, struct err *err)
{
	EVP_PKEY *key = NULL;
	int ret = -1;

	if (private_key_read(der->p, der->len, &key, err) < 0 ||
	    private_key_require(key, spec, err) < 0 ||
	    private_key_test(key, err) < 0)
		goto out;
	ret = private_key_write(key, material, err);
out:
	EVP_PKEY_free(key);
	return ret;
}

/* Go's layout, and Vault's: the seed, and the public key that it gives. */
static int
receive_seed_and_public(
    const struct secret *bytes, struct secret *material, struct err *err)
{
	uint8_t public[ED25519_LEN];
	size_t n = sizeof(public);
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key_ex(
	    NULL, "ED25519", NULL, bytes->p, ED25519_LEN);
	int ret = -1;

	if (key == NULL || EVP_PKEY_get_raw_public_key(key, public, &n) != 1) {
		(void)err_crypto(err, "cannot use the Ed25519 seed");
		goto out;
	}
	if (CRYPTO_memcmp(public, bytes->p + ED25519_LEN, n) != 0) {
		(void)err_set(err, STATUS_REJECTED,
		    "its second half is not the public key of its first");
		goto out;
	}
	ret = private_key_write(key, material, err);
out:
	EVP_PKEY_free(key);
	return ret;
}

int
receive_bytes(const struct secret *bytes, const struct key_spec *spec,
    struct secret *material, struct err *err)
{
	*material = SECRET_EMPTY;
	if (spec->len > 0)
		return receive_raw(bytes, spec, material, err);
	if (spec->material != MATERIAL_ED25519)
		return receive_der(bytes, spec, material, err);
	if (bytes->len == 2 * ED25519_LEN)
		return receive_seed_and_public(bytes, material, err);
	if (bytes->len == ED25519_LEN) {
		(void)err_set(err, STATUS_REJECTED,
		    "32 bytes may be a seed or anything else");
		return err_hint(err,
		    "give the key as PKCS#8, or as the 64 bytes of seed and "
		    "public key, which can be checked");
	}
	return receive_der(bytes, spec, material, err);
}
