#include "alarm.h"

#include <string.h>

int
alarm_known(const struct ceremony *c, const char *transfer_hex, bool *known,
    char target[static STATE_NAME], struct err *err)
{
	struct alarm a;
	char hex[HEX_LEN(SHA256_LEN)];
	const struct journal_fact facts[] = {
	    {"transfer", transfer_hex}, {NULL, NULL}};

	target[0] = '\0';
	if (state_alarm_get(c->plan_digest, &a, err) < 0)
		return -1;
	*known = a.there;
	hex_encode(a.transfer, SHA256_LEN, hex);
	if (a.there && strcmp(hex, transfer_hex) == 0)
		memcpy(target, a.target, STATE_NAME);
	else if (journal_find(&c->journal, "import", "alarm", facts, "target",
		     target, STATE_NAME))
		*known = true;
	return 0;
}

int
alarm_record(struct ceremony *c, const char *person, const char *transfer_hex,
    const struct transfer_target *target, struct err *err)
{
	uint8_t transfer[SHA256_LEN];

	if (hex_decode(transfer_hex, transfer, SHA256_LEN) < 0)
		return err_set(
		    err, STATUS_FAILED, "'%s' is no digest", transfer_hex);
	if (state_alarm_put(c->plan_digest, transfer, target->name, err) < 0)
		return -1;
	return journal_add(&c->journal, person, "import", "alarm",
	    (const struct journal_fact[]){{"transfer", transfer_hex},
		{"target", target->name}, {"key_arn", target->key_arn}, {0}},
	    err);
}
