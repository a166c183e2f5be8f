/*
 * The cloud's import key, as libcrypto wants it: an RSA public key from a
 * SubjectPublicKeyInfo that bundle-format/rsa_spki.h has read.
 */
#ifndef WRAPPING_KEY_H
#define WRAPPING_KEY_H

#include <openssl/types.h>

#include "buf.h"

/*
 * STATUS_REJECTED unless it is an RSA key of 2048, 3072 or 4096 bits with an
 * exponent that hides something. The caller frees key.
 */
int wrapping_key_read(const struct buf *spki, EVP_PKEY **key, struct err *err);

#endif
