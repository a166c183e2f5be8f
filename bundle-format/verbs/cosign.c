/*
 * cosign FILE.gsb --as KEY: one more person answers for a bundle.
 *
 * In the room officers sign requests and transfers; online operators sign
 * requests, tokens and receipts, and auditors receipts.
 */
#include <stdio.h>
#include <string.h>

#include "ceremony.h"
#include "clock.h"
#include "confirm.h"
#include "signer.h"
#include "statement_file.h"
#include "talk.h"
#include "tty.h"
#include "verbs.h"

const struct opt opts_sign[] = {
    {"as", "KEY", "the signer's identity, NAME.key", true},
    {"passphrase-fd", "N", "read its passphrase from descriptor N", true},
    {"confirm", "DIGEST", "the digest that is confirmed, in full", false},
    {"json", NULL, "print the result as JSON", false},
    {0},
};

/* Who may sign this kind on this machine; 0: it is not signed here. */
static unsigned
roles_here(enum kind kind, bool offline)
{
	if (offline)
		return kind == KIND_REQUEST || kind == KIND_TRANSFER
		    ? ROLE_OFFICER
		    : 0;
	switch (kind) {
	case KIND_REQUEST:
	case KIND_TOKENS:
		return ROLE_OPERATOR;
	case KIND_RECEIPT:
		return ROLE_OPERATOR | ROLE_AUDITOR;
	case KIND_PLAN:
	case KIND_TRANSFER:
		return 0;
	}
	return 0;
}

static int
wrong_machine(enum kind kind, struct err *err)
{
	err_set(err, STATUS_REJECTED, "cosign does not sign %s on this machine",
	    kind_phrase(kind));
	if (kind == KIND_PLAN)
		return err_hint(err,
		    "officers sign the plan in the room: gapseal-offline plan "
		    "approve plan.json --as NAME.key");
	return err_hint(err,
	    "officers sign requests and transfers in the room; operators sign "
	    "requests, tokens and receipts online");
}

static const char *
step_that_makes(enum kind kind)
{
	switch (kind) {
	case KIND_REQUEST:
	case KIND_TOKENS:
		return "request";
	case KIND_TRANSFER:
		return "seal";
	case KIND_RECEIPT:
	case KIND_PLAN:
		break;
	}
	return "receipt";
}

static int
confirm(const struct args *args, const struct ceremony *c,
    const struct statement *s, struct err *err)
{
	const struct bundle *b = &s->file.bundle;
	bool ours = ceremony_made_here(c, step_that_makes(b->kind), b);
	char what[32];

	(void)snprintf(what, sizeof(what), "the %s", kind_name(b->kind));
	/* In the room each officer also brings his own paper of the plan. */
	if (args->program->offline && b->kind == KIND_REQUEST &&
	    !args_has(args, "confirm") && tty_available() &&
	    confirm_words("the plan", c->plan_digest, CONFIRM_CROSSED, err) < 0)
		return -1;
	return confirm_digest(args, what, b->digest,
	    ours ? CONFIRM_MADE_HERE : CONFIRM_CROSSED, err);
}

static int
journal_signed(struct ceremony *c, const struct signers *signers,
    const struct bundle *b, const char *path, struct err *err)
{
	char ids[SIGNERS_MAX * HEX_LEN(SHA256_LEN)];
	char hex[HEX_LEN(SHA256_LEN)];

	signers_ids(signers, ids, sizeof(ids));
	hex_encode(b->digest, SHA256_LEN, hex);
	return journal_add(&c->journal, ids, "cosign", "signed",
	    (const struct journal_fact[]){
		{kind_name(b->kind), hex}, {"file", path}, {0}},
	    err);
}

/* What it counts for, by role: "1 of 2 officers". */
static void
say_who_signed(const struct signers *signers, const struct quorum *q)
{
	char who[400], count[100];
	size_t used = 0;

	signers_have(signers, who, sizeof(who));
	for (unsigned i = 0; i < q->n; i++) {
		const struct quorum_role *r = &q->roles[i];

		used += (size_t)snprintf(count + used, sizeof(count) - used,
		    "%s%u of %u %ss", i == 0 ? "" : ", ", r->have, r->needed,
		    role_name(r->role));
	}
	talk_text(0, "%s signed: %s.", who, count);
}

static int
sign(const struct args *args, struct ceremony *c, struct statement *s,
    unsigned roles, struct err *err)
{
	struct signers signers;
	char who[400];
	struct bundle *b = &s->file.bundle;
	const char *path = args->operand[0];
	int ret = -1;

	if (signers_open(args, &signers, err) < 0)
		return -1;
	if (signers_require(&signers, &c->plan, roles, args->program, err) < 0)
		goto out;
	if (signers_have_signed(&signers, b)) {
		signers_have(&signers, who, sizeof(who));
		talk_text(0, "%s signed this before; nothing changed.", who);
		ret = 0;
		goto out;
	}
	if (signers_sign(&signers, b, err) < 0 ||
	    journal_signed(c, &signers, b, path, err) < 0 ||
	    ceremony_save(path, b, err) < 0 ||
	    quorum_count(b, &c->plan, &s->file.quorum, err) < 0)
		goto out;
	say_who_signed(&signers, &s->file.quorum);
	ret = 0;
out:
	signers_close(&signers);
	return ret;
}

static const char *
next_step(enum kind kind, bool offline)
{
	if (kind == KIND_TRANSFER)
		return "carry transfer.gsb and request.gsb to the operator: "
		       "gapseal-online import --as NAME.key";
	if (kind == KIND_RECEIPT)
		return "keep the receipt with the evidence: verify";
	return offline ? "gapseal-offline seal --as NAME.key"
		       : "carry plan.gsb and request.gsb into the room";
}

/* Whose signature comes next: of those at this machine first. */
static void
say_what_is_next(const struct args *args, const struct plan *p,
    const struct bundle *b, const struct quorum *q)
{
	bool offline = args->program->offline;
	unsigned next = q->n;
	char names[200];

	for (unsigned i = 0; i < q->n; i++) {
		bool here = (q->roles[i].role == ROLE_OFFICER) == offline;

		if (q->roles[i].have < q->roles[i].needed &&
		    (here || next == q->n))
			next = i;
	}
	if (next == q->n) {
		talk_next("%s", next_step(b->kind, offline));
		return;
	}
	quorum_missing(q, next, p, names, sizeof(names));
	talk_next("%s cosign %s --as NAME.key, by %u more of: %s",
	    q->roles[next].role == ROLE_OFFICER ? "gapseal-offline"
						: "gapseal-online",
	    args->operand[0], q->roles[next].needed - q->roles[next].have,
	    names);
}

static int
report(const struct args *args, const struct ceremony *c,
    const struct statement *s, struct err *err)
{
	const struct bundle *b = &s->file.bundle;
	const struct quorum *q = &s->file.quorum;
	bool complete = true;

	for (unsigned i = 0; i < q->n; i++)
		complete = complete && q->roles[i].have >= q->roles[i].needed;
	say_what_is_next(args, &c->plan, b, q);
	if (!args_has(args, "json"))
		return 0;
	return result(err,
	    "{\"kind\":\"%s\",\"signatures\":%u,"
	    "\"complete\":%s}\n",
	    kind_name(b->kind), b->n_signatures, complete ? "true" : "false");
}

static int
cosign(const struct args *args, struct ceremony *c, struct err *err)
{
	struct statement s = {0};
	enum kind kind;
	unsigned roles;
	int ret = -1;

	if (bundle_file_kind(args->operand[0], &kind, err) < 0)
		return err_hint_else(err, "name a bundle: FILE.gsb");
	if ((roles = roles_here(kind, args->program->offline)) == 0)
		return wrong_machine(kind, err);
	if (statement_load(c, args->operand[0], kind, NULL, &s, NULL, err) < 0)
		return -1;
	statement_summary(&s);
	if (confirm(args, c, &s, err) == 0 &&
	    sign(args, c, &s, roles, err) == 0)
		ret = report(args, c, &s, err);
	statement_free(&s);
	return ret;
}

int
cmd_cosign(const struct args *args, struct err *err)
{
	struct ceremony c;
	int ret;

	if (signers_check(args, err) < 0 ||
	    ceremony_begin(&c, args->program, clock_now(), err) < 0)
		return -1;
	ret = cosign(args, &c, err);
	ceremony_close(&c);
	return ret;
}
