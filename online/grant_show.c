#include "grant_show.h"

#include <string.h>

#include "policy.h"
#include "talk.h"
#include "text.h"

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

/* ARNs are as long as a line: each key is named once, on its own. */
static void
show_key(const struct grants_target *t)
{
	talk("The key of target '%s' is", t->plan->name);
	talk("  %s", t->key_arn);
}

static int
show_policy(const struct grant *x, struct err *err)
{
	struct buf diff;

	if (policy_diff(&x->before, &x->after, &diff, err) < 0)
		return -1;
	talk("The policy of that key:");
	talk("%s", (const char *)diff.p);
	buf_free(&diff);
	return 0;
}

static void
show_addon(const struct grant *x)
{
	talk("A new add-on at Heroku, which will be billed:");
	talk("+ Add-on: %s", x->name);
	talk("+   App: %s", x->wanted->app);
	talk("+   Plan: %s", x->wanted->plan);
	talk("+   Key: that of target '%s'\n", x->target->plan->name);
}

static void
show_bucket(const struct grant *x)
{
	const struct s3_encryption *e = &x->encryption;
	char shown[S3_KEY_MAX];

	talk("The default encryption of bucket '%s':", x->name);
	talk("- Algorithm: %s",
	    e->is_set ? text_visible(e->algorithm, strlen(e->algorithm), shown,
			    sizeof(shown))
		      : "none");
	if (e->key[0] != '\0')
		talk("-   Key: %s",
		    text_visible(e->key, strlen(e->key), shown, sizeof(shown)));
	talk("+ Algorithm: aws:kms, with a bucket key");
	talk("+   Key: that of target '%s'\n", x->target->plan->name);
}

static int
show_change(const struct grant *x, struct err *err)
{
	switch (x->what) {
	case GRANT_POLICY:
		return show_policy(x, err);
	case GRANT_ADDON:
		show_addon(x);
		return 0;
	case GRANT_BUCKET:
		break;
	}
	show_bucket(x);
	return 0;
}

int
grant_show_changes(const struct grants *g, struct err *err)
{
	for (size_t k = 0; k < g->n_targets; k++) {
		const struct grants_target *t = &g->targets[k];
		bool named = false;

		for (size_t i = 0; i < g->n; i++) {
			const struct grant *x = &g->list[i];

			if (x->is_there || x->target != t)
				continue;
			if (!named)
				show_key(t);
			named = true;
			if (show_change(x, err) < 0)
				return -1;
		}
	}
	return 0;
}

static const char *
outcome(const struct grant *x)
{
	if (!x->changed)
		return "was there already";
	return x->what == GRANT_ADDON ? "made, and provisioned"
				      : "changed, and read back";
}

void
grant_show_done(const struct grant *x)
{
	const char *target = x->target->plan->name;

	if (x->what == GRANT_POLICY)
		talk("  %s: key policy: %s", target, outcome(x));
	else if (x->what == GRANT_ADDON)
		talk("  %s: add-on '%s': %s", target, x->name, outcome(x));
	else
		talk("  %s: bucket '%s': %s", target, x->name, outcome(x));
	if (x->untold)
		talk("    NOTE: Heroku does not tell which key it uses; the "
		     "receipt says so");
}
