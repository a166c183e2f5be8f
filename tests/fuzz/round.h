/*
 * What a reader of statements accepts, its writer writes: nothing is lost
 * (as long as the compact form of what came in) and nothing changes on the
 * way round again.
 */
#ifndef ROUND_H
#define ROUND_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "statements.h"

typedef int round_trip(const struct buf *in, struct buf *out, struct err *err);

/* Length of the same JSON without blanks, members in the order they have. */
static inline size_t
compact_length(const struct buf *in)
{
	struct findings f = FINDINGS_NONE;
	struct json_doc doc;
	struct buf out;
	struct err err;
	struct json j;
	size_t len;

	if (json_parse(in, JSON_INTEGERS, &doc, &f) < 0)
		abort();
	j = json_root(&doc, &f);
	if (json_print(&j, &out, &err) < 0)
		abort();
	len = out.len;
	buf_free(&out);
	json_doc_free(&doc);
	findings_free(&f);
	return len;
}

static inline void
goes_round(round_trip *round, const uint8_t *data, size_t len)
{
	struct buf in, once, twice;
	struct err err;

	if (buf_copy(&in, data, len, &err) < 0)
		abort();
	if (round(&in, &once, &err) == 0) {
		if (once.len != compact_length(&in) ||
		    round(&once, &twice, &err) < 0 || once.len != twice.len ||
		    memcmp(once.p, twice.p, once.len) != 0)
			abort();
		buf_free(&once);
		buf_free(&twice);
	}
	buf_free(&in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#endif
