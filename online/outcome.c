#include "outcome.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void
outcome_begin(struct outcome *o, const struct transfer_target *target)
{
	*o = (struct outcome){0};
	o->receipt.name = target->name;
	o->receipt.key_arn = target->key_arn;
	o->receipt.state = "pending";
	o->receipt.deviations = o->deviations;
}

void
outcome_set(struct outcome *o, const char *state)
{
	o->receipt.state = state;
}

void
outcome_deviate(struct outcome *o, const char *fmt, ...)
{
	size_t i = o->receipt.n_deviations;
	va_list ap;

	if (i == DEVIATIONS_MAX)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(o->deviation[i], DEVIATION_LEN, fmt, ap);
	va_end(ap);
	o->deviations[i] = o->deviation[i];
	o->receipt.n_deviations++;
}

int
outcome_take_calls(struct outcome *o, struct aws *a, struct err *err)
{
	o->calls = a->calls;
	a->calls = (struct calls){0}; /* transferred */
	o->receipt_calls = calloc(o->calls.n + 1, sizeof(*o->receipt_calls));
	if (o->receipt_calls == NULL)
		return err_memory(err);
	for (size_t i = 0; i < o->calls.n; i++) {
		const struct call *c = &o->calls.list[i];

		o->receipt_calls[i] = (struct receipt_call){
		    c->operation, c->request_id, c->date};
	}
	o->receipt.calls = o->receipt_calls;
	o->receipt.n_calls = o->calls.n;
	return 0;
}

void
outcome_free(struct outcome *o)
{
	calls_free(&o->calls);
	free(o->receipt_calls);
	*o = (struct outcome){0};
}
