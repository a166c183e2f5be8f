/*
 * plan anchor: from now on this machine knows its plan. The words come from
 * the paper, and the paper from the officers: the one thing that no file and
 * no stick can bring in.
 */
#include <string.h>

#include "ceremony.h"
#include "clock.h"
#include "confirm.h"
#include "file.h"
#include "former_plan.h"
#include "state.h"
#include "summary.h"
#include "talk.h"
#include "verbs.h"

#define PLAN_FILE "plan.gsb"

const struct opt opts_anchor[] = {
    {"confirm", "DIGEST", "the plan's digest from the paper, in full", false},
    {"json", NULL, "print the result as JSON", false},
    {0},
};

struct candidate {
	struct bundle bundle;
	struct buf json;
	struct plan plan;
	struct former_plan former;
};

static void
candidate_free(struct candidate *x)
{
	former_plan_free(&x->former);
	plan_free(&x->plan);
	buf_free(&x->json);
	bundle_free(&x->bundle);
}

/* Parse the plan on its own word: its keys are inside, the words decide. */
static int
read_candidate(struct candidate *x, struct err *err)
{
	int ret = -1;
	struct buf file;
	struct findings f = FINDINGS_NONE;

	if (file_read(PLAN_FILE, BUNDLE_MAX, &file, err) < 0)
		return err_hint(
		    err, "put the approved plan into this directory first");
	if (bundle_read(&file, &x->bundle, err) < 0)
		goto out;
	if (x->bundle.kind != KIND_PLAN) {
		err_set(err, STATUS_REJECTED, "it is %s, not a plan",
		    kind_phrase(x->bundle.kind));
		goto out;
	}
	if (bundle_inflate(&x->bundle, &x->json, err) < 0)
		goto out;
	if (plan_read(&x->json, &x->plan, &f) == 0)
		plan_lint(&x->plan, clock_now(), &f);
	ret = findings_to_err(&f, STATUS_REJECTED, err);
out:
	buf_free(&file);
	findings_free(&f);
	if (ret == 0)
		return 0;
	err_wrap(err, "'" PLAN_FILE "'");
	return err_hint_else(
	    err, "do not anchor it; get the plan again from the officers");
}

static int
require_quorum(const struct candidate *x, struct err *err)
{
	struct quorum q;

	if (quorum_count(&x->bundle, &x->plan, &q, err) < 0 ||
	    quorum_require_all(&q, &x->plan, KIND_PLAN, err) < 0)
		return err_wrap(err, "'" PLAN_FILE "'");
	return 0;
}

/* May x take the place of what is anchored? Versions only go up. */
static int
require_successor(struct candidate *x, const struct anchor *a, struct err *err)
{
	if (!a->there)
		return 0;
	if (x->plan.version <= a->version || !x->plan.has_previous ||
	    memcmp(x->plan.previous, a->digest, SHA256_LEN) != 0) {
		err_set(err, STATUS_REJECTED,
		    "another plan '%s' (version %lld) is anchored on this "
		    "machine, and this one does not replace it",
		    x->plan.name, (long long)a->version);
		return err_hint(err,
		    "a new plan has a higher version and names the digest of "
		    "the anchored one as 'previous'");
	}
	if (former_plan_read(&x->plan, &x->former, err) < 0)
		return -1;
	return former_plan_require(&x->former, &x->bundle, err);
}

static int
keep(const struct args *args, const struct candidate *x, struct err *err)
{
	struct ceremony c;
	char hex[HEX_LEN(SHA256_LEN)];
	int ret = -1;

	if (state_anchor_put(x->plan.name, x->plan.practice, x->plan.version,
		x->bundle.digest, err) < 0 ||
	    ceremony_open(&c, args->program, err) < 0)
		return -1;
	hex_encode(x->bundle.digest, SHA256_LEN, hex);
	if (ceremony_journal(&c, err) == 0)
		ret = journal_add(&c.journal, "-", "plan anchor", "done",
		    (const struct journal_fact[]){{"plan", hex}, {0}}, err);
	ceremony_close(&c);
	return ret;
}

static int
report(const struct args *args, const struct candidate *x, struct err *err)
{
	char hex[HEX_LEN(SHA256_LEN)];

	hex_encode(x->bundle.digest, SHA256_LEN, hex);
	talk("This machine knows the plan '%s', version %lld, from now on.",
	    x->plan.name, (long long)x->plan.version);
	talk_next(args->program->offline
		? "when request.gsb has come: cosign request.gsb, then seal"
		: "on the day, the operator: request --as NAME.key");
	if (!args_has(args, "json"))
		return result(err, "%s\n", hex);
	return result(err,
	    "{\"name\":\"%s\",\"version\":%lld,\"digest\":\"%s\"}\n",
	    x->plan.name, (long long)x->plan.version, hex);
}

static int
anchor(const struct args *args, struct candidate *x, struct err *err)
{
	struct anchor a;

	if (read_candidate(x, err) < 0 || require_quorum(x, err) < 0 ||
	    state_anchor_get(x->plan.name, x->plan.practice, &a, err) < 0)
		return -1;
	if (a.there && memcmp(a.digest, x->bundle.digest, SHA256_LEN) == 0) {
		talk("It was anchored before.");
		return report(args, x, err);
	}
	if (require_successor(x, &a, err) < 0)
		return -1;
	summary_plan(&x->plan);
	if (confirm_digest(
		args, "the plan", x->bundle.digest, CONFIRM_CROSSED, err) < 0 ||
	    keep(args, x, err) < 0)
		return -1;
	return report(args, x, err);
}

int
cmd_plan_anchor(const struct args *args, struct err *err)
{
	struct candidate x = {0};
	int ret = anchor(args, &x, err);

	candidate_free(&x);
	return ret;
}
