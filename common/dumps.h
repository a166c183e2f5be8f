/* What a process holds in memory does not get into files by accident. */
#ifndef DUMPS_H
#define DUMPS_H

#include <stdbool.h>

#include "err.h"

/* No core dumps, and no other process of this user may look into ours. */
int dumps_forbid(struct err *err);

/* Does a sanitizer watch this process? It needs what we take away. */
bool dumps_sanitized(void);

#endif
