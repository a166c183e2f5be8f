#include "operator.h"

#include "talk.h"

int
operator_unlock(const struct args *args, const struct ceremony *c,
    struct signers *s, char *ids, size_t size, struct err *err)
{
	if (signers_open(args, s, err) < 0)
		return -1;
	if (signers_require(s, &c->plan, ROLE_OPERATOR, args->program, err) <
	    0) {
		signers_close(s);
		return -1;
	}
	signers_ids(s, ids, size);
	return 0;
}

void
operator_waiting(void *arg, const char *why, int64_t left_ms)
{
	(void)arg;
	if (left_ms == 0)
		talk_progress_end();
	else
		talk_progress("waiting %lld s: %s",
		    (long long)(left_ms + 999) / 1000, why);
}

void
operator_warning(struct cloud *cloud)
{
	if (cloud->warning[0] != '\0')
		talk("WARNING: %s", cloud->warning);
	cloud->warning[0] = '\0';
}
