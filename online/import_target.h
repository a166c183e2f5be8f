/*
 * One target of the transfer: what must hold before its material goes in, the
 * one call that counts, and what the answers mean.
 *
 * Only our own call counts: its intent is journalled before it and its
 * answer after it, and a key that is ready without them is the alarm.
 */
#ifndef IMPORT_TARGET_H
#define IMPORT_TARGET_H

#include "ceremony.h"
#include "outcome.h"

struct importing {
	struct ceremony *c;
	const char *person; /* key ids, for the journal */
	const struct request *request;
	const struct loaded *request_file;
	const struct tokens *tokens;
	const struct transfer *transfer;
	const char *transfer_hex;
};

/*
 * Import target number i and prove it. 0 with o->receipt.state set when KMS
 * gave a verdict; -1 when a check before it failed or KMS did not answer.
 */
int import_target(const struct importing *im, struct aws *a, size_t i,
    struct outcome *o, struct err *err);

/* Does this machine's journal hold the answer to our own call for it? */
bool import_answered(const struct importing *im, const char *target);

#endif
