#include "target_key.h"

#include <stdio.h>
#include <string.h>

#include "talk.h"

/* Searches after an answer to CreateKey was lost, and the pause between. */
#define SEARCHES 4
#define SEARCH_PAUSE 2000 /* ms */

#define N_TAGS 3

struct tags {
	char plan_hex[HEX_LEN(SHA256_LEN)];
	struct kms_tag list[N_TAGS];
};

static void
make_tags(const struct ceremony *c, const struct target *t, struct tags *tags)
{
	hex_encode(c->plan_digest, SHA256_LEN, tags->plan_hex);
	tags->list[0] = (struct kms_tag){"gapseal:ceremony", c->plan.name};
	tags->list[1] = (struct kms_tag){"gapseal:plan", tags->plan_hex};
	tags->list[2] = (struct kms_tag){"gapseal:target", t->name};
}

static int
differs(
    const char *member, const char *is, const char *planned, struct err *err)
{
	err_set(err, STATUS_REJECTED, "the key's %s is %s, the plan says %s",
	    member, is, planned);
	return err_hint(err,
	    "this is not the key that the plan means; look at it in KMS and "
	    "mend the plan or remove the key's tags");
}

int
target_key_check(const struct plan *p, const struct target *t,
    const struct kms_key *key, struct err *err)
{
	if (strcmp(key->spec, p->key_spec) != 0)
		return differs("spec", key->spec, p->key_spec, err);
	if (strcmp(key->usage, p->key_usage) != 0)
		return differs("usage", key->usage, p->key_usage, err);
	if (strcmp(key->origin, "EXTERNAL") != 0)
		return differs("origin", key->origin, "EXTERNAL", err);
	if (key->multi_region != t->multi_region)
		return differs("multi-Region setting",
		    key->multi_region ? "on" : "off",
		    t->multi_region ? "on" : "off", err);
	if (strcmp(key->state, "PendingImport") != 0 &&
	    strcmp(key->state, "Enabled") != 0 &&
	    strcmp(key->state, "Disabled") != 0) {
		err_set(err, STATUS_REJECTED, "the key %s is in state '%s'",
		    key->arn, key->state);
		return err_hint(err,
		    "a key that is being deleted or created takes no "
		    "material; look at it in KMS");
	}
	return 0;
}

static int
check_described(
    struct ceremony *c, struct aws *a, struct kms_key *key, struct err *err)
{
	if (target_key_check(&c->plan, a->target, key, err) == 0)
		return 0;
	kms_key_free(key);
	return -1;
}

static int
describe(struct ceremony *c, struct aws *a, const char *arn,
    struct kms_key *key, struct err *err)
{
	if (kms_describe_key(a, arn, key, err) < 0)
		return -1;
	return check_described(c, a, key, err);
}

/* The alias must be free or already ours, or nothing is made at all. */
static int
check_alias(struct aws *a, const char *key_id, bool *there, struct err *err)
{
	struct kms_alias alias;
	int ret = 0;

	if (kms_find_alias(a, a->target->alias, &alias, err) < 0)
		return -1;
	*there = alias.found;
	if (alias.found &&
	    (key_id == NULL || strcmp(alias.key_id, key_id) != 0)) {
		ret = err_set(err, STATUS_REMOTE,
		    "'%s' already names another key (%s) in %s",
		    a->target->alias, alias.key_id, a->target->region);
		err_hint(err,
		    "choose another alias in the plan, or move that alias "
		    "away in KMS yourself");
	}
	kms_alias_free(&alias);
	return ret;
}

/* "Already there" may be our own call, repeated after its answer was lost. */
static int
set_alias(struct aws *a, const struct kms_key *key, struct err *err)
{
	bool there;

	if (check_alias(a, key->id, &there, err) < 0)
		return -1;
	if (there || kms_create_alias(a, a->target->alias, key->arn, err) == 0)
		return 0;
	if (!aws_failed_with(a, "AlreadyExistsException") ||
	    check_alias(a, key->id, &there, err) < 0 || !there)
		return -1;
	return 0;
}

static int
ambiguous(const struct aws *a, size_t n, const char *first, struct err *err)
{
	err_set(err, STATUS_REMOTE,
	    "%zu keys carry the tags of target '%s', %s among them", n,
	    a->target->name, first);
	return err_hint(err,
	    "keep the one that is in use and remove the tag gapseal:target "
	    "from the others");
}

/* arn stays empty when there is none; more than one is nobody's to choose. */
static int
look_among_made(struct made_keys *made, struct aws *a, const struct tags *tags,
    char *arn, size_t size, struct err *err)
{
	const char *found;
	size_t n;

	arn[0] = '\0';
	if (made_keys_find(made, a, tags->list, N_TAGS - 1,
		tags->list[N_TAGS - 1].name, &found, &n, err) < 0)
		return -1;
	if (n > 1)
		return ambiguous(a, n, found, err);
	if (n == 1)
		(void)snprintf(arn, size, "%s", found);
	return 0;
}

/* The same, asking KMS now: for a key that was made a moment ago. */
static int
search_tags(struct aws *a, const struct tags *tags, char *arn, size_t size,
    struct err *err)
{
	struct kms_keys found;
	int ret = 0;

	arn[0] = '\0';
	if (kms_find_keys(a, tags->list, N_TAGS, &found, err) < 0)
		return -1;
	if (found.n > 1)
		ret = ambiguous(a, found.n, found.arns[0], err);
	else if (found.n == 1)
		(void)snprintf(arn, size, "%s", found.arns[0]);
	kms_keys_free(&found);
	return ret;
}

/* Tags may take a while to be seen: look again before giving up. */
static int
search_patiently(struct aws *a, const struct tags *tags, char *arn, size_t size,
    struct err *err)
{
	for (int i = 0; i < SEARCHES; i++) {
		if (i > 0)
			cloud_sleep(a->cloud,
			    "looking for a key whose answer was lost",
			    SEARCH_PAUSE);
		if (search_tags(a, tags, arn, size, err) < 0)
			return -1;
		if (arn[0] != '\0')
			return 0;
	}
	return 0;
}

static int
note(struct ceremony *c, const char *person, const char *result,
    const struct aws *a, const struct tags *tags, const char *arn,
    struct err *err)
{
	return journal_add(&c->journal, person, "create-key", result,
	    (const struct journal_fact[]){{"plan", tags->plan_hex},
		{"target", a->target->name},
		{arn == NULL ? NULL : "key_arn", arn}, {0}},
	    err);
}

static bool
noted(const struct ceremony *c, const char *result, const struct aws *a,
    const struct tags *tags, char *arn, size_t size)
{
	return journal_find(&c->journal, "create-key", result,
	    (const struct journal_fact[]){
		{"plan", tags->plan_hex}, {"target", a->target->name}, {0}},
	    "key_arn", arn, size);
}

static int
create(struct ceremony *c, const char *person, struct aws *a,
    const struct tags *tags, struct kms_key *key, struct err *err)
{
	const struct target *t = a->target;
	const struct kms_new_key new = {.spec = c->plan.key_spec,
	    .usage = c->plan.key_usage,
	    .description = t->description,
	    .multi_region = t->multi_region,
	    .tags = tags->list,
	    .n_tags = N_TAGS};
	char arn[2048];
	bool there;

	if (check_alias(a, NULL, &there, err) < 0 ||
	    note(c, person, "begin", a, tags, NULL, err) < 0)
		return -1;
	if (kms_create_key(a, &new, key, err) == 0) {
		talk("  %s: made the key\n  %s", t->name, key->arn);
		if (note(c, person, "created", a, tags, key->arn, err) == 0)
			return check_described(c, a, key, err);
		kms_key_free(key);
		return -1;
	}
	if (!a->error.lost)
		return -1;
	talk("  %s: no answer to CreateKey; looking whether it was done",
	    t->name);
	if (search_patiently(a, tags, arn, sizeof(arn), err) < 0)
		return -1;
	if (arn[0] == '\0') {
		err_set(err, STATUS_REMOTE,
		    "CreateKey was not answered, and no key with this "
		    "target's tags is to be seen");
		return err_hint(err,
		    "wait a minute and run this again; it looks for the key "
		    "before it makes one");
	}
	return describe(c, a, arn, key, err);
}

/* The key that carries our tags, or one that this machine remembers. */
static int
find_made(struct ceremony *c, struct made_keys *made, struct aws *a,
    const struct tags *tags, char *arn, size_t size, struct err *err)
{
	if (noted(c, "created", a, tags, arn, size))
		return 0;
	if (noted(c, "begin", a, tags, NULL, 0))
		return search_patiently(a, tags, arn, size, err);
	return look_among_made(made, a, tags, arn, size, err);
}

int
target_key(struct ceremony *c, const char *person, struct made_keys *made,
    struct aws *a, struct kms_key *key, struct err *err)
{
	struct tags tags;
	char arn[2048] = "";
	int ret;

	make_tags(c, a->target, &tags);
	if (a->target->key_arn != NULL)
		ret = describe(c, a, a->target->key_arn, key, err);
	else if (find_made(c, made, a, &tags, arn, sizeof(arn), err) < 0)
		ret = -1;
	else if (arn[0] != '\0')
		ret = describe(c, a, arn, key, err);
	else
		ret = create(c, person, a, &tags, key, err);
	if (ret < 0)
		return -1;
	if (set_alias(a, key, err) < 0) {
		kms_key_free(key);
		return -1;
	}
	return 0;
}
