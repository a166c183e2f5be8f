/*
 * Private keys between OpenSSL's form and DER.
 *
 * Read are PKCS#8 (RFC 5208, RFC 8410), PKCS#1 and SEC1; written is only what
 * KMS imports: PKCS#8 with a named curve, and no attributes. The header of a
 * structure is looked at here, byte by byte, before a library sees it, so that
 * what is refused can be called by its name.
 */
#ifndef PRIVATE_KEY_H
#define PRIVATE_KEY_H

#include <openssl/types.h>

#include "key_spec.h"
#include "secret.h"

enum der_kind {
	DER_NONE,  /* not one DER structure from the first byte to the last */
	DER_PKCS8, /* PrivateKeyInfo */
	DER_PKCS1, /* RSAPrivateKey */
	DER_SEC1,  /* ECPrivateKey */
	DER_ENCRYPTED, /* EncryptedPrivateKeyInfo */
	DER_PUBLIC,    /* SubjectPublicKeyInfo, or a bare RSA public key */
	DER_OTHER,     /* a certificate, or whatever else */
};

enum der_kind der_kind(const uint8_t *der, size_t len);

/* NULL for the three kinds that can be read, else why this one cannot. */
const char *der_refusal(enum der_kind kind);

/* The whole of der, of one of the three kinds. The caller frees key. */
int private_key_read(
    const uint8_t *der, size_t len, EVP_PKEY **key, struct err *err);

/* PKCS#8 DER. The caller frees der. */
int private_key_write(EVP_PKEY *key, struct secret *der, struct err *err);

/* STATUS_REJECTED when key is not of that type, size or curve. */
int private_key_require(
    EVP_PKEY *key, const struct key_spec *spec, struct err *err);

/* Do the halves belong together, and does the pair sign and verify? */
int private_key_test(EVP_PKEY *key, struct err *err);

#endif
