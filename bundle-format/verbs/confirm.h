/*
 * Before an irreversible step: the person proves that they read the digest,
 * by three of its words or, in scripts, by --confirm DIGEST.
 */
#ifndef CONFIRM_H
#define CONFIRM_H

#include "cmd.h"
#include "encode.h"

enum confirm_from {
	CONFIRM_MADE_HERE, /* digest and words are shown */
	CONFIRM_CROSSED,   /* they come from the other machine's paper */
};

/*
 * what: "the request", "the planned changes". STATUS_REJECTED when the words
 * or the digest differ; STATUS_USAGE when there is neither a terminal nor
 * --confirm: the caller has shown what it would do, and does nothing.
 */
int confirm_digest(const struct args *args, const char *what,
    const uint8_t digest[static SHA256_LEN], enum confirm_from from,
    struct err *err);

/* The words only, at the keyboard: for a second digest from paper. */
int confirm_words(const char *what, const uint8_t digest[static SHA256_LEN],
    enum confirm_from from, struct err *err);

/* Would confirm_digest() have anybody to ask? */
bool confirm_possible(const struct args *args);

#endif
