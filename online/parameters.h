/*
 * The import parameters of all targets, while they are being fetched: what
 * becomes the request and its tokens.
 */
#ifndef PARAMETERS_H
#define PARAMETERS_H

#include "ceremony.h"
#include "cloud.h"
#include "statements.h"
#include "sts.h"

struct parameters {
	struct request request; /* doc empty: everything is owned below */
	struct tokens tokens;
	char **strings; /* ARNs and request ids that the two point to */
	size_t n_strings;
};

/*
 * Fetch for every target, in the plan's order; keys are found or made first.
 * Refuses keys that already hold material when the plan generates its own.
 * The caller frees p.
 */
int parameters_fetch(struct ceremony *c, const char *person,
    struct cloud *cloud, struct parameters *p, struct err *err);
void parameters_free(struct parameters *p);

#endif
