/*
 * What a transfer says about a key without giving it away: a commitment bound
 * to the plan, the MAC that KMS must compute too, the public half.
 *
 * The commitment and the MAC would let somebody test guesses: they protect
 * keys that cannot be guessed, and receive refuses those that can.
 */
#ifndef COMMITMENT_H
#define COMMITMENT_H

#include "buf.h"
#include "encode.h"
#include "key_spec.h"
#include "secret.h"

int commitment(const struct secret *material,
    const uint8_t plan_digest[static SHA256_LEN],
    uint8_t out[static SHA256_LEN], struct err *err);

/* HKDF with SHA-256 (RFC 5869); out is allocated, its length is the wish. */
int hkdf_sha256(const struct secret *ikm, const struct buf *salt,
    const struct buf *info, struct secret *out, struct err *err);

/* HMAC specs only. The caller frees mac. */
int import_mac(const struct secret *material, const struct key_spec *spec,
    const uint8_t request_digest[static SHA256_LEN], struct buf *mac,
    struct err *err);

/* Asymmetric specs only: SubjectPublicKeyInfo DER. The caller frees spki. */
int public_key(const struct secret *material, const struct key_spec *spec,
    struct buf *spki, struct err *err);

#endif
