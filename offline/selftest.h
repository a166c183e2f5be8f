/* The verb that runs every known-answer test and says so. */
#ifndef SELFTEST_H
#define SELFTEST_H

#include "cmd.h"

/* Takes opts_json: {"ok","tests":[{"name","ok"}]}. */
int cmd_selftest(const struct args *args, struct err *err);

#endif
