/*
 * New key material, as KMS wants to import it: raw bytes for symmetric and
 * HMAC keys, PKCS#8 DER for the others. Every random byte comes from
 * OpenSSL's private generator.
 */
#ifndef GENERATE_H
#define GENERATE_H

#include "key_spec.h"
#include "secret.h"

/* An asymmetric pair is used once and checked. The caller frees material. */
int generate_key(
    const struct key_spec *spec, struct secret *material, struct err *err);

#endif
