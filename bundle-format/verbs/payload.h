/* A bundle's JSON for people to read: indented, and safe on a terminal. */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include "buf.h"

/*
 * On stdout, line by line. Text that already has lines of its own, as a plan
 * that people wrote, stays as it is; so does what is no JSON of ours.
 */
int payload_print(const struct buf *json, struct err *err);

/*
 * The same JSON, with every character that could steer a terminal as \uXXXX.
 * STATUS_REJECTED when it is no JSON of ours. The caller frees out.
 */
int payload_escape(const struct buf *json, struct buf *out, struct err *err);

#endif
