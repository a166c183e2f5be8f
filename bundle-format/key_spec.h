/*
 * What AWS KMS takes by import: key specs, their material, and the wrappings
 * that are allowed for each. Facts, no secrets: both programs use them.
 *
 * Source: AWS KMS developer guide, "Importing key material", and the limits
 * of RSAES-OAEP (RFC 8017 section 7.1.1).
 */
#ifndef KEY_SPEC_H
#define KEY_SPEC_H

#include <stdbool.h>
#include <stddef.h>

enum material {
	MATERIAL_SYMMETRIC, /* raw bytes, exactly len of them */
	MATERIAL_HMAC,      /* raw bytes, exactly len of them */
	MATERIAL_RSA,       /* PKCS#8 DER, modulus of bits */
	MATERIAL_EC,        /* PKCS#8 DER, named curve group */
	MATERIAL_ED25519,   /* PKCS#8 v1 DER (RFC 8410), 48 bytes */
};

struct key_spec {
	const char *name; /* as in KMS: "ECC_NIST_P256" */
	enum material material;
	size_t len;         /* of raw material, else 0 */
	unsigned bits;      /* of an RSA modulus, else 0 */
	const char *group;  /* OpenSSL's name of the curve, or NULL */
	const char *hash;   /* HMAC specs: OpenSSL's digest name, or NULL */
	const char *mac;    /* HMAC specs: KMS's MacAlgorithm, or NULL */
	const char *usages; /* blank-separated KeyUsage values */
};

struct wrapping {
	const char *name; /* "RSAES_OAEP_SHA_256" */
	const char *hash; /* of OAEP and of its MGF1: "SHA256" or "SHA1" */
	bool aes_kwp;     /* RSA_AES_KEY_WRAP: OAEP(AES key) || AES-KWP */
};

/* NULL when there is no such name. */
const struct key_spec *key_spec_find(const char *name);
const struct key_spec *key_spec_at(size_t i); /* NULL past the last */
const struct wrapping *wrapping_find(const char *name);
const struct wrapping *wrapping_at(size_t i);

/* 2048, 3072 or 4096 for "RSA_2048" and so on; 0 for anything else. */
unsigned wrapping_key_bits(const char *wrapping_key_spec);

bool key_spec_has_usage(const struct key_spec *spec, const char *usage);

/* NULL when KMS allows this combination, else the reason why it does not. */
const char *wrapping_refusal(const struct key_spec *spec,
    const struct wrapping *wrapping, unsigned wrapping_key_bits);

/* Bytes that wrapping gives for that many bytes of material. */
size_t wrapped_length(const struct wrapping *wrapping,
    unsigned wrapping_key_bits, size_t material_len);

#endif
