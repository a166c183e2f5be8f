/*
 * What verify found: one line a check, and the steps that are still to do.
 */
#ifndef EVIDENCE_H
#define EVIDENCE_H

#include "ceremony.h"

#define EVIDENCE_MAX 256
#define PENDING_MAX 32

struct check {
	char name[48];
	bool ok;
	bool covered; /* there was something to look at */
	char message[512];
};

struct evidence {
	struct check checks[EVIDENCE_MAX];
	unsigned n;
	char pending[PENDING_MAX][160];
	unsigned n_pending;
};

/* Each returns ok, so that a caller can stop following a broken chain. */
bool evidence_good(struct evidence *e, const char *name, const char *fmt, ...)
    PRINTF(3, 4);
/* Nothing speaks against it, but nothing was there to look at either. */
void evidence_uncovered(struct evidence *e, const char *name, const char *why);
bool evidence_bad(struct evidence *e, const char *name, const struct err *err);

void evidence_pending(struct evidence *e, const char *fmt, ...) PRINTF(2, 3);

bool evidence_ok(const struct evidence *e);

/* The checks of the files in this directory, in the chain's order. */
void evidence_collect(struct evidence *e, const struct ceremony *c);

#endif
