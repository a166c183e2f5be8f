#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grants.h"

#define NOTE_MAX 256

/* One target of the next receipt, with a deviation more than before. */
struct deviating {
	const char **list;
	char note[NOTE_MAX];
};

static struct receipt_grant
as_recorded(const struct grant *x)
{
	struct receipt_grant r = {.target = x->target->plan->name,
	    .what = grant_what_name(x->what),
	    .name = x->name,
	    .result = x->changed ? "changed" : "unchanged",
	    .has_before = x->has_before,
	    .has_after = x->has_after};

	memcpy(r.before_sha256, x->before_sha256, SHA256_LEN);
	memcpy(r.after_sha256, x->after_sha256, SHA256_LEN);
	return r;
}

static const struct grant *
find_untold(const struct grants *g, const char *target)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->list[i].untold &&
		    strcmp(g->list[i].target->plan->name, target) == 0)
			return &g->list[i];
	return NULL;
}

/* What nobody could confirm is no secret to the auditor. */
static int
deviate(const struct grant *untold, struct receipt_target *t,
    struct deviating *d, struct err *err)
{
	(void)snprintf(d->note, sizeof(d->note),
	    "Heroku does not tell which key add-on '%s' uses", untold->name);
	for (size_t i = 0; i < t->n_deviations; i++)
		if (strcmp(t->deviations[i], d->note) == 0)
			return 0;
	d->list = calloc(t->n_deviations + 1, sizeof(*d->list));
	if (d->list == NULL)
		return err_memory(err);
	for (size_t i = 0; i < t->n_deviations; i++)
		d->list[i] = t->deviations[i];
	d->list[t->n_deviations++] = d->note;
	t->deviations = d->list;
	return 0;
}

static int
fill_in(const struct grants *g, const struct receipt *last,
    struct receipt *next, struct deviating *notes, struct err *err)
{
	for (size_t i = 0; i < last->n_targets; i++) {
		struct receipt_target *t = &next->targets[i];
		const struct grant *untold;

		*t = last->targets[i];
		untold = find_untold(g, t->name);
		if (untold != NULL && deviate(untold, t, &notes[i], err) < 0)
			return -1;
	}
	next->n_targets = last->n_targets;
	for (size_t i = 0; i < g->n; i++)
		next->grants[i] = as_recorded(&g->list[i]);
	next->n_grants = g->n;
	return 0;
}

int
grants_record(struct grants *g, const struct receipts *before,
    const struct loaded *transfer, const struct signers *signers,
    uint8_t digest[static SHA256_LEN], struct err *err)
{
	int ret = -1;
	const struct receipt *last = &before->receipt;
	struct receipt next = {0};
	struct receipt_endpoints endpoints;
	struct deviating *notes = calloc(last->n_targets + 1, sizeof(*notes));

	next.targets = calloc(last->n_targets + 1, sizeof(*next.targets));
	next.grants = calloc(g->n + 1, sizeof(*next.grants));
	if (notes == NULL || next.targets == NULL || next.grants == NULL) {
		err_memory(err);
		goto out;
	}
	if (fill_in(g, last, &next, notes, err) < 0 ||
	    receipts_endpoints(
		&g->cloud, true, &endpoints, &next.endpoints, err) < 0)
		goto out;
	ret = receipts_save_next(g->c, before, transfer, signers, g->person,
	    "grant", &next, digest, err);
out:
	for (size_t i = 0; notes != NULL && i < last->n_targets; i++)
		free(notes[i].list);
	free(notes);
	free(next.targets);
	free(next.grants);
	return ret;
}
