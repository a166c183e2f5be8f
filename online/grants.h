/*
 * What the plan wants granted, one by one: the key's policy where Heroku is
 * to use it, the add-ons, the buckets. Each is looked for, compared, made
 * and read back; whatever is there already is left alone.
 *
 * grants.c: the list, its digest, and what receipts and journal know of it.
 * grants_look.c: what is there. grants_make.c: what is not there yet.
 * grants_record.c: the receipt.
 */
#ifndef GRANTS_H
#define GRANTS_H

#include "ceremony.h"
#include "heroku.h"
#include "receipts.h"
#include "s3.h"

enum grant_what {
	GRANT_POLICY,
	GRANT_ADDON,
	GRANT_BUCKET,
};

/* A target, and the connections to where it is. */
struct grants_target {
	const struct target *plan;
	const char *key_arn;
	struct aws aws;
	struct heroku heroku;  /* open when the plan has add-ons for it */
	struct findings notes; /* whom else its policy gives rights */
};

struct grant {
	struct grants_target *target;
	enum grant_what what;
	const char *name; /* the key's ARN, the add-on's or bucket's name */
	const struct heroku_addon *wanted; /* add-ons: the plan's */
	bool is_there;                     /* nothing is to be changed */
	/* Policies: the texts; add-ons: as they are; buckets: likewise. */
	struct buf before, after;
	struct addon addon;
	struct s3_encryption encryption;
	bool untold; /* nobody tells which key the add-on uses */
	/* For the receipt; changed by us, in this run or one that died. */
	bool changed;
	bool has_before, has_after;
	uint8_t before_sha256[SHA256_LEN], after_sha256[SHA256_LEN];
};

/* As heroku.h wants it. */
struct heroku_wanted grant_wanted(const struct grant *x);

/* Ask whether Heroku's message about that app is accepted; 0 for yes. */
typedef int grants_confirm_app(
    void *arg, const char *app, const char *message, struct err *err);

struct grants {
	struct ceremony *c;
	const char *person; /* key ids, for the journal */
	struct cloud cloud;
	struct grants_target *targets;
	size_t n_targets;
	struct grant *list; /* policies first, then add-ons, then buckets */
	size_t n;
	int64_t wait_ms; /* for each add-on */
	grants_confirm_app *confirm_app;
	void *confirm_arg;
};

/*
 * List what the plan wants; keys are the transfer's, which the officers
 * signed: a receipt's word gives nobody a key. No call is made yet. The caller
 * closes g, also after a failure.
 */
int grants_open(struct grants *g, struct ceremony *c,
    const struct transfer *transfer, const struct args *args, struct err *err);
void grants_close(struct grants *g);

/* Credentials, then what is there of each. Changes nothing. */
int grants_look(struct grants *g, const struct receipt *last, struct err *err);

/* How many are not there yet. */
size_t grants_missing(const struct grants *g);

/* What is to be changed, a JSON array, and its digest. Caller frees json. */
int grants_changes(const struct grants *g, struct buf *json,
    uint8_t digest[static SHA256_LEN], struct err *err);

/* Make number i of the list unless it is there; read it back. */
int grants_make(struct grants *g, size_t i, struct err *err);

/*
 * Wait until it can be used, after all were made: add-ons take minutes, and
 * become ready side by side. Another run can take up the waiting.
 */
int grants_finish(struct grants *g, size_t i, struct err *err);

/* Does that receipt tell of it, or of all, as they are now? */
bool grant_is_recorded(const struct grant *x, const struct receipt *last);
bool grants_recorded(const struct grants *g, const struct receipt *last);

/* Write the next receipt: the last one's targets, and all grants. */
int grants_record(struct grants *g, const struct receipts *before,
    const struct loaded *transfer, const struct signers *signers,
    uint8_t digest[static SHA256_LEN], struct err *err);

/* "key-policy", "heroku-addon", "s3-encryption" */
const char *grant_what_name(enum grant_what what);

/*
 * A line in the journal about one grant: result is "asked" before a call
 * that changes something, "done" after it.
 */
int grant_journal(struct grants *g, const struct grant *x, const char *result,
    struct err *err);

/*
 * Did a run of ours change it that no receipt tells of? before says what was
 * there, when anything was.
 */
bool grant_is_ours(const struct grants *g, struct grant *x);

#endif
