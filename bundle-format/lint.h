/*
 * The parts of plan_lint(). Each reports everything it finds and goes on;
 * none of them looks at anything but the plan.
 */
#ifndef LINT_H
#define LINT_H

#include "plan.h"

#define LINT_PATH 160

struct lint {
	const struct plan *p;
	int64_t now;
	struct findings *f;
};

/* Persons, their keys, and whether the quorums can be reached. */
void lint_people(const struct lint *l);

/* The key, where it comes from, and who keeps a copy. */
void lint_key(const struct lint *l);
void lint_custody(const struct lint *l);

/* One target: its names, its wrapping, its expiry. */
void lint_target(const struct lint *l, size_t i);

/* Who will use the target's key: Heroku add-ons and S3 buckets. */
void lint_users(const struct lint *l, size_t i);

/* What two targets must not share. */
void lint_collisions(const struct lint *l);

/* path is that of the "endpoints" member. */
void lint_endpoints(
    const struct lint *l, const char *path, const struct endpoints *e);

/* An error in a real plan, a warning in a practice plan. */
void lint_strict(const struct lint *l, const char *path, const char *fmt, ...)
    PRINTF(3, 4);

#endif
