/*
 * Known-answer tests: each primitive that this program uses, on a vector from
 * a standard or made by another program. The quick ones run at every start;
 * a program whose arithmetic is wrong must not touch a key.
 */
#ifndef KNOWN_ANSWERS_H
#define KNOWN_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct known_answer {
	const char *name;
	int (*run)(struct err *err); /* what went wrong, without the name */
	bool slow;                   /* not at every start */
};

/* NULL past the last. */
const struct known_answer *known_answer_at(size_t i);

/* All that are not slow; STATUS_FAILED, naming the first that is wrong. */
int known_answers_start(struct err *err);

/* The tests themselves. */
int known_secure_heap(struct err *err);
int known_sha256(struct err *err);
int known_hmac(struct err *err);
int known_hkdf(struct err *err);
int known_base64(struct err *err);
int known_inflate(struct err *err);
int known_aes_kwp(struct err *err);
int known_aes_cbc(struct err *err);
int known_ctr_drbg(struct err *err);
int known_scrypt(struct err *err);
int known_oaep(struct err *err);
int known_ed25519(struct err *err);

/* For them: are these len bytes the ones that hex spells? */
int known_compare(
    const uint8_t *p, size_t len, const char *hex, struct err *err);

/* For them: first, first + 1, first + 2, ... */
void known_count_up(uint8_t *p, size_t len, uint8_t first);

#endif
