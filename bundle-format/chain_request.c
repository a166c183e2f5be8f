#include <stdlib.h>
#include <string.h>

#include "arn.h"
#include "chain_link.h"
#include "clock.h"
#include "digest.h"
#include "public_key.h"

#define DAY 86400
#define SKEW 300

/* Is what the target asks for what the plan says of it? */
static int
check_planned(const struct request_target *t, const struct target *planned,
    size_t i, struct err *err)
{
	const char *refusal;

	if (strcmp(t->name, planned->name) != 0)
		return link_target_fault(err, i, planned->name, "name",
		    "is another target's: wanted the plan's targets in the "
		    "plan's order");
	refusal = arn_refusal(t->key_arn, planned->account, planned->region);
	if (refusal != NULL)
		return link_target_fault(err, i, planned->name, "key_arn",
		    "%s: wanted a key of %s in %s", refusal, planned->account,
		    planned->region);
	if (planned->key_arn != NULL &&
	    strcmp(t->key_arn, planned->key_arn) != 0)
		return link_target_fault(err, i, planned->name, "key_arn",
		    "is another key than the plan's, wanted '%s'",
		    planned->key_arn);
	if (strcmp(t->wrapping_algorithm, planned->wrapping_algorithm) != 0)
		return link_target_fault(err, i, planned->name,
		    "wrapping_algorithm", "wanted the plan's '%s'",
		    planned->wrapping_algorithm);
	if (strcmp(t->wrapping_key_spec, planned->wrapping_key_spec) != 0)
		return link_target_fault(err, i, planned->name,
		    "wrapping_key_spec", "wanted the plan's '%s'",
		    planned->wrapping_key_spec);
	return 0;
}

/* Is what the cloud answered of the kind that was asked for? */
static int
check_answer(const struct request_target *t, const struct target *planned,
    size_t i, int64_t made, struct err *err)
{
	const char *refusal = rsa_key_refusal(
	    &t->public_key, wrapping_key_bits(planned->wrapping_key_spec));
	char at[CLOCK_TEXT];

	if (refusal != NULL)
		return link_target_fault(err, i, planned->name, "public_key",
		    "%s: wanted %s, with an odd exponent from 65537", refusal,
		    planned->wrapping_key_spec);
	refusal = principal_refusal(t->requested_by, planned->account);
	if (refusal != NULL)
		return link_target_fault(err, i, planned->name, "requested_by",
		    "%s: wanted one of account %s", refusal, planned->account);
	if (t->valid_to > made && t->valid_to - made <= DAY)
		return 0;
	clock_format(made, at);
	return link_target_fault(err, i, planned->name, "valid_to",
	    "wanted a time within 24 h after %s, when the request was made",
	    at);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* One KMS key may not stand in for two targets. */
static int
check_distinct(const struct request *r, struct err *err)
{
	const char **arns;
	int ret = 0;

	if (r->n_targets < 2)
		return 0;
	if ((arns = calloc(r->n_targets, sizeof(*arns))) == NULL)
		return err_memory(err);
	for (size_t i = 0; i < r->n_targets; i++)
		arns[i] = r->targets[i].key_arn;
	qsort(arns, r->n_targets, sizeof(*arns), by_text);
	for (size_t i = 1; i < r->n_targets && ret == 0; i++)
		if (strcmp(arns[i - 1], arns[i]) == 0)
			ret = link_fault(err, "targets",
			    "two of them have one key_arn, '%s'", arns[i]);
	free(arns);
	return ret;
}

int
chain_request(const struct request *r, const struct plan *p,
    const uint8_t plan_digest[static SHA256_LEN], struct err *err)
{
	if (link_plan(p, plan_digest, r->ceremony, r->plan, err) < 0 ||
	    link_made(p, r->made, err) < 0 ||
	    link_count(p, r->n_targets, err) < 0)
		return -1;
	for (size_t i = 0; i < r->n_targets; i++) {
		const struct target *planned = &p->targets[i];

		if (check_planned(&r->targets[i], planned, i, err) < 0 ||
		    check_answer(&r->targets[i], planned, i, r->made, err) < 0)
			return -1;
	}
	return check_distinct(r, err);
}

int
chain_request_time(const struct request *r, int64_t now, struct err *err)
{
	char at[CLOCK_TEXT], limit[CLOCK_TEXT];

	clock_format(now, at);
	if (now < r->made - SKEW) {
		clock_format(r->made, limit);
		err_set(err, STATUS_REJECTED,
		    "the request was made at %s, and here it is %s", limit, at);
		return err_hint(err, "check the clock");
	}
	for (size_t i = 0; i < r->n_targets; i++) {
		if (now < r->targets[i].valid_to)
			continue;
		clock_format(r->targets[i].valid_to, limit);
		err_set(err, STATUS_REJECTED,
		    "targets[%zu] '%s': its parameters were valid until %s, "
		    "and it is %s",
		    i, r->targets[i].name, limit, at);
		return err_hint(
		    err, "check the clock, or ask again: request --renew");
	}
	return 0;
}

int
chain_tokens(const struct tokens *t, const struct request *r,
    const struct plan *p, const uint8_t plan_digest[static SHA256_LEN],
    const uint8_t request_digest[static SHA256_LEN], struct err *err)
{
	if (link_plan(p, plan_digest, t->ceremony, t->plan, err) < 0 ||
	    link_digest("request", t->request, request_digest, err) < 0 ||
	    link_count(p, t->n_targets, err) < 0)
		return -1;
	for (size_t i = 0; i < t->n_targets; i++) {
		const struct token *token = &t->targets[i];
		const char *name = p->targets[i].name;
		uint8_t hash[SHA256_LEN];

		if (strcmp(token->name, name) != 0)
			return link_target_fault(err, i, name, "name",
			    "is another target's: wanted the plan's targets "
			    "in the plan's order");
		if (sha256(token->token.p, token->token.len, hash, err) < 0)
			return -1;
		if (memcmp(hash, r->targets[i].token_sha256, SHA256_LEN) != 0)
			return link_target_fault(err, i, name, "token",
			    "is not the token that the request names");
	}
	return 0;
}
