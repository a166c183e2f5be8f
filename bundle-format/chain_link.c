#include "chain_link.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
link_fault(struct err *err, const char *member, const char *fmt, ...)
{
	char text[320];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(err, STATUS_REJECTED, "%s: %s", member, text);
}

int
link_target_fault(struct err *err, size_t i, const char *name,
    const char *member, const char *fmt, ...)
{
	char text[320];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(err, STATUS_REJECTED, "targets[%zu] '%s': %s: %s", i,
	    name, member, text);
}

int
link_digest(const char *member, const uint8_t named[static SHA256_LEN],
    const uint8_t wanted[static SHA256_LEN], struct err *err)
{
	char a[HEX_LEN(SHA256_LEN)], b[HEX_LEN(SHA256_LEN)];

	if (memcmp(named, wanted, SHA256_LEN) == 0)
		return 0;
	hex_encode(named, SHA256_LEN, a);
	hex_encode(wanted, SHA256_LEN, b);
	return link_fault(err, member, "names %.16s..., wanted %.16s...", a, b);
}

int
link_plan(const struct plan *p, const uint8_t plan_digest[static SHA256_LEN],
    const char *ceremony, const uint8_t named[static SHA256_LEN],
    struct err *err)
{
	if (strcmp(ceremony, p->name) != 0) {
		err_set(err, STATUS_REJECTED,
		    "it belongs to the ceremony '%.128s', and the plan here is "
		    "'%s'",
		    ceremony, p->name);
		return err_hint(err, "the wrong stick, or directory?");
	}
	return link_digest("plan", named, plan_digest, err);
}

int
link_made(const struct plan *p, int64_t made, struct err *err)
{
	if (plan_check_time(p, made, err) < 0)
		return err_wrap(err, "made");
	return 0;
}

int
link_count(const struct plan *p, size_t n, struct err *err)
{
	if (n == p->n_targets)
		return 0;
	return link_fault(
	    err, "targets", "are %zu, wanted the plan's %zu", n, p->n_targets);
}

int
link_approved(const struct plan *p, uint8_t (*approved_by)[SHA256_LEN],
    size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		const struct person *person = plan_key_holder(
		    p, approved_by[i]);
		char member[64];

		(void)snprintf(member, sizeof(member), "approved_by[%zu]", i);
		if (person == NULL || (person->roles & ROLE_OFFICER) == 0)
			return link_fault(err, member,
			    "is not the key of an officer in the plan");
	}
	if ((int64_t)n < p->quorum.transfer)
		return link_fault(err, "approved_by",
		    "names %zu officers, wanted %lld", n,
		    (long long)p->quorum.transfer);
	return 0;
}
