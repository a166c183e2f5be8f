/* Text from outside, made safe to show, and small helpers on strings. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Copy text so that a terminal cannot be steered by it: control characters
 * (C0, DEL, C1), invalid UTF-8, bidirectional overrides and what has no width
 * become \xNN. Cut with "..." when it does not fit. Returns out.
 */
char *text_visible(const char *text, size_t len, char *out, size_t size);

/* Does text match ^[first][rest]{0,max-1}$, sets given as "a-z0-9_"? */
bool text_matches(
    const char *text, const char *first, const char *rest, size_t max);

bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);

/*
 * How many of the len bytes at p are one well-formed UTF-8 character, and
 * which; 0 when there is none (overlong, surrogate, cut, above U+10FFFF).
 */
size_t text_utf8(const uint8_t *p, size_t len, uint32_t *character);

/* What moves a cursor, turns the reading direction, or cannot be seen. */
bool text_is_hidden(uint32_t character);

/* U+FDD0 to U+FDEF, and the last two of every plane: never to be exchanged. */
bool text_is_noncharacter(uint32_t character);

#endif
