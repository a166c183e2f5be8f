#include "evidence.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chain.h"
#include "clock.h"
#include "file.h"
#include "statement_file.h"

#define JOURNAL_MAX (64u << 20)

bool
evidence_good(struct evidence *e, const char *name, const char *fmt, ...)
{
	struct check *c = &e->checks[e->n];
	va_list ap;

	if (e->n == EVIDENCE_MAX)
		return true;
	e->n++;
	*c = (struct check){.ok = true, .covered = true};
	(void)snprintf(c->name, sizeof(c->name), "%s", name);
	va_start(ap, fmt);
	(void)vsnprintf(c->message, sizeof(c->message), fmt, ap);
	va_end(ap);
	return true;
}

void
evidence_uncovered(struct evidence *e, const char *name, const char *why)
{
	unsigned i = e->n;

	(void)evidence_good(e, name, "not covered: %s", why);
	if (e->n > i)
		e->checks[i].covered = false;
}

bool
evidence_bad(struct evidence *e, const char *name, const struct err *err)
{
	/* The last place is kept for bad news. */
	struct check
	    *c = &e->checks[e->n < EVIDENCE_MAX ? e->n++ : EVIDENCE_MAX - 1];

	*c = (struct check){.ok = false, .covered = true};
	(void)snprintf(c->name, sizeof(c->name), "%s", name);
	(void)snprintf(c->message, sizeof(c->message), "%.500s", err->msg);
	return false;
}

void
evidence_pending(struct evidence *e, const char *fmt, ...)
{
	va_list ap;

	if (e->n_pending == PENDING_MAX)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(
	    e->pending[e->n_pending++], sizeof(e->pending[0]), fmt, ap);
	va_end(ap);
}

bool
evidence_ok(const struct evidence *e)
{
	for (unsigned i = 0; i < e->n; i++)
		if (!e->checks[i].ok)
			return false;
	return true;
}

/* Role i of a bundle: enough, or a step that is pending. */
static bool
signed_by(struct evidence *e, const struct ceremony *c,
    const struct statement *s, unsigned i, const char *file)
{
	const struct quorum_role *r = &s->file.quorum.roles[i];
	char names[100];

	if (r->have >= r->needed)
		return evidence_good(e, file, "signed by %u of %u %ss", r->have,
		    r->needed, role_name(r->role));
	quorum_missing(&s->file.quorum, i, &c->plan, names, sizeof(names));
	evidence_pending(
	    e, "cosign %s by %u more of: %s", file, r->needed - r->have, names);
	return false;
}

/* A later step was done without this one's quorum. */
static bool
no_quorum(struct evidence *e, const struct ceremony *c,
    const struct statement *s, const char *file)
{
	struct err err;

	if (quorum_require_all(
		&s->file.quorum, &c->plan, s->file.bundle.kind, &err) == 0)
		return false;
	return !evidence_bad(e, file, &err);
}

static bool
check_request(struct evidence *e, const struct ceremony *c,
    const struct statement *s, bool sealed)
{
	struct err err;
	bool complete = true;

	evidence_good(e, "request.gsb",
	    "asks for exactly the plan's %zu target%s", s->request.n_targets,
	    s->request.n_targets == 1 ? "" : "s");
	if (sealed)
		return !no_quorum(e, c, s, "request.gsb");
	for (unsigned i = 0; i < s->file.quorum.n; i++)
		complete = signed_by(e, c, s, i, "request.gsb") && complete;
	if (!complete)
		return false;
	if (chain_request_time(&s->request, clock_now(), &err) < 0)
		evidence_pending(e, "request --renew (%.120s)", err.msg);
	return true;
}

static void
check_tokens(struct evidence *e, const struct ceremony *c,
    const struct statement *request)
{
	struct statement s;
	struct err err;
	bool found;

	if (statement_load(
		c, "tokens.gsb", KIND_TOKENS, request, &s, &found, &err) < 0)
		evidence_bad(e, "tokens.gsb", &err);
	else if (!found)
		evidence_good(e, "tokens.gsb",
		    "not here; it stays on the importing machine");
	else {
		evidence_good(
		    e, "tokens.gsb", "every token belongs to the request");
		(void)signed_by(e, c, &s, 0, "tokens.gsb");
		statement_free(&s);
	}
}

/* A journal of that name, or one that was set aside, that holds the mark. */
static void
check_journal(struct evidence *e, const char *prefix, const char *what,
    const struct journal_mark *m)
{
	struct dirent *entry;
	struct err err, why = {0};
	DIR *dir = m->line == 0 ? NULL : opendir(".");
	bool any = false;

	if (dir == NULL) {
		evidence_uncovered(e, prefix, "its bundle names none");
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		struct buf text;
		int64_t lines = 0;
		int good;

		if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0 ||
		    file_read(entry->d_name, JOURNAL_MAX, &text, &err) < 0)
			continue;
		any = true;
		good = journal_verify(&text, m, &lines, &err);
		buf_free(&text);
		if (good < 0) {
			err_wrap(&err, "'%s'", entry->d_name);
			why = err;
			continue;
		}
		evidence_good(e, prefix,
		    "unbroken to line %lld, named in %s; lines after it, not "
		    "sealed: %lld",
		    (long long)m->line, what, (long long)(lines - m->line));
		closedir(dir);
		return;
	}
	closedir(dir);
	if (any)
		evidence_bad(e, prefix, &why);
	else
		evidence_uncovered(e, prefix, "it is not here");
}

static bool
approvals_known(
    const struct ceremony *c, const struct transfer *t, struct err *err)
{
	for (size_t i = 0; i < t->n_approved_by; i++) {
		const struct person *who = plan_key_holder(
		    &c->plan, t->approved_by[i]);

		if (who == NULL || (who->roles & ROLE_OFFICER) == 0) {
			err_set(err, STATUS_REJECTED,
			    "approved_by[%zu] is no officer of the plan", i);
			return false;
		}
	}
	return true;
}

/* Has anybody imported? Then what is missing before was no pending step. */
static bool
imported(void)
{
	struct err err;
	int64_t n;

	return ceremony_last_receipt(&n, &err) == 0 && n > 0;
}

static bool
check_transfer(
    struct evidence *e, const struct ceremony *c, struct statement *s)
{
	struct err err;

	if (!approvals_known(c, &s->transfer, &err))
		return evidence_bad(e, "transfer.gsb", &err);
	evidence_good(e, "transfer.gsb",
	    "the key is wrapped for exactly the request's %zu target%s, after "
	    "%zu officer%s approved",
	    s->transfer.n_targets, s->transfer.n_targets == 1 ? "" : "s",
	    s->transfer.n_approved_by,
	    s->transfer.n_approved_by == 1 ? "" : "s");
	if (s->transfer.has_attest)
		evidence_good(
		    e, "attest", "a report's digest is in the transfer");
	else
		evidence_uncovered(
		    e, "attest", "the transfer names no report on the machine");
	check_journal(
	    e, "journal-offline", "transfer.gsb", &s->transfer.journal);
	if (imported() && no_quorum(e, c, s, "transfer.gsb"))
		return false;
	return signed_by(e, c, s, 0, "transfer.gsb");
}

/* What the last receipt tells; no later one makes an alarm undone. */
static void
check_states(
    struct evidence *e, const struct receipt *r, const char *name, bool last)
{
	for (size_t i = 0; i < r->n_targets; i++) {
		const struct receipt_target *t = &r->targets[i];
		struct err err;

		if (!last && strcmp(t->state, "alarm") != 0)
			continue;
		if (strcmp(t->state, "imported") == 0) {
			evidence_good(e, name, "%.63s: imported, proof %s, %s",
			    t->name,
			    t->proof_kind == NULL ? "none" : t->proof_kind,
			    t->proof_kind == NULL ? "-" : t->proof_strength);
			continue;
		}
		if (strcmp(t->state, "pending") == 0) {
			evidence_pending(e, "import of '%.63s'", t->name);
			continue;
		}
		err_set(&err, STATUS_REJECTED, "target '%.63s' is %s: %.200s",
		    t->name, t->state,
		    t->n_deviations > 0 ? t->deviations[0] : "");
		evidence_bad(e, name, &err);
	}
}

static bool
tells_of(const struct receipt *r, const struct target *t, const char *what,
    const char *name)
{
	for (size_t i = 0; i < r->n_grants; i++)
		if (strcmp(r->grants[i].target, t->name) == 0 &&
		    strcmp(r->grants[i].what, what) == 0 &&
		    strcmp(r->grants[i].name, name) == 0)
			return true;
	return false;
}

/* What the plan wants granted, and no receipt tells of. */
static void
check_grants(
    struct evidence *e, const struct ceremony *c, const struct receipt *r)
{
	for (size_t i = 0; i < c->plan.n_targets; i++) {
		const struct target *t = &c->plan.targets[i];
		size_t wanted = t->n_heroku + t->n_buckets, have = 0;

		for (size_t k = 0; k < t->n_heroku; k++)
			have += tells_of(
			    r, t, "heroku-addon", t->heroku[k].name);
		for (size_t k = 0; k < t->n_buckets; k++)
			have += tells_of(r, t, "s3-encryption", t->buckets[k]);
		if (have < wanted)
			evidence_pending(e, "grant for '%.63s'", t->name);
		else if (wanted > 0)
			evidence_good(e, "grants",
			    "%.63s: %zu of %zu are in the receipts", t->name,
			    have, wanted);
	}
}

static bool
check_receipt(struct evidence *e, const struct ceremony *c, int64_t number,
    const struct statement *transfer, bool last)
{
	struct statement s;
	struct err err;
	char name[40];
	bool good = false;

	(void)snprintf(
	    name, sizeof(name), "receipt-%lld.gsb", (long long)number);
	if (statement_load(c, name, KIND_RECEIPT, transfer, &s, NULL, &err) < 0)
		return evidence_bad(e, name, &err);
	if (s.receipt.number != number) {
		err_set(&err, STATUS_REJECTED, "number: is %lld, wanted %lld",
		    (long long)s.receipt.number, (long long)number);
		evidence_bad(e, name, &err);
	} else {
		good = true;
		(void)signed_by(e, c, &s, 0, name);
		check_journal(e, "journal-online", name, &s.receipt.journal);
		check_states(e, &s.receipt, name, last);
		if (last)
			check_grants(e, c, &s.receipt);
	}
	statement_free(&s);
	return good;
}

static void
check_receipts(struct evidence *e, const struct ceremony *c,
    const struct statement *transfer)
{
	struct err err;
	int64_t n;

	if (ceremony_last_receipt(&n, &err) < 0) {
		evidence_bad(e, "receipts", &err);
		return;
	}
	if (n == 0)
		evidence_pending(e, "import");
	for (int64_t i = 1; i <= n; i++)
		if (!check_receipt(e, c, i, transfer, i == n))
			return;
}

static void
check_plan(
    struct evidence *e, const struct ceremony *c, const struct request *r)
{
	struct findings f = FINDINGS_NONE;
	struct err err;

	/* An expiry that lay ahead on the day is no fault years later. */
	plan_lint(&c->plan, r == NULL ? clock_now() : r->made, &f);
	if (findings_to_err(&f, STATUS_REJECTED, &err) < 0)
		evidence_bad(e, "plan.gsb", &err);
	else
		evidence_good(e, "plan.gsb",
		    "'%s', version %lld, approved by its officers",
		    c->plan.name, (long long)c->plan.version);
	findings_free(&f);
}

/* From the request on; what waits for a pending step is not looked at. */
static void
follow(struct evidence *e, const struct ceremony *c,
    const struct statement *request)
{
	struct statement transfer;
	struct err err;
	bool sealed;

	if (statement_load(c, "transfer.gsb", KIND_TRANSFER, request, &transfer,
		&sealed, &err) < 0) {
		evidence_bad(e, "transfer.gsb", &err);
		(void)check_request(e, c, request, true);
		return;
	}
	if (!sealed && imported()) {
		err_set(&err, STATUS_REJECTED,
		    "receipts are here, and the transfer that they name is "
		    "not");
		evidence_bad(e, "transfer.gsb", &err);
		return;
	}
	if (check_request(e, c, request, sealed)) {
		check_tokens(e, c, request);
		if (!sealed)
			evidence_pending(e, "seal");
		else if (check_transfer(e, c, &transfer))
			check_receipts(e, c, &transfer);
	}
	statement_free(&transfer);
}

void
evidence_collect(struct evidence *e, const struct ceremony *c)
{
	struct statement request;
	struct err err;
	bool found;

	if (statement_load(c, "request.gsb", KIND_REQUEST, NULL, &request,
		&found, &err) < 0) {
		check_plan(e, c, NULL);
		evidence_bad(e, "request.gsb", &err);
		return;
	}
	check_plan(e, c, found ? &request.request : NULL);
	if (found) {
		follow(e, c, &request);
	} else if (file_exists("transfer.gsb") || imported()) {
		err_set(&err, STATUS_REJECTED,
		    "it is not here, and what answers it is");
		evidence_bad(e, "request.gsb", &err);
	} else {
		evidence_pending(e, "request");
	}
	statement_free(&request);
}
