#include "grant_show.h"

#include "policy.h"
#include "talk.h"

void
grant_show_notes(const struct grants *g)
{
	for (size_t i = 0; i < g->n_targets; i++) {
		const struct findings *f = &g->targets[i].notes;

		for (size_t k = 0; k < f->n; k++)
			talk("NOTE: target '%s', key policy, %s: %s",
			    g->targets[i].plan->name, f->list[k].path,
			    f->list[k].message);
	}
}

static int
show_policy(const struct grant *x, struct err *err)
{
	struct buf diff;

	if (policy_diff(&x->before, &x->after, &diff, err) < 0)
		return -1;
	talk("Target '%s', the policy of key", x->target->plan->name);
	talk("  %s:", x->name);
	talk("%s", (const char *)diff.p);
	buf_free(&diff);
	return 0;
}

static void
show_addon(const struct grant *x)
{
	talk("Target '%s', a new add-on at Heroku, which will be billed:",
	    x->target->plan->name);
	talk("+ Add-on: %s", x->name);
	talk("+   App: %s", x->wanted->app);
	talk("+   Plan: %s", x->wanted->plan);
	talk("+   Key: %s\n", x->target->key_arn);
}

static void
show_bucket(const struct grant *x)
{
	const struct s3_encryption *e = &x->encryption;

	talk("Target '%s', the default encryption of bucket '%s':",
	    x->target->plan->name, x->name);
	talk("- Algorithm: %s", e->is_set ? e->algorithm : "none");
	if (e->key[0] != '\0')
		talk("-   Key: %s", e->key);
	talk("+ Algorithm: aws:kms, with a bucket key");
	talk("+   Key: %s\n", x->target->key_arn);
}

int
grant_show_changes(const struct grants *g, struct err *err)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct grant *x = &g->list[i];

		if (x->is_there)
			continue;
		if (x->what == GRANT_POLICY && show_policy(x, err) < 0)
			return -1;
		if (x->what == GRANT_ADDON)
			show_addon(x);
		if (x->what == GRANT_BUCKET)
			show_bucket(x);
	}
	return 0;
}
