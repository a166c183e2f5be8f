#include <string.h>

#include "chain_link.h"
#include "digest.h"
#include "key_spec.h"
#include "public_key.h"

/* What each "source" of a plan may turn out to be. */
static const struct {
	const char *source;
	const char *ways[5];
} ways[] = {
    {"generate", {"generate"}},
    {"receive", {"file", "vault-export", "vault-backup", "byok-export"}},
    {"components", {"components"}},
    {"escrow", {"escrow"}},
};

static bool
way_fits(const char *source, const char *way)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (strcmp(ways[i].source, source) != 0)
			continue;
		for (size_t k = 0; ways[i].ways[k] != NULL; k++)
			if (strcmp(ways[i].ways[k], way) == 0)
				return true;
	}
	return false;
}

/* OAEP and raw keys have one length; PKCS#8 differs by a few bytes. */
static bool
length_fits(
    const struct target *planned, const struct key_spec *spec, size_t len)
{
	const struct wrapping *w = wrapping_find(planned->wrapping_algorithm);
	unsigned bits = wrapping_key_bits(planned->wrapping_key_spec);

	if (w == NULL)
		return false;
	if (!w->aes_kwp || spec->len > 0)
		return len == wrapped_length(w, bits, spec->len);
	return len > wrapped_length(w, bits, 8) && (len - bits / 8) % 8 == 0;
}

static int
check_target(const struct transfer_target *t, const struct request_target *r,
    const struct target *planned, const struct key_spec *spec, size_t i,
    struct err *err)
{
	uint8_t hash[SHA256_LEN];

	if (strcmp(t->name, planned->name) != 0)
		return link_target_fault(err, i, planned->name, "name",
		    "is another target's: wanted the plan's targets in the "
		    "plan's order");
	if (strcmp(t->key_arn, r->key_arn) != 0)
		return link_target_fault(err, i, planned->name, "key_arn",
		    "wanted the request's '%s'", r->key_arn);
	if (sha256(r->public_key.p, r->public_key.len, hash, err) < 0)
		return -1;
	if (memcmp(t->wrapping_key_sha256, hash, SHA256_LEN) != 0)
		return link_target_fault(err, i, planned->name,
		    "wrapping_key_sha256",
		    "is not the hash of the request's public key");
	if (!length_fits(planned, spec, t->wrapped.len))
		return link_target_fault(err, i, planned->name, "wrapped",
		    "has %zu bytes, which is no %s under %s with %s",
		    t->wrapped.len, spec->name, planned->wrapping_algorithm,
		    planned->wrapping_key_spec);
	return 0;
}

static int
check_key(const struct transfer *t, const struct plan *p,
    const struct key_spec *spec, struct err *err)
{
	bool asymmetric = spec->len == 0;
	bool hmac = spec->material == MATERIAL_HMAC;
	const char *refusal;

	if (strcmp(t->key.spec, p->key_spec) != 0)
		return link_fault(
		    err, "key.spec", "wanted the plan's '%s'", p->key_spec);
	if (!way_fits(p->source, t->key.way))
		return link_fault(err, "key.way",
		    "does not fit the plan's source '%s'", p->source);
	if ((t->key.public_key.len > 0) != asymmetric)
		return link_fault(err, "key.public_key", "%s with %s",
		    asymmetric ? "missing" : "has no place", spec->name);
	if ((t->key.mac.len > 0) != hmac ||
	    (hmac && t->key.mac.len != spec->len))
		return link_fault(err, "key.mac", "wanted %zu bytes with %s",
		    hmac ? spec->len : 0, spec->name);
	if (!asymmetric)
		return 0;
	refusal = public_key_refusal(&t->key.public_key, spec);
	if (refusal != NULL)
		return link_fault(err, "key.public_key", "%s: wanted %s",
		    refusal, spec->name);
	return 0;
}

static int
check_entropy(const struct transfer *t, const struct plan *p, struct err *err)
{
	if (t->n_entropy != p->entropy.n)
		return link_fault(err, "entropy",
		    "is of %zu people, wanted the plan's %zu contributors",
		    t->n_entropy, p->entropy.n);
	for (size_t i = 0; i < t->n_entropy; i++)
		if (strcmp(t->entropy[i].by, p->entropy.contributors[i]) != 0 ||
		    strcmp(t->entropy[i].method, p->entropy.method) != 0)
			return link_fault(err, "entropy",
			    "wanted %s of '%s' in place %zu", p->entropy.method,
			    p->entropy.contributors[i], i);
	return 0;
}

static int
check_share(const struct share_record *share, const struct plan *p, size_t i,
    struct err *err)
{
	const char *name = p->escrow.custodians[i];
	const struct person *person = plan_person(p, name);

	if (strcmp(share->custodian, name) != 0)
		return link_fault(err, "escrow.shares",
		    "wanted the share of '%s' in place %zu", name, i);
	if (share->signature.len > 0 && (person == NULL || !person->has_key))
		return link_fault(err, "escrow.shares",
		    "'%s' has no key in the plan to sign with", name);
	return 0;
}

static int
check_escrow(const struct transfer *t, const struct plan *p,
    const struct key_spec *spec, struct err *err)
{
	/* SLIP-39 takes 16 to 32 bytes; longer keys are sealed in a box. */
	bool box = spec->len == 0 || spec->len > 32;

	if ((t->escrow.scheme != NULL) != (p->escrow.scheme != NULL))
		return link_fault(err, "escrow", "%s",
		    p->escrow.scheme != NULL
			? "missing: the plan wants shares"
			: "has no place: the plan wants none");
	if (p->escrow.scheme == NULL)
		return 0;
	if (strcmp(t->escrow.scheme, p->escrow.scheme) != 0 ||
	    t->escrow.threshold != p->escrow.threshold ||
	    t->escrow.n_shares != p->escrow.n)
		return link_fault(err, "escrow",
		    "wanted %s, %lld of %zu, as planned", p->escrow.scheme,
		    (long long)p->escrow.threshold, p->escrow.n);
	for (size_t i = 0; i < t->escrow.n_shares; i++)
		if (check_share(&t->escrow.shares[i], p, i, err) < 0)
			return -1;
	if ((t->escrow.sealed.len > 0) != box)
		return link_fault(err, "escrow.sealed", "%s with %s",
		    box ? "missing" : "has no place", spec->name);
	return 0;
}

static int
check_recovers(const struct transfer *t, const struct plan *p, struct err *err)
{
	if (t->has_recovers != p->has_recovers)
		return link_fault(err, "recovers", "%s",
		    p->has_recovers ? "missing: the plan names a transfer"
				    : "has no place: the plan names none");
	if (!p->has_recovers)
		return 0;
	return link_digest(
	    "recovers.transfer", t->recovers_transfer, p->recovers, err);
}

int
chain_transfer(const struct transfer *t, const struct request *r,
    const struct plan *p, const uint8_t plan_digest[static SHA256_LEN],
    const uint8_t request_digest[static SHA256_LEN], struct err *err)
{
	const struct key_spec *spec = key_spec_find(p->key_spec);

	if (spec == NULL)
		return link_fault(err, "key.spec", "is unknown to the plan");
	if (link_plan(p, plan_digest, t->ceremony, t->plan, err) < 0 ||
	    link_digest("request", t->request, request_digest, err) < 0 ||
	    link_made(p, t->made, err) < 0 ||
	    chain_request_time(r, t->made, err) < 0 ||
	    link_approved(p, t->approved_by, t->n_approved_by, err) < 0 ||
	    link_count(p, t->n_targets, err) < 0 ||
	    link_count(p, r->n_targets, err) < 0)
		return -1;
	for (size_t i = 0; i < t->n_targets; i++)
		if (check_target(&t->targets[i], &r->targets[i], &p->targets[i],
			spec, i, err) < 0)
			return -1;
	if (check_key(t, p, spec, err) < 0 || check_entropy(t, p, err) < 0 ||
	    check_escrow(t, p, spec, err) < 0)
		return -1;
	return check_recovers(t, p, err);
}
