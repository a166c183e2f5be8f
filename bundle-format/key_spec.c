#include "key_spec.h"

#include <string.h>

#define RSA_USAGES "ENCRYPT_DECRYPT SIGN_VERIFY"
#define EC_USAGES "SIGN_VERIFY KEY_AGREEMENT"
#define MAC_USAGES "GENERATE_VERIFY_MAC"

static const struct key_spec specs[] = {
    {"SYMMETRIC_DEFAULT", MATERIAL_SYMMETRIC, .len = 32,
	.usages = "ENCRYPT_DECRYPT"},
    {"HMAC_224", MATERIAL_HMAC, .len = 28, .hash = "SHA224",
	.mac = "HMAC_SHA_224", .usages = MAC_USAGES},
    {"HMAC_256", MATERIAL_HMAC, .len = 32, .hash = "SHA256",
	.mac = "HMAC_SHA_256", .usages = MAC_USAGES},
    {"HMAC_384", MATERIAL_HMAC, .len = 48, .hash = "SHA384",
	.mac = "HMAC_SHA_384", .usages = MAC_USAGES},
    {"HMAC_512", MATERIAL_HMAC, .len = 64, .hash = "SHA512",
	.mac = "HMAC_SHA_512", .usages = MAC_USAGES},
    {"RSA_2048", MATERIAL_RSA, .bits = 2048, .usages = RSA_USAGES},
    {"RSA_3072", MATERIAL_RSA, .bits = 3072, .usages = RSA_USAGES},
    {"RSA_4096", MATERIAL_RSA, .bits = 4096, .usages = RSA_USAGES},
    {"ECC_NIST_P256", MATERIAL_EC, .group = "prime256v1", .usages = EC_USAGES},
    {"ECC_NIST_P384", MATERIAL_EC, .group = "secp384r1", .usages = EC_USAGES},
    {"ECC_NIST_P521", MATERIAL_EC, .group = "secp521r1", .usages = EC_USAGES},
    {"ECC_SECG_P256K1", MATERIAL_EC, .group = "secp256k1",
	.usages = "SIGN_VERIFY"},
    {"ECC_NIST_EDWARDS25519", MATERIAL_ED25519, .usages = "SIGN_VERIFY"},
};

static const struct wrapping wrappings[] = {
    {"RSAES_OAEP_SHA_1", "SHA1", false},
    {"RSAES_OAEP_SHA_256", "SHA256", false},
    {"RSA_AES_KEY_WRAP_SHA_1", "SHA1", true},
    {"RSA_AES_KEY_WRAP_SHA_256", "SHA256", true},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const struct key_spec *
key_spec_at(size_t i)
{
	return i < COUNT(specs) ? &specs[i] : NULL;
}

const struct wrapping *
wrapping_at(size_t i)
{
	return i < COUNT(wrappings) ? &wrappings[i] : NULL;
}

const struct key_spec *
key_spec_find(const char *name)
{
	for (size_t i = 0; i < COUNT(specs); i++)
		if (strcmp(specs[i].name, name) == 0)
			return &specs[i];
	return NULL;
}

const struct wrapping *
wrapping_find(const char *name)
{
	for (size_t i = 0; i < COUNT(wrappings); i++)
		if (strcmp(wrappings[i].name, name) == 0)
			return &wrappings[i];
	return NULL;
}

unsigned
wrapping_key_bits(const char *wrapping_key_spec)
{
	if (strcmp(wrapping_key_spec, "RSA_2048") == 0)
		return 2048;
	if (strcmp(wrapping_key_spec, "RSA_3072") == 0)
		return 3072;
	if (strcmp(wrapping_key_spec, "RSA_4096") == 0)
		return 4096;
	return 0;
}

bool
key_spec_has_usage(const struct key_spec *spec, const char *usage)
{
	size_t len = strlen(usage);
	const char *at = spec->usages;

	while (len > 0 && *at != '\0') {
		size_t word = strcspn(at, " ");

		if (word == len && strncmp(at, usage, len) == 0)
			return true;
		at += word;
		at += strspn(at, " ");
	}
	return false;
}

const char *
wrapping_refusal(const struct key_spec *spec, const struct wrapping *wrapping,
    unsigned wrapping_key_bits)
{
	bool raw = spec->material == MATERIAL_SYMMETRIC ||
	    spec->material == MATERIAL_HMAC;

	if (wrapping_key_bits != 2048 && wrapping_key_bits != 3072 &&
	    wrapping_key_bits != 4096)
		return "the wrapping key is RSA_2048, RSA_3072 or RSA_4096";
	if (raw && wrapping->aes_kwp)
		return "KMS takes symmetric and HMAC keys only wrapped by "
		       "RSAES_OAEP";
	if (spec->material == MATERIAL_RSA && !wrapping->aes_kwp)
		return "an RSA key is too long for RSAES_OAEP; "
		       "RSA_AES_KEY_WRAP takes it";
	/* 241 bytes of PKCS#8; OAEP with RSA_2048 holds at most 214. */
	if (strcmp(spec->name, "ECC_NIST_P521") == 0 && !wrapping->aes_kwp &&
	    wrapping_key_bits == 2048)
		return "a P-521 key is too long for RSAES_OAEP with RSA_2048";
	return NULL;
}

size_t
wrapped_length(const struct wrapping *wrapping, unsigned wrapping_key_bits,
    size_t material_len)
{
	size_t modulus = wrapping_key_bits / 8;

	if (!wrapping->aes_kwp)
		return modulus;
	/* RFC 5649: padded to whole blocks of 8, and one block more. */
	return modulus + (material_len + 7) / 8 * 8 + 8;
}
