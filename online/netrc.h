/*
 * The password that ~/.netrc keeps for a machine, where Heroku's own tools
 * put their token.
 *
 * Read strictly, as those tools write it: no quotes, no escapes. A "default"
 * entry is for any other machine's sake and never taken: it is not ours to
 * send anybody.
 */
#ifndef NETRC_H
#define NETRC_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

#define NETRC_MAX (256u << 10)

/*
 * The machine's password in text; found says whether it has one.
 * STATUS_REJECTED with the line's number for text that is no netrc, and when
 * the machine is there twice. The caller frees password.
 */
int netrc_find(const struct buf *text, const char *machine,
    struct buf *password, bool *found, struct err *err);

/*
 * The same from ~/.netrc; warning says when others can read it, else it is
 * "". No file is no error.
 */
int netrc_load(const char *machine, struct buf *password, bool *found,
    char *warning, size_t size, struct err *err);

#endif
