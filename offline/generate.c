#include "generate.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "private_key.h"

static int
generate_raw(size_t len, struct secret *material, struct err *err)
{
	if (secret_alloc(material, len, err) < 0)
		return -1;
	if (RAND_priv_bytes_ex(NULL, material->p, len, 0) != 1) {
		(void)err_crypto(err, "cannot draw %zu random bytes", len);
		secret_free(material);
		return -1;
	}
	return 0;
}

static EVP_PKEY *
generate_pair(const struct key_spec *spec)
{
	switch (spec->material) {
	case MATERIAL_RSA:
		return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)spec->bits);
	case MATERIAL_EC:
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", spec->group);
	case MATERIAL_ED25519:
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	case MATERIAL_SYMMETRIC:
	case MATERIAL_HMAC:
	default:
		return NULL;
	}
}

int
generate_key(
    const struct key_spec *spec, struct secret *material, struct err *err)
{
	EVP_PKEY *key = NULL;
	int ret = -1;

	*material = SECRET_EMPTY;
	if (spec->len > 0)
		return generate_raw(spec->len, material, err);
	if ((key = generate_pair(spec)) == NULL) {
		(void)err_crypto(
		    err, "cannot generate a key for %s", spec->name);
		goto out;
	}
	if (private_key_require(key, spec, err) < 0 ||
	    private_key_test(key, err) < 0) {
		(void)err_wrap(err, "the new key failed its test");
		err->status = STATUS_FAILED;
		goto out;
	}
	ret = private_key_write(key, material, err);
out:
	EVP_PKEY_free(key);
	return ret;
}
