/*
 * The seccomp filter of the offline program: a list of the system calls that
 * it needs. Every other ends the process at once, so that neither a bug nor a
 * hostile input can open a socket, start a program, look into another process
 * or run code that was not in the binary.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include "err.h"

/* There is no way back. */
int sandbox_enter(struct err *err);

#endif
