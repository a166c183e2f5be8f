/*
 * The INI dialect of ~/.aws/config and ~/.aws/credentials, read line by line
 * over one buffer: sections, "key = value", comment lines, no inline
 * comments, and indented lines that belong to the key above.
 *
 * Values are borrowed from the text: nothing is copied, a secret stays in
 * the one buffer that its owner wipes.
 */
#ifndef INI_H
#define INI_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

struct ini_value {
	const char *p; /* not terminated; NULL when absent */
	size_t len;
};

/*
 * The last value of key in [section]; both files give keys in any case.
 * STATUS_REJECTED with the line's number when text is no INI file; path is
 * for that message. An absent section or key is no error.
 */
int ini_find(const struct buf *text, const char *path, const char *section,
    const char *key, struct ini_value *value, struct err *err);

/* Is there such a section? Malformed text has none. */
bool ini_has_section(const struct buf *text, const char *section);

/* Does the section have a key that starts with prefix? Gives its name. */
bool ini_has_prefix(const struct buf *text, const char *section,
    const char *prefix, char *name, size_t size);

#endif
