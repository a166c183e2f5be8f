#include "xml.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define PATH_SIZE 512

/*
 * A walk through the text. It remembers failure: after a fault nothing moves,
 * and xml_text() says so once.
 */
struct walk {
	const char *p, *end;
	bool failed;
	char path[PATH_SIZE]; /* of the elements that are open */
	size_t used;
	unsigned depth;
	/* What is looked for. */
	const char *wanted;
	char *out;
	size_t size, len;
	unsigned found;
	bool inside; /* the wanted element is open, and nothing in it */
};

static void
fail(struct walk *w)
{
	w->failed = true;
	w->p = w->end;
}

static bool
is_next(const struct walk *w, const char *text)
{
	size_t n = strlen(text);

	return (size_t)(w->end - w->p) >= n && memcmp(w->p, text, n) == 0;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
skip_space(struct walk *w)
{
	while (w->p < w->end && is_space(*w->p))
		w->p++;
}

/* One character of the wanted text, if we are in it. */
static void
put(struct walk *w, char c)
{
	if (!w->inside)
		return;
	if (w->len + 1 >= w->size) {
		fail(w);
		return;
	}
	w->out[w->len++] = c;
}

/* &lt; &gt; &amp; &quot; &apos; and &#N; for ASCII that can be shown. */
static void
take_entity(struct walk *w)
{
	static const struct {
		const char *text;
		char c;
	} known[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'},
	    {"&quot;", '"'}, {"&apos;", '\''}};
	unsigned code = 0;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (is_next(w, known[i].text)) {
			w->p += strlen(known[i].text);
			put(w, known[i].c);
			return;
		}
	if (!is_next(w, "&#")) {
		fail(w);
		return;
	}
	w->p += 2;
	while (w->p < w->end && isdigit((unsigned char)*w->p) && code < 1000)
		code = 10 * code + (unsigned)(*w->p++ - '0');
	if (w->p == w->end || *w->p != ';' || code < 0x20 || code > 0x7e) {
		fail(w);
		return;
	}
	w->p++;
	put(w, (char)code);
}

/* An element's name: its length, 0 when there is none. */
static size_t
name_length(const struct walk *w)
{
	size_t n = 0, left = (size_t)(w->end - w->p);

	while (n < left &&
	    (isalnum((unsigned char)w->p[n]) ||
		(n > 0 && strchr("_-.:", w->p[n]) != NULL && w->p[n] != '\0')))
		n++;
	return n > 0 && isalpha((unsigned char)w->p[0]) ? n : 0;
}

/* Behind an element's name: attributes, to '>' or "/>". */
static bool
take_attributes(struct walk *w)
{
	for (;;) {
		bool space = w->p < w->end && is_space(*w->p);
		size_t n;
		const char *quote;

		skip_space(w);
		if (is_next(w, "/>") || is_next(w, ">"))
			return true;
		if (!space || (n = name_length(w)) == 0)
			return false;
		w->p += n;
		if (!is_next(w, "=\"") && !is_next(w, "='"))
			return false;
		quote = w->p + 1;
		w->p += 2;
		while (w->p < w->end && *w->p != *quote && *w->p != '<')
			w->p++;
		if (w->p == w->end || *w->p != *quote)
			return false;
		w->p++;
	}
}

static void
close_element(struct walk *w)
{
	char *slash;

	w->inside = false;
	w->path[w->used] = '\0';
	slash = strrchr(w->path, '/');
	w->used = slash != NULL ? (size_t)(slash - w->path) : 0;
	w->path[w->used] = '\0';
	w->depth--;
}

static void
open_element(struct walk *w)
{
	size_t n;

	w->p++;
	n = name_length(w);
	/* No name, a child in the wanted element, too deep, too long. */
	if (n == 0 || w->inside || w->depth == XML_DEPTH ||
	    w->used + n + 2 > sizeof(w->path)) {
		fail(w);
		return;
	}
	if (w->depth > 0)
		w->path[w->used++] = '/';
	memcpy(w->path + w->used, w->p, n);
	w->used += n;
	w->path[w->used] = '\0';
	w->depth++;
	w->p += n;
	if (!take_attributes(w)) {
		fail(w);
		return;
	}
	if (strcmp(w->path, w->wanted) == 0) {
		w->inside = true;
		w->found++;
	}
	if (is_next(w, "/>")) {
		w->p += 2;
		close_element(w);
	} else
		w->p++;
}

/* "</NAME>" of the element that is open. */
static void
end_element(struct walk *w)
{
	const char *slash = strrchr(w->path, '/');
	const char *name = slash != NULL ? slash + 1 : w->path;
	size_t n = strlen(name);

	w->p += 2;
	if (w->depth == 0 || !is_next(w, name)) {
		fail(w);
		return;
	}
	w->p += n;
	skip_space(w);
	if (!is_next(w, ">")) {
		fail(w);
		return;
	}
	w->p++;
	close_element(w);
}

static void
step(struct walk *w)
{
	if (is_next(w, "</"))
		end_element(w);
	else if (*w->p == '<')
		open_element(w);
	else if (w->depth == 0 || *w->p == '\0')
		fail(w);
	else if (*w->p == '&')
		take_entity(w);
	else
		put(w, *w->p++);
}

/* "<?xml ...?>" and blanks around the root. */
static void
skip_declaration(struct walk *w)
{
	skip_space(w);
	if (!is_next(w, "<?xml "))
		return;
	while (w->p < w->end && !is_next(w, "?>")) {
		if (*w->p == '>' || *w->p == '\0')
			break;
		w->p++;
	}
	if (!is_next(w, "?>")) {
		fail(w);
		return;
	}
	w->p += 2;
	skip_space(w);
}

static int
walk(struct walk *w)
{
	skip_declaration(w);
	do {
		if (w->p == w->end)
			return -1;
		step(w);
	} while (!w->failed && w->depth > 0);
	skip_space(w);
	return !w->failed && w->p == w->end && w->found == 1 ? 0 : -1;
}

int
xml_text(const struct buf *xml, const char *path, char *out, size_t size)
{
	struct walk w = {.wanted = path, .out = out, .size = size};

	if (xml->len > 0) {
		w.p = (const char *)xml->p;
		w.end = w.p + xml->len;
		if (walk(&w) == 0) {
			out[w.len] = '\0';
			return 0;
		}
	}
	out[0] = '\0';
	return -1;
}
