/* The verb import, and the options that it takes. */
#ifndef IMPORT_H
#define IMPORT_H

#include "cmd.h"

extern const struct opt opts_import[];

/*
 * Push the wrapped key into KMS, prove what arrived, and say it in a signed
 * receipt.
 */
int cmd_import(const struct args *args, struct err *err);

#endif
