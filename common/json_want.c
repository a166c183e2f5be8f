#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "clock.h"
#include "encode.h"
#include "json.h"
#include "json_path.h"

static void
add_place(const struct json *j, char path[static JSON_PATH])
{
	if (j->up == NULL)
		return;
	add_place(j->up, path);
	if (j->name != NULL)
		json_path_name(path, j->name, strlen(j->name));
	else
		json_path_index(path, j->index);
}

void
json_path(const struct json *j, const char *name, char *path, size_t size)
{
	char whole[JSON_PATH] = "";

	add_place(j, whole);
	if (name != NULL)
		json_path_name(whole, name, strlen(name));
	(void)snprintf(path, size, "%s", whole);
}

void
json_fault(struct json *j, const char *name, const char *fmt, ...)
{
	char path[JSON_PATH], message[320];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	json_path(j, name, path, sizeof(path));
	findings_error(j->f, path, "%s", message);
}

/* A place for an object or array; anything else there is a fault. */
static struct json
place(const cJSON *node, const struct json *up, const char *name, size_t index,
    struct findings *f)
{
	struct json j = {.up = up, .name = name, .index = index, .f = f};

	if (node == NULL || cJSON_IsObject(node) || cJSON_IsArray(node))
		j.node = node;
	else
		json_fault(&j, NULL, "is not an object");
	return j;
}

struct json
json_root(const struct json_doc *doc, struct findings *f)
{
	/* Nothing may be read from a document that was not, and look fine. */
	if (doc->root == NULL && !findings_failed(f))
		findings_error(f, "", "missing");
	return place(doc->root, NULL, NULL, 0, f);
}

static void
remember(struct json *j, const char *name)
{
	for (unsigned i = 0; i < j->n_asked; i++)
		if (strcmp(j->asked[i], name) == 0)
			return;
	/* One that does not fit is reported as unknown: too strict, not lax. */
	if (j->n_asked < JSON_ASKED)
		j->asked[j->n_asked++] = name;
}

/* The member, or NULL when it is not there or j is not an object. */
static const cJSON *
find(struct json *j, const char *name)
{
	remember(j, name);
	if (j->node != NULL && !cJSON_IsObject(j->node)) {
		json_fault(j, NULL, "is not an object");
		j->node = NULL;
	}
	return cJSON_GetObjectItemCaseSensitive(j->node, name);
}

/* The member if it has one of the types; what says so in a fault. */
static const cJSON *
want(struct json *j, const char *name, int types, const char *what)
{
	const cJSON *node = find(j, name);

	if (j->node == NULL)
		return NULL;
	if (node == NULL) {
		json_fault(j, name, "missing");
		return NULL;
	}
	if ((node->type & types) == 0) {
		json_fault(j, name, "is not %s", what);
		return NULL;
	}
	return node;
}

const char *
want_str(struct json *j, const char *name)
{
	const cJSON *node = want(j, name, cJSON_String, "a string");

	return node == NULL ? "" : node->valuestring;
}

int64_t
want_int(struct json *j, const char *name, int64_t min, int64_t max)
{
	const cJSON *node = want(j, name, cJSON_Number, "a number");
	double d = node == NULL ? 0 : node->valuedouble;

	if (node == NULL)
		return 0;
	if (d >= -(double)JSON_INTEGER_MAX && d <= (double)JSON_INTEGER_MAX &&
	    d == (double)(int64_t)d && (int64_t)d >= min && (int64_t)d <= max)
		return (int64_t)d;
	json_fault(j, name,
	    "wanted an integer between %" PRId64 " and %" PRId64, min, max);
	return 0;
}

double
want_number(struct json *j, const char *name)
{
	const cJSON *node = want(j, name, cJSON_Number, "a number");

	return node == NULL ? 0 : node->valuedouble;
}

bool
want_bool(struct json *j, const char *name)
{
	const cJSON *node = want(
	    j, name, cJSON_True | cJSON_False, "true or false");

	return node != NULL && cJSON_IsTrue(node);
}

int64_t
want_time(struct json *j, const char *name)
{
	const cJSON *node = want(j, name, cJSON_String, "a string");
	int64_t t = 0;

	if (node == NULL || clock_parse(node->valuestring, &t) == 0)
		return t;
	json_fault(j, name, "wanted a time such as 2026-11-20T09:00:00Z");
	return 0;
}

void
want_hex(struct json *j, const char *name, uint8_t *out, size_t len)
{
	const cJSON *node = want(j, name, cJSON_String, "a string");

	memset(out, 0, len);
	if (node == NULL || hex_decode(node->valuestring, out, len) == 0)
		return;
	memset(out, 0, len);
	json_fault(j, name, "wanted %zu bytes in lower-case hex", len);
}

void
want_base64(struct json *j, const char *name, size_t max, struct buf *out)
{
	const cJSON *node = want(j, name, cJSON_String, "a string");
	size_t len = node == NULL ? 0 : strlen(node->valuestring);
	struct err err;
	long n = -1;

	*out = BUF_EMPTY;
	if (node == NULL)
		return;
	/* Two bytes more than max may only be the padding. */
	if (len / 4 * 3 <= max + 2) {
		if (buf_alloc(out, len / 4 * 3, &err) < 0) {
			j->f->lost = true;
			return;
		}
		n = base64_decode(node->valuestring, len, out->p);
	}
	if (n > 0 && (size_t)n <= max) {
		out->len = (size_t)n;
		return;
	}
	buf_free(out);
	json_fault(j, name, "wanted 1 to %zu bytes in padded base64", max);
}

void
want_exactly(struct json *j, const char *name, const char *value)
{
	const cJSON *node = want(j, name, cJSON_String, "a string");

	if (node != NULL && strcmp(node->valuestring, value) != 0)
		json_fault(j, name, "wanted '%s'", value);
}

struct json
want_object(struct json *j, const char *name)
{
	return place(
	    want(j, name, cJSON_Object, "an object"), j, name, 0, j->f);
}

struct json
want_array(struct json *j, const char *name, size_t min, size_t max)
{
	const cJSON *node = want(j, name, cJSON_Array, "an array");
	size_t n = (size_t)cJSON_GetArraySize(node);

	if (node != NULL && (n < min || n > max)) {
		json_fault(j, name, "wanted %zu to %zu items", min, max);
		node = NULL;
	}
	return place(node, j, name, 0, j->f);
}

bool
json_has(struct json *j, const char *name)
{
	const cJSON *node = find(j, name);

	return node != NULL && !cJSON_IsNull(node);
}

bool
json_is_null(struct json *j, const char *name)
{
	return cJSON_IsNull(find(j, name));
}

size_t
json_count(const struct json *array)
{
	return (size_t)cJSON_GetArraySize(array->node);
}

static const cJSON *
nth(const struct json *j, size_t i)
{
	return i > INT32_MAX ? NULL : cJSON_GetArrayItem(j->node, (int)i);
}

struct json
json_item(const struct json *array, size_t i)
{
	const cJSON *node = nth(array, i);
	struct json j = place(node, array, NULL, i, array->f);

	if (node == NULL && array->node != NULL)
		json_fault(&j, NULL, "missing");
	return j;
}

const char *
json_item_str(const struct json *array, size_t i)
{
	const cJSON *node = nth(array, i);
	struct json j = {.up = array, .index = i, .f = array->f};

	if (cJSON_IsString(node))
		return node->valuestring;
	if (array->node != NULL)
		json_fault(&j, NULL, "is not a string");
	return "";
}

void
json_end(struct json *j)
{
	const cJSON *node;

	if (j->node == NULL || !cJSON_IsObject(j->node))
		return;
	for (node = j->node->child; node != NULL; node = node->next) {
		bool asked = false;

		for (unsigned i = 0; i < j->n_asked; i++)
			if (strcmp(j->asked[i], node->string) == 0)
				asked = true;
		if (!asked)
			json_fault(j, node->string, "unknown member");
	}
}

const char *
json_member_name(const struct json *j, size_t i)
{
	const cJSON *node = cJSON_IsObject(j->node) ? nth(j, i) : NULL;

	return node == NULL ? NULL : node->string;
}
