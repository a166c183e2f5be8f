#include "quorum.h"

#include <stdio.h>
#include <string.h>

/* Which roles must sign this kind, and how many of each. */
static void
set_roles(struct quorum *q, enum kind kind, const struct plan *p)
{
	q->n = 1;
	switch (kind) {
	case KIND_PLAN:
		q->roles[0].role = ROLE_OFFICER;
		q->roles[0].needed = (unsigned)p->quorum.plan;
		break;
	case KIND_REQUEST:
		q->n = 2;
		q->roles[0].role = ROLE_OPERATOR;
		q->roles[0].needed = (unsigned)p->quorum.request;
		q->roles[1].role = ROLE_OFFICER;
		q->roles[1].needed = (unsigned)p->quorum.transfer;
		break;
	case KIND_TOKENS:
		q->roles[0].role = ROLE_OPERATOR;
		q->roles[0].needed = (unsigned)p->quorum.request;
		break;
	case KIND_TRANSFER:
		q->roles[0].role = ROLE_OFFICER;
		q->roles[0].needed = (unsigned)p->quorum.transfer;
		break;
	case KIND_RECEIPT:
		q->roles[0].role = ROLE_OPERATOR;
		q->roles[0].needed = (unsigned)p->quorum.receipt;
		break;
	}
}

static unsigned
roles_for(enum kind kind)
{
	switch (kind) {
	case KIND_PLAN:
	case KIND_TRANSFER:
		return ROLE_OFFICER;
	case KIND_REQUEST:
		return ROLE_OFFICER | ROLE_OPERATOR;
	case KIND_TOKENS:
		return ROLE_OPERATOR;
	case KIND_RECEIPT:
		return ROLE_OPERATOR | ROLE_AUDITOR;
	}
	return 0;
}

bool
quorum_may_sign(const struct person *person, enum kind kind)
{
	return (person->roles & roles_for(kind)) != 0;
}

static void
count_person(struct quorum *q, const struct plan *p, const struct person *who,
    enum kind kind)
{
	size_t index = (size_t)(who - p->people);

	if (!quorum_may_sign(who, kind)) {
		q->other++;
		return;
	}
	for (unsigned i = 0; i < q->n; i++) {
		struct quorum_role *r = &q->roles[i];

		if ((who->roles & r->role) == 0 || r->counted[index])
			continue;
		r->counted[index] = true;
		r->have++;
	}
}

static int
check_sides(const struct bundle *b, const struct plan *p, struct err *err)
{
	if (b->practice == p->practice)
		return 0;
	err_set(err, STATUS_REJECTED,
	    b->practice
		? "this %s is from a practice ceremony, the plan is real"
		: "this %s is real, the plan is for practice",
	    kind_name(b->kind));
	return err_hint(err,
	    "practice and real never mix: use the file that belongs to this "
	    "ceremony");
}

int
quorum_count(const struct bundle *b, const struct plan *p, struct quorum *q,
    struct err *err)
{
	*q = (struct quorum){0};
	if (check_sides(b, p, err) < 0)
		return -1;
	set_roles(q, b->kind, p);
	for (unsigned i = 0; i < b->n_signatures; i++) {
		const struct signature *s = &b->signatures[i];
		const struct person *who = plan_key_holder(p, s->key_id);
		int good;

		if (who == NULL) {
			q->unknown++;
			continue;
		}
		if ((good = bundle_verify(b, s, who->spki, err)) < 0)
			return -1;
		if (good == 0) {
			err_set(err, STATUS_REJECTED,
			    "the signature of '%s' on the %s does not verify",
			    who->name, kind_name(b->kind));
			return err_hint(err,
			    "the file was changed or damaged on its way; "
			    "fetch it again from where it was signed");
		}
		count_person(q, p, who, b->kind);
	}
	return 0;
}

void
quorum_missing(const struct quorum *q, unsigned i, const struct plan *p,
    char *out, size_t size)
{
	const struct quorum_role *r = &q->roles[i];
	size_t used = 0;

	out[0] = '\0';
	for (size_t k = 0; k < p->n_people && used + 1 < size; k++) {
		const struct person *who = &p->people[k];
		int n;

		if ((who->roles & r->role) == 0 || !who->has_key ||
		    r->counted[k])
			continue;
		n = snprintf(out + used, size - used, "%s%s",
		    used == 0 ? "" : ", ", who->name);
		used += n < 0 ? 0 : (size_t)n;
	}
}

int
quorum_require(const struct quorum *q, unsigned i, const struct plan *p,
    enum kind kind, struct err *err)
{
	const struct quorum_role *r = &q->roles[i];
	char names[200];

	if (r->have >= r->needed && r->needed > 0)
		return 0;
	quorum_missing(q, i, p, names, sizeof(names));
	err_set(err, STATUS_REJECTED,
	    "the %s has no quorum: %u of %u signatures by %ss%s",
	    kind_name(kind), r->have, r->needed, role_name(r->role),
	    q->unknown > 0 ? " (signatures by keys that are not in the plan "
			     "do not count)"
			   : "");
	if (names[0] == '\0')
		return err_hint(err,
		    "this may be an older copy: fetch the one that came back "
		    "from where it was signed");
	return err_hint(err,
	    "can still sign, with '%s': %s; if they have, this is an older "
	    "copy: fetch the one that came back from where it was signed",
	    kind == KIND_PLAN ? "plan approve" : "cosign", names);
}

int
quorum_require_all(const struct quorum *q, const struct plan *p, enum kind kind,
    struct err *err)
{
	for (unsigned i = 0; i < q->n; i++)
		if (quorum_require(q, i, p, kind, err) < 0)
			return -1;
	return 0;
}
