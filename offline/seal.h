/* The verb seal, and the options that it takes. */
#ifndef SEAL_H
#define SEAL_H

#include "cmd.h"

extern const struct opt opts_seal[];

/*
 * One process from the key to the signed transfer: the key is never on disk
 * and leaves the secure heap only wrapped.
 */
int cmd_seal(const struct args *args, struct err *err);

#endif
