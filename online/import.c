#include "import.h"

#include <stdlib.h>
#include <string.h>

#include "alarm.h"
#include "chain.h"
#include "clock.h"
#include "confirm.h"
#include "import_target.h"
#include "operator.h"
#include "prove.h"
#include "receipts.h"
#include "statement_file.h"
#include "talk.h"

const struct opt opts_import[] = {
    {"as", "KEY", "an operator's identity, NAME.key", true},
    {"passphrase-fd", "N", "read its passphrase from descriptor N", true},
    {"confirm", "DIGEST", "the transfer's digest, in full", false},
    {"endpoint-url", "URL", "where AWS is played (practice only)", false},
    {"json", NULL, "print the result as JSON", false},
    {0},
};

struct import {
	const struct args *args;
	struct ceremony c;
	struct statement request, tokens, transfer;
	struct receipts receipts;
	struct signers signers;
	char person[SIGNERS_MAX * HEX_LEN(SHA256_LEN)];
	char transfer_hex[HEX_LEN(SHA256_LEN)];
	char alarm[STATE_NAME]; /* whose alarm we met before, or "" */
	struct outcome *outcomes;
	size_t n_outcomes;
};

static int
load_one(struct import *im, const char *path, enum kind kind,
    const struct statement *request, struct statement *s, struct err *err)
{
	if (statement_load(&im->c, path, kind, request, s, NULL, err) < 0)
		return -1;
	return quorum_require_all(&s->file.quorum, &im->c.plan, kind, err);
}

static int
load(struct import *im, struct err *err)
{
	const struct statement *r = &im->request;
	bool known;

	if (load_one(im, "request.gsb", KIND_REQUEST, NULL, &im->request, err) <
		0 ||
	    load_one(im, "tokens.gsb", KIND_TOKENS, r, &im->tokens, err) < 0 ||
	    load_one(im, "transfer.gsb", KIND_TRANSFER, r, &im->transfer, err) <
		0)
		return -1;
	hex_encode(
	    im->transfer.file.bundle.digest, SHA256_LEN, im->transfer_hex);
	if (alarm_known(&im->c, im->transfer_hex, &known, im->alarm, err) < 0)
		return -1;
	return receipts_load(&im->c, &im->transfer, &im->receipts, err);
}

static struct importing
view(struct import *im)
{
	return (struct importing){.c = &im->c,
	    .person = im->person,
	    .request = &im->request.request,
	    .request_file = &im->request.file,
	    .tokens = &im->tokens.tokens,
	    .transfer = &im->transfer.transfer,
	    .transfer_hex = im->transfer_hex};
}

/* The state that is worst: what the whole import comes to. */
static const char *
overall(const struct receipt_target *targets, size_t n)
{
	static const char *const worst[] = {"alarm", "unproven", "pending"};

	for (size_t s = 0; s < 3; s++)
		for (size_t i = 0; i < n; i++)
			if (strcmp(targets[i].state, worst[s]) == 0)
				return worst[s];
	return "imported";
}

static int
alarm_error(struct err *err)
{
	err_set(err, STATUS_REMOTE,
	    "ALARM: the wrapping key was not the cloud's, or somebody else "
	    "imported. Treat the key as EXPOSED; nothing was granted");
	return err_hint(err,
	    "stop here and keep all files as evidence. Destroy the escrow, "
	    "make a new plan with a new key, and request it from a clean "
	    "machine; the receipt says the same");
}

static int
verdict(const char *state, struct err *err)
{
	if (strcmp(state, "imported") == 0)
		return 0;
	if (strcmp(state, "alarm") == 0)
		return alarm_error(err);
	err_set(err, STATUS_REMOTE,
	    "not every target was imported and proven; the receipt says "
	    "which");
	return err_hint(err,
	    "until then count the key as possibly exposed; 'request --renew' "
	    "and the room again, or find out why KMS did not answer");
}

static void
tell(const struct receipt_target *t, const char *key_usage)
{
	talk("  %s: %s", t->name, t->state);
	if (t->proof_kind != NULL) {
		talk("    proof: %s (%s)", t->proof_kind, t->proof_strength);
		talk_text(6, "%s", proof_meaning(t->proof_kind, key_usage));
	}
	for (size_t i = 0; i < t->n_deviations; i++)
		talk_text(4, "NOTE: %s", t->deviations[i]);
}

/* Is there anybody to whom grant would give the key? */
static bool
has_users(const struct plan *p)
{
	for (size_t i = 0; i < p->n_targets; i++)
		if (p->targets[i].n_heroku > 0 || p->targets[i].n_buckets > 0)
			return true;
	return false;
}

static int
report(const struct import *im, const struct receipt *r,
    const uint8_t digest[static SHA256_LEN], struct err *err)
{
	char hex[HEX_LEN(SHA256_LEN)], name[32];
	const char *state = overall(r->targets, r->n_targets);

	talk("What became of the %zu target%s:", r->n_targets,
	    r->n_targets == 1 ? "" : "s");
	for (size_t i = 0; i < r->n_targets; i++)
		tell(&r->targets[i], im->c.plan.key_usage);
	receipts_name(r->number, name);
	hex_encode(digest, SHA256_LEN, hex);
	if (talk_digest("The receipt's digest", digest, err) < 0)
		return -1;
	if (args_has(im->args, "json")) {
		if (result(err,
			"{\"receipt\":\"%s\",\"file\":\"%s\","
			"\"state\":\"%s\"}\n",
			hex, name, state) < 0)
			return -1;
	} else if (result(err, "%s %s %s\n", name, state, hex) < 0) {
		return -1;
	}
	if (strcmp(state, "imported") == 0)
		talk_next(
		    has_users(&im->c.plan) ? "grant --as NAME.key" : "verify");
	return verdict(state, err);
}

static int
import_one(struct import *im, const struct importing *view, struct cloud *cloud,
    size_t i, struct err *err)
{
	struct aws a;
	struct outcome *o = &im->outcomes[i];
	int ret;

	if (aws_open(&a, cloud, &im->c.plan.targets[i], err) < 0)
		return -1;
	ret = import_target(view, &a, i, o, err);
	if (ret == 0)
		ret = outcome_take_calls(o, &a, err);
	aws_close(&a);
	return ret;
}

/* What was the alarm stays it, whatever KMS would answer now. */
static bool
was_alarm(const struct import *im, struct outcome *o)
{
	if (strcmp(o->receipt.name, im->alarm) != 0)
		return false;
	outcome_set(o, "alarm");
	outcome_deviate(o,
	    "this machine met the alarm for this target before, by its own "
	    "record");
	return true;
}

/* One after another; an alarm stops the rest, which stay pending. */
static int
import_all(struct import *im, struct cloud *cloud, struct err *err)
{
	const struct importing v = view(im);
	bool stopped = im->alarm[0] != '\0';

	im->outcomes = calloc(im->c.plan.n_targets, sizeof(*im->outcomes));
	if (im->outcomes == NULL)
		return err_memory(err);
	for (size_t i = 0; i < im->c.plan.n_targets; i++) {
		im->n_outcomes = i + 1;
		outcome_begin(
		    &im->outcomes[i], &im->transfer.transfer.targets[i]);
		if (was_alarm(im, &im->outcomes[i]) || stopped)
			continue;
		if (import_one(im, &v, cloud, i, err) < 0)
			return err_wrap(
			    err, "target '%s'", im->c.plan.targets[i].name);
		stopped = strcmp(im->outcomes[i].receipt.state, "alarm") == 0;
	}
	return 0;
}

static int
write_receipt(struct import *im, const struct cloud *cloud, struct err *err)
{
	struct receipt next = {0};
	struct receipt_endpoints endpoints;
	uint8_t digest[SHA256_LEN];
	int ret = -1;

	next.targets = calloc(im->n_outcomes, sizeof(*next.targets));
	if (next.targets == NULL)
		return err_memory(err);
	next.n_targets = im->n_outcomes;
	for (size_t i = 0; i < im->n_outcomes; i++)
		next.targets[i] = im->outcomes[i].receipt;
	if (receipts_endpoints(
		cloud, false, &endpoints, &next.endpoints, err) == 0 &&
	    receipts_save_next(&im->c, &im->receipts, &im->transfer.file,
		&im->signers, im->person, "import", &next, digest, err) == 0)
		ret = report(im, &next, digest, err);
	free(next.targets);
	return ret;
}

/* With independent operators, nobody who signed the request imports. */
static int
check_operators(const struct import *im, struct err *err)
{
	const struct bundle *request = &im->request.file.bundle;

	if (!im->c.plan.independent_import)
		return 0;
	for (unsigned i = 0; i < im->signers.n; i++)
		for (unsigned k = 0; k < request->n_signatures; k++) {
			const struct signer *s = &im->signers.list[i];

			if (memcmp(s->key_id, request->signatures[k].key_id,
				SHA256_LEN) != 0)
				continue;
			err_set(err, STATUS_REJECTED,
			    "the plan wants an independent import, and '%s' "
			    "signed the request",
			    s->person->name);
			return err_hint(err,
			    "another operator imports, on another machine");
		}
	return 0;
}

static int
act(struct import *im, struct err *err)
{
	struct cloud cloud;
	int ret = -1;

	if (operator_unlock(im->args, &im->c, &im->signers, im->person,
		sizeof(im->person), err) < 0)
		return -1;
	if (check_operators(im, err) < 0 ||
	    cloud_open(&cloud, &im->c.plan, im->args, err) < 0)
		goto out;
	cloud.waiting = operator_waiting;
	talk("Importing:");
	if (import_all(im, &cloud, err) == 0)
		ret = write_receipt(im, &cloud, err);
	operator_warning(&cloud);
	cloud_close(&cloud);
out:
	signers_close(&im->signers);
	return ret;
}

/* Past the tokens' time and nothing of ours on its way: nothing to call. */
static int
check_time(struct import *im, struct err *err)
{
	const struct importing v = view(im);

	if (im->alarm[0] != '\0')
		return 0;
	for (size_t i = 0; i < im->c.plan.n_targets; i++)
		if (import_answered(&v, im->c.plan.targets[i].name))
			return 0;
	return chain_request_time(&im->request.request, clock_now(), err);
}

/*
 * Done only when this machine's own journal says so for every target; a
 * receipt that came from elsewhere is no reason to leave out our checks.
 */
static bool
is_final(struct import *im)
{
	const struct importing v = view(im);
	const struct receipt *r = &im->receipts.receipt;
	const char *state;

	if (im->receipts.last == 0 || !im->receipts.about_this)
		return false;
	state = overall(r->targets, r->n_targets);
	if (strcmp(state, "alarm") == 0)
		return true;
	if (im->alarm[0] != '\0')
		return false;
	for (size_t i = 0; i < im->c.plan.n_targets; i++)
		if (!import_answered(&v, im->c.plan.targets[i].name))
			return false;
	return strcmp(state, "imported") == 0;
}

static int
import(struct import *im, struct err *err)
{
	if (load(im, err) < 0)
		return -1;
	if (is_final(im)) {
		talk("There is a receipt for this import already.");
		return report(im, &im->receipts.receipt,
		    im->receipts.file.bundle.digest, err);
	}
	if (check_time(im, err) < 0)
		return -1;
	statement_summary(&im->transfer);
	if (confirm_digest(im->args, "the transfer",
		im->transfer.file.bundle.digest, CONFIRM_CROSSED, err) < 0)
		return -1;
	return act(im, err);
}

int
cmd_import(const struct args *args, struct err *err)
{
	struct import im = {.args = args};
	int ret;

	if (signers_check(args, err) < 0 ||
	    ceremony_begin(&im.c, args->program, clock_now(), err) < 0)
		return -1;
	ret = import(&im, err);
	for (size_t i = 0; i < im.n_outcomes; i++)
		outcome_free(&im.outcomes[i]);
	free(im.outcomes);
	receipts_free(&im.receipts);
	statement_free(&im.request);
	statement_free(&im.tokens);
	statement_free(&im.transfer);
	ceremony_close(&im.c);
	return ret;
}
