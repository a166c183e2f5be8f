#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lint.h"

/*
 * A thing in the world that a target claims for itself. Claims are sorted, so
 * that the largest plan does not cost the square of its targets.
 */
struct claim {
	const char *what[3];
	size_t target;
	size_t item;
};

enum thing {
	THING_NAME,
	THING_ALIAS,
	THING_ARN,
	THING_ADDON,
	THING_BUCKET,
};

static int
compare_what(const struct claim *a, const struct claim *b)
{
	int order = 0;

	for (unsigned i = 0; i < 3 && order == 0; i++)
		order = strcmp(a->what[i], b->what[i]);
	return order;
}

static int
compare(const void *x, const void *y)
{
	const struct claim *a = x;
	const struct claim *b = y;
	int order = compare_what(a, b);

	if (order == 0)
		order = (a->target > b->target) - (a->target < b->target);
	if (order == 0)
		order = (a->item > b->item) - (a->item < b->item);
	return order;
}

static size_t
count_claims(const struct target *t, enum thing thing)
{
	switch (thing) {
	case THING_NAME:
	case THING_ALIAS:
		return 1;
	case THING_ARN:
		return t->key_arn != NULL;
	case THING_ADDON:
		return t->n_heroku;
	case THING_BUCKET:
		return t->n_buckets;
	}
	return 0;
}

static struct claim
make_claim(const struct target *t, enum thing thing, size_t item)
{
	switch (thing) {
	case THING_NAME:
		break;
	case THING_ALIAS:
		return (struct claim){
		    .what = {t->account, t->region, t->alias}};
	case THING_ARN:
		return (struct claim){.what = {t->key_arn, "", ""}};
	case THING_ADDON:
		return (struct claim){.what = {t->heroku[item].name, "", ""}};
	case THING_BUCKET:
		return (struct claim){.what = {t->buckets[item], "", ""}};
	}
	return (struct claim){.what = {t->name, "", ""}};
}

/* Where the claim stands in the plan. */
static void
claim_path(const struct claim *c, enum thing thing, char path[static LINT_PATH])
{
	static const char *const members[] = {
	    [THING_NAME] = "name",
	    [THING_ALIAS] = "alias",
	    [THING_ARN] = "key_arn",
	    [THING_ADDON] = "heroku",
	    [THING_BUCKET] = "s3",
	};
	int n = snprintf(
	    path, LINT_PATH, "targets[%zu].%s", c->target, members[thing]);

	if (thing == THING_ADDON)
		(void)snprintf(
		    path + n, LINT_PATH - (size_t)n, "[%zu].name", c->item);
	if (thing == THING_BUCKET)
		(void)snprintf(
		    path + n, LINT_PATH - (size_t)n, "[%zu].bucket", c->item);
}

static void
report(
    const struct lint *l, enum thing thing, const struct claim *list, size_t n)
{
	char path[LINT_PATH], first[LINT_PATH];

	for (size_t i = 1; i < n; i++) {
		if (compare_what(&list[i - 1], &list[i]) != 0)
			continue;
		claim_path(&list[i - 1], thing, first);
		claim_path(&list[i], thing, path);
		findings_error(l->f, path, "is claimed by %s already%s", first,
		    thing == THING_ALIAS ? ", in the same account and Region"
					 : "");
	}
}

static void
lint_thing(const struct lint *l, enum thing thing)
{
	const struct plan *p = l->p;
	struct claim *list;
	size_t n = 0, size = 0;

	for (size_t i = 0; i < p->n_targets; i++)
		size += count_claims(&p->targets[i], thing);
	if (size == 0)
		return;
	if ((list = calloc(size, sizeof(*list))) == NULL) {
		l->f->lost = true;
		return;
	}
	for (size_t i = 0; i < p->n_targets; i++) {
		for (size_t k = 0; k < count_claims(&p->targets[i], thing);
		     k++) {
			list[n] = make_claim(&p->targets[i], thing, k);
			list[n].target = i;
			list[n++].item = k;
		}
	}
	qsort(list, n, sizeof(*list), compare);
	report(l, thing, list, n);
	free(list);
}

void
lint_collisions(const struct lint *l)
{
	lint_thing(l, THING_NAME);
	lint_thing(l, THING_ALIAS);
	lint_thing(l, THING_ARN);
	lint_thing(l, THING_ADDON);
	lint_thing(l, THING_BUCKET);
}
