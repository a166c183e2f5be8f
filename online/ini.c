#include "ini.h"

#include <string.h>
#include <strings.h>

struct piece {
	const char *p;
	size_t len;
};

/* Where we are in the text; pair is the line that was read last. */
struct scan {
	struct piece rest;
	unsigned line;
	struct piece section; /* between the brackets */
	struct piece key, value;
	size_t indent; /* of the key above */
	bool in_key;   /* deeper lines belong to it */
};

enum found { FOUND_END, FOUND_PAIR, FOUND_BAD };

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct piece
trim(struct piece s)
{
	while (s.len > 0 && is_blank(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

static struct piece
cut_line(struct scan *s)
{
	struct piece line = s->rest;
	const char *end = memchr(line.p, '\n', line.len);

	if (end != NULL)
		line.len = (size_t)(end - line.p);
	s->rest.p += line.len;
	s->rest.len -= line.len;
	if (end != NULL) {
		s->rest.p++;
		s->rest.len--;
	}
	s->line++;
	return line;
}

/* "[...]", perhaps with a comment behind it. */
static bool
read_section(struct scan *s, struct piece line)
{
	const char *end = memchr(line.p, ']', line.len);
	struct piece after;

	if (end == NULL)
		return false;
	after.p = end + 1;
	after.len = line.len - (size_t)(after.p - line.p);
	after = trim(after);
	if (after.len > 0 && after.p[0] != '#' && after.p[0] != ';')
		return false;
	s->section.p = line.p + 1;
	s->section.len = (size_t)(end - line.p) - 1;
	s->section = trim(s->section);
	s->in_key = false;
	return s->section.len > 0;
}

static bool
read_pair(struct scan *s, struct piece line)
{
	const char *equals = memchr(line.p, '=', line.len);

	if (equals == NULL || s->section.p == NULL)
		return false;
	s->key.p = line.p;
	s->key.len = (size_t)(equals - line.p);
	s->key = trim(s->key);
	s->value.p = equals + 1;
	s->value.len = line.len - (size_t)(s->value.p - line.p);
	s->value = trim(s->value);
	return s->key.len > 0;
}

/* On to the next "key = value", over everything that is none. */
static enum found
next_pair(struct scan *s)
{
	while (s->rest.len > 0) {
		struct piece line = cut_line(s), text = trim(line);
		size_t indent;

		if (memchr(line.p, '\0', line.len) != NULL)
			return FOUND_BAD;
		if (text.len == 0 || text.p[0] == '#' || text.p[0] == ';')
			continue;
		indent = (size_t)(text.p - line.p);
		if (s->in_key && indent > s->indent)
			continue;
		if (text.p[0] == '[') {
			if (!read_section(s, text))
				return FOUND_BAD;
			continue;
		}
		s->indent = indent;
		s->in_key = true;
		return read_pair(s, text) ? FOUND_PAIR : FOUND_BAD;
	}
	return FOUND_END;
}

static bool
is_text(struct piece s, const char *text)
{
	return s.len == strlen(text) && memcmp(s.p, text, s.len) == 0;
}

static bool
has_blank(struct piece s)
{
	for (size_t i = 0; i < s.len; i++)
		if (is_blank(s.p[i]))
			return true;
	return false;
}

/* A name with a blank must stand in quotes when there is a kind. */
static bool
is_section(struct piece s, const struct ini_section *section)
{
	size_t kind;

	if (section->kind == NULL)
		return is_text(s, section->name);
	kind = strlen(section->kind);
	if (s.len <= kind || memcmp(s.p, section->kind, kind) != 0 ||
	    !is_blank(s.p[kind]))
		return false;
	s.p += kind;
	s.len -= kind;
	s = trim(s);
	if (s.len >= 2 && (s.p[0] == '"' || s.p[0] == '\'') &&
	    s.p[s.len - 1] == s.p[0]) {
		s.p++;
		s.len -= 2;
		return is_text(s, section->name);
	}
	return !has_blank(s) && is_text(s, section->name);
}

static struct scan
start(const struct buf *text)
{
	struct scan s = {.rest = {"", 0}};

	if (text->len > 0) {
		s.rest.p = (const char *)text->p;
		s.rest.len = text->len;
	}
	return s;
}

int
ini_find(const struct buf *text, const char *path,
    const struct ini_section *section, const char *key, struct ini_value *value,
    struct err *err)
{
	struct scan s = start(text);
	size_t len = strlen(key);
	enum found found;

	*value = (struct ini_value){NULL, 0};
	while ((found = next_pair(&s)) == FOUND_PAIR)
		if (is_section(s.section, section) && s.key.len == len &&
		    strncasecmp(s.key.p, key, len) == 0)
			*value = (struct ini_value){s.value.p, s.value.len};
	if (found == FOUND_BAD) {
		*value = (struct ini_value){NULL, 0};
		return err_set(err, STATUS_REJECTED,
		    "'%s', line %u: '[section]' or 'key = value' was wanted",
		    path, s.line);
	}
	return 0;
}

void
ini_find_prefix(const struct buf *text, const struct ini_section *section,
    const char *prefix, char *key, size_t size)
{
	struct scan s = start(text);
	size_t len = strlen(prefix);

	key[0] = '\0';
	while (next_pair(&s) == FOUND_PAIR) {
		if (!is_section(s.section, section) || s.key.len < len ||
		    s.key.len >= size || strncasecmp(s.key.p, prefix, len) != 0)
			continue;
		memcpy(key, s.key.p, s.key.len);
		key[s.key.len] = '\0';
		return;
	}
}
