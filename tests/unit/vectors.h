/*
 * Golden statements, and how tests change one place in them: parse, walk to
 * the path, put another value there (or none), print.
 */
#ifndef VECTORS_H
#define VECTORS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "buf.h"
#include "file.h"
#include "findings.h"

#define VECTORS "tests/vectors/statements/"

static inline struct buf
load(const char *name)
{
	char path[256];
	struct buf b = BUF_EMPTY;
	struct err err = {0};

	(void)snprintf(path, sizeof(path), VECTORS "%s", name);
	if (file_read(path, 1 << 20, &b, &err) < 0)
		fail_msg("%s", err.msg);
	return b;
}

static inline struct buf
print_json(const cJSON *root)
{
	char *text = cJSON_PrintUnformatted(root);
	struct buf out = BUF_EMPTY;
	struct err err = {0};

	assert_non_null(text);
	assert_int_equal(buf_copy(&out, text, strlen(text), &err), 0);
	cJSON_free(text);
	return out;
}

/* One step of "targets[1].name": the child, and where the next step is. */
static inline cJSON *
step(cJSON *node, const char **path, char name[static 64])
{
	const char *p = *path;
	size_t n;

	name[0] = '\0';
	if (*p == '[') {
		int i = (int)strtol(p + 1, NULL, 10);

		*path = strchr(p, ']') + 1;
		return cJSON_GetArrayItem(node, i);
	}
	p += *p == '.';
	n = strcspn(p, ".[");
	assert_true(n > 0 && n < 64);
	memcpy(name, p, n);
	name[n] = '\0';
	*path = p + n;
	return cJSON_GetObjectItemCaseSensitive(node, name);
}

/* value is JSON text, or NULL to take the member away. */
static inline struct buf
edit(const struct buf *json, const char *path, const char *value)
{
	cJSON *root = cJSON_ParseWithLength((const char *)json->p, json->len);
	cJSON *parent = root, *node;
	cJSON *new = value == NULL ? NULL : cJSON_Parse(value);
	char name[64];
	struct buf out;

	assert_non_null(root);
	assert_true(value == NULL || new != NULL);
	while ((node = step(parent, &path, name)) != NULL && *path != '\0')
		parent = node;
	assert_true(*path == '\0');
	if (node == NULL) {
		assert_non_null(new);
		cJSON_AddItemToObject(parent, name, new);
	} else if (new != NULL) {
		assert_true(cJSON_IsArray(parent)
			? cJSON_ReplaceItemViaPointer(parent, node, new)
			: cJSON_ReplaceItemInObjectCaseSensitive(
			      parent, name, new));
	} else {
		cJSON_Delete(cJSON_DetachItemViaPointer(parent, node));
	}
	out = print_json(root);
	cJSON_Delete(root);
	return out;
}

/* The first finding at path whose message has that text. */
static inline const struct finding *
finding_at(const struct findings *f, const char *path, const char *text)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->list[i].path, path) == 0 &&
		    strstr(f->list[i].message, text) != NULL)
			return &f->list[i];
	return NULL;
}

static inline void
show_findings(const struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		print_message("%s %s: %s\n",
		    f->list[i].is_error ? "error" : "warning", f->list[i].path,
		    f->list[i].message);
}

#endif
