/* The verb request, and the options that it takes. */
#ifndef REQUEST_H
#define REQUEST_H

#include "cmd.h"

extern const struct opt opts_request[];

/*
 * A KMS key and its import parameters for every target of the plan:
 * request.gsb for the room, tokens.gsb for the importing machine.
 */
int cmd_request(const struct args *args, struct err *err);

#endif
