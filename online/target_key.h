/*
 * The KMS key of a target: found again or made, never made twice.
 *
 * CreateKey has no idempotency token, so the key's tags carry ceremony, plan
 * and target, and this machine's journal notes the intent before the call
 * and the key after it. Whoever comes again looks there before creating.
 */
#ifndef TARGET_KEY_H
#define TARGET_KEY_H

#include "ceremony.h"
#include "kms.h"
#include "made_keys.h"

/*
 * The target's key: the plan's key_arn, or the one with our tags, or a new
 * one. Checked against the plan; its alias points to it. made is shared by
 * the targets of one run. The caller frees key with kms_key_free().
 */
int target_key(struct ceremony *c, const char *person, struct made_keys *made,
    struct aws *a, struct kms_key *key, struct err *err);

/*
 * STATUS_REJECTED when the key is not what the plan says: spec, usage,
 * origin, multi-Region, or not usable any more.
 */
int target_key_check(const struct plan *p, const struct target *t,
    const struct kms_key *key, struct err *err);

#endif
