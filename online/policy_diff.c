#include <string.h>

#include <openssl/crypto.h>

#include "digest.h"
#include "policy.h"
#include "policy_lines.h"
#include "text.h"

/* More cells than this and both sides are shown whole: 8 MiB of memory. */
#define CELLS_MAX (4u << 20)

struct lines {
	const char **at; /* each ends in '\n' */
	size_t n;
};

static size_t
line_length(const char *line)
{
	return strcspn(line, "\n");
}

static bool
same_line(const char *a, const char *b)
{
	size_t len = line_length(a);

	return len == line_length(b) && memcmp(a, b, len) == 0;
}

static int
split(const struct buf *text, struct lines *l, struct err *err)
{
	const char *p = (const char *)text->p;
	size_t n = 0;

	for (size_t i = 0; i < text->len; i++)
		n += text->p[i] == '\n';
	if ((l->at = OPENSSL_zalloc((n + 1) * sizeof(*l->at))) == NULL)
		return err_memory(err);
	for (l->n = 0; l->n < n; p += line_length(p) + 1)
		l->at[l->n++] = p;
	return 0;
}

/* What is being written, and which statement the reader has been told. */
struct writer {
	struct buf *out;
	const char *heading; /* NULL, or not yet shown */
	struct err *err;
};

static bool
is_heading(const char *line)
{
	return text_starts(line, "Statement");
}

static int
show(struct writer *w, char sign, const char *line)
{
	int n = (int)line_length(line);

	if (is_heading(line))
		w->heading = NULL;
	if (w->heading != NULL) {
		if (buf_addf(w->out, w->err, "  %.*s\n",
			(int)line_length(w->heading), w->heading) < 0)
			return -1;
		w->heading = NULL;
	}
	return buf_addf(w->out, w->err, "%c %.*s\n", sign, n, line);
}

static void
pass(struct writer *w, const char *line)
{
	if (is_heading(line))
		w->heading = line;
}

/*
 * Lengths of the longest common subsequence of a's and b's rests, the usual
 * table. Rows are counted from the end, so that walking it goes forward.
 */
static uint16_t *
common_lengths(const struct lines *a, const struct lines *b)
{
	size_t width = b->n + 1;
	uint16_t *t;

	if ((a->n + 1) > CELLS_MAX / width)
		return NULL;
	if ((t = OPENSSL_zalloc((a->n + 1) * width * sizeof(*t))) == NULL)
		return NULL;
	for (size_t i = a->n; i-- > 0;)
		for (size_t j = b->n; j-- > 0;) {
			const uint16_t *below = &t[(i + 1) * width + j];
			uint16_t right = t[i * width + j + 1];

			if (same_line(a->at[i], b->at[j]))
				t[i * width + j] = (uint16_t)(below[1] + 1);
			else
				t[i * width + j] = *below > right ? *below
								  : right;
		}
	return t;
}

static int
walk(struct writer *w, const struct lines *a, const struct lines *b,
    const uint16_t *t)
{
	size_t width = b->n + 1, i = 0, j = 0;

	while (i < a->n || j < b->n) {
		if (t != NULL && i < a->n && j < b->n &&
		    same_line(a->at[i], b->at[j])) {
			pass(w, b->at[j]);
			i++;
			j++;
		} else if (i < a->n &&
		    (j == b->n || t == NULL ||
			t[(i + 1) * width + j] >= t[i * width + j + 1])) {
			if (show(w, '-', a->at[i++]) < 0)
				return -1;
		} else if (show(w, '+', b->at[j++]) < 0) {
			return -1;
		}
	}
	return 0;
}

/* Most of a policy stays: only what lies between is worth a table. */
static void
drop_common_ends(struct writer *w, struct lines *a, struct lines *b)
{
	while (a->n > 0 && b->n > 0 && same_line(a->at[0], b->at[0])) {
		pass(w, a->at[0]);
		*a = (struct lines){a->at + 1, a->n - 1};
		*b = (struct lines){b->at + 1, b->n - 1};
	}
	while (a->n > 0 && b->n > 0 &&
	    same_line(a->at[a->n - 1], b->at[b->n - 1])) {
		a->n--;
		b->n--;
	}
}

static int
add_digest(const struct buf *after, struct buf *out, struct err *err)
{
	uint8_t digest[SHA256_LEN];
	char hex[HEX_LEN(SHA256_LEN)];

	if (sha256(after->p, after->len, digest, err) < 0)
		return -1;
	hex_encode(digest, sizeof(digest), hex);
	return buf_addf(out, err,
	    "the whole new policy has %zu bytes and the SHA-256\n  %s\n",
	    after->len, hex);
}

static int
compare(const struct buf *before, const struct buf *after, struct buf *out,
    struct err *err)
{
	int ret = -1;
	struct lines a = {NULL, 0}, b = {NULL, 0}, x, y;
	struct writer w = {.out = out, .err = err};
	uint16_t *t = NULL;

	if (split(before, &a, err) < 0 || split(after, &b, err) < 0)
		goto out;
	x = a;
	y = b;
	drop_common_ends(&w, &x, &y);
	t = common_lengths(&x, &y);
	ret = walk(&w, &x, &y, t);
out:
	OPENSSL_free(t);
	OPENSSL_free(a.at);
	OPENSSL_free(b.at);
	return ret;
}

int
policy_diff(const struct buf *before, const struct buf *after, struct buf *out,
    struct err *err)
{
	int ret = -1;
	struct buf old = BUF_EMPTY, new = BUF_EMPTY;

	*out = BUF_EMPTY;
	if (policy_check(before, err) < 0 || policy_check(after, err) < 0 ||
	    policy_lines(before, &old, err) < 0 ||
	    policy_lines(after, &new, err) < 0 ||
	    compare(&old, &new, out, err) < 0)
		goto out;
	if (out->len > 0 && add_digest(after, out, err) < 0)
		goto out;
	ret = 0;
out:
	buf_free(&old);
	buf_free(&new);
	if (ret < 0)
		buf_free(out);
	return ret;
}
