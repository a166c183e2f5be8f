/*
 * What the offline program does before it reads anything: no core dumps, no
 * debugger of the same user, keys in locked memory, no way to gain privileges,
 * and a seccomp filter that ends the process on every system call that it has
 * no use for, those of the network first.
 *
 * Root, the kernel and what was here before the program started are beyond
 * its reach. Builds with a sanitizer stay dumpable and go without the
 * filter: the leak checker is a debugger of this very process.
 */
#ifndef HARDEN_H
#define HARDEN_H

#include "err.h"

/* STATUS_FAILED with a hint when this machine does not let us. */
int harden(struct err *err);

/*
 * For the journal: "all" when every page is locked, present and future,
 * "secure-heap" when the limit only allows the keys' own.
 */
const char *harden_locked(void);

#endif
