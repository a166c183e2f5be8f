/*
 * What shows that KMS holds the key of the transfer, by its kind:
 *
 * HMAC: KMS computes the MAC that the room computed: the same bytes.
 * Asymmetric: KMS has the public key of the transfer and uses its private
 * half: the same pair. For KEY_AGREEMENT the public key alone, which KMS
 * derived from what was imported.
 * Symmetric: a round trip, and the id of the material is the one that our own
 * import answered, alone and current: the bytes of that import, as far as KMS
 * itself is believed. Which bytes they are, only a second import can tell.
 */
#ifndef PROVE_H
#define PROVE_H

#include "outcome.h"

/* Everything the proof compares with. */
struct proof_basis {
	const struct plan *plan;
	const struct transfer *transfer;
	const uint8_t *request_digest;
	const char *key_arn;
};

/*
 * 0 when a verdict was reached: o->receipt.state becomes "imported" with its
 * proof, "unproven" or "alarm" with a deviation that says why. -1 when KMS
 * could not be asked.
 */
int prove(struct aws *a, const struct proof_basis *basis, struct outcome *o,
    struct err *err);

/* What a proof proves and what it does not, in plain words. */
const char *proof_meaning(const char *kind, const char *key_usage);

#endif
