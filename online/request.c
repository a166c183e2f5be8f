#include "request.h"

#include <stdlib.h>
#include <string.h>

#include "chain.h"
#include "clock.h"
#include "file.h"
#include "operator.h"
#include "parameters.h"
#include "statement_file.h"
#include "summary.h"
#include "talk.h"

#define REQUEST_FILE "request.gsb"
#define TOKENS_FILE "tokens.gsb"

const struct opt opts_request[] = {
    {"as", "KEY", "an operator's identity, NAME.key", true},
    {"passphrase-fd", "N", "read its passphrase from descriptor N", true},
    {"renew", NULL, "fetch new parameters; the old pair is kept", false},
    {"pace", "MS", "pause between parameters (practice only)", false},
    {"endpoint-url", "URL", "where AWS is played (practice only)", false},
    {"json", NULL, "print the result as JSON", false},
    {0},
};

struct requesting {
	const struct args *args;
	struct ceremony c;
	struct signers signers;
	char person[SIGNERS_MAX * HEX_LEN(SHA256_LEN)];
	char plan_hex[HEX_LEN(SHA256_LEN)];
};

static int
report(const struct requesting *r, const struct bundle *b, struct err *err)
{
	struct quorum q;
	char hex[HEX_LEN(SHA256_LEN)], names[200];

	hex_encode(b->digest, SHA256_LEN, hex);
	if (talk_digest("The request's digest, for the operator's paper",
		b->digest, err) < 0 ||
	    quorum_count(b, &r->c.plan, &q, err) < 0)
		return -1;
	quorum_missing(&q, 0, &r->c.plan, names, sizeof(names));
	if (q.roles[0].have < q.roles[0].needed)
		talk_next("gapseal-online cosign request.gsb, then cosign "
			  "tokens.gsb, by %u more\n  of: %s",
		    q.roles[0].needed - q.roles[0].have, names);
	else
		talk_next("carry plan.gsb and request.gsb into the room; "
			  "tokens.gsb stays here");
	if (args_has(r->args, "json"))
		return result(err, "{\"request\":\"%s\"}\n", hex);
	return result(err, "%s\n", hex);
}

/* Did this machine make it? Its journal says so before the file is there. */
static bool
made_here(const struct requesting *r, const struct bundle *b)
{
	char hex[HEX_LEN(SHA256_LEN)];

	hex_encode(b->digest, SHA256_LEN, hex);
	return journal_find(&r->c.journal, "request", NULL,
	    (const struct journal_fact[]){{"request", hex}, {0}}, NULL, NULL,
	    0);
}

static int
foreign(struct err *err)
{
	err_set(err, STATUS_FAILED,
	    "'" REQUEST_FILE "' is there, and this machine did not make it");
	return err_hint(err,
	    "do not copy its words: find out who put it there, and move it "
	    "and '" TOKENS_FILE "' away as evidence");
}

/* Tokens without a request are what a killed run left: no request names them,
 * so they are set aside. */
static int
set_tokens_aside(struct requesting *r, struct err *err)
{
	struct loaded tokens;
	bool there;
	char aside[64];

	if (ceremony_load(
		&r->c, TOKENS_FILE, KIND_TOKENS, &tokens, &there, err) < 0)
		return ceremony_in_the_way(TOKENS_FILE, err);
	if (!there)
		return 0;
	ceremony_aside("tokens", tokens.bundle.digest, aside, sizeof(aside));
	loaded_free(&tokens);
	return file_move(TOKENS_FILE, aside, err);
}

static int
check_tokens(
    struct requesting *r, const struct statement *request, struct err *err)
{
	struct statement tokens;
	bool there;

	if (statement_load(&r->c, TOKENS_FILE, KIND_TOKENS, request, &tokens,
		&there, err) < 0)
		return ceremony_in_the_way(TOKENS_FILE, err);
	statement_free(&tokens);
	if (there)
		return 0;
	err_set(err, STATUS_FAILED,
	    "'" REQUEST_FILE "' is here, but its tokens are not");
	return err_hint(err,
	    "bring back '" TOKENS_FILE "'; if it is lost, fetch new "
	    "parameters with 'request --renew'");
}

/* Is the pair there already, and ours? */
static int
check_pair(struct requesting *r, struct statement *request, bool *done,
    struct err *err)
{
	*done = false;
	if (statement_load(&r->c, REQUEST_FILE, KIND_REQUEST, NULL, request,
		done, err) < 0)
		return ceremony_in_the_way(REQUEST_FILE, err);
	if (!*done)
		return set_tokens_aside(r, err);
	if (!made_here(r, &request->file.bundle))
		return foreign(err);
	return check_tokens(r, request, err);
}

static int
move_aside(
    struct requesting *r, const char *path, enum kind kind, struct err *err)
{
	struct loaded l;
	char aside[64];
	bool there;

	if (ceremony_load(&r->c, path, kind, &l, &there, err) < 0)
		return ceremony_in_the_way(path, err);
	if (!there)
		return 0;
	ceremony_aside(kind_name(kind), l.bundle.digest, aside, sizeof(aside));
	loaded_free(&l);
	if (file_move(path, aside, err) < 0)
		return -1;
	talk("The old %s is kept as '%s'.", kind_name(kind), aside);
	return 0;
}

/*
 * Which request did the room seal last, as far as this machine can know? The
 * one that the transfer here answers, if old is that one or its successor: a
 * renewed request that was never sealed is passed over.
 */
static void
last_sealed(struct requesting *r, const struct request *old,
    uint8_t replaces[static SHA256_LEN])
{
	struct loaded l;
	struct transfer t;
	struct err why; /* no transfer that can be read tells of none */
	bool there;

	if (ceremony_load(
		&r->c, "transfer.gsb", KIND_TRANSFER, &l, &there, &why) < 0 ||
	    !there)
		return;
	if (transfer_read(&l.json, &t, &why) == 0) {
		if (old->has_replaces &&
		    memcmp(old->replaces, t.request, SHA256_LEN) == 0)
			memcpy(replaces, t.request, SHA256_LEN);
		transfer_free(&t);
	}
	loaded_free(&l);
}

/* The last request of this plan, by the file here or by our own journal. */
static int
set_replaces(struct requesting *r, struct request *request, struct err *err)
{
	struct statement old;
	bool there;
	char hex[HEX_LEN(SHA256_LEN)] = "";

	if (statement_load(
		&r->c, REQUEST_FILE, KIND_REQUEST, NULL, &old, &there, err) < 0)
		return ceremony_in_the_way(REQUEST_FILE, err);
	if (there) {
		request->has_replaces = true;
		memcpy(request->replaces, old.file.bundle.digest, SHA256_LEN);
		last_sealed(r, &old.request, request->replaces);
		statement_free(&old);
		return 0;
	}
	/* Moved aside by a run that was killed before it saved the new one. */
	(void)journal_find(&r->c.journal, "request", "made",
	    (const struct journal_fact[]){
		{"plan", r->plan_hex}, {"file", REQUEST_FILE}, {0}},
	    "request", hex, sizeof(hex));
	if (hex[0] != '\0')
		request->has_replaces = hex_decode(hex, request->replaces,
					    SHA256_LEN) == 0;
	return 0;
}

static int
make_bundle(const struct requesting *r, enum kind kind, const struct buf *json,
    struct bundle *b, struct err *err)
{
	if (bundle_make(kind, r->c.plan.practice, json, b, err) < 0)
		return -1;
	if (signers_sign(&r->signers, b, err) == 0)
		return 0;
	bundle_free(b);
	return -1;
}

/*
 * The journal first, so that the request is known as ours whatever comes
 * between; then the tokens: without its request a pair is unfinished.
 */
static int
save_pair(struct requesting *r, const struct bundle *request,
    const struct bundle *tokens, struct err *err)
{
	const struct journal_fact facts[] = {{"plan", r->plan_hex}, {0}};
	char hex[HEX_LEN(SHA256_LEN)];

	hex_encode(request->digest, SHA256_LEN, hex);
	if (move_aside(r, REQUEST_FILE, KIND_REQUEST, err) < 0 ||
	    move_aside(r, TOKENS_FILE, KIND_TOKENS, err) < 0)
		return -1;
	if (journal_add(&r->c.journal, r->person, "request", "making",
		(const struct journal_fact[]){
		    {"request", hex}, {"plan", r->plan_hex}, {0}},
		err) < 0 ||
	    ceremony_save_made(&r->c, r->person, "request", TOKENS_FILE, tokens,
		facts, err) < 0 ||
	    ceremony_save_made(&r->c, r->person, "request", REQUEST_FILE,
		request, facts, err) < 0)
		return -1;
	return report(r, request, err);
}

static int
seal_pair(struct requesting *r, struct parameters *p, struct err *err)
{
	int ret = -1;
	struct buf json = BUF_EMPTY, more = BUF_EMPTY;
	struct bundle request = BUNDLE_EMPTY, tokens = BUNDLE_EMPTY;

	if (set_replaces(r, &p->request, err) < 0 ||
	    chain_request(&p->request, &r->c.plan, r->c.plan_digest, err) < 0 ||
	    request_write(&p->request, &json, err) < 0 ||
	    make_bundle(r, KIND_REQUEST, &json, &request, err) < 0)
		goto out;
	memcpy(p->tokens.request, request.digest, SHA256_LEN);
	if (tokens_write(&p->tokens, &more, err) < 0 ||
	    make_bundle(r, KIND_TOKENS, &more, &tokens, err) < 0)
		goto out;
	summary_request(&p->request);
	ret = save_pair(r, &request, &tokens, err);
out:
	bundle_free(&request);
	bundle_free(&tokens);
	buf_free(&json);
	buf_free(&more);
	return ret;
}

static int
set_pace(const struct requesting *r, struct cloud *cloud, struct err *err)
{
	const char *text = args_get(r->args, "pace");
	char *end;
	long ms;

	if (text == NULL)
		return 0;
	if (!r->c.plan.practice) {
		err_set(err, STATUS_REJECTED,
		    "--pace is for practice: a real KMS keeps its own pace");
		return err_hint(err, "leave it out");
	}
	ms = strtol(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || ms > 60000)
		return err_set(err, STATUS_USAGE,
		    "--pace takes milliseconds, at most 60000");
	cloud->pace.interval = ms;
	return 0;
}

static int
fetch_and_seal(struct requesting *r, struct err *err)
{
	struct cloud cloud;
	struct parameters p = {0};
	int ret = -1;

	if (cloud_open(&cloud, &r->c.plan, r->args, err) < 0)
		return -1;
	cloud.waiting = operator_waiting;
	if (set_pace(r, &cloud, err) == 0 &&
	    parameters_fetch(&r->c, r->person, &cloud, &p, err) == 0)
		ret = seal_pair(r, &p, err);
	operator_warning(&cloud);
	parameters_free(&p);
	cloud_close(&cloud);
	return ret;
}

static int
request(struct requesting *r, struct err *err)
{
	struct statement there = {0};
	bool done = false;
	int ret;

	if (!args_has(r->args, "renew") &&
	    check_pair(r, &there, &done, err) < 0) {
		statement_free(&there);
		return -1;
	}
	if (done) {
		talk("The request is made already.");
		statement_summary(&there);
		ret = report(r, &there.file.bundle, err);
		statement_free(&there);
		return ret;
	}
	if (operator_unlock(r->args, &r->c, &r->signers, r->person,
		sizeof(r->person), err) < 0)
		return -1;
	hex_encode(r->c.plan_digest, SHA256_LEN, r->plan_hex);
	talk("Asking KMS for import parameters, %zu target%s:",
	    r->c.plan.n_targets, r->c.plan.n_targets == 1 ? "" : "s");
	ret = fetch_and_seal(r, err);
	signers_close(&r->signers);
	return ret;
}

int
cmd_request(const struct args *args, struct err *err)
{
	struct requesting r = {.args = args};
	int ret;

	if (signers_check(args, err) < 0 ||
	    ceremony_begin(&r.c, args->program, clock_now(), err) < 0)
		return -1;
	ret = request(&r, err);
	ceremony_close(&r.c);
	return ret;
}
