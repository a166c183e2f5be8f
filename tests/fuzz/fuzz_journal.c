/*
 * A journal from somebody else's stick, as verify reads it. The first bytes
 * are the line that a signature names; where the chain holds, cutting any of
 * it off or changing what stands in front of that line breaks it.
 */
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The hash of line n, so that inputs can meet their mark. */
static void
mark_line(const struct buf *text, struct journal_mark *m)
{
	const uint8_t *p = text->p, *end = text->p + text->len;
	const uint8_t *newline = NULL;
	struct err err;

	for (int64_t n = 1; p < end; n++, p = newline + 1) {
		newline = memchr(p, '\n', (size_t)(end - p));
		if (newline == NULL)
			return;
		if (n == m->line &&
		    sha256(p, (size_t)(newline - p), m->head, &err) < 0)
			abort();
	}
}

static void
is_covered_to_its_mark(
    struct buf *text, const struct journal_mark *m, size_t at)
{
	struct err err;
	int64_t lines;

	text->p[at] ^= 1;
	if (journal_verify(text, m, &lines, &err) == 0)
		abort();
	text->p[at] ^= 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct journal_mark m = {0};
	struct buf text;
	struct err err;
	int64_t lines;

	if (len < 1)
		return 0;
	if (buf_copy(&text, data + 1, len - 1, &err) < 0)
		abort();
	m.line = data[0] % 8;
	mark_line(&text, &m);
	if (journal_verify(&text, &m, &lines, &err) == 0) {
		if (lines < m.line || m.line == 0 ||
		    text.p[text.len - 1] != '\n')
			abort();
		/* The first line's bytes, of which the mark knows each. */
		for (size_t at = 0; text.p[at] != '\n'; at++)
			is_covered_to_its_mark(&text, &m, at);
	} else if (err.status != STATUS_REJECTED) {
		abort();
	}
	buf_free(&text);
	return 0;
}
