#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"

const struct person *
plan_person(const struct plan *p, const char *name)
{
	for (size_t i = 0; i < p->n_people; i++)
		if (strcmp(p->people[i].name, name) == 0)
			return &p->people[i];
	return NULL;
}

const struct person *
plan_key_holder(const struct plan *p, const uint8_t key_id[static SHA256_LEN])
{
	for (size_t i = 0; i < p->n_people; i++)
		if (p->people[i].has_key &&
		    memcmp(p->people[i].key_id, key_id, SHA256_LEN) == 0)
			return &p->people[i];
	return NULL;
}

const struct target *
plan_target(const struct plan *p, const char *name)
{
	for (size_t i = 0; i < p->n_targets; i++)
		if (strcmp(p->targets[i].name, name) == 0)
			return &p->targets[i];
	return NULL;
}

const char *
role_name(enum role role)
{
	switch (role) {
	case ROLE_OFFICER:
		return "officer";
	case ROLE_OPERATOR:
		return "operator";
	case ROLE_CUSTODIAN:
		return "custodian";
	case ROLE_AUDITOR:
		return "auditor";
	}
	return "nobody";
}

int
plan_check_time(const struct plan *p, int64_t now, struct err *err)
{
	char at[CLOCK_TEXT], limit[CLOCK_TEXT];

	if (!p->has_valid)
		return 0;
	clock_format(now, at);
	if (now < p->valid_from) {
		clock_format(p->valid_from, limit);
		err_set(err, STATUS_REJECTED,
		    "the plan is valid from %s on, and it is %s", limit, at);
		return err_hint(err, "check this machine's clock, or wait");
	}
	if (now >= p->valid_until) {
		clock_format(p->valid_until, limit);
		err_set(err, STATUS_REJECTED,
		    "the plan was valid until %s, and it is %s", limit, at);
		return err_hint(err,
		    "check this machine's clock; a plan that is over needs a "
		    "next version");
	}
	return 0;
}

void
plan_free(struct plan *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->n_targets; i++) {
		free(p->targets[i].heroku);
		free(p->targets[i].buckets);
	}
	free(p->targets);
	free(p->people);
	free(p->entropy.contributors);
	free(p->escrow.custodians);
	json_doc_free(&p->doc);
	*p = (struct plan){0};
}
