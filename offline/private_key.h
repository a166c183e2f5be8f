/*
 * Private keys between OpenSSL's form and DER.
 *
 * Read are PKCS#8 (RFC 5208, RFC 8410), PKCS#1 and SEC1; written is only what
 * KMS imports: PKCS#8 with a named curve, and no attributes. What a
 * structure is gets looked at (der.h) before a library sees it, so that what is
 * refused can be called by its name.
 */
#ifndef PRIVATE_KEY_H
#define PRIVATE_KEY_H

#include <openssl/types.h>

#include "der.h"
#include "key_spec.h"
#include "secret.h"

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
