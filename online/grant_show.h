/* What grant is going to change, as the operator reads it before saying so. */
#ifndef GRANT_SHOW_H
#define GRANT_SHOW_H

#include "grants.h"

/* Whom else the keys' policies give rights, and what has no effect. */
void grant_show_notes(const struct grants *g);

/* Each change in lines with + and -. */
int grant_show_changes(const struct grants *g, struct err *err);

/* What became of one. */
void grant_show_done(const struct grant *x);

#endif
