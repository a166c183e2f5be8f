#include "seal.h"

#include <stdio.h>
#include <string.h>

#include "ceremony.h"
#include "chain.h"
#include "clock.h"
#include "confirm.h"
#include "envelope.h"
#include "file.h"
#include "harden.h"
#include "key_spec.h"
#include "obtain.h"
#include "signer.h"
#include "state.h"
#include "statement_file.h"
#include "talk.h"
#include "tty.h"

#define TRANSFER_FILE "transfer.gsb"

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

/*
 * A machine without a network may have any time: a witness reads another
 * clock aloud. Without one the machine's is taken, and the transfer says so.
 */
static int
read_clock(struct sealing *s, struct err *err)
{
	const char *utc = args_get(s->args, "utc");
	char here[CLOCK_TEXT], prompt[256], line[64];

	s->now = clock_now();
	if (utc != NULL)
		return parse_utc(s, utc, err);
	if (args_has(s->args, "confirm") || !tty_available())
		return 0;
	clock_format(s->now, here);
	(void)snprintf(prompt, sizeof(prompt),
	    "This machine's clock says %s.\nWitness: the time in UTC by a "
	    "clock that is not this machine's,\nwritten like that (or press "
	    "Enter to go by the machine's): ",
	    here);
	if (tty_ask(prompt, line, sizeof(line), err) < 0)
		return -1;
	return line[0] == '\0' ? 0 : parse_utc(s, line, err);
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
refuse_second(const char *sealed_hex, struct err *err)
{
	err_set(err, STATUS_REJECTED,
	    "this plan's request %.8s was sealed before, and this request "
	    "does not replace it",
	    sealed_hex);
	return err_hint(err,
	    "one plan is sealed once; only 'request --renew' makes a request "
	    "that may follow");
}

/*
 * Which request of this plan was sealed here before? By the transfer that
 * lies here or, when that is gone, by what this machine keeps for itself.
 */
static int
find_sealed(struct sealing *s, char hex[static HEX_LEN(SHA256_LEN)],
    bool *transfer_there, struct err *err)
{
	struct loaded l;
	struct transfer t;
	uint8_t request[SHA256_LEN];
	bool known;

	hex[0] = '\0';
	if (ceremony_load(&s->c, TRANSFER_FILE, KIND_TRANSFER, &l,
		transfer_there, err) < 0)
		return ceremony_in_the_way(TRANSFER_FILE, err);
	if (!*transfer_there) {
		if (state_sealed_get(s->c.plan_digest, &known, request, err) <
		    0)
			return -1;
		if (known)
			hex_encode(request, SHA256_LEN, hex);
		return 0;
	}
	if (transfer_read(&l.json, &t, err) < 0) {
		loaded_free(&l);
		return err_wrap(err, "'" TRANSFER_FILE "'");
	}
	hex_encode(t.request, SHA256_LEN, hex);
	transfer_free(&t);
	loaded_free(&l);
	return 0;
}

/* Make room for the transfer of a request that replaces the sealed one. */
static int
move_old_transfer(struct sealing *s, struct err *err)
{
	struct loaded l;
	char aside[64];
	int ret;

	if (ceremony_load(&s->c, TRANSFER_FILE, KIND_TRANSFER, &l, NULL, err) <
	    0)
		return -1;
	ceremony_aside("transfer", l.bundle.digest, aside, sizeof(aside));
	loaded_free(&l);
	ret = file_move(TRANSFER_FILE, aside, err);
	if (ret == 0)
		talk("The transfer of the request before is kept as '%s'.",
		    aside);
	return ret;
}

/* done: this very request was sealed, and its transfer lies here. */
static int
check_sealed_before(struct sealing *s, bool *done, struct err *err)
{
	char hex[HEX_LEN(SHA256_LEN)];
	char replaces[HEX_LEN(SHA256_LEN)] = "";
	const struct request *r = &s->request.request;
	bool there;

	*done = false;
	if (find_sealed(s, hex, &there, err) < 0)
		return -1;
	if (hex[0] == '\0')
		return 0;
	if (strcmp(hex, s->request_hex) == 0) {
		*done = there;
		if (there)
			return 0;
		err_set(err, STATUS_REJECTED,
		    "this request was sealed before, and its transfer is not "
		    "here any more");
		return err_hint(err,
		    "bring back '" TRANSFER_FILE "'; a request is never "
		    "sealed twice. If it is lost: 'request --renew'");
	}
	if (r->has_replaces)
		hex_encode(r->replaces, SHA256_LEN, replaces);
	if (strcmp(hex, replaces) != 0)
		return refuse_second(hex, err);
	return there ? move_old_transfer(s, err) : 0;
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
	if (talk_digest("The transfer's digest", b->digest, err) < 0 ||
	    quorum_count(b, p, &q, err) < 0)
		return -1;
	quorum_missing(&q, 0, p, names, sizeof(names));
	if (q.roles[0].have < q.roles[0].needed)
		talk_next("%u of %u officers have signed; any of %s: "
			  "cosign " TRANSFER_FILE,
		    q.roles[0].have, q.roles[0].needed, names);
	else
		talk_next("carry " TRANSFER_FILE " and request.gsb to the "
			  "operator: import --as NAME.key");
	if (args_has(args, "json"))
		return result(err, "{\"transfer\":\"%s\"}\n", hex);
	return result(err, "%s\n", hex);
}

/* Kept by this machine itself, wherever the ceremony's files go. */
static int
remember(const struct sealing *s, struct err *err)
{
	return state_sealed_put(
	    s->c.plan_digest, s->request.file.bundle.digest, err);
}

/* Save first: a run that is killed here finds the transfer and ends it. */
static int
record(
    struct sealing *s, const char *ids, const struct bundle *b, struct err *err)
{
	if (ceremony_save_made(&s->c, ids, "seal", TRANSFER_FILE, b,
		(const struct journal_fact[]){
		    {"plan", s->plan_hex}, {"request", s->request_hex}, {0}},
		err) < 0)
		return -1;
	return remember(s, err);
}

static int
sign_and_save(struct sealing *s, const struct signers *signers, const char *ids,
    const struct buf *json, struct err *err)
{
	struct bundle b;
	int ret = -1;

	if (bundle_make(KIND_TRANSFER, s->c.plan.practice, json, &b, err) < 0)
		return -1;
	if (signers_sign(signers, &b, err) == 0 && record(s, ids, &b, err) == 0)
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

/* Did a run of ours begin with this request? Then the transfer is its own. */
static bool
began_here(const struct sealing *s)
{
	return journal_find(&s->c.journal, "seal", "begin",
	    (const struct journal_fact[]){{"request", s->request_hex}, {0}},
	    NULL, NULL, 0);
}

/* Sealed before: say so, and finish what a crash may have left undone. */
static int
already_done(struct sealing *s, struct err *err)
{
	struct statement t;
	bool ours = began_here(s);
	int ret = 0;

	if (statement_load(&s->c, TRANSFER_FILE, KIND_TRANSFER, &s->request, &t,
		NULL, err) < 0)
		return -1;
	talk("This request is sealed already%s.",
	    ours ? "" : ", by another machine");
	if (ours && !ceremony_made_here(&s->c, "seal", &t.file.bundle))
		ret = record(s, "-", &t.file.bundle, err);
	else if (ours)
		ret = remember(s, err);
	if (ret == 0)
		ret = report(s->args, &t.file.bundle, &s->c.plan, err);
	statement_free(&t);
	return ret;
}

static int
seal(struct sealing *s, struct err *err)
{
	bool done;

	if (check_plan(s, err) < 0 || load_request(s, err) < 0 ||
	    check_sealed_before(s, &done, err) < 0)
		return -1;
	if (done)
		return already_done(s, err);
	if (chain_request_time(&s->request.request, s->now, err) < 0)
		return -1;
	statement_summary(&s->request);
	talk_text(0,
	    "WARNING: this version does not measure the machine that it runs "
	    "on; the transfer will say nothing of it.");
	if (confirm_digest(s->args, "the request",
		s->request.file.bundle.digest, CONFIRM_CROSSED, err) < 0)
		return -1;
	return act(s, err);
}

int
cmd_seal(const struct args *args, struct err *err)
{
	struct sealing s = {.args = args};
	int ret = -1;

	if (read_clock(&s, err) == 0 &&
	    ceremony_begin(&s.c, args->program, s.now, err) == 0) {
		ret = seal(&s, err);
		statement_free(&s.request);
		ceremony_close(&s.c);
	}
	return ret;
}
