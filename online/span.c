#include "span.h"

#include <string.h>

#include "json.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t
skip_blanks(struct span s, size_t i)
{
	while (i < s.len && is_blank(s.p[i]))
		i++;
	return i;
}

static size_t
skip_string(struct span s, size_t i)
{
	for (i++; i < s.len && s.p[i] != '"'; i++)
		if (s.p[i] == '\\')
			i++;
	return i < s.len ? i + 1 : s.len;
}

/* Past one value of any kind. */
static size_t
skip_value(struct span s, size_t i)
{
	size_t depth = 0;

	while (i < s.len) {
		char c = s.p[i];

		if (depth == 0 &&
		    (is_blank(c) || c == ',' || c == ']' || c == '}'))
			break;
		if (c == '"')
			i = skip_string(s, i);
		else
			i++;
		if (c == '{' || c == '[')
			depth++;
		else if (c == '}' || c == ']')
			depth--;
		if (depth == 0 && (c == '"' || c == '}' || c == ']'))
			break;
	}
	return i;
}

static struct span
value_at(struct span s, size_t i)
{
	return (struct span){s.p + i, skip_value(s, i) - i};
}

struct span
span_root(const struct buf *json)
{
	struct span all = {(const char *)json->p, json->len};

	return value_at(all, skip_blanks(all, 0));
}

char
span_kind(struct span s)
{
	if (s.len == 0)
		return '\0';
	return s.p[0];
}

bool
span_next(struct span outer, size_t *at, struct span *name, struct span *value)
{
	char kind = span_kind(outer);
	size_t i;

	if (kind != '{' && kind != '[')
		return false;
	i = skip_blanks(outer, *at == 0 ? 1 : *at);
	if (*at != 0 && i < outer.len && outer.p[i] == ',')
		i = skip_blanks(outer, i + 1);
	*name = (struct span){outer.p, 0};
	if (kind == '{' && i < outer.len && outer.p[i] == '"') {
		*name = (struct span){outer.p + i, skip_string(outer, i) - i};
		i = skip_blanks(outer, i + name->len);
		i = skip_blanks(outer, i + 1); /* the colon */
	}
	if (i >= outer.len || outer.p[i] == '}' || outer.p[i] == ']')
		return false;
	*value = value_at(outer, i);
	*at = i + value->len;
	return value->len > 0;
}

/* The reader that undoes escapes wants a whole document: make it one. */
static int
undo_escapes(struct span s, struct buf *out, struct err *err)
{
	int ret = -1;
	struct buf text = BUF_EMPTY;
	struct json_doc doc = {NULL};
	struct findings f = FINDINGS_NONE;
	struct json root;
	const char *value;

	if (buf_addf(&text, err, "{\"text\":%.*s}", (int)s.len, s.p) < 0)
		goto out;
	if (json_parse(&text, JSON_ANY_NUMBER, &doc, &f) < 0) {
		(void)findings_to_err(&f, STATUS_REJECTED, err);
		goto out;
	}
	root = json_root(&doc, &f);
	value = want_str(&root, "text");
	ret = buf_copy(out, value, strlen(value), err);
out:
	json_doc_free(&doc);
	findings_free(&f);
	buf_free(&text);
	return ret;
}

int
span_text(struct span s, struct buf *out, struct err *err)
{
	*out = BUF_EMPTY;
	if (span_kind(s) != '"')
		return buf_copy(out, s.p, s.len, err);
	if (memchr(s.p, '\\', s.len) != NULL)
		return undo_escapes(s, out, err);
	return buf_copy(out, s.p + 1, s.len < 2 ? 0 : s.len - 2, err);
}

bool
span_says(struct span s, const char *text)
{
	struct buf said;
	struct err err;
	bool same;

	if (span_kind(s) != '"' || span_text(s, &said, &err) < 0)
		return false;
	same = said.len == strlen(text) && memcmp(said.p, text, said.len) == 0;
	buf_free(&said);
	return same;
}

bool
span_member(struct span s, const char *name, struct span *value)
{
	struct span n;
	size_t at = 0;

	if (span_kind(s) != '{')
		return false;
	while (span_next(s, &at, &n, value))
		if (span_says(n, name))
			return true;
	return false;
}

bool
span_each(struct span s, size_t *at, struct span *value)
{
	struct span name;

	if (span_kind(s) == '[')
		return span_next(s, at, &name, value);
	if (*at != 0 || s.len == 0)
		return false;
	*at = s.len;
	*value = s;
	return true;
}
