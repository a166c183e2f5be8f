/*
 * A bundle of any kind, opened: the statement in it and, as far as the files
 * beside it allow, its place in the chain.
 */
#ifndef STATEMENT_FILE_H
#define STATEMENT_FILE_H

#include "ceremony.h"

struct statement {
	struct loaded file;
	union {
		struct request request;
		struct tokens tokens;
		struct transfer transfer;
		struct receipt receipt;
	};
	bool parsed;
};

/*
 * Load path as that kind, parse it and check it against the plan and what is
 * before it: tokens and transfers answer a request, receipts tell of a
 * transfer. before is that one, already loaded, or NULL to read request.gsb
 * or, if it is there, transfer.gsb for this check alone. found as in
 * ceremony_load(). The caller frees s.
 */
int statement_load(const struct ceremony *c, const char *path, enum kind kind,
    const struct statement *before, struct statement *s, bool *found,
    struct err *err);
void statement_free(struct statement *s);

/* What it says, for the person. */
void statement_summary(const struct statement *s);

/* The kind of the bundle at path, by its header alone. */
int bundle_file_kind(const char *path, enum kind *kind, struct err *err);

#endif
