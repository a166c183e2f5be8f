#include "json_scan.h"

#include <string.h>

#include "text.h"

struct scan {
	const uint8_t *p, *end;
	unsigned depth;
	json_visit *fn;
	void *arg;
	const char *fault;
	char path[JSON_PATH];
};

static int value(struct scan *s);

static int
fault(struct scan *s, const char *wanted)
{
	s->fault = wanted;
	return -1;
}

static bool
at(const struct scan *s, char c)
{
	return s->p < s->end && *s->p == (uint8_t)c;
}

static void
skip_blanks(struct scan *s)
{
	while (at(s, ' ') || at(s, '\t') || at(s, '\n') || at(s, '\r'))
		s->p++;
}

static int
visit(struct scan *s, char type, const uint8_t *p, size_t len)
{
	const struct json_token t = {type, s->path, p, len};

	return s->fn(s->arg, &t);
}

/* Exactly four hex digits, of either case. */
static int
hex4(struct scan *s, uint32_t *c)
{
	*c = 0;
	for (unsigned i = 0; i < 4; i++, s->p++) {
		uint8_t d = s->p < s->end ? *s->p : 0;

		if (d >= '0' && d <= '9')
			d = (uint8_t)(d - '0');
		else if ((d | 0x20) >= 'a' && (d | 0x20) <= 'f')
			d = (uint8_t)((d | 0x20) - 'a' + 10);
		else
			return fault(s, "wanted four hex digits");
		*c = *c << 4 | d;
	}
	return 0;
}

/* A character that may not be in a string however it is written. */
static int
check_character(struct scan *s, uint32_t c)
{
	if (c == 0)
		return fault(s, "wanted no NUL in a string");
	if (c >= 0xd800 && c <= 0xdfff)
		return fault(s, "wanted surrogates in pairs only");
	if (text_is_noncharacter(c))
		return fault(s, "wanted no noncharacter such as U+FFFF");
	return 0;
}

/* After "\u"; two of them make one character outside the first plane. */
static int
unicode_escape(struct scan *s)
{
	uint32_t c, low;

	if (hex4(s, &c) < 0)
		return -1;
	if (c < 0xd800 || c > 0xdbff || !at(s, '\\'))
		return check_character(s, c);
	s->p++;
	if (!at(s, 'u'))
		return check_character(s, c);
	s->p++;
	if (hex4(s, &low) < 0)
		return -1;
	if (low < 0xdc00 || low > 0xdfff)
		return check_character(s, c);
	return check_character(
	    s, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
}

static int
escape(struct scan *s)
{
	s->p++;
	if (at(s, 'u')) {
		s->p++;
		return unicode_escape(s);
	}
	if (s->p == s->end || *s->p == '\0' ||
	    strchr("\"\\/bfnrt", *s->p) == NULL)
		return fault(s, "wanted an escape that JSON has");
	s->p++;
	return 0;
}

static int
character(struct scan *s)
{
	uint32_t c = 0;
	size_t n;

	if (*s->p < 0x20)
		return fault(s, "wanted control characters to be escaped");
	if ((n = text_utf8(s->p, (size_t)(s->end - s->p), &c)) == 0)
		return fault(s, "wanted UTF-8");
	if (check_character(s, c) < 0)
		return -1;
	s->p += n;
	return 0;
}

/* From one quote to the other; p and len are what stands between them. */
static int
string(struct scan *s, const uint8_t **p, size_t *len)
{
	*p = ++s->p;
	while (s->p < s->end && !at(s, '"'))
		if ((at(s, '\\') ? escape(s) : character(s)) < 0)
			return -1;
	if (s->p == s->end)
		return fault(s, "wanted '\"' at the end of a string");
	*len = (size_t)(s->p++ - *p);
	return 0;
}

static int
member(struct scan *s, size_t index)
{
	const uint8_t *name;
	size_t len;

	(void)index;
	if (!at(s, '"'))
		return fault(s, "wanted a member's name in quotes");
	if (string(s, &name, &len) < 0)
		return -1;
	skip_blanks(s);
	if (!at(s, ':'))
		return fault(s, "wanted ':' after a member's name");
	s->p++;
	json_path_name(s->path, (const char *)name, len);
	return value(s);
}

static int
item(struct scan *s, size_t index)
{
	json_path_index(s->path, index);
	return value(s);
}

/* An object or an array, whose members or items are read by one. */
static int
container(struct scan *s, char closing, int (*one)(struct scan *, size_t))
{
	size_t path_len = strlen(s->path);
	int ret;

	if (s->depth == JSON_DEPTH)
		return fault(s, "wanted at most 16 levels");
	if ((ret = visit(s, (char)*s->p, s->p, 1)) != 0)
		return ret;
	s->depth++;
	s->p++;
	skip_blanks(s);
	for (size_t i = 0; i > 0 || !at(s, closing); i++) {
		if ((ret = one(s, i)) != 0)
			return ret;
		s->path[path_len] = '\0';
		skip_blanks(s);
		if (at(s, closing))
			break;
		if (!at(s, ','))
			return fault(s,
			    closing == '}' ? "wanted ',' or '}'"
					   : "wanted ',' or ']'");
		s->p++;
		skip_blanks(s);
	}
	s->p++;
	s->depth--;
	return 0;
}

static int
string_value(struct scan *s)
{
	const uint8_t *p;
	size_t len;

	if (string(s, &p, &len) < 0)
		return -1;
	return visit(s, '"', p, len);
}

static int
number(struct scan *s)
{
	const uint8_t *p = s->p;

	while (s->p < s->end && *s->p != '\0' &&
	    strchr("0123456789+-.eE", *s->p) != NULL)
		s->p++;
	return visit(s, '0', p, (size_t)(s->p - p));
}

static int
word(struct scan *s, const char *text)
{
	const uint8_t *p = s->p;
	size_t len = strlen(text);

	if ((size_t)(s->end - p) < len || memcmp(p, text, len) != 0)
		return fault(s, "wanted true, false, null or another value");
	s->p += len;
	return visit(s, text[0], p, len);
}

static int
value(struct scan *s)
{
	skip_blanks(s);
	if (s->p == s->end)
		return fault(s, "wanted a value, not the end");
	switch (*s->p) {
	case '{':
		return container(s, '}', member);
	case '[':
		return container(s, ']', item);
	case '"':
		return string_value(s);
	case 't':
		return word(s, "true");
	case 'f':
		return word(s, "false");
	case 'n':
		return word(s, "null");
	default:
		if (*s->p != '-' && (*s->p < '0' || *s->p > '9'))
			return fault(s, "wanted a value");
		return number(s);
	}
}

/* Lines, and characters in the last of them, both counted from 1. */
static void
locate(const uint8_t *p, const uint8_t *fault, struct json_syntax *where)
{
	where->line = 1;
	where->column = 1;
	for (; p < fault; p++) {
		if (*p == '\n') {
			where->line++;
			where->column = 1;
		} else if ((*p & 0xc0) != 0x80) {
			where->column++;
		}
	}
}

int
json_scan(const struct buf *text, json_visit *fn, void *arg,
    struct json_syntax *where)
{
	struct scan s = {.fn = fn, .arg = arg};
	int ret;

	*where = (struct json_syntax){0};
	if (text->len > 0) {
		s.p = text->p;
		s.end = text->p + text->len;
	}
	if ((ret = value(&s)) == 0) {
		skip_blanks(&s);
		if (s.p != s.end)
			ret = fault(&s, "wanted nothing after the value");
	}
	if (s.fault == NULL)
		return ret;
	where->wanted = s.fault;
	locate(text->p, s.p, where);
	memcpy(where->path, s.path, sizeof(where->path));
	return -1;
}
