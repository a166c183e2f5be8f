/*
 * Places in JSON text, for when its bytes must survive a change: finds the
 * way through text that json_parse() has accepted, and judges nothing.
 *
 * On any other text the answers are useless, but nothing outside is read.
 */
#ifndef SPAN_H
#define SPAN_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

struct span { /* one value, from its first character to its last */
	const char *p;
	size_t len;
};

/* The value that the whole text is. */
struct span span_root(const struct buf *json);

/* '{' '[' '"', a digit or '-', 't' 'f' 'n'; NUL for an empty span. */
char span_kind(struct span s);

/*
 * The next member of an object or item of an array (whose name is empty).
 * *at begins at 0. False past the last one.
 */
bool span_next(
    struct span outer, size_t *at, struct span *name, struct span *value);

/* What the value says: a string without quotes and escapes, else as it is. */
int span_text(struct span s, struct buf *out, struct err *err);

/* Is it a string, or a member's name, that says so? */
bool span_says(struct span s, const char *text);

/* The member of that name; false when there is none, or s is no object. */
bool span_member(struct span s, const char *name, struct span *value);

/* One value is a list of one: the next string or other scalar in it. */
bool span_each(struct span s, size_t *at, struct span *value);

#endif
