#include "ceremony.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "state.h"
#include "talk.h"
#include "text.h"

#define PLAN_FILE "plan.gsb"

const char statement_not_ours[] =
    "do not act on it: fetch it again from where it was made, and compare its "
    "digest with theirs";

/* plan.gsb is believed for one reason: this machine has its digest. */
static int
require_anchor(
    const struct bundle *b, const struct program *program, struct err *err)
{
	bool there, any;

	if (state_anchor_find(b->practice, b->digest, &there, &any, err) < 0)
		return -1;
	if (there)
		return 0;
	if (!any)
		err_set(err, STATUS_REJECTED,
		    "no %splan is anchored on this machine",
		    b->practice ? "practice " : "");
	else
		err_set(err, STATUS_REJECTED,
		    "it is not the plan that was anchored on this machine");
	return err_hint(err,
	    "run '%s plan anchor' with the plan's words from the paper; if "
	    "that was done, this file is not the plan on the paper",
	    program->name);
}

static int
read_plan_file(struct bundle *b, struct err *err)
{
	struct buf file;
	int ret;

	if (file_read(PLAN_FILE, BUNDLE_MAX, &file, err) < 0)
		return err_hint(err,
		    "go to the ceremony's directory (-C DIR), and put the "
		    "approved plan there");
	ret = bundle_read(&file, b, err);
	buf_free(&file);
	if (ret == 0 && b->kind != KIND_PLAN)
		ret = err_set(err, STATUS_REJECTED, "it is %s, not a plan",
		    kind_phrase(b->kind));
	return ret;
}

/* Inflate and parse; the digest was met, so these are the approved bytes. */
static int
parse_plan(struct ceremony *c, struct err *err)
{
	struct findings f = FINDINGS_NONE;
	int ret;

	if (bundle_inflate(&c->plan_bundle, &c->plan_json, err) < 0)
		return -1;
	(void)plan_read(&c->plan_json, &c->plan, &f);
	ret = findings_to_err(&f, STATUS_REJECTED, err);
	findings_free(&f);
	return ret;
}

static int
require_digest(const struct bundle *b, const uint8_t *wanted, struct err *err)
{
	if (memcmp(b->digest, wanted, SHA256_LEN) == 0)
		return 0;
	err_set(err, STATUS_REJECTED, "it has not the digest that was given");
	return err_hint(err, "compare it with the officers' paper");
}

/* digest NULL: the plan that is anchored on this machine. */
static int
open_plan(struct ceremony *c, const uint8_t *digest, struct err *err)
{
	struct quorum q;

	if (read_plan_file(&c->plan_bundle, err) < 0)
		return -1;
	if (digest == NULL) {
		if (require_anchor(&c->plan_bundle, c->program, err) < 0)
			return -1;
	} else if (require_digest(&c->plan_bundle, digest, err) < 0) {
		return -1;
	}
	memcpy(c->plan_digest, c->plan_bundle.digest, SHA256_LEN);
	if (parse_plan(c, err) < 0 ||
	    quorum_count(&c->plan_bundle, &c->plan, &q, err) < 0)
		return -1;
	return quorum_require_all(&q, &c->plan, KIND_PLAN, err);
}

static int
open_by(struct ceremony *c, const struct program *program,
    const uint8_t *plan_digest, struct err *err)
{
	*c = (struct ceremony){.program = program};
	if (open_plan(c, plan_digest, err) == 0)
		return 0;
	ceremony_close(c);
	err_wrap(err, "'" PLAN_FILE "'");
	return err_hint_else(
	    err, "go no further with it; get the plan again from the officers");
}

int
ceremony_open(
    struct ceremony *c, const struct program *program, struct err *err)
{
	return open_by(c, program, NULL, err);
}

int
ceremony_open_as(struct ceremony *c, const struct program *program,
    const uint8_t plan_digest[static SHA256_LEN], struct err *err)
{
	return open_by(c, program, plan_digest, err);
}

int
ceremony_journal(struct ceremony *c, struct err *err)
{
	const char *path = c->program->offline ? "journal-offline.jsonl"
					       : "journal-online.jsonl";

	if (journal_open(&c->journal, path, err) < 0)
		return -1;
	c->has_journal = true;
	if (c->journal.set_aside[0] == '\0')
		return 0;
	talk("'%s' was not written by this machine as it stands there: it is "
	     "kept\nas '%s', and nothing in it is believed.",
	    path, c->journal.set_aside);
	return journal_add(&c->journal, "-", "journal", "set-aside",
	    (const struct journal_fact[]){{"file", c->journal.set_aside}, {0}},
	    err);
}

int
ceremony_begin(struct ceremony *c, const struct program *program, int64_t now,
    struct err *err)
{
	if (ceremony_open(c, program, err) < 0)
		return -1;
	if (plan_check_time(&c->plan, now, err) < 0 ||
	    ceremony_journal(c, err) < 0) {
		ceremony_close(c);
		return -1;
	}
	return 0;
}

void
ceremony_close(struct ceremony *c)
{
	if (c->has_journal)
		journal_close(&c->journal);
	plan_free(&c->plan);
	buf_free(&c->plan_json);
	bundle_free(&c->plan_bundle);
	*c = (struct ceremony){0};
}

static int
judge(const struct ceremony *c, const struct buf *file, enum kind kind,
    struct loaded *l, struct err *err)
{
	if (bundle_read(file, &l->bundle, err) < 0)
		return -1;
	if (l->bundle.kind != kind)
		return err_set(err, STATUS_REJECTED, "it is %s, not %s",
		    kind_phrase(l->bundle.kind), kind_phrase(kind));
	if (quorum_count(&l->bundle, &c->plan, &l->quorum, err) < 0)
		return -1;
	/* Nothing that nobody in the plan vouches for is inflated. */
	for (unsigned i = 0; i < l->quorum.n; i++)
		if (l->quorum.roles[i].have > 0)
			return bundle_inflate(&l->bundle, &l->json, err);
	return quorum_require_all(&l->quorum, &c->plan, kind, err);
}

int
ceremony_load(const struct ceremony *c, const char *path, enum kind kind,
    struct loaded *l, bool *found, struct err *err)
{
	struct buf file;
	bool there;
	int ret;

	*l = (struct loaded){0};
	if (file_read_if_there(path, BUNDLE_MAX, &file, &there, err) < 0)
		return -1;
	if (found != NULL)
		*found = there;
	if (!there && found != NULL)
		return 0;
	if (!there) {
		errno = ENOENT;
		err_sys(err, "cannot open '%s'", path);
		return err_hint(err,
		    "copy the %s from the other machine into this directory",
		    kind_name(kind));
	}
	ret = judge(c, &file, kind, l, err);
	buf_free(&file);
	if (ret < 0) {
		loaded_free(l);
		err_wrap(err, "'%s'", path);
		return err_hint_else(err, "%s", statement_not_ours);
	}
	return 0;
}

int
ceremony_in_the_way(const char *path, struct err *err)
{
	if (err->status != STATUS_REJECTED)
		return -1;
	err->status = STATUS_FAILED;
	err_wrap(err, "a file that does not belong here is in the way");
	return err_hint(err,
	    "nothing is ever overwritten; look what '%s' is, then move it "
	    "away",
	    path);
}

void
loaded_free(struct loaded *l)
{
	bundle_free(&l->bundle);
	buf_free(&l->json);
	*l = (struct loaded){0};
}

/* May b take the place of what is at path? Same payload, no signature lost. */
static int
check_superset(const char *path, const struct buf *old, const struct bundle *b,
    struct err *err)
{
	struct bundle there, merged = *b;
	int ret = -1;

	if (bundle_read(old, &there, err) < 0 ||
	    memcmp(there.digest, b->digest, SHA256_LEN) != 0 ||
	    bundle_merge(&merged, &there, err) < 0 ||
	    merged.n_signatures != b->n_signatures) {
		err_set(err, STATUS_FAILED,
		    "'%s' is already there and is something else", path);
		err_hint(err,
		    "nothing is ever overwritten; look what it is "
		    "('inspect %s'), then move it away",
		    path);
	} else {
		ret = 0;
	}
	bundle_free(&there);
	return ret;
}

int
ceremony_save(const char *path, const struct bundle *b, struct err *err)
{
	int ret = -1;
	struct buf bytes = BUF_EMPTY, old = BUF_EMPTY;
	bool found;

	if (bundle_write(b, &bytes, err) < 0)
		goto out;
	if (file_read_if_there(path, BUNDLE_MAX, &old, &found, err) < 0) {
		ceremony_in_the_way(path, err);
		goto out;
	}
	if (!found)
		ret = file_create(path, &bytes, err);
	else if (check_superset(path, &old, b, err) == 0)
		ret = file_replace(path, &bytes, err);
out:
	buf_free(&bytes);
	buf_free(&old);
	return ret;
}

int
ceremony_save_made(struct ceremony *c, const char *person, const char *step,
    const char *path, const struct bundle *b, const struct journal_fact *facts,
    struct err *err)
{
	char hex[HEX_LEN(SHA256_LEN)];
	struct journal_fact all[8] = {
	    {kind_name(b->kind), hex}, {"file", path}};
	unsigned n = 2;

	hex_encode(b->digest, SHA256_LEN, hex);
	for (; facts != NULL && facts->name != NULL && n < 7; facts++)
		all[n++] = *facts;
	if (ceremony_save(path, b, err) < 0)
		return -1;
	return journal_add(&c->journal, person, step, "made", all, err);
}

bool
ceremony_made_here(
    const struct ceremony *c, const char *step, const struct bundle *b)
{
	char hex[HEX_LEN(SHA256_LEN)];

	hex_encode(b->digest, SHA256_LEN, hex);
	return journal_find(&c->journal, step, "made",
	    (const struct journal_fact[]){{kind_name(b->kind), hex}, {0}}, NULL,
	    NULL, 0);
}

/* The number in "receipt-7.gsb", or 0 for any other name. */
static int64_t
receipt_number(const char *name)
{
	static const char prefix[] = "receipt-";
	char again[64];
	long n;

	if (!text_starts(name, prefix))
		return 0;
	n = strtol(name + sizeof(prefix) - 1, NULL, 10);
	(void)snprintf(again, sizeof(again), "%s%ld.gsb", prefix, n);
	return n > 0 && n < 1000000000 && strcmp(name, again) == 0 ? n : 0;
}

int
ceremony_last_receipt(int64_t *number, struct err *err)
{
	DIR *dir = opendir(".");
	struct dirent *entry;
	int ret = 0;

	*number = 0;
	if (dir == NULL)
		return err_sys(err, "cannot list the ceremony's directory");
	for (errno = 0; (entry = readdir(dir)) != NULL; errno = 0) {
		int64_t n = receipt_number(entry->d_name);

		if (n > *number)
			*number = n;
	}
	/* A listing cut short would give one number to two receipts. */
	if (errno != 0)
		ret = err_sys(err, "cannot list the ceremony's directory");
	closedir(dir);
	return ret;
}

void
ceremony_aside(const char *kind, const uint8_t digest[static SHA256_LEN],
    char *out, size_t size)
{
	char hex[HEX_LEN(SHA256_LEN)];

	hex_encode(digest, SHA256_LEN, hex);
	(void)snprintf(out, size, "%s-%.8s.gsb", kind, hex);
}
