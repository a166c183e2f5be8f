/*
 * The plan that a new version replaces: plan-DIGEST8.gsb, beside plan.gsb.
 * Its officers must agree too, so that nobody replaces them unasked.
 */
#ifndef FORMER_PLAN_H
#define FORMER_PLAN_H

#include "bundle.h"
#include "plan.h"

struct former_plan {
	bool there; /* false: the plan is a first version */
	struct plan plan;
};

/*
 * Read the plan that p->previous names. STATUS_FAILED when it does not lie
 * beside, STATUS_REJECTED when it is not that one, or its version not lower.
 */
int former_plan_read(
    const struct plan *p, struct former_plan *former, struct err *err);
void former_plan_free(struct former_plan *former);

/* Has the new plan's bundle the former plan's quorum? */
int former_plan_require(
    const struct former_plan *former, const struct bundle *b, struct err *err);

#endif
