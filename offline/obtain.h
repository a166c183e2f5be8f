/* The plan's key, made here or received: the first half of seal. */
#ifndef OBTAIN_H
#define OBTAIN_H

#include "cmd.h"
#include "key_spec.h"
#include "plan.h"
#include "secret.h"

struct obtained {
	struct secret material;
	const char *way; /* as in the transfer */
	bool plaintext_networked;
};

/*
 * By the plan's source, with --from, --format and --key-version for keys
 * that are received. The caller frees out with secret_free(&out->material).
 */
int obtain_key(const struct args *args, const struct plan *p,
    const struct key_spec *spec, struct obtained *out, struct err *err);

/* Is there anything in the plan that this version cannot do, or too little
 * on the command line? Asked before anybody confirms anything. */
int obtain_check(
    const struct args *args, const struct plan *p, struct err *err);

#endif
