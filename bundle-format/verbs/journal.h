/*
 * journal-offline.jsonl and journal-online.jsonl: one line a step, each with
 * the SHA-256 of the line before. Append only; never a secret in them.
 *
 * A journal whose head is not the one that this machine keeps by itself was
 * written elsewhere: it is set aside as evidence and never believed.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "encode.h"
#include "statements.h"

struct journal {
	const char *path;
	struct buf text;        /* all of it, as on the disk */
	uint8_t id[SHA256_LEN]; /* hash of the first line */
	int64_t lines;
	uint8_t head[SHA256_LEN]; /* hash of the last line */
	char set_aside[64];       /* where a foreign one was moved, or "" */
};

/* One fact about a step, such as {"request", "<hex>"}; text only. */
struct journal_fact {
	const char *name;
	const char *value;
};

/* Open (or begin) this machine's own journal. The caller closes it. */
int journal_open(struct journal *j, const char *path, struct err *err);
void journal_close(struct journal *j);

/*
 * Append one line and make it durable before returning. person is a key id
 * or name; facts ends with a NULL name.
 */
int journal_add(struct journal *j, const char *person, const char *step,
    const char *result, const struct journal_fact *facts, struct err *err);

/*
 * Find the last line with that step and all of those facts (result may be
 * NULL for any). Gives the value of one of its facts, or "" in value.
 */
bool journal_find(const struct journal *j, const char *step, const char *result,
    const struct journal_fact *facts, const char *name, char *value,
    size_t size);

void journal_mark(const struct journal *j, struct journal_mark *m);

/* For verify: does text hold a whole chain in which line n has that hash? */
int journal_verify(const struct buf *text, const struct journal_mark *m,
    int64_t *lines, struct err *err);

#endif
