#include "payload.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "talk.h"
#include "text.h"

#define INDENT 2

struct indenter {
	struct buf out;
	unsigned depth;
	bool in_string, escaped;
};

static int
new_line(struct indenter *x, struct err *err)
{
	if (buf_add(&x->out, "\n", 1, err) < 0)
		return -1;
	for (unsigned i = 0; i < x->depth * INDENT; i++)
		if (buf_add(&x->out, " ", 1, err) < 0)
			return -1;
	return 0;
}

static int
put_inside(struct indenter *x, uint8_t c, struct err *err)
{
	if (x->escaped)
		x->escaped = false;
	else if (c == '\\')
		x->escaped = true;
	else if (c == '"')
		x->in_string = false;
	return buf_add(&x->out, &c, 1, err);
}

static int
put(struct indenter *x, uint8_t c, uint8_t next, struct err *err)
{
	if (x->in_string)
		return put_inside(x, c, err);
	if (c == '}' || c == ']') {
		x->depth -= x->depth > 0;
		if (x->out.len > 0 && x->out.p[x->out.len - 1] != '{' &&
		    x->out.p[x->out.len - 1] != '[' && new_line(x, err) < 0)
			return -1;
	}
	x->in_string = c == '"';
	if (buf_add(&x->out, &c, 1, err) < 0)
		return -1;
	if (c == ':')
		return buf_add(&x->out, " ", 1, err);
	if (c == ',')
		return new_line(x, err);
	if ((c == '{' && next != '}') || (c == '[' && next != ']')) {
		x->depth++;
		return new_line(x, err);
	}
	x->depth += c == '{' || c == '[';
	return 0;
}

static int
indent(const struct buf *json, struct buf *out, struct err *err)
{
	struct indenter x = {0};

	for (size_t i = 0; i < json->len; i++) {
		uint8_t next = i + 1 < json->len ? json->p[i + 1] : 0;

		if (put(&x, json->p[i], next, err) < 0) {
			buf_free(&x.out);
			return -1;
		}
	}
	*out = x.out;
	return 0;
}

static int
print_line(const char *p, size_t len, struct err *err)
{
	/* Worst case: every byte becomes \xNN. */
	size_t size = 4 * len + 8;
	char *line = malloc(size);
	int ret;

	if (line == NULL)
		return err_memory(err);
	ret = result(err, "%s\n", text_visible(p, len, line, size));
	free(line);
	return ret;
}

static int
print_lines(const struct buf *text, struct err *err)
{
	const char *p = (const char *)text->p;
	size_t left = text->len;

	while (left > 0) {
		const char *end = memchr(p, '\n', left);
		size_t len = end == NULL ? left : (size_t)(end - p);

		if (print_line(p, len, err) < 0)
			return -1;
		len += end != NULL;
		p += len;
		left -= len;
	}
	return 0;
}

int
payload_print(const struct buf *json, struct err *err)
{
	struct buf text;
	int ret;

	if (json->len == 0)
		return 0;
	if (memchr(json->p, '\n', json->len) != NULL)
		return print_lines(json, err);
	if (indent(json, &text, err) < 0)
		return -1;
	ret = print_lines(&text, err);
	buf_free(&text);
	return ret;
}
