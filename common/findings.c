#include "findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * Past this many a reader has seen enough, and memory must stay bounded. The
 * last place is an error's if there is one, so that none goes unnoticed.
 */
#define FINDINGS_MAX 1000u

static struct finding *
next(struct findings *f, bool is_error)
{
	size_t size = f->size == 0 ? 8 : 2 * f->size;
	struct finding *list;

	if (f->n == FINDINGS_MAX)
		return is_error ? &f->list[FINDINGS_MAX - 1] : NULL;
	if (f->n < f->size)
		return &f->list[f->n++];
	if ((list = realloc(f->list, size * sizeof(*list))) == NULL) {
		f->lost = true;
		return NULL;
	}
	f->list = list;
	f->size = size;
	return &f->list[f->n++];
}

static void PRINTF(4, 0)
add(struct findings *f, bool is_error, const char *path, const char *fmt,
    va_list ap)
{
	struct finding *x = next(f, is_error);

	if (x == NULL)
		return;
	*x = (struct finding){.is_error = is_error};
	(void)snprintf(x->path, sizeof(x->path), "%s", path);
	(void)vsnprintf(x->message, sizeof(x->message), fmt, ap);
}

void
findings_error(struct findings *f, const char *path, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(f, true, path, fmt, ap);
	va_end(ap);
}

void
findings_warn(struct findings *f, const char *path, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(f, false, path, fmt, ap);
	va_end(ap);
}

bool
findings_failed(const struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->list[i].is_error)
			return true;
	return f->lost;
}

int
findings_to_err(const struct findings *f, enum status status, struct err *err)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->list[i];

		if (!x->is_error)
			continue;
		if (x->path[0] == '\0')
			return err_set(err, status, "%s", x->message);
		return err_set(err, status, "%s: %s", x->path, x->message);
	}
	return f->lost ? err_memory(err) : 0;
}

void
findings_free(struct findings *f)
{
	free(f->list);
	*f = FINDINGS_NONE;
}
