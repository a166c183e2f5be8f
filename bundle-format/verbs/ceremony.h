/*
 * The ceremony in this directory, as far as this machine may believe it: the
 * anchored plan, this machine's journal, and bundles judged by that plan.
 */
#ifndef CEREMONY_H
#define CEREMONY_H

#include "bundle.h"
#include "cmd.h"
#include "journal.h"
#include "plan.h"
#include "quorum.h"
#include "statements.h"

struct ceremony {
	const struct program *program;
	struct bundle plan_bundle;
	struct buf plan_json;
	struct plan plan;
	uint8_t plan_digest[SHA256_LEN];
	struct journal journal;
	bool has_journal;
};

/* What a file held, once, so that what is shown is what is acted on. */
struct loaded {
	struct bundle bundle;
	struct quorum quorum;
	struct buf json; /* the payload, inflated */
};

/*
 * Read plan.gsb, which must be the plan anchored on this machine and signed
 * by its quorum. STATUS_REJECTED when none is anchored.
 */
int ceremony_open(
    struct ceremony *c, const struct program *program, struct err *err);

/*
 * For an auditor without an anchor: believe the plan of that digest instead,
 * given by --plan.
 */
int ceremony_open_as(struct ceremony *c, const struct program *program,
    const uint8_t plan_digest[static SHA256_LEN], struct err *err);

/*
 * The same for a step that acts: also refuses outside the plan's valid span
 * (now, by this machine's clock or a witness's) and opens the journal.
 */
int ceremony_begin(struct ceremony *c, const struct program *program,
    int64_t now, struct err *err);
void ceremony_close(struct ceremony *c);

/* Open this machine's journal; ceremony_begin() has done it. */
int ceremony_journal(struct ceremony *c, struct err *err);

/*
 * Save a bundle that this machine made, then journal it as "made" with its
 * digest and facts (which may be NULL), at most four of them.
 */
int ceremony_save_made(struct ceremony *c, const char *person, const char *step,
    const char *path, const struct bundle *b, const struct journal_fact *facts,
    struct err *err);

/* Was this bundle made here, by our own journal? Then its words are shown. */
bool ceremony_made_here(
    const struct ceremony *c, const char *step, const struct bundle *b);

/*
 * Size and header, signatures and persons, then inflate. Does not require
 * the quorum: call quorum_require() for that. found is NULL when the file
 * must be there.
 */
int ceremony_load(const struct ceremony *c, const char *path, enum kind kind,
    struct loaded *l, bool *found, struct err *err);
void loaded_free(struct loaded *l);

/* What to do with a file that is damaged or of another ceremony: a hint. */
extern const char statement_not_ours[];

/*
 * After loading a file that this step would write: what cannot be believed
 * there is no input to reject but a foreign file in the way. Returns -1.
 */
int ceremony_in_the_way(const char *path, struct err *err);

/*
 * Write a bundle: creates it, or replaces the same payload by a superset of
 * its signatures. Anything else in the way stays (STATUS_FAILED).
 */
int ceremony_save(const char *path, const struct bundle *b, struct err *err);

/* "receipt-7.gsb": the highest number there is, 0 when none. */
int ceremony_last_receipt(int64_t *number, struct err *err);

/* "NAME-DIGEST8.gsb" for a bundle that makes room for the next one. */
void ceremony_aside(const char *kind, const uint8_t digest[static SHA256_LEN],
    char *out, size_t size);

#endif
