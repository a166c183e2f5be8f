/* What the operator's steps share: who acts, and what they see meanwhile. */
#ifndef OPERATOR_H
#define OPERATOR_H

#include "ceremony.h"
#include "cloud.h"
#include "signer.h"

/* Unlock --as, require operators. ids names them for the journal. */
int operator_unlock(const struct args *args, const struct ceremony *c,
    struct signers *s, char *ids, size_t size, struct err *err);

/* Shows why we wait, for struct cloud. */
void operator_waiting(void *arg, const char *why, int64_t left_ms);

/* Show the cloud's warning, once. */
void operator_warning(struct cloud *cloud);

#endif
