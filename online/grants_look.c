#include <string.h>

#include "digest.h"
#include "grants.h"
#include "kms.h"
#include "policy.h"
#include "sts.h"

static int
hash(const struct buf *b, uint8_t out[static SHA256_LEN], bool *has,
    struct err *err)
{
	if (sha256(b->p, b->len, out, err) < 0)
		return -1;
	*has = true;
	return 0;
}

static int
look_at_policy(struct grant *x, struct err *err)
{
	struct grants_target *t = x->target;

	if (kms_get_key_policy(&t->aws, t->key_arn, &x->before, err) < 0 ||
	    policy_notes(&x->before, t->plan->account, &t->notes, err) < 0 ||
	    policy_merge_heroku(&x->before, t->key_arn, &x->after, err) < 0 ||
	    hash(&x->before, x->before_sha256, &x->has_before, err) < 0 ||
	    hash(&x->after, x->after_sha256, &x->has_after, err) < 0)
		return -1;
	x->is_there = x->before.len == x->after.len &&
	    memcmp(x->before.p, x->after.p, x->after.len) == 0;
	return 0;
}

/*
 * One that is still being provisioned is judged later. Without a place that
 * Heroku shows, Heroku itself will refuse a key of another region.
 */
static int
look_at_addon(struct grant *x, struct err *err)
{
	struct heroku *h = &x->target->heroku;
	const struct heroku_wanted w = grant_wanted(x);
	bool told;

	if (heroku_find_addon(h, &w, &x->addon, &x->is_there, err) < 0)
		return -1;
	if (!x->is_there)
		return heroku_check_place(
		    h, w.app, x->target->plan->region, &told, err);
	if (strcmp(x->addon.state, "provisioned") != 0)
		return 0;
	if (heroku_check_key(h, &w, &x->addon, &told, err) < 0)
		return -1;
	x->untold = !told;
	return 0;
}

static int
look_at_bucket(struct grant *x, struct err *err)
{
	struct grants_target *t = x->target;
	struct s3_encryption *e = &x->encryption;

	if (s3_get_encryption(&t->aws, x->name, e, err) < 0)
		return -1;
	x->is_there = s3_encrypts_with(e, t->key_arn);
	x->has_before = e->is_set;
	memcpy(x->before_sha256, e->sha256, SHA256_LEN);
	if (x->is_there) {
		x->has_after = true;
		memcpy(x->after_sha256, e->sha256, SHA256_LEN);
	}
	return 0;
}

static int
look_at(struct grant *x, struct err *err)
{
	switch (x->what) {
	case GRANT_POLICY:
		return look_at_policy(x, err);
	case GRANT_ADDON:
		return look_at_addon(x, err);
	case GRANT_BUCKET:
		break;
	}
	return look_at_bucket(x, err);
}

static int
open_target(struct grants *g, struct grants_target *t, struct err *err)
{
	struct sts_identity who;

	if (aws_open(&t->aws, &g->cloud, t->plan, err) < 0 ||
	    sts_require_account(&t->aws, &who, err) < 0)
		return -1;
	if (t->plan->n_heroku == 0)
		return 0;
	return heroku_open(&t->heroku, &g->cloud, t->plan, g->wait_ms, err);
}

int
grants_look(struct grants *g, const struct receipt *last, struct err *err)
{
	for (size_t i = 0; i < g->n_targets; i++)
		if (open_target(g, &g->targets[i], err) < 0)
			return -1;
	for (size_t i = 0; i < g->n; i++) {
		struct grant *x = &g->list[i];

		if (look_at(x, err) < 0)
			return err_wrap(
			    err, "target '%s'", x->target->plan->name);
		/* Left by a run that died before its receipt. */
		if (x->is_there && !grant_is_recorded(x, last))
			x->changed = grant_is_ours(g, x);
	}
	return 0;
}
