#include "grant.h"

#include <stdlib.h>
#include <string.h>

#include "alarm.h"
#include "clock.h"
#include "confirm.h"
#include "grant_show.h"
#include "operator.h"
#include "statement_file.h"
#include "talk.h"
#include "tty.h"

#define WAIT_DEFAULT 1800 /* seconds; Heroku's databases take their time */
#define WAIT_MAX 86400

const struct opt opts_grant[] = {
    {"as", "KEY", "an operator's identity, NAME.key", true},
    {"passphrase-fd", "N", "read its passphrase from descriptor N", true},
    {"confirm", "DIGEST", "the digest of the planned changes, in full", false},
    {"confirm-app", "APP", "accept what Heroku says about this app", true},
    {"wait", "SECONDS", "how long Heroku may take (default 1800)", false},
    {"endpoint-url", "URL", "where AWS is played (practice only)", false},
    {"heroku-url", "URL", "where Heroku is played (practice only)", false},
    {"json", NULL, "print changes and result as JSON", false},
    {0},
};

struct granting {
	const struct args *args;
	struct ceremony c;
	struct statement request, transfer;
	struct receipts receipts;
	struct signers signers;
	bool unlocked;
	char person[SIGNERS_MAX * HEX_LEN(SHA256_LEN)];
	struct grants grants;
	struct buf changes; /* JSON */
	uint8_t changes_digest[SHA256_LEN];
};

static int
load_one(struct granting *gr, const char *path, enum kind kind,
    const struct statement *request, struct statement *s, struct err *err)
{
	if (statement_load(&gr->c, path, kind, request, s, NULL, err) < 0)
		return -1;
	return quorum_require_all(&s->file.quorum, &gr->c.plan, kind, err);
}

static int
alarm_refusal(const char *who, struct err *err)
{
	err_set(err, STATUS_REJECTED,
	    "%s tells of the alarm: the key may be in other hands, and nobody "
	    "gets to use it",
	    who);
	return err_hint(err,
	    "treat the key as EXPOSED: destroy the escrow, and make a new "
	    "plan with a new key");
}

/* Every target holds the same material: one that is open opens all. */
static int
check_imported(const struct granting *gr, struct err *err)
{
	const struct receipt *last = &gr->receipts.receipt;
	const struct plan *p = &gr->c.plan;

	for (size_t i = 0; i < last->n_targets; i++) {
		const struct receipt_target *t = &last->targets[i];

		if (strcmp(t->state, "imported") == 0)
			continue;
		err_set(err, STATUS_REJECTED,
		    "target '%s' is %s, and it shares its key with all others",
		    t->name, t->state);
		return err_hint(err,
		    "nothing is granted before every target "
		    "is imported: run import");
	}
	if (last->n_targets == p->n_targets)
		return 0;
	err_set(err, STATUS_REJECTED,
	    "the last receipt tells of %zu targets, the plan has %zu",
	    last->n_targets, p->n_targets);
	return err_hint(err, "run import");
}

static int
check_receipts(const struct granting *gr, struct err *err)
{
	const struct receipts *r = &gr->receipts;

	if (r->alarm)
		return alarm_refusal("a receipt", err);
	if (r->last == 0 || !r->about_this) {
		err_set(err, STATUS_REJECTED,
		    "no receipt tells that this transfer was imported");
		return err_hint(err, "run import, then this again");
	}
	if (check_imported(gr, err) < 0)
		return -1;
	return quorum_require_all(
	    &r->file.quorum, &gr->c.plan, KIND_RECEIPT, err);
}

/*
 * What this machine itself saw is believed more than any receipt: the alarm,
 * and an import that it began and that KMS never answered.
 */
static int
check_memory(const struct granting *gr, struct err *err)
{
	const struct journal *j = &gr->c.journal;
	char hex[HEX_LEN(SHA256_LEN)], alarm[STATE_NAME];
	struct journal_fact facts[] = {{"transfer", hex}, {0}, {0}};
	bool known;

	hex_encode(gr->transfer.file.bundle.digest, SHA256_LEN, hex);
	if (alarm_known(&gr->c, hex, &known, alarm, err) < 0)
		return -1;
	if (known)
		return alarm_refusal("this machine's own record", err);
	if (!journal_find(j, "import", "begin", facts, NULL, NULL, 0))
		return 0;
	for (size_t i = 0; i < gr->c.plan.n_targets; i++) {
		const char *name = gr->c.plan.targets[i].name;

		facts[1] = (struct journal_fact){"target", name};
		if (journal_find(j, "import", "answered", facts, NULL, NULL, 0))
			continue;
		err_set(err, STATUS_REJECTED,
		    "this machine began the import, and its journal holds no "
		    "answer of KMS for target '%s'",
		    name);
		return err_hint(err,
		    "run import here, or grant on the machine that imported");
	}
	return 0;
}

static int
load(struct granting *gr, struct err *err)
{
	if (load_one(gr, "request.gsb", KIND_REQUEST, NULL, &gr->request, err) <
		0 ||
	    load_one(gr, "transfer.gsb", KIND_TRANSFER, &gr->request,
		&gr->transfer, err) < 0 ||
	    receipts_load(&gr->c, &gr->transfer, &gr->receipts, err) < 0)
		return -1;
	if (check_receipts(gr, err) < 0)
		return -1;
	return check_memory(gr, err);
}

static int
read_wait(const struct args *args, int64_t *ms, struct err *err)
{
	const char *text = args_get(args, "wait");
	char *end;
	long seconds = WAIT_DEFAULT;

	if (text != NULL) {
		seconds = strtol(text, &end, 10);
		if (*text < '0' || *text > '9' || *end != '\0' ||
		    seconds > WAIT_MAX)
			return err_set(err, STATUS_USAGE,
			    "--wait takes seconds, at most %d", WAIT_MAX);
	}
	*ms = (int64_t)seconds * 1000;
	return 0;
}

static int
unlock(struct granting *gr, struct err *err)
{
	if (gr->unlocked)
		return 0;
	if (operator_unlock(gr->args, &gr->c, &gr->signers, gr->person,
		sizeof(gr->person), err) < 0)
		return -1;
	gr->unlocked = true;
	return 0;
}

/* Heroku wants its message accepted; by the app's name, typed in full. */
static int
confirm_app(void *arg, const char *app, const char *message, struct err *err)
{
	const struct granting *gr = arg;
	char line[128];

	for (unsigned i = 0; i < args_count(gr->args, "confirm-app"); i++)
		if (strcmp(args_nth(gr->args, "confirm-app", i), app) == 0)
			return 0;
	talk("Heroku says about app '%s':", app);
	talk("  %s", message);
	if (!tty_available()) {
		err_set(err, STATUS_REMOTE,
		    "Heroku wants app '%s' confirmed: %s", app, message);
		return err_hint(err,
		    "when that is meant, run this again with --confirm-app "
		    "%s",
		    app);
	}
	if (tty_ask("To go on, type the app's name in full: ", line,
		sizeof(line), err) < 0)
		return -1;
	if (strcmp(line, app) == 0)
		return 0;
	err_set(err, STATUS_REJECTED,
	    "what was typed is not the app's name: the add-on was not made");
	return err_hint(err, "run this again; what is done stays done");
}

/* With nobody to ask, a script gets what it would have to confirm. */
static int
confirm(struct granting *gr, struct err *err)
{
	char hex[HEX_LEN(SHA256_LEN)];

	if (!confirm_possible(gr->args) && args_has(gr->args, "json")) {
		hex_encode(gr->changes_digest, SHA256_LEN, hex);
		if (result(err, "{\"changes\":%s,\"sha256\":\"%s\"}\n",
			(const char *)gr->changes.p, hex) < 0)
			return -1;
	}
	return confirm_digest(gr->args, "the list of planned changes",
	    gr->changes_digest, CONFIRM_MADE_HERE, err);
}

static int
make_all(struct granting *gr, struct err *err)
{
	struct grants *g = &gr->grants;

	for (size_t i = 0; i < g->n; i++)
		if (grants_make(g, i, err) < 0)
			return -1;
	for (size_t i = 0; i < g->n; i++) {
		if (grants_finish(g, i, err) < 0)
			return -1;
		grant_show_done(&g->list[i]);
	}
	return 0;
}

static int
report(const struct granting *gr, int64_t number,
    const uint8_t digest[static SHA256_LEN], struct err *err)
{
	char name[32], receipt[HEX_LEN(SHA256_LEN)], hex[HEX_LEN(SHA256_LEN)];

	receipts_name(number, name);
	hex_encode(digest, SHA256_LEN, receipt);
	hex_encode(gr->changes_digest, SHA256_LEN, hex);
	talk_next("verify");
	if (args_has(gr->args, "json"))
		return result(err,
		    "{\"changes\":%s,\"sha256\":\"%s\",\"receipt\":\"%s\","
		    "\"file\":\"%s\"}\n",
		    (const char *)gr->changes.p, hex, receipt, name);
	return result(err, "%s granted %s\n", name, receipt);
}

static int
record(struct granting *gr, struct err *err)
{
	uint8_t digest[SHA256_LEN];

	if (grants_recorded(&gr->grants, &gr->receipts.receipt)) {
		talk("All of it is granted, and the last receipt says so.");
		return report(gr, gr->receipts.last,
		    gr->receipts.file.bundle.digest, err);
	}
	if (grants_record(&gr->grants, &gr->receipts, &gr->transfer.file,
		&gr->signers, digest, err) < 0)
		return -1;
	return report(gr, gr->receipts.last + 1, digest, err);
}

static void
show_warnings(struct grants *g)
{
	operator_warning(&g->cloud);
	for (size_t i = 0; i < g->n_targets; i++) {
		const char *warning = g->targets[i].heroku.warning;

		/* One file, however many targets it has a token for. */
		if (warning[0] == '\0')
			continue;
		talk("WARNING: %s", warning);
		break;
	}
}

static int
act(struct granting *gr, struct err *err)
{
	struct grants *g = &gr->grants;

	if (grants_open(g, &gr->c, &gr->transfer.transfer, gr->args, err) < 0)
		return -1;
	g->cloud.waiting = operator_waiting;
	if (grants_look(g, &gr->receipts.receipt, err) < 0)
		return -1;
	show_warnings(g);
	grant_show_notes(g);
	if (grants_changes(g, &gr->changes, gr->changes_digest, err) < 0)
		return -1;
	if (grants_missing(g) == 0)
		talk("There is nothing to change.");
	else if (grant_show_changes(g, err) < 0 || confirm(gr, err) < 0)
		return -1;
	if (!grants_recorded(g, &gr->receipts.receipt) && unlock(gr, err) < 0)
		return -1;
	if (make_all(gr, err) < 0)
		return -1;
	return record(gr, err);
}

static int
grant(struct granting *gr, struct err *err)
{
	struct grants *g = &gr->grants;

	g->person = gr->person;
	g->confirm_app = confirm_app;
	g->confirm_arg = gr;
	if (read_wait(gr->args, &g->wait_ms, err) < 0 || load(gr, err) < 0)
		return -1;
	/* Early, so that a wrong passphrase stops before the first call. */
	if ((args_has(gr->args, "as") || confirm_possible(gr->args)) &&
	    unlock(gr, err) < 0)
		return -1;
	return act(gr, err);
}

static void
granting_free(struct granting *gr)
{
	grants_close(&gr->grants);
	if (gr->unlocked)
		signers_close(&gr->signers);
	buf_free(&gr->changes);
	receipts_free(&gr->receipts);
	statement_free(&gr->transfer);
	statement_free(&gr->request);
	ceremony_close(&gr->c);
	free(gr);
}

int
cmd_grant(const struct args *args, struct err *err)
{
	struct granting *gr = calloc(1, sizeof(*gr));
	int ret = -1;

	if (gr == NULL)
		return err_memory(err);
	gr->args = args;
	if (ceremony_begin(&gr->c, args->program, clock_now(), err) == 0)
		ret = grant(gr, err);
	granting_free(gr);
	return ret;
}
