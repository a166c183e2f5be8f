#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arn.h"
#include "chain_link.h"
#include "key_spec.h"

/* NULL when this kind of proof can be had for such a key, in that strength. */
static const char *
proof_refusal(const struct receipt_target *t, const struct key_spec *spec)
{
	bool asymmetric = spec->len == 0;

	if (strcmp(t->proof_kind, "mac") == 0 &&
	    spec->material != MATERIAL_HMAC)
		return "a MAC proves HMAC keys only";
	if (strcmp(t->proof_kind, "public-key") == 0 && !asymmetric)
		return "a public key proves asymmetric keys only";
	if (strcmp(t->proof_kind, "round-trip") == 0 &&
	    strcmp(t->proof_strength, "asserted") != 0)
		return "our own round trip is asserted, never independent";
	return NULL;
}

static int
check_state(const struct receipt_target *t, const struct target *planned,
    const struct key_spec *spec, size_t i, struct err *err)
{
	const char *refusal;

	if (strcmp(t->state, "imported") == 0 && t->imported_by == NULL)
		return link_target_fault(err, i, t->name, "imported_by",
		    "missing for a target that is imported");
	if (t->imported_by != NULL &&
	    (refusal = principal_refusal(t->imported_by, planned->account)) !=
		NULL)
		return link_target_fault(err, i, t->name, "imported_by",
		    "%s: wanted one of account %s", refusal, planned->account);
	if (t->proof_kind == NULL)
		return 0;
	if ((refusal = proof_refusal(t, spec)) != NULL)
		return link_target_fault(
		    err, i, t->name, "proof", "%s", refusal);
	return 0;
}

static bool
is_sealed_for(const struct transfer *transfer, const struct receipt_target *t)
{
	for (size_t i = 0; i < transfer->n_targets; i++)
		if (strcmp(transfer->targets[i].name, t->name) == 0)
			return strcmp(transfer->targets[i].key_arn,
				   t->key_arn) == 0;
	return false;
}

/* The key that the officers sealed for: a receipt can name no other. */
static int
check_key(const struct receipt_target *t, const struct target *planned,
    const struct transfer *transfer, size_t i, struct err *err)
{
	const char *refusal = arn_refusal(
	    t->key_arn, planned->account, planned->region);

	if (refusal != NULL)
		return link_target_fault(err, i, t->name, "key_arn",
		    "%s: wanted a key of %s in %s", refusal, planned->account,
		    planned->region);
	if (transfer == NULL || is_sealed_for(transfer, t))
		return 0;
	return link_target_fault(
	    err, i, t->name, "key_arn", "wanted the transfer's");
}

/* Targets of the plan, in its order, none twice; a receipt may have fewer. */
static int
check_targets(const struct receipt *r, const struct plan *p,
    const struct transfer *transfer, const struct key_spec *spec,
    struct err *err)
{
	size_t at = 0;

	for (size_t i = 0; i < r->n_targets; i++) {
		const struct receipt_target *t = &r->targets[i];
		const struct target *planned;
		char member[64];

		while (at < p->n_targets &&
		    strcmp(p->targets[at].name, t->name) != 0)
			at++;
		(void)snprintf(member, sizeof(member), "targets[%zu].name", i);
		if (at == p->n_targets)
			return link_fault(err, member,
			    "wanted targets of the plan, in its order");
		planned = &p->targets[at++];
		if (check_key(t, planned, transfer, i, err) < 0 ||
		    check_state(t, planned, spec, i, err) < 0)
			return -1;
	}
	return 0;
}

/* A policy is that of the key which the same receipt tells of. */
static bool
is_key_of(const struct receipt *r, const struct receipt_grant *g)
{
	for (size_t i = 0; i < r->n_targets; i++)
		if (strcmp(r->targets[i].name, g->target) == 0)
			return strcmp(r->targets[i].key_arn, g->name) == 0;
	return false;
}

static bool
is_planned(const struct receipt *r, const struct target *t,
    const struct receipt_grant *g)
{
	if (strcmp(g->what, "key-policy") == 0)
		return is_key_of(r, g);
	if (strcmp(g->what, "heroku-addon") == 0) {
		for (size_t i = 0; i < t->n_heroku; i++)
			if (strcmp(t->heroku[i].name, g->name) == 0)
				return true;
		return false;
	}
	for (size_t i = 0; i < t->n_buckets; i++)
		if (strcmp(t->buckets[i], g->name) == 0)
			return true;
	return false;
}

static int
check_grants(const struct receipt *r, const struct plan *p, struct err *err)
{
	for (size_t i = 0; i < r->n_grants; i++) {
		const struct receipt_grant *g = &r->grants[i];
		const struct target *t = plan_target(p, g->target);
		char member[64];

		(void)snprintf(member, sizeof(member), "grants[%zu].%s", i,
		    t == NULL ? "target" : "name");
		if (t == NULL || !is_planned(r, t, g))
			return link_fault(err, member,
			    "is not in the plan: nothing else may be granted");
	}
	return 0;
}

static int
compare_grants(const void *a, const void *b)
{
	const struct receipt_grant *x = *(const struct receipt_grant *const *)a;
	const struct receipt_grant *y = *(const struct receipt_grant *const *)b;
	int order = strcmp(x->target, y->target);

	if (order == 0)
		order = strcmp(x->what, y->what);
	return order != 0 ? order : strcmp(x->name, y->name);
}

/* Each once: what is told twice is one grant, and looks like two. */
static int
check_repeated(const struct receipt *r, struct err *err)
{
	const struct receipt_grant **list = calloc(
	    r->n_grants + 1, sizeof(*list));
	int ret = 0;

	if (list == NULL)
		return err_memory(err);
	for (size_t i = 0; i < r->n_grants; i++)
		list[i] = &r->grants[i];
	qsort(list, r->n_grants, sizeof(*list), compare_grants);
	for (size_t i = 1; ret == 0 && i < r->n_grants; i++)
		if (compare_grants(&list[i - 1], &list[i]) == 0)
			ret = link_fault(err, "grants",
			    "tell of the %s of target '%s' twice",
			    list[i]->what, list[i]->target);
	free(list);
	return ret;
}

static int
check_number(const struct receipt *r, const uint8_t *previous_digest,
    int64_t previous_number, struct err *err)
{
	int64_t number = previous_digest == NULL ? 1 : previous_number + 1;

	if (r->number != number)
		return link_fault(err, "number", "is %lld, wanted %lld",
		    (long long)r->number, (long long)number);
	if (r->has_previous != (previous_digest != NULL))
		return link_fault(err, "previous", "%s",
		    previous_digest == NULL
			? "wanted null in the first receipt"
			: "wanted the digest of the receipt before");
	if (previous_digest == NULL)
		return 0;
	return link_digest("previous", r->previous, previous_digest, err);
}

int
chain_receipt(const struct receipt *r, const struct plan *p,
    const uint8_t plan_digest[static SHA256_LEN],
    const struct transfer *transfer,
    const uint8_t transfer_digest[static SHA256_LEN],
    const uint8_t *previous_digest, int64_t previous_number, struct err *err)
{
	const struct key_spec *spec = key_spec_find(p->key_spec);

	if (spec == NULL)
		return link_fault(err, "key.spec", "is unknown to the plan");
	if (link_plan(p, plan_digest, r->ceremony, r->plan, err) < 0 ||
	    link_digest("transfer", r->transfer, transfer_digest, err) < 0 ||
	    check_number(r, previous_digest, previous_number, err) < 0 ||
	    link_made(p, r->made, err) < 0 ||
	    link_approved(p, r->approved_by, r->n_approved_by, err) < 0 ||
	    check_targets(r, p, transfer, spec, err) < 0)
		return -1;
	if (check_grants(r, p, err) < 0)
		return -1;
	return check_repeated(r, err);
}
