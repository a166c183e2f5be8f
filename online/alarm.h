/*
 * The alarm, as this machine remembers it: its own record and its journal.
 *
 * The key of a plan for which it met one may be in other hands, and no receipt
 * says otherwise: a receipt is a file that can be lost, and another one in its
 * place takes no more than one operator's key.
 */
#ifndef ALARM_H
#define ALARM_H

#include "ceremony.h"
#include "state.h"

/*
 * Is there an alarm for this plan? target is whose it was, when it was this
 * transfer's, and "" otherwise.
 */
int alarm_known(const struct ceremony *c, const char *transfer_hex, bool *known,
    char target[static STATE_NAME], struct err *err);

/* Remember it, in the record first: a directory can lose its journal. */
int alarm_record(struct ceremony *c, const char *person,
    const char *transfer_hex, const struct transfer_target *target,
    struct err *err);

#endif
