/* Text from outside, made safe to show, and small helpers on strings. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copy text so that a terminal cannot be steered by it: control characters
 * (C0, DEL, C1), invalid UTF-8 and bidirectional overrides become \xNN. Cut
 * with "..." when it does not fit. Returns out.
 */
char *text_visible(const char *text, size_t len, char *out, size_t size);

/* Does text match ^[first][rest]{0,max-1}$, sets given as "a-z0-9_"? */
bool text_matches(
    const char *text, const char *first, const char *rest, size_t max);

bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);

#endif
