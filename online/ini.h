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

/* [NAME], or with a kind [KIND NAME], where NAME may stand in quotes. */
struct ini_section {
	const char *kind; /* "profile"; NULL: none */
	const char *name;
};

/*
 * The last value of key in the section, key in any case. STATUS_REJECTED
 * with the line's number when text is no such file; path is for that message.
 * An absent section or key is no error.
 */
int ini_find(const struct buf *text, const char *path,
    const struct ini_section *section, const char *key, struct ini_value *value,
    struct err *err);

/* The first key of the section that starts with prefix, or "". */
void ini_find_prefix(const struct buf *text, const struct ini_section *section,
    const char *prefix, char *key, size_t size);

#endif
