/*
 * An RSA public key in a SubjectPublicKeyInfo (RFC 5280, RFC 8017), read
 * strictly here and not by libcrypto's decoder, which takes longer to find
 * out what it is than an encryption takes, and which would take other
 * encodings of the same key.
 */
#ifndef RSA_SPKI_H
#define RSA_SPKI_H

#include "buf.h"

#define RSA_SPKI_MAX 8192

struct rsa_spki {
	struct buf n, e; /* views into the encoding: big endian, positive */
	unsigned bits;   /* of n */
};

/* NULL, or why it is not one RSA key in DER. */
const char *rsa_spki_read(const struct buf *spki, struct rsa_spki *out);

/*
 * NULL for an exponent that is odd and 65537 or more (KMS's own keys all have
 * 65537; FIPS 186-5 ends at 256 bits). One of 1 would hand out the material.
 */
const char *rsa_exponent_refusal(const struct rsa_spki *key);

#endif
