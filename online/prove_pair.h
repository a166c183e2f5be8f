/* Does KMS hold the private half of a public key? It is made to use it. */
#ifndef PROVE_PAIR_H
#define PROVE_PAIR_H

#include "aws.h"
#include "key_spec.h"

/*
 * SIGN_VERIFY: KMS signs a nonce, and the signature is verified here under
 * spki. ENCRYPT_DECRYPT: KMS encrypts a nonce and opens it again.
 * KEY_AGREEMENT: KMS derived the public key itself; there is nothing to ask.
 * 1 when it does, 0 when not, -1 when KMS could not be asked.
 */
int prove_pair(struct aws *a, const char *key_arn, const struct key_spec *spec,
    const char *usage, const struct buf *spki, struct err *err);

#endif
