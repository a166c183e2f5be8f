/*
 * Plans as people write them: the reader, and lint on what it accepts. An
 * accepted plan has what everybody relies on without looking.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

#define NOW INT64_C(1795860000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
relied_upon(const struct plan *p)
{
	if (p->n_people == 0 || p->n_targets == 0 || p->version < 1 ||
	    p->name[0] == '\0' || strchr(p->name, '/') != NULL)
		abort();
	for (size_t i = 0; i < p->n_people; i++) {
		const struct person *x = &p->people[i];

		if (x->name[0] == '\0' || x->roles == 0)
			abort();
		if (x->has_key &&
		    (spki_refusal(x->spki) != NULL ||
			plan_key_holder(p, x->key_id) == NULL))
			abort();
	}
	for (size_t i = 0; i < p->n_targets; i++)
		if (plan_target(p, p->targets[i].name) == NULL)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct findings f = FINDINGS_NONE;
	struct buf in;
	struct err err;
	struct plan p;

	if (buf_copy(&in, data, len, &err) < 0)
		abort();
	if (plan_read(&in, &p, &f) == 0) {
		relied_upon(&p);
		plan_lint(&p, NOW, &f);
		plan_free(&p);
	} else if (!findings_failed(&f)) {
		abort();
	}
	findings_free(&f);
	buf_free(&in);
	return 0;
}
