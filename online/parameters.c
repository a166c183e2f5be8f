#include "parameters.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "digest.h"
#include "exposure.h"
#include "kms.h"
#include "talk.h"
#include "target_key.h"

#define DAY 86400
#define STRINGS_PER_TARGET 3

/* A copy that lives until parameters_free(). */
static const char *
keep(struct parameters *p, const char *text)
{
	char *copy = strdup(text);

	if (copy != NULL)
		p->strings[p->n_strings++] = copy;
	return copy;
}

static int
alloc(const struct plan *plan, struct parameters *p, struct err *err)
{
	size_t n = plan->n_targets;

	*p = (struct parameters){0};
	p->request.targets = calloc(n, sizeof(*p->request.targets));
	p->tokens.targets = calloc(n, sizeof(*p->tokens.targets));
	p->strings = calloc(n * STRINGS_PER_TARGET, sizeof(*p->strings));
	if (p->request.targets == NULL || p->tokens.targets == NULL ||
	    p->strings == NULL)
		return err_memory(err);
	return 0;
}

void
parameters_free(struct parameters *p)
{
	for (size_t i = 0; i < p->request.n_targets; i++)
		buf_free(&p->request.targets[i].public_key);
	for (size_t i = 0; i < p->tokens.n_targets; i++)
		buf_free(&p->tokens.targets[i].token);
	for (size_t i = 0; i < p->n_strings; i++)
		free(p->strings[i]);
	free(p->request.targets);
	free(p->tokens.targets);
	free(p->strings);
	*p = (struct parameters){0};
}

/*
 * A key that already holds material can only take the same bytes again: a
 * freshly generated key would be refused after everybody's work.
 */
static int
refuse_bound(const struct plan *plan, const struct target *t,
    const struct kms_key *key, struct err *err)
{
	if (strcmp(plan->source, "generate") != 0 ||
	    (strcmp(key->state, "PendingImport") == 0 &&
		key->key_material_id[0] == '\0'))
		return 0;
	err_set(err, STATUS_REJECTED,
	    "KMS has already bound material to the key of target '%s' (%s), "
	    "and this plan generates a new one",
	    t->name, key->arn);
	return err_hint(err,
	    "KMS takes no other bytes into that key, ever: a new plan "
	    "version, and with it a new KMS key, is needed");
}

static int
fill(struct parameters *p, const struct target *t, const struct kms_key *key,
    const struct sts_identity *who, struct kms_parameters *got, struct err *err)
{
	struct request_target *r = &p->request.targets[p->request.n_targets++];
	struct token *token = &p->tokens.targets[p->tokens.n_targets++];

	r->name = token->name = t->name;
	r->wrapping_algorithm = t->wrapping_algorithm;
	r->wrapping_key_spec = t->wrapping_key_spec;
	r->public_key = got->public_key;
	token->token = got->token;
	got->public_key = got->token = BUF_EMPTY; /* transferred */
	r->valid_to = got->valid_to;
	r->key_arn = keep(p, key->arn);
	r->requested_by = keep(p, who->arn);
	r->request_id = keep(p, got->request_id);
	if (r->key_arn == NULL || r->requested_by == NULL ||
	    r->request_id == NULL)
		return err_memory(err);
	p->request.made = got->date;
	return sha256(token->token.p, token->token.len, r->token_sha256, err);
}

/*
 * A key that others may use before there is anything in it: nobody is
 * stopped, since an estate may have its reasons, but everybody is told.
 */
static void
warn_exposed(struct aws *a, const char *key, size_t grants)
{
	struct buf lines;
	struct err why;

	if (exposure_lines(a, key, a->target->account, &lines, &why) < 0)
		return;
	if (lines.len > 0 || grants > 0)
		talk("WARNING: others than the account itself may use this "
		     "key:");
	talk_lines(4, &lines);
	buf_free(&lines);
}

static int
fetch_for(struct ceremony *c, const char *person, struct made_keys *made,
    struct aws *a, struct parameters *p, struct err *err)
{
	const struct target *t = a->target;
	struct sts_identity who;
	struct kms_key key = {0};
	struct kms_parameters got = {0};
	struct request_target *r;
	size_t grants;
	int ret = -1;

	if (sts_require_account(a, &who, err) < 0 ||
	    target_key(c, person, made, a, &key, err) < 0 ||
	    refuse_bound(&c->plan, t, &key, err) < 0 ||
	    kms_get_parameters(a, key.arn, t->wrapping_algorithm,
		t->wrapping_key_spec, &got, err) < 0 ||
	    fill(p, t, &key, &who, &got, err) < 0)
		goto out;
	r = &p->request.targets[p->request.n_targets - 1];
	if (exposure_policy(a, key.arn, r->policy_sha256, err) < 0 ||
	    exposure_grants(a, key.arn, r->grants_sha256, &grants, err) < 0)
		goto out;
	talk("  %s: has import parameters", t->name);
	warn_exposed(a, key.arn, grants);
	ret = 0;
out:
	kms_parameters_free(&got);
	kms_key_free(&key);
	return ret;
}

/* The clock of the answer may be a second behind its own expiry. */
static void
round_down(struct request *r)
{
	for (size_t i = 0; i < r->n_targets; i++)
		if (r->targets[i].valid_to > r->made + DAY)
			r->targets[i].valid_to = r->made + DAY;
}

static int
fetch_all(struct ceremony *c, const char *person, struct cloud *cloud,
    struct parameters *p, struct err *err)
{
	struct made_keys made = {NULL, 0};
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < c->plan.n_targets; i++) {
		const struct target *t = &c->plan.targets[i];
		struct aws a;

		if ((ret = aws_open(&a, cloud, t, err)) == 0) {
			ret = fetch_for(c, person, &made, &a, p, err);
			aws_close(&a);
		}
		if (ret < 0)
			err_wrap(err, "target '%s'", t->name);
	}
	made_keys_free(&made);
	return ret;
}

int
parameters_fetch(struct ceremony *c, const char *person, struct cloud *cloud,
    struct parameters *p, struct err *err)
{
	if (alloc(&c->plan, p, err) < 0 ||
	    fetch_all(c, person, cloud, p, err) < 0)
		goto fail;
	if (RAND_bytes(p->request.nonce, NONCE_LEN) != 1) {
		err_crypto(err, "no random bytes");
		goto fail;
	}
	p->request.ceremony = p->tokens.ceremony = c->plan.name;
	memcpy(p->request.plan, c->plan_digest, SHA256_LEN);
	memcpy(p->tokens.plan, c->plan_digest, SHA256_LEN);
	round_down(&p->request);
	return 0;
fail:
	parameters_free(p);
	return -1;
}
