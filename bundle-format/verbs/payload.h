/* A bundle's JSON for people to read: indented, and safe on a terminal. */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include "buf.h"

/*
 * On stdout. Text that already has lines of its own, as a plan that people
 * wrote, stays as it is.
 */
int payload_print(const struct buf *json, struct err *err);

#endif
