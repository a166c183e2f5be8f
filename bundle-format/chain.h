/*
 * Do the links fit? Each statement against the plan and the one before it.
 * All are STATUS_REJECTED with the member that does not fit.
 */
#ifndef CHAIN_H
#define CHAIN_H

#include "statements.h"

/*
 * The request asks for exactly the plan's targets, in its order, wrapped as
 * the plan says; each public key is an RSA key of the right size (odd
 * exponent from 65537, no trailing DER); each ARN has the plan's account and
 * region; valid_to lies within 24 h of made.
 */
int chain_request(const struct request *r, const struct plan *p,
    const uint8_t plan_digest[static SHA256_LEN], struct err *err);

/* Same ceremony, plan and request; one token a target whose hash fits. */
int chain_tokens(const struct tokens *t, const struct request *r,
    const struct plan *p, const uint8_t plan_digest[static SHA256_LEN],
    const uint8_t request_digest[static SHA256_LEN], struct err *err);

/* Same ceremony, plan, request; targets, lengths and key as planned. */
int chain_transfer(const struct transfer *t, const struct request *r,
    const struct plan *p, const uint8_t plan_digest[static SHA256_LEN],
    const uint8_t request_digest[static SHA256_LEN], struct err *err);

/*
 * Same ceremony, plan and transfer; every key is the transfer's, every grant
 * the plan's. transfer is NULL when it is not here (a renewed request put
 * another in its place), previous_digest for the first.
 */
int chain_receipt(const struct receipt *r, const struct plan *p,
    const uint8_t plan_digest[static SHA256_LEN],
    const struct transfer *transfer,
    const uint8_t transfer_digest[static SHA256_LEN],
    const uint8_t *previous_digest, int64_t previous_number, struct err *err);

/* "made - 5 min <= now < valid_to": is the request still good at now? */
int chain_request_time(const struct request *r, int64_t now, struct err *err);

#endif
