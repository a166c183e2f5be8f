#include "public_key.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "rsa_spki.h"

/* Does key encode to exactly these bytes? Not so BER, or a longer text. */
static bool
encodes_to(EVP_PKEY *key, const struct buf *spki)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key, &der);
	bool same = len > 0 && (size_t)len == spki->len &&
	    memcmp(der, spki->p, spki->len) == 0;

	OPENSSL_free(der);
	return same;
}

/* NULL when it is not one key in DER. The caller frees it. */
static EVP_PKEY *
parse(const struct buf *spki)
{
	const unsigned char *p = spki->p;
	EVP_PKEY *key;

	if (spki->len == 0 || spki->len > 8192)
		return NULL;
	key = d2i_PUBKEY(NULL, &p, (long)spki->len);
	if (key != NULL && encodes_to(key, spki))
		return key;
	EVP_PKEY_free(key);
	ERR_clear_error();
	return NULL;
}

static const char *
check_group(EVP_PKEY *key, const char *group)
{
	char name[64];
	size_t len;

	if (!EVP_PKEY_is_a(key, "EC") ||
	    EVP_PKEY_get_group_name(key, name, sizeof(name), &len) != 1)
		return "is not a key on a named curve";
	return strcmp(name, group) == 0 ? NULL : "is on another curve";
}

static const char *
check_spec(EVP_PKEY *key, const struct key_spec *spec)
{
	switch (spec->material) {
	case MATERIAL_RSA:
		break; /* rsa_key_refusal() has answered */
	case MATERIAL_EC:
		return check_group(key, spec->group);
	case MATERIAL_ED25519:
		return EVP_PKEY_is_a(key, "ED25519") ? NULL : "is not Ed25519";
	case MATERIAL_SYMMETRIC:
	case MATERIAL_HMAC:
		break;
	}
	return "has no place: the key is symmetric";
}

const char *
rsa_key_refusal(const struct buf *spki, unsigned bits)
{
	struct rsa_spki key;
	const char *refusal = rsa_spki_read(spki, &key);

	if (refusal != NULL)
		return refusal;
	if (key.bits != bits)
		return "is an RSA key of another size";
	return rsa_exponent_refusal(&key);
}

const char *
public_key_refusal(const struct buf *spki, const struct key_spec *spec)
{
	EVP_PKEY *key;
	const char *refusal;

	if (spec->material == MATERIAL_RSA)
		return rsa_key_refusal(spki, spec->bits);
	if ((key = parse(spki)) == NULL)
		return "is not one public key in DER";
	refusal = check_spec(key, spec);
	EVP_PKEY_free(key);
	return refusal;
}
