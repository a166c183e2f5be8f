/*
 * What the links of the chain share: the head of every statement, targets in
 * the plan's order, the officers who approved, and how a fault is said.
 */
#ifndef CHAIN_LINK_H
#define CHAIN_LINK_H

#include "chain.h"

/* "member: text", STATUS_REJECTED. */
int link_fault(struct err *err, const char *member, const char *fmt, ...)
    PRINTF(3, 4);

/* "targets[i] 'name': member: text"; name is the plan's. */
int link_target_fault(struct err *err, size_t i, const char *name,
    const char *member, const char *fmt, ...) PRINTF(5, 6);

/* Is this statement of that plan, made while it was valid? */
int link_plan(const struct plan *p,
    const uint8_t plan_digest[static SHA256_LEN], const char *ceremony,
    const uint8_t named[static SHA256_LEN], struct err *err);
int link_made(const struct plan *p, int64_t made, struct err *err);

/* Does member name the statement before? */
int link_digest(const char *member, const uint8_t named[static SHA256_LEN],
    const uint8_t wanted[static SHA256_LEN], struct err *err);

/* Are there as many targets as the plan has? */
int link_count(const struct plan *p, size_t n, struct err *err);

/* Officers of the plan, as many as quorum.transfer wants. */
int link_approved(const struct plan *p, uint8_t (*approved_by)[SHA256_LEN],
    size_t n, struct err *err);

#endif
