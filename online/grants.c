#include "grants.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "json_write.h"

#define STEP "grant"

const char *
grant_what_name(enum grant_what what)
{
	switch (what) {
	case GRANT_POLICY:
		return "key-policy";
	case GRANT_ADDON:
		return "heroku-addon";
	case GRANT_BUCKET:
		break;
	}
	return "s3-encryption";
}

struct heroku_wanted
grant_wanted(const struct grant *x)
{
	return (struct heroku_wanted){.app = x->wanted->app,
	    .plan = x->wanted->plan,
	    .name = x->wanted->name,
	    .key_arn = x->target->key_arn};
}

static const char *
key_of(const struct transfer *t, const char *target)
{
	for (size_t i = 0; i < t->n_targets; i++)
		if (strcmp(t->targets[i].name, target) == 0)
			return t->targets[i].key_arn;
	return NULL;
}

static struct grant *
add(struct grants *g, struct grants_target *t, enum grant_what what,
    const char *name)
{
	struct grant *x = &g->list[g->n++];

	*x = (struct grant){.target = t, .what = what, .name = name};
	return x;
}

static void
list_one(struct grants *g, struct grants_target *t, enum grant_what what)
{
	const struct target *plan = t->plan;

	assert(plan != NULL);
	if (what == GRANT_POLICY && plan->n_heroku > 0)
		add(g, t, what, t->key_arn);
	for (size_t i = 0; what == GRANT_ADDON && i < plan->n_heroku; i++)
		add(g, t, what, plan->heroku[i].name)
		    ->wanted = &plan->heroku[i];
	for (size_t i = 0; what == GRANT_BUCKET && i < plan->n_buckets; i++)
		add(g, t, what, plan->buckets[i]);
}

static void
list_all(struct grants *g)
{
	static const enum grant_what order[] = {
	    GRANT_POLICY, GRANT_ADDON, GRANT_BUCKET};

	for (size_t k = 0; k < 3; k++)
		for (size_t i = 0; i < g->n_targets; i++)
			list_one(g, &g->targets[i], order[k]);
}

/* Only targets that somebody is to use; nothing is asked of the others. */
static int
choose_targets(
    struct grants *g, const struct transfer *transfer, struct err *err)
{
	const struct plan *p = &g->c->plan;
	size_t n = 0;

	g->targets = calloc(p->n_targets + 1, sizeof(*g->targets));
	if (g->targets == NULL)
		return err_memory(err);
	for (size_t i = 0; i < p->n_targets; i++) {
		const struct target *t = &p->targets[i];
		struct grants_target *to = &g->targets[g->n_targets];

		if (t->n_heroku == 0 && t->n_buckets == 0)
			continue;
		to->plan = t;
		if ((to->key_arn = key_of(transfer, t->name)) == NULL)
			return err_set(err, STATUS_REJECTED,
			    "the transfer does not tell of target '%s'",
			    t->name);
		n += 1 + t->n_heroku + t->n_buckets;
		g->n_targets++;
	}
	if ((g->list = calloc(n + 1, sizeof(*g->list))) == NULL)
		return err_memory(err);
	return 0;
}

int
grants_open(struct grants *g, struct ceremony *c,
    const struct transfer *transfer, const struct args *args, struct err *err)
{
	g->c = c;
	if (choose_targets(g, transfer, err) < 0)
		return -1;
	list_all(g);
	return cloud_open(&g->cloud, &c->plan, args, err);
}

void
grants_close(struct grants *g)
{
	for (size_t i = 0; i < g->n; i++) {
		buf_free(&g->list[i].before);
		buf_free(&g->list[i].after);
	}
	for (size_t i = 0; i < g->n_targets; i++) {
		struct grants_target *t = &g->targets[i];

		findings_free(&t->notes);
		heroku_close(&t->heroku);
		aws_close(&t->aws);
	}
	free(g->list);
	free(g->targets);
	g->list = NULL;
	g->targets = NULL;
	g->n = g->n_targets = 0;
	cloud_close(&g->cloud);
}

size_t
grants_missing(const struct grants *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		n += !g->list[i].is_there;
	return n;
}

static void
write_change(struct json_out *w, const struct grant *x)
{
	out_object(w, NULL);
	out_str(w, "target", x->target->plan->name);
	out_str(w, "what", grant_what_name(x->what));
	out_str(w, "name", x->name);
	if (x->what == GRANT_ADDON) {
		out_str(w, "app", x->wanted->app);
		out_str(w, "plan", x->wanted->plan);
	}
	if (x->what != GRANT_POLICY)
		out_str(w, "key_arn", x->target->key_arn);
	if (x->has_before)
		out_hex(w, "before_sha256", x->before_sha256, SHA256_LEN);
	if (x->what == GRANT_POLICY) {
		out_hex(w, "after_sha256", x->after_sha256, SHA256_LEN);
		out_str(w, "policy", (const char *)x->after.p);
	}
	out_close(w);
}

int
grants_changes(const struct grants *g, struct buf *json,
    uint8_t digest[static SHA256_LEN], struct err *err)
{
	struct json_out w;

	*json = BUF_EMPTY;
	w = json_out(json);
	out_array(&w, NULL);
	for (size_t i = 0; i < g->n; i++)
		if (!g->list[i].is_there)
			write_change(&w, &g->list[i]);
	out_close(&w);
	if (out_end(&w, err) < 0)
		return -1;
	if (sha256(json->p, json->len, digest, err) == 0)
		return 0;
	buf_free(json);
	return -1;
}

int
grant_journal(struct grants *g, const struct grant *x, const char *result,
    struct err *err)
{
	char before[HEX_LEN(SHA256_LEN)] = "", after[HEX_LEN(SHA256_LEN)] = "";

	if (x->has_before)
		hex_encode(x->before_sha256, SHA256_LEN, before);
	if (x->has_after)
		hex_encode(x->after_sha256, SHA256_LEN, after);
	return journal_add(&g->c->journal, g->person, STEP, result,
	    (const struct journal_fact[]){{"target", x->target->plan->name},
		{"what", grant_what_name(x->what)}, {"name", x->name},
		{"before", before}, {"after", after}, {NULL, NULL}},
	    err);
}

bool
grant_is_ours(const struct grants *g, struct grant *x)
{
	char before[HEX_LEN(SHA256_LEN)], after[HEX_LEN(SHA256_LEN)] = "";
	struct journal_fact facts[] = {{"target", x->target->plan->name},
	    {"what", grant_what_name(x->what)}, {"name", x->name},
	    {"after", after}, {NULL, NULL}};

	/* Only of a policy do we know beforehand how it will read. */
	if (x->what == GRANT_POLICY)
		hex_encode(x->after_sha256, SHA256_LEN, after);
	if (!journal_find(&g->c->journal, STEP, "asked", facts, "before",
		before, sizeof(before)))
		return false;
	x->has_before = hex_decode(before, x->before_sha256, SHA256_LEN) == 0;
	return true;
}

bool
grant_is_recorded(const struct grant *x, const struct receipt *last)
{
	if (x->changed || !x->is_there)
		return false;
	for (size_t i = 0; i < last->n_grants; i++) {
		const struct receipt_grant *have = &last->grants[i];

		if (strcmp(have->target, x->target->plan->name) == 0 &&
		    strcmp(have->what, grant_what_name(x->what)) == 0 &&
		    strcmp(have->name, x->name) == 0 &&
		    have->has_after == x->has_after &&
		    (!x->has_after ||
			memcmp(have->after_sha256, x->after_sha256,
			    SHA256_LEN) == 0))
			return true;
	}
	return false;
}

bool
grants_recorded(const struct grants *g, const struct receipt *last)
{
	for (size_t i = 0; i < g->n; i++)
		if (!grant_is_recorded(&g->list[i], last))
			return false;
	return true;
}
