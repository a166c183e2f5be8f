/*
 * Known-answer tests: each primitive that this program uses, on a vector from
 * a standard or made by another program. The quick ones run at every start;
 * a program whose arithmetic is wrong must not touch a key.
 */
#ifndef KNOWN_ANSWERS_H
#define KNOWN_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

struct known_answer {
	const char *name;
	int (*run)(struct err *err);
	bool slow; /* not at every start */
};

/* NULL past the last. */
const struct known_answer *known_answer_at(size_t i);

/* All that are not slow; STATUS_FAILED, naming the first that is wrong. */
int known_answers_start(struct err *err);

#endif
