#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "bundle.h"
#include "lint.h"

static void
lint_pair(const struct lint *l, size_t i, size_t before)
{
	const struct person *a = &l->p->people[before];
	const struct person *b = &l->p->people[i];
	char path[LINT_PATH];

	if (strcasecmp(a->name, b->name) == 0) {
		(void)snprintf(path, sizeof(path), "people[%zu].name", i);
		findings_error(l->f, path,
		    "is the name of people[%zu] already, letter case apart",
		    before);
	}
	if (a->has_key && b->has_key &&
	    memcmp(a->spki, b->spki, SPKI_LEN) == 0) {
		(void)snprintf(path, sizeof(path), "people[%zu].key", i);
		findings_error(l->f, path,
		    "is the key of '%s' too: each person has their own",
		    a->name);
	}
}

static void
lint_person(const struct lint *l, size_t i)
{
	const struct person *person = &l->p->people[i];
	const unsigned acting = ROLE_OFFICER | ROLE_OPERATOR;
	char path[LINT_PATH];

	(void)snprintf(path, sizeof(path), "people[%zu]", i);
	if ((person->roles & acting) != 0 && !person->has_key)
		findings_error(l->f, path,
		    "'%s' is an %s and needs a key to sign with", person->name,
		    person->roles & ROLE_OFFICER ? "officer" : "operator");
	(void)snprintf(path, sizeof(path), "people[%zu].roles", i);
	if ((person->roles & acting) == acting)
		lint_strict(l, path,
		    "'%s' is officer and operator: nobody approves what they "
		    "do themselves",
		    person->name);
	for (size_t before = 0; before < i; before++)
		lint_pair(l, i, before);
}

static unsigned
count_signers(const struct plan *p, enum role role)
{
	unsigned n = 0;

	for (size_t i = 0; i < p->n_people; i++)
		if ((p->people[i].roles & role) != 0 && p->people[i].has_key)
			n++;
	return n;
}

static void
lint_reach(
    const struct lint *l, const char *name, int64_t needed, enum role role)
{
	unsigned have = count_signers(l->p, role);
	char path[LINT_PATH];

	(void)snprintf(path, sizeof(path), "quorum.%s", name);
	if (needed > have)
		findings_error(l->f, path,
		    "wants %lld %ss, and the plan has %u with a key",
		    (long long)needed, role_name(role), have);
}

static void
lint_alone(const struct lint *l, const char *path, int64_t needed)
{
	if (needed == 1)
		lint_strict(
		    l, path, "lets one person decide alone: wanted 2 or more");
}

void
lint_people(const struct lint *l)
{
	const struct plan *p = l->p;
	unsigned operators = count_signers(p, ROLE_OPERATOR);

	for (size_t i = 0; i < p->n_people; i++)
		lint_person(l, i);
	lint_reach(l, "plan", p->quorum.plan, ROLE_OFFICER);
	lint_reach(l, "request", p->quorum.request, ROLE_OPERATOR);
	lint_reach(l, "transfer", p->quorum.transfer, ROLE_OFFICER);
	lint_reach(l, "receipt", p->quorum.receipt, ROLE_OPERATOR);
	lint_alone(l, "quorum.plan", p->quorum.plan);
	lint_alone(l, "quorum.transfer", p->quorum.transfer);
	if (p->quorum.request + p->quorum.transfer > BUNDLE_SIGNATURES_MAX)
		findings_error(l->f, "quorum.request",
		    "a request is signed by operators and officers, and has "
		    "room for %d signatures",
		    BUNDLE_SIGNATURES_MAX);
	if (p->independent_import && operators < p->quorum.request + 1)
		findings_error(l->f, "import",
		    "independent-operator wants an operator beside the %lld "
		    "who sign the request, and the plan has %u with a key",
		    (long long)p->quorum.request, operators);
}
