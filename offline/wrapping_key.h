/*
 * The cloud's import key: an RSA public key from a SubjectPublicKeyInfo (RFC
 * 5280, RFC 8017). Read here and not by libcrypto's decoder, which takes twice
 * as long to find out what this is as the encryption itself takes, and which
 * would take other encodings of the same key.
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
