/* What a check found, each with its place: nothing, or everything at once. */
#ifndef FINDINGS_H
#define FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

struct finding {
	bool is_error;  /* else a warning */
	char path[160]; /* "targets[1].wrapping.algorithm", or "" */
	char message[320];
};

struct findings {
	struct finding *list;
	size_t n;
	size_t size;
	bool lost; /* memory ran out: there were more */
};

#define FINDINGS_NONE ((struct findings){0})

void findings_error(struct findings *f, const char *path, const char *fmt, ...)
    PRINTF(3, 4);
void findings_warn(struct findings *f, const char *path, const char *fmt, ...)
    PRINTF(3, 4);

/* True when there is an error, or when some may have been lost. */
bool findings_failed(const struct findings *f);

/* 0 if nothing failed, else the first error as err with that status. */
int findings_to_err(
    const struct findings *f, enum status status, struct err *err);

void findings_free(struct findings *f);

#endif
