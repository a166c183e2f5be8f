/*
 * The strict reader of JSON. What it accepts it prints, reads back and prints
 * the same; the walk accepts it too; and cJSON never refuses what the scan
 * let through, or the two would not mean the same language.
 */
#include <string.h>

#include "json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static int
look(void *arg, const struct json_token *t)
{
	const struct buf *text = arg;

	/* Tokens are places in the text, and paths are short strings. */
	if (t->p < text->p || t->p + t->len > text->p + text->len ||
	    strlen(t->path) >= sizeof(((struct finding *)0)->path))
		__builtin_trap();
	return 0;
}

/* Ask for every member as everything: faults are fine, crashes are not. */
static void
ask(struct json *j)
{
	const char *name;
	uint8_t hex[4];

	for (size_t i = 0; (name = json_member_name(j, i)) != NULL; i++) {
		struct json inner;
		struct buf b;

		(void)want_str(j, name);
		(void)want_int(j, name, -5, INT64_MAX);
		(void)want_time(j, name);
		want_hex(j, name, hex, sizeof(hex));
		want_base64(j, name, 8, &b);
		buf_free(&b);
		inner = want_array(j, name, 0, 4);
		(void)json_item_str(&inner, 0);
		inner = want_object(j, name);
		json_end(&inner);
	}
	json_end(j);
}

/* 0 and the printed text, or -1. */
static int
read_one(const struct buf *text, enum json_numbers numbers, struct buf *out)
{
	struct findings f = FINDINGS_NONE;
	struct buf view = *text;
	struct json_doc doc;
	struct json j;
	struct err err;
	int walked = json_walk(text, numbers, look, &view, &err);
	int ret = json_parse(text, numbers, &doc, &f);

	*out = BUF_EMPTY;
	if (ret == 0) {
		if (walked < 0)
			__builtin_trap();
		j = json_root(&doc, &f);
		if (json_print(&j, out, &err) < 0)
			__builtin_trap();
		ask(&j);
	} else if (f.n == 0 || (f.lost && f.n < 1000)) {
		__builtin_trap(); /* refused by cJSON, not by the scan */
	}
	json_doc_free(&doc);
	findings_free(&f);
	return ret;
}

static int
try_with(const struct buf *text, enum json_numbers numbers)
{
	struct buf once, twice;

	if (read_one(text, numbers, &once) < 0)
		return -1;
	if (once.len == 0 || read_one(&once, numbers, &twice) < 0 ||
	    once.p == NULL || twice.p == NULL || once.len != twice.len ||
	    memcmp(once.p, twice.p, once.len) != 0)
		__builtin_trap();
	buf_free(&twice);
	buf_free(&once);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf text = buf_view(data, len);

	if (try_with(&text, JSON_INTEGERS) == 0 &&
	    try_with(&text, JSON_ANY_NUMBER) < 0)
		__builtin_trap();
	return 0;
}
