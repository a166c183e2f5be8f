#include "payload.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "talk.h"
#include "text.h"

#define INDENT 2

/* As much of a line as is printed at a time. */
#define PART_MAX 4096

/* The bytes of the longest character, but one. */
#define TAIL_MAX 3

/* What is printed, a line at a time: no payload is held in memory twice. */
struct printer {
	char line[PART_MAX];
	size_t len;
	unsigned depth;
	bool in_string, escaped;
	uint8_t last; /* put outside of strings, to see what is empty */
};

static int
print(struct printer *x, size_t len, const char *end, struct err *err)
{
	/* Worst case: every byte becomes \xNN. */
	char shown[4 * PART_MAX + 8];

	if (result(err, "%s%s",
		text_visible(x->line, len, shown, sizeof(shown)), end) < 0)
		return -1;
	memmove(x->line, x->line + len, x->len - len);
	x->len -= len;
	return 0;
}

/* A part of a long line; a character that is cut waits for its rest. */
static int
print_part(struct printer *x, struct err *err)
{
	size_t len = x->len;

	while (len > x->len - TAIL_MAX && (x->line[len - 1] & 0x80) != 0)
		len--;
	return print(x, len, "", err);
}

static int
put(struct printer *x, uint8_t c, struct err *err)
{
	if (c == '\n')
		return print(x, x->len, "\n", err);
	if (x->len == PART_MAX && print_part(x, err) < 0)
		return -1;
	x->line[x->len++] = (char)c;
	return 0;
}

static int
new_line(struct printer *x, struct err *err)
{
	if (put(x, '\n', err) < 0)
		return -1;
	for (unsigned i = 0; i < x->depth * INDENT; i++)
		if (put(x, ' ', err) < 0)
			return -1;
	return 0;
}

static int
put_inside(struct printer *x, uint8_t c, struct err *err)
{
	if (x->escaped)
		x->escaped = false;
	else if (c == '\\')
		x->escaped = true;
	else if (c == '"')
		x->in_string = false;
	return put(x, c, err);
}

static int
put_indented(struct printer *x, uint8_t c, uint8_t next, struct err *err)
{
	uint8_t last = x->last;

	if (x->in_string)
		return put_inside(x, c, err);
	x->last = c;
	if (c == '}' || c == ']') {
		x->depth--;
		if (last != '{' && last != '[' && new_line(x, err) < 0)
			return -1;
	}
	x->in_string = c == '"';
	if (put(x, c, err) < 0)
		return -1;
	if (c == ':')
		return put(x, ' ', err);
	if (c == ',')
		return new_line(x, err);
	if (c != '{' && c != '[')
		return 0;
	x->depth++;
	return next == '}' || next == ']' ? 0 : new_line(x, err);
}

static int
visit(void *arg, const struct json_token *t)
{
	(void)arg;
	(void)t;
	return 0;
}

/* Well-formed, and no deeper than our own: the walk sees to both. */
static bool
is_ours(const struct buf *json)
{
	struct err reason;

	return json_walk(json, JSON_INTEGERS, visit, NULL, &reason) == 0;
}

int
payload_print(const struct buf *json, struct err *err)
{
	struct printer x = {.len = 0};
	bool as_it_is;

	if (json->len == 0)
		return 0;
	as_it_is = memchr(json->p, '\n', json->len) != NULL || !is_ours(json);
	for (size_t i = 0; i < json->len; i++) {
		uint8_t next = i + 1 < json->len ? json->p[i + 1] : 0;

		if ((as_it_is ? put(&x, json->p[i], err)
			      : put_indented(&x, json->p[i], next, err)) < 0)
			return -1;
	}
	return x.len == 0 ? 0 : put(&x, '\n', err);
}

/* Hidden ones stand in strings only: elsewhere they are no JSON. */
static int
put_character(
    struct buf *out, const uint8_t *p, size_t n, uint32_t c, struct err *err)
{
	if (c < 0x7f || !text_is_hidden(c))
		return buf_add(out, p, n, err);
	if (c <= 0xffff)
		return buf_addf(out, err, "\\u%04x", c);
	c -= 0x10000;
	return buf_addf(out, err, "\\u%04x\\u%04x", 0xd800 + (c >> 10),
	    0xdc00 + (c & 0x3ff));
}

int
payload_escape(const struct buf *json, struct buf *out, struct err *err)
{
	*out = BUF_EMPTY;
	if (!is_ours(json))
		return err_set(
		    err, STATUS_REJECTED, "the payload is no JSON of ours");
	for (size_t i = 0, n; i < json->len; i += n) {
		uint32_t c = 0;

		n = text_utf8(json->p + i, json->len - i, &c);
		if (n == 0 || put_character(out, json->p + i, n, c, err) < 0) {
			buf_free(out);
			return -1;
		}
	}
	return 0;
}
