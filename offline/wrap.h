/*
 * Encrypting key material to a cloud's import key: RSAES-OAEP (RFC 8017), or
 * RSA_AES_KEY_WRAP, which is OAEP of a fresh AES key followed by AES-KWP (RFC
 * 5649) of the material. MGF1's hash is always OAEP's.
 */
#ifndef WRAP_H
#define WRAP_H

#include <openssl/types.h>

#include "buf.h"
#include "key_spec.h"
#include "secret.h"

/*
 * spki is the import key, SubjectPublicKeyInfo DER. STATUS_REJECTED when it is
 * no RSA key of 2048, 3072 or 4096 bits. The caller frees out.
 */
int wrap_key(const struct secret *material, const struct buf *spki,
    const struct wrapping *wrapping, struct buf *out, struct err *err);

/* The same under a key that wrapping_key_read() gave. */
int wrap_under(const struct secret *material, EVP_PKEY *key,
    const struct wrapping *wrapping, struct buf *out, struct err *err);

#endif
