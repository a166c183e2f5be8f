/*
 * Who signed a bundle, judged by a plan: persons are counted, not signatures,
 * and only in a role that may sign this kind.
 */
#ifndef QUORUM_H
#define QUORUM_H

#include "bundle.h"
#include "plan.h"

#define QUORUM_ROLES 2

struct quorum_role {
	enum role role;
	unsigned needed;
	unsigned have;
	bool counted[PLAN_PEOPLE_MAX]; /* by index in plan->people */
};

struct quorum {
	unsigned n; /* roles in use: two for a request, else one */
	struct quorum_role roles[QUORUM_ROLES];
	unsigned unknown; /* signatures by keys that the plan does not know */
	unsigned other;   /* known persons, not in a role for this kind */
};

/*
 * Count. STATUS_REJECTED when the bundle is practice and the plan is not (or
 * the reverse), and when a key of the plan has a signature that does not
 * verify: somebody changed something.
 */
int quorum_count(const struct bundle *b, const struct plan *p, struct quorum *q,
    struct err *err);

/* STATUS_REJECTED, naming who may still sign, unless role i has enough. */
int quorum_require(const struct quorum *q, unsigned i, const struct plan *p,
    enum kind kind, struct err *err);

/* All roles. */
int quorum_require_all(const struct quorum *q, const struct plan *p,
    enum kind kind, struct err *err);

/* May this person sign this kind at all? Auditors only receipts, besides. */
bool quorum_may_sign(const struct person *person, enum kind kind);

/* "alice, bob" of those who could still sign in role i; fits or is cut. */
void quorum_missing(const struct quorum *q, unsigned i, const struct plan *p,
    char *out, size_t size);

#endif
