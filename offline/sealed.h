/*
 * Which requests were sealed on this machine, and where their transfers are.
 *
 * A request is sealed once. What says so is this machine's own state: the
 * ceremony's directory may have lost the transfer, or hold one that somebody
 * else made. A transfer is promised in the state before it takes its name, so
 * that a run that was killed in between is finished and not repeated.
 */
#ifndef SEALED_H
#define SEALED_H

#include "ceremony.h"

#define TRANSFER_FILE "transfer.gsb"

/*
 * May request be sealed now? 0 with *done when it was sealed here before and
 * its transfer lies here (put there by this call when a kill had prevented
 * it); the caller frees transfer then. 0 without *done when it may be sealed:
 * the transfer of a request that it replaces was moved aside. STATUS_REJECTED
 * when it may not, STATUS_FAILED when a foreign transfer is in the way.
 */
int sealed_check(struct ceremony *c, const struct bundle *request,
    const struct request *r, bool *done, struct bundle *transfer,
    struct err *err);

/* Promise, save and journal the transfer of a request. */
int sealed_save(struct ceremony *c, const struct bundle *request,
    const struct bundle *transfer, const char *person, struct err *err);

#endif
