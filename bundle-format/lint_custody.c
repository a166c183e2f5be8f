#include <stdio.h>
#include <string.h>

#include "key_spec.h"
#include "lint.h"

void
lint_key(const struct lint *l)
{
	const struct plan *p = l->p;
	const struct key_spec *spec = key_spec_find(p->key_spec);
	bool is_escrow = strcmp(p->source, "escrow") == 0;

	if (spec == NULL)
		findings_error(l->f, "key.spec",
		    "is no key spec that KMS takes by import");
	else if (!key_spec_has_usage(spec, p->key_usage))
		findings_error(l->f, "key.usage",
		    "%s is not for that; wanted one of: %s", spec->name,
		    spec->usages);
	/* XOR and check values are for raw bytes, not for DER. */
	if (spec != NULL && spec->len == 0 &&
	    strcmp(p->source, "components") == 0)
		findings_error(l->f, "key.source",
		    "components are for symmetric and HMAC keys, not for %s",
		    spec->name);
	if (is_escrow && !p->has_recovers)
		findings_error(l->f, "recovers",
		    "missing: source escrow names the transfer it recovers");
	if (!is_escrow && p->has_recovers)
		findings_error(
		    l->f, "recovers", "goes with source escrow only");
}

/* Names that the plan lists: of known persons, none of them twice. */
static const struct person *
lint_listed(
    const struct lint *l, const char *path, const char *const *names, size_t i)
{
	const struct person *person = plan_person(l->p, names[i]);

	if (person == NULL)
		findings_error(l->f, path, "nobody in 'people' is called so");
	for (size_t before = 0; before < i; before++) {
		if (strcmp(names[before], names[i]) != 0)
			continue;
		findings_error(l->f, path, "stands twice");
		break;
	}
	return person;
}

static void
lint_custodian(const struct lint *l, size_t i)
{
	const struct person *person;
	char path[LINT_PATH];

	(void)snprintf(path, sizeof(path), "escrow.custodians[%zu]", i);
	person = lint_listed(l, path, l->p->escrow.custodians, i);
	if (person == NULL)
		return;
	if ((person->roles & ROLE_CUSTODIAN) == 0)
		findings_error(l->f, path, "'%s' has not the role custodian",
		    person->name);
	if ((person->roles & (ROLE_OFFICER | ROLE_OPERATOR)) != 0)
		findings_warn(l->f, path,
		    "'%s' keeps a share and acts in the ceremony too: one "
		    "share less to find for an insider",
		    person->name);
}

static void
lint_escrow(const struct lint *l)
{
	const struct plan *p = l->p;

	if (p->escrow.scheme == NULL)
		return;
	if (p->escrow.threshold < 2)
		findings_error(l->f, "escrow.threshold",
		    "each custodian alone could rebuild the key: wanted 2 or "
		    "more");
	if (p->escrow.threshold > (int64_t)p->escrow.n)
		findings_error(l->f, "escrow.threshold",
		    "is more than the %zu custodians there are", p->escrow.n);
	for (size_t i = 0; i < p->escrow.n; i++)
		lint_custodian(l, i);
}

void
lint_custody(const struct lint *l)
{
	char path[LINT_PATH];

	lint_escrow(l);
	for (size_t i = 0; i < l->p->entropy.n; i++) {
		(void)snprintf(
		    path, sizeof(path), "entropy.contributors[%zu]", i);
		(void)lint_listed(l, path, l->p->entropy.contributors, i);
	}
}
