/*
 * plan approve FILE --as KEY: an officer's signature under the plan.
 *
 * Whoever comes second signs the first one's payload, after checking that it
 * holds byte for byte the file that he read himself.
 */
#include <string.h>

#include "bundle.h"
#include "ceremony.h"
#include "confirm.h"
#include "file.h"
#include "former_plan.h"
#include "plan_file.h"
#include "quorum.h"
#include "signer.h"
#include "summary.h"
#include "talk.h"
#include "verbs.h"

#define PLAN_FILE "plan.gsb"

/* Nobody signs beside a signature that is known to be bad. */
static int
check_signatures(const struct bundle *b, const struct plan *p, struct err *err)
{
	struct quorum q;

	return quorum_count(b, p, &q, err);
}

/* The bundle that is there, if its payload is this file; else a new one. */
static int
open_or_make(const struct plan_file *p, struct bundle *b, struct err *err)
{
	int ret = -1;
	struct buf file = BUF_EMPTY, json = BUF_EMPTY;
	bool found;

	if (file_read_if_there(PLAN_FILE, BUNDLE_MAX, &file, &found, err) < 0)
		return -1;
	if (!found)
		return bundle_make(
		    KIND_PLAN, p->plan.practice, &p->json, b, err);
	if (bundle_read(&file, b, err) < 0)
		goto out;
	if (b->kind != KIND_PLAN || b->practice != p->plan.practice ||
	    bundle_inflate(b, &json, err) < 0 || json.len != p->json.len ||
	    memcmp(json.p, p->json.p, json.len) != 0) {
		err_set(err, STATUS_REJECTED,
		    "it does not hold the file that is being approved");
		err_hint(err,
		    "somebody approved another file: compare the two, agree "
		    "on one, and move the wrong " PLAN_FILE " away");
		goto out;
	}
	ret = check_signatures(b, &p->plan, err);
out:
	if (ret < 0) {
		err_wrap(err, "'" PLAN_FILE "'");
		err_hint_else(err,
		    "get it again from the officer who signed first, or move "
		    "it away");
		bundle_free(b);
	}
	buf_free(&file);
	buf_free(&json);
	return ret;
}

/* An officer of this plan, or of the one that it replaces. */
static int
require_officers(struct signers *s, const struct plan_file *p,
    const struct former_plan *former, const struct program *program,
    struct err *err)
{
	for (unsigned i = 0; i < s->n; i++) {
		struct signers one = {.n = 1, .list = {s->list[i]}};
		const struct person *before = former->there
		    ? plan_key_holder(&former->plan, one.list[0].key_id)
		    : NULL;

		s->list[i].person = before;
		if (before != NULL && (before->roles & ROLE_OFFICER) != 0)
			continue;
		if (signers_require(
			&one, &p->plan, ROLE_OFFICER, program, err) < 0)
			return -1;
		s->list[i].person = one.list[0].person;
	}
	return 0;
}

static int
say_what_is_next(const struct args *args, const struct bundle *b,
    const struct plan *p, struct err *err)
{
	struct quorum q;
	char names[200];

	if (quorum_count(b, p, &q, err) < 0 ||
	    talk_digest("The plan's digest, for the paper", b->digest, err) < 0)
		return -1;
	if (q.roles[0].have < q.roles[0].needed) {
		quorum_missing(&q, 0, p, names, sizeof(names));
		talk_next("gapseal-offline plan approve %s --as NAME.key, by "
			  "%u more of: %s",
		    args->operand[0], q.roles[0].needed - q.roles[0].have,
		    names);
		return 0;
	}
	talk("The plan has its quorum: write the words on paper, one sheet "
	     "for each machine.");
	talk_next("on every machine of the ceremony: plan anchor");
	return 0;
}

static int
say_who_signed(const struct signers *s, const struct bundle *b,
    const struct plan *p, struct err *err)
{
	struct quorum q;
	char who[400];

	if (quorum_count(b, p, &q, err) < 0)
		return -1;
	signers_have(s, who, sizeof(who));
	talk_text(0, "%s signed: %u of %u officers.", who, q.roles[0].have,
	    q.roles[0].needed);
	return 0;
}

static int
sign_and_save(const struct args *args, const struct plan_file *p,
    const struct former_plan *former, struct bundle *b, struct err *err)
{
	struct signers s;
	char who[400];
	int ret = -1;

	if (signers_open(args, &s, err) < 0)
		return -1;
	if (require_officers(&s, p, former, args->program, err) < 0)
		goto out;
	if (signers_have_signed(&s, b)) {
		signers_have(&s, who, sizeof(who));
		talk_text(0, "%s signed this before; nothing changed.", who);
		ret = 0;
	} else if (signers_sign(&s, b, err) == 0 &&
	    ceremony_save(PLAN_FILE, b, err) == 0)
		ret = say_who_signed(&s, b, &p->plan, err);
out:
	signers_close(&s);
	return ret;
}

static int
print_result(const struct args *args, const struct bundle *b, struct err *err)
{
	char hex[HEX_LEN(SHA256_LEN)];

	hex_encode(b->digest, sizeof(b->digest), hex);
	if (args_has(args, "json"))
		return result(err, "{\"digest\":\"%s\",\"signatures\":%u}\n",
		    hex, b->n_signatures);
	return result(err, "%s\n", hex);
}

int
cmd_plan_approve(const struct args *args, struct err *err)
{
	int ret = -1;
	struct plan_file p = {0};
	struct former_plan former = {0};
	struct bundle b = BUNDLE_EMPTY;

	if (signers_check(args, err) < 0 ||
	    plan_file_require(args->operand[0], &p, err) < 0 ||
	    former_plan_read(&p.plan, &former, err) < 0 ||
	    open_or_make(&p, &b, err) < 0)
		goto out;
	summary_plan(&p.plan);
	if (confirm_digest(args, "the plan's file (not for the paper)",
		p.sha256, CONFIRM_MADE_HERE, err) < 0 ||
	    sign_and_save(args, &p, &former, &b, err) < 0 ||
	    say_what_is_next(args, &b, &p.plan, err) < 0 ||
	    print_result(args, &b, err) < 0)
		goto out;
	ret = 0;
out:
	bundle_free(&b);
	former_plan_free(&former);
	plan_file_free(&p);
	return ret;
}
