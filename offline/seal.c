#include "seal.h"

#include <stdio.h>
#include <string.h>

#include "ceremony.h"
#include "chain.h"
#include "clock.h"
#include "confirm.h"
#include "envelope.h"
#include "harden.h"
#include "key_spec.h"
#include "obtain.h"
#include "sealed.h"
#include "signer.h"
#include "statement_file.h"
#include "talk.h"
#include "tty.h"

#define WITNESS_TRIES 3

const struct opt opts_seal[] = {
    {"as", "KEY", "an officer's identity, NAME.key", true},
    {"passphrase-fd", "N", "read its passphrase from descriptor N", true},
    {"from", "FILE", "the key to receive; - is stdin", false},
    {"format", "raw|hex|base64|pem|vault", "how the key is written", false},
    {"key-version", "N", "which version of a Vault key", false},
    {"utc", "TIME", "the time a witness reads, 2026-11-20T09:00:00Z", false},
    {"confirm", "DIGEST", "the request's digest, in full", false},
    {"json", NULL, "print the result as JSON", false},
    {0},
};

struct sealing {
	const struct args *args;
	struct ceremony c;
	struct statement request;
	const struct key_spec *spec;
	int64_t now;
	bool witnessed;
	char request_hex[HEX_LEN(SHA256_LEN)];
	char plan_hex[HEX_LEN(SHA256_LEN)];
};

static int
parse_utc(struct sealing *s, const char *text, struct err *err)
{
	if (clock_parse(text, &s->now) < 0) {
		err_set(err, STATUS_USAGE, "seal: that is not a time in UTC");
		return err_hint(
		    err, "write it like this: 2026-11-20T09:00:00Z");
	}
	s->witnessed = true;
	return 0;
}

/* A slip of the pen costs nobody the ceremony. */
static int
ask_witness(struct sealing *s, struct err *err)
{
	char here[CLOCK_TEXT], prompt[256], line[64];

	clock_format(s->now, here);
	(void)snprintf(prompt, sizeof(prompt),
	    "This machine's clock says %s.\nWitness: the time in UTC by a "
	    "clock that is not this machine's,\nwritten like that (or press "
	    "Enter to go by the machine's): ",
	    here);
	for (int tries = 0; tries < WITNESS_TRIES; tries++) {
		if (tty_ask(prompt, line, sizeof(line), err) < 0)
			return -1;
		if (line[0] == '\0' || parse_utc(s, line, err) == 0)
			return 0;
		(void)snprintf(prompt, sizeof(prompt),
		    "That is not a time in UTC. Write it like %s: ", here);
	}
	return -1;
}

/* Is there a witness to ask? Scripts bring the time, or go without. */
static bool
has_witness(const struct args *args)
{
	return !args_has(args, "utc") && !args_has(args, "confirm") &&
	    tty_available();
}

/*
 * A machine without a network may have any time: a witness reads another
 * clock aloud. Without one the machine's is taken, and the transfer says so.
 */
static int
read_clock(struct sealing *s, struct err *err)
{
	const char *utc = args_get(s->args, "utc");

	if (utc != NULL)
		return parse_utc(s, utc, err);
	return has_witness(s->args) ? ask_witness(s, err) : 0;
}

/* The witness may have been misheard: say both clocks. */
static int
wrong_time(const struct sealing *s, struct err *err)
{
	char given[CLOCK_TEXT], here[CLOCK_TEXT];

	clock_format(s->now, given);
	clock_format(clock_now(), here);
	err_wrap(err, "by the witness's clock");
	return err_hint(err,
	    "the witness gave %s, this machine says %s: typed right? If so, "
	    "the operator fetches new parameters by 'request --renew', on the "
	    "other machine",
	    given, here);
}

/* The plan's members that only mean something to this step. */
static int
check_plan(struct sealing *s, struct err *err)
{
	s->spec = key_spec_find(s->c.plan.key_spec);
	if (s->spec == NULL)
		return err_set(err, STATUS_REJECTED, "no such key spec");
	return obtain_check(s->args, &s->c.plan, err);
}

static int
load_request(struct sealing *s, struct err *err)
{
	if (statement_load(&s->c, "request.gsb", KIND_REQUEST, NULL,
		&s->request, NULL, err) < 0 ||
	    quorum_require_all(
		&s->request.file.quorum, &s->c.plan, KIND_REQUEST, err) < 0)
		return -1;
	hex_encode(s->request.file.bundle.digest, SHA256_LEN, s->request_hex);
	hex_encode(s->c.plan_digest, SHA256_LEN, s->plan_hex);
	return 0;
}

static int
journal_begin(struct sealing *s, const char *ids, struct err *err)
{
	return journal_add(&s->c.journal, ids, "seal", "begin",
	    (const struct journal_fact[]){{"plan", s->plan_hex},
		{"request", s->request_hex},
		{"clock", s->witnessed ? "witnessed" : "machine"},
		{"locked", harden_locked()}, {0}},
	    err);
}

/* The key lives in this function and nowhere else. */
static int
make_transfer(struct sealing *s, struct buf *json, struct err *err)
{
	struct obtained key = {0};
	struct envelope e = {0};
	int ret = -1;

	if (obtain_key(s->args, &s->c.plan, s->spec, &key, err) == 0 &&
	    envelope_make(&s->c, &s->request.request, &s->request.file, s->spec,
		&key, s->now, s->witnessed, &e, err) == 0)
		ret = transfer_write(&e.transfer, json, err);
	secret_free(&key.material);
	envelope_free(&e);
	return ret;
}

static int
report(const struct args *args, const struct bundle *b, const struct plan *p,
    struct err *err)
{
	struct quorum q;
	char hex[HEX_LEN(SHA256_LEN)], names[200];

	hex_encode(b->digest, SHA256_LEN, hex);
	if (talk_digest(
		"The transfer's digest, for the paper", b->digest, err) < 0 ||
	    quorum_count(b, p, &q, err) < 0)
		return -1;
	quorum_missing(&q, 0, p, names, sizeof(names));
	if (q.roles[0].have < q.roles[0].needed)
		talk_next("%s cosign " TRANSFER_FILE " --as NAME.key, by %u "
			  "more of: %s",
		    args->program->name, q.roles[0].needed - q.roles[0].have,
		    names);
	else
		talk_next("carry " TRANSFER_FILE ", request.gsb and, as "
			  "evidence,\n  journal-offline.jsonl to the operator: "
			  "gapseal-online import --as NAME.key");
	if (args_has(args, "json"))
		return result(err, "{\"transfer\":\"%s\"}\n", hex);
	return result(err, "%s\n", hex);
}

static int
sign_and_save(struct sealing *s, const struct signers *signers, const char *ids,
    const struct buf *json, struct err *err)
{
	struct bundle b;
	int ret = -1;

	if (bundle_make(KIND_TRANSFER, s->c.plan.practice, json, &b, err) < 0)
		return -1;
	if (signers_sign(signers, &b, err) == 0 &&
	    sealed_save(&s->c, &s->request.file.bundle, &b, ids, err) == 0)
		ret = report(s->args, &b, &s->c.plan, err);
	bundle_free(&b);
	return ret;
}

static int
act(struct sealing *s, struct err *err)
{
	struct signers signers;
	struct buf json = BUF_EMPTY;
	char ids[SIGNERS_MAX * HEX_LEN(SHA256_LEN)];
	int ret = -1;

	if (signers_open(s->args, &signers, err) < 0)
		return -1;
	signers_ids(&signers, ids, sizeof(ids));
	if (signers_require(&signers, &s->c.plan, ROLE_OFFICER,
		s->args->program, err) == 0 &&
	    journal_begin(s, ids, err) == 0 &&
	    make_transfer(s, &json, err) == 0)
		ret = sign_and_save(s, &signers, ids, &json, err);
	buf_free(&json);
	signers_close(&signers);
	return ret;
}

/* Checks that need no time come before anybody is asked for it. */
static int
check_before(struct sealing *s, bool *done, struct err *err)
{
	struct bundle transfer;
	int ret;

	if (check_plan(s, err) < 0 || load_request(s, err) < 0 ||
	    sealed_check(&s->c, &s->request.file.bundle, &s->request.request,
		done, &transfer, err) < 0)
		return -1;
	if (!*done)
		return 0;
	talk("This request is sealed already.");
	ret = report(s->args, &transfer, &s->c.plan, err);
	bundle_free(&transfer);
	return ret;
}

/* Before any file is looked at, as for every step, if the time is known. */
static int
check_plan_time(struct sealing *s, struct err *err)
{
	if (has_witness(s->args))
		return 0;
	if (read_clock(s, err) < 0)
		return -1;
	return plan_check_time(&s->c.plan, s->now, err);
}

static int
check_time(struct sealing *s, struct err *err)
{
	if (has_witness(s->args) && read_clock(s, err) < 0)
		return -1;
	if (plan_check_time(&s->c.plan, s->now, err) < 0 ||
	    chain_request_time(&s->request.request, s->now, err) < 0)
		return s->witnessed ? wrong_time(s, err) : -1;
	return 0;
}

static int
seal(struct sealing *s, struct err *err)
{
	bool done;

	if (check_plan_time(s, err) < 0 || check_before(s, &done, err) < 0)
		return -1;
	if (done)
		return 0;
	if (check_time(s, err) < 0)
		return -1;
	statement_summary(&s->request);
	talk_text(0,
	    "NOTE: this version does not measure the machine that it runs on; "
	    "the transfer will say nothing of it.");
	if (confirm_digest(s->args, "the request",
		s->request.file.bundle.digest, CONFIRM_CROSSED, err) < 0)
		return -1;
	return act(s, err);
}

int
cmd_seal(const struct args *args, struct err *err)
{
	struct sealing s = {.args = args, .now = clock_now()};
	int ret = -1;

	if (signers_check(args, err) < 0 ||
	    ceremony_open(&s.c, args->program, err) < 0)
		return -1;
	if (ceremony_journal(&s.c, err) == 0)
		ret = seal(&s, err);
	statement_free(&s.request);
	ceremony_close(&s.c);
	return ret;
}
