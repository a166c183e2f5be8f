/*
 * The keys that carry a plan's tags, by target. An account may hold a hundred
 * thousand keys, and telling ours from them costs a call for each: every
 * account and region is listed once in a run, not once for each target.
 */
#ifndef MADE_KEYS_H
#define MADE_KEYS_H

#include "kms.h"

struct made_key {
	char *account, *region; /* where it is */
	char *target;           /* whose it is; NULL: the place was listed */
	char *arn;
};

struct made_keys {
	struct made_key *list;
	size_t n;
};

/*
 * The first key in a's place that carries those tags and the target's; more
 * tells that there are others. *arn is NULL when there is none, and lives
 * until made_keys_free().
 */
int made_keys_find(struct made_keys *m, struct aws *a,
    const struct kms_tag *tags, size_t n_tags, const char *target_tag,
    const char **arn, size_t *n, struct err *err);

void made_keys_free(struct made_keys *m);

#endif
