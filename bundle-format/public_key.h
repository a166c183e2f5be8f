/*
 * Public keys that crossed the gap or came from a cloud: is this what the
 * plan speaks of? Strict DER, SubjectPublicKeyInfo, nothing behind it.
 */
#ifndef PUBLIC_KEY_H
#define PUBLIC_KEY_H

#include "buf.h"
#include "key_spec.h"

/*
 * NULL for an RSA key of that many bits whose exponent is odd, 65537 or more;
 * else why not. An exponent of 1 would hand out what is encrypted to it.
 */
const char *rsa_key_refusal(const struct buf *spki, unsigned bits);

/* NULL when it is the public half of a key of that (asymmetric) spec. */
const char *public_key_refusal(
    const struct buf *spki, const struct key_spec *spec);

#endif
