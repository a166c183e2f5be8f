#include "json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <openssl/crypto.h>

#include "json_scan.h"
#include "json_write.h"

/*
 * cJSON frees without wiping, and an answer may hold a token: its memory
 * comes from here, where the size stands in front of each piece.
 */
struct header {
	_Alignas(max_align_t) size_t size;
};

static void *
tree_alloc(size_t size)
{
	struct header *h;

	if (size > SIZE_MAX - sizeof(*h) ||
	    (h = OPENSSL_malloc(sizeof(*h) + size)) == NULL)
		return NULL;
	h->size = sizeof(*h) + size;
	return h + 1;
}

static void
tree_free(void *p)
{
	struct header *h = p;

	if (p != NULL)
		OPENSSL_clear_free(h - 1, (h - 1)->size);
}

static void
use_our_memory(void)
{
	static bool done;
	cJSON_Hooks hooks = {.malloc_fn = tree_alloc, .free_fn = tree_free};

	if (!done)
		cJSON_InitHooks(&hooks);
	done = true;
}

struct numbers {
	enum json_numbers numbers;
	struct findings *f;
	bool failed;
};

/* A number that breaks the rules is a finding, and reading goes on. */
static int
check_number(void *arg, const struct json_token *t)
{
	struct numbers *n = arg;
	const char *fault;

	if (t->type != '0')
		return 0;
	fault = json_number_fault(t->p, t->len, n->numbers);
	if (fault == NULL)
		return 0;
	n->failed = true;
	findings_error(n->f, t->path, "%s", fault);
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	const char *const *x = a;
	const char *const *y = b;

	return strcmp(*x, *y);
}

/* Sorted, because a hostile object may have as many members as bytes. */
static int
check_names(const struct json *j)
{
	size_t n = (size_t)cJSON_GetArraySize(j->node), i = 0;
	const cJSON *member;
	const char **names;
	int ret = 0;

	if (n < 2)
		return 0;
	if ((names = OPENSSL_malloc(n * sizeof(*names))) == NULL) {
		j->f->lost = true;
		return -1;
	}
	for (member = j->node->child; member != NULL; member = member->next)
		names[i++] = member->string;
	qsort(names, n, sizeof(*names), by_name);
	for (i = 1; i < n; i++) {
		char path[JSON_PATH];

		if (strcmp(names[i - 1], names[i]) != 0)
			continue;
		json_path(j, names[i], path, sizeof(path));
		findings_error(j->f, path, "stands twice");
		ret = -1;
	}
	OPENSSL_free(names);
	return ret;
}

/* What only shows in the tree: duplicate names, numbers without an end. */
static int
check_tree(const struct json *j)
{
	const cJSON *child;
	size_t i = 0;
	int ret = 0;

	if (cJSON_IsObject(j->node))
		ret = check_names(j);
	if (cJSON_IsNumber(j->node) && !isfinite(j->node->valuedouble)) {
		char path[JSON_PATH];

		json_path(j, NULL, path, sizeof(path));
		findings_error(j->f, path, "wanted a number up to 1e308");
		ret = -1;
	}
	for (child = j->node->child; child != NULL; child = child->next) {
		const struct json below = {.node = child,
		    .up = j,
		    .name = child->string,
		    .index = i++,
		    .f = j->f};

		if (check_tree(&below) < 0)
			ret = -1;
	}
	return ret;
}

int
json_parse(const struct buf *text, enum json_numbers numbers,
    struct json_doc *doc, struct findings *f)
{
	struct numbers n = {numbers, f, false};
	struct json_syntax at;

	doc->root = NULL;
	if (json_scan(text, check_number, &n, &at) != 0) {
		findings_error(f, at.path, "line %zu, column %zu: %s", at.line,
		    at.column, at.wanted);
		return -1;
	}
	use_our_memory();
	doc->root = cJSON_ParseWithLength((const char *)text->p, text->len);
	if (doc->root != NULL) {
		const struct json top = {.node = doc->root, .f = f};

		if (check_tree(&top) == 0 && !n.failed)
			return 0;
	} else if (!n.failed) {
		/* The text is JSON, so what cJSON lacked is memory. */
		f->lost = true;
	}
	json_doc_free(doc);
	return -1;
}

void
json_doc_free(struct json_doc *doc)
{
	cJSON_Delete(doc->root);
	doc->root = NULL;
}

static void
print_number(struct json_out *w, const char *name, double d)
{
	char text[40];
	struct buf view;

	if (d >= -(double)JSON_INTEGER_MAX && d <= (double)JSON_INTEGER_MAX &&
	    d == (double)(int64_t)d) {
		out_int(w, name, (int64_t)d);
		return;
	}
	(void)snprintf(text, sizeof(text), "%.15g", d);
	if (strtod(text, NULL) != d)
		(void)snprintf(text, sizeof(text), "%.17g", d);
	view = buf_view(text, strlen(text));
	out_raw(w, name, &view);
}

static void
print(struct json_out *w, const cJSON *node)
{
	const cJSON *child;
	/* Items of an array have no name, and neither has what is on top. */
	const char *name = w->depth == 0 ? NULL : node->string;

	switch (node->type & 0xff) {
	case cJSON_String:
		out_str(w, name, node->valuestring);
		return;
	case cJSON_Number:
		print_number(w, name, node->valuedouble);
		return;
	case cJSON_True:
	case cJSON_False:
		out_bool(w, name, cJSON_IsTrue(node));
		return;
	case cJSON_Object:
		out_object(w, name);
		break;
	case cJSON_Array:
		out_array(w, name);
		break;
	default:
		out_null(w, name);
		return;
	}
	for (child = node->child; child != NULL; child = child->next)
		print(w, child);
	out_close(w);
}

int
json_print(const struct json *j, struct buf *out, struct err *err)
{
	struct json_out w = json_out(out);

	*out = BUF_EMPTY;
	if (j->node == NULL)
		out_null(&w, NULL);
	else
		print(&w, j->node);
	return out_end(&w, err);
}
