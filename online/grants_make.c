#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "digest.h"
#include "grants.h"
#include "kms.h"
#include "policy.h"

#define READ_BACK_PAUSE 2000 /* ms */

/* What was confirmed is a change of what was there then. */
static int
check_unmoved(struct grant *x, struct err *err)
{
	int ret = -1;
	struct buf now;

	if (kms_get_key_policy(&x->target->aws, x->target->key_arn, &now, err) <
	    0)
		return -1;
	if (now.len == x->before.len &&
	    memcmp(now.p, x->before.p, now.len) == 0) {
		ret = 0;
	} else {
		err_set(err, STATUS_REJECTED,
		    "the key's policy changed while this was being confirmed");
		err_hint(err, "run this again, and read the changes anew");
	}
	buf_free(&now);
	return ret;
}

/* Until KMS shows what it took: that can take some seconds. */
static int
read_policy_back(struct grants *g, struct grant *x, struct err *err)
{
	int64_t end = clock_ticks() + g->cloud.settle_ms;
	bool same = false;

	for (;;) {
		struct buf now;

		if (kms_get_key_policy(
			&x->target->aws, x->target->key_arn, &now, err) < 0)
			return -1;
		if (policy_same(&now, &x->after, &same, err) < 0 ||
		    sha256(now.p, now.len, x->after_sha256, err) < 0) {
			buf_free(&now);
			return -1;
		}
		buf_free(&now);
		if (same || clock_ticks() >= end)
			break;
		cloud_sleep(&g->cloud, "KMS does not show the policy yet",
		    READ_BACK_PAUSE);
	}
	if (same)
		return 0;
	err_set(err, STATUS_REMOTE,
	    "KMS took the key's policy and shows another one");
	return err_hint(err,
	    "look at the key's policy in KMS, then run this "
	    "again");
}

static int
make_policy(struct grants *g, struct grant *x, struct err *err)
{
	if (check_unmoved(x, err) < 0 ||
	    grant_journal(g, x, "asked", err) < 0 ||
	    kms_put_key_policy(
		&x->target->aws, x->target->key_arn, &x->after, err) < 0)
		return -1;
	return read_policy_back(g, x, err);
}

static int
make_bucket(struct grants *g, struct grant *x, struct err *err)
{
	struct aws *a = &x->target->aws;
	struct s3_encryption *e = &x->encryption;

	if (grant_journal(g, x, "asked", err) < 0 ||
	    s3_put_encryption(a, x->name, x->target->key_arn, err) < 0 ||
	    s3_get_encryption(a, x->name, e, err) < 0)
		return -1;
	if (!s3_encrypts_with(e, x->target->key_arn)) {
		err_set(err, STATUS_REMOTE,
		    "S3 took the encryption of bucket '%s' and shows another",
		    x->name);
		return err_hint(err, "run this again in a minute");
	}
	memcpy(x->after_sha256, e->sha256, SHA256_LEN);
	x->has_after = true;
	return 0;
}

static int
create_addon(struct grants *g, struct grant *x, struct err *err)
{
	struct heroku *h = &x->target->heroku;
	const struct heroku_wanted w = grant_wanted(x);
	bool asks;

	if (grant_journal(g, x, "asked", err) < 0 ||
	    heroku_create_addon(h, &w, NULL, &x->addon, &asks, err) < 0)
		return -1;
	if (!asks)
		return 0;
	if (g->confirm_app(g->confirm_arg, w.app, h->error.message, err) < 0 ||
	    heroku_create_addon(h, &w, w.app, &x->addon, &asks, err) < 0)
		return -1;
	if (asks)
		return err_set(err, STATUS_REMOTE,
		    "Heroku asks again for what was confirmed: %s",
		    h->error.message);
	return 0;
}

static int
make(struct grants *g, struct grant *x, struct err *err)
{
	switch (x->what) {
	case GRANT_POLICY:
		return make_policy(g, x, err);
	case GRANT_ADDON:
		x->target->heroku.give_up_at = clock_ticks() + g->wait_ms;
		return create_addon(g, x, err);
	case GRANT_BUCKET:
		break;
	}
	return make_bucket(g, x, err);
}

int
grants_make(struct grants *g, size_t i, struct err *err)
{
	struct grant *x = &g->list[i];

	if (x->is_there)
		return 0;
	if (make(g, x, err) < 0)
		return err_wrap(err, "target '%s'", x->target->plan->name);
	x->is_there = true;
	x->changed = true;
	return grant_journal(g, x, "done", err);
}

int
grants_finish(struct grants *g, size_t i, struct err *err)
{
	struct grant *x = &g->list[i];
	struct heroku *h = &x->target->heroku;
	struct heroku_wanted w;
	bool told;

	if (x->what != GRANT_ADDON)
		return 0;
	w = grant_wanted(x);
	h->give_up_at = clock_ticks() + g->wait_ms;
	if (heroku_wait(h, &w, &x->addon, err) < 0 ||
	    heroku_check_key(h, &w, &x->addon, &told, err) < 0)
		return err_wrap(err, "target '%s'", x->target->plan->name);
	x->untold = !told;
	return 0;
}
