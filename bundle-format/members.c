#include "members.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "url.h"

/* Did the call that began at before findings leave something to judge? */
static bool
sound(const struct json *j, size_t before)
{
	return j->node != NULL && j->f->n == before;
}

/* What is wrong with a text, or NULL. */
static const char *
text_refusal(const char *text, size_t max)
{
	size_t len = strlen(text);

	if (len == 0)
		return "is empty";
	if (len > max)
		return "is too long";
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return "has a control character";
	return NULL;
}

const char *
want_text(struct json *j, const char *name, size_t max)
{
	size_t before = j->f->n;
	const char *text = want_str(j, name);

	const char *refusal = text_refusal(text, max);

	if (sound(j, before) && refusal != NULL)
		json_fault(j, name, "%s: wanted 1 to %zu bytes", refusal, max);
	return text;
}

const char *
want_match(struct json *j, const char *name, const char *first,
    const char *rest, size_t max, const char *wanted)
{
	size_t before = j->f->n;
	const char *text = want_str(j, name);

	if (sound(j, before) && !text_matches(text, first, rest, max))
		json_fault(j, name, "wanted %s", wanted);
	return text;
}

/* "generate", "receive" or "escrow" */
static void
list_values(const char *const *values, char *out, size_t size)
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; values[i] != NULL; i++) {
		const char *before = i == 0 ? ""
		    : values[i + 1] == NULL ? " or "
					    : ", ";
		int n = snprintf(
		    out + len, size - len, "%s\"%s\"", before, values[i]);

		if (n < 0 || (size_t)n >= size - len)
			return;
		len += (size_t)n;
	}
}

const char *
want_one_of(struct json *j, const char *name, const char *const *values)
{
	size_t before = j->f->n;
	const char *text = want_str(j, name);
	char list[256];

	if (!sound(j, before))
		return text;
	for (size_t i = 0; values[i] != NULL; i++)
		if (strcmp(text, values[i]) == 0)
			return text;
	list_values(values, list, sizeof(list));
	json_fault(j, name, "wanted %s", list);
	return text;
}

const char *
want_hex_text(struct json *j, const char *name, size_t len)
{
	size_t before = j->f->n;
	const char *text = want_str(j, name);
	uint8_t bytes[SHA256_LEN];

	if (sound(j, before))
		want_hex(j, name, bytes, len);
	return text;
}

bool
has_member(struct json *j, const char *name)
{
	if (json_is_null(j, name)) {
		json_fault(j, name, "is null: leave out what does not apply");
		return false;
	}
	return json_has(j, name);
}

bool
want_hex_or_null(struct json *j, const char *name, uint8_t *out, size_t len)
{
	if (json_is_null(j, name))
		return false;
	want_hex(j, name, out, len);
	return true;
}

void
want_bytes(struct json *j, const char *name, size_t len, struct buf *out)
{
	size_t before = j->f->n;

	want_base64(j, name, len, out);
	if (sound(j, before) && out->len != len)
		json_fault(j, name, "wanted %zu bytes in base64, not %zu", len,
		    out->len);
}

void
item_fault(const struct json *array, size_t i, const char *fmt, ...)
{
	struct json item = {.up = array, .index = i, .f = array->f};
	char message[320];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	json_fault(&item, NULL, "%s", message);
}

void *
alloc_items(const struct json *array, size_t size, size_t *n)
{
	size_t count = json_count(array);
	void *items = NULL;

	if (count > 0 && (items = calloc(count, size)) == NULL) {
		array->f->lost = true;
		count = 0;
	}
	*n = count;
	return items;
}

const char **
want_texts(struct json *j, const char *name, size_t min, size_t max,
    size_t text_max, size_t *n)
{
	struct json array = want_array(j, name, min, max);
	const char **texts = alloc_items(&array, sizeof(*texts), n);

	for (size_t i = 0; i < *n; i++) {
		size_t before = j->f->n;
		const char *refusal;

		texts[i] = json_item_str(&array, i);
		refusal = text_refusal(texts[i], text_max);
		if (sound(&array, before) && refusal != NULL)
			item_fault(&array, i, "%s: wanted 1 to %zu bytes",
			    refusal, text_max);
	}
	return texts;
}

static bool
listed(uint8_t (*digests)[SHA256_LEN], size_t n, const uint8_t *digest)
{
	for (size_t i = 0; i < n; i++)
		if (memcmp(digests[i], digest, SHA256_LEN) == 0)
			return true;
	return false;
}

void
want_digests(struct json *j, const char *name, size_t min, size_t max,
    uint8_t (**digests)[SHA256_LEN], size_t *n)
{
	struct json array = want_array(j, name, min, max);
	uint8_t(*list)[SHA256_LEN] = alloc_items(&array, sizeof(*list), n);

	*digests = list;
	for (size_t i = 0; i < *n; i++) {
		size_t before = j->f->n;
		const char *text = json_item_str(&array, i);

		if (!sound(&array, before))
			continue;
		if (hex_decode(text, list[i], SHA256_LEN) < 0)
			item_fault(&array, i,
			    "wanted %d bytes in lower-case hex", SHA256_LEN);
		else if (listed(list, i, list[i]))
			item_fault(&array, i, "stands twice");
	}
}

void
read_endpoints(struct endpoints *e, struct json *j)
{
	struct {
		const char *name;
		const char **url;
	} urls[] = {{"kms", &e->kms}, {"sts", &e->sts}, {"s3", &e->s3},
	    {"heroku", &e->heroku}};

	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		if (has_member(j, urls[i].name))
			*urls[i].url = want_text(j, urls[i].name, URL_LEN_MAX);
	if (has_member(j, "ca_sha256"))
		e->ca_sha256 = want_hex_text(j, "ca_sha256", SHA256_LEN);
	json_end(j);
}

void
read_journal_mark(struct json *j, struct journal_mark *m)
{
	struct json mark;

	if (!has_member(j, "journal"))
		return;
	mark = want_object(j, "journal");
	m->line = want_int(&mark, "line", 1, JSON_INTEGER_MAX);
	want_hex(&mark, "head", m->head, SHA256_LEN);
	json_end(&mark);
}

void
out_digest_or_null(struct json_out *w, const char *name, bool there,
    const uint8_t digest[static SHA256_LEN])
{
	if (there)
		out_hex(w, name, digest, SHA256_LEN);
	else
		out_null(w, name);
}

void
out_digest_if(struct json_out *w, const char *name, bool there,
    const uint8_t digest[static SHA256_LEN])
{
	if (there)
		out_hex(w, name, digest, SHA256_LEN);
}

void
out_str_if(struct json_out *w, const char *name, const char *value)
{
	if (value != NULL)
		out_str(w, name, value);
}

void
out_base64_if(struct json_out *w, const char *name, const struct buf *value)
{
	if (value->len > 0)
		out_base64(w, name, value->p, value->len);
}

void
out_strings(
    struct json_out *w, const char *name, const char *const *values, size_t n)
{
	out_array(w, name);
	for (size_t i = 0; i < n; i++)
		out_str(w, NULL, values[i]);
	out_close(w);
}

void
out_digests(struct json_out *w, const char *name,
    uint8_t (*const digests)[SHA256_LEN], size_t n)
{
	out_array(w, name);
	for (size_t i = 0; i < n; i++)
		out_hex(w, NULL, digests[i], SHA256_LEN);
	out_close(w);
}

void
write_journal_mark(struct json_out *w, const struct journal_mark *m)
{
	if (m->line == 0)
		return;
	out_object(w, "journal");
	out_int(w, "line", m->line);
	out_hex(w, "head", m->head, SHA256_LEN);
	out_close(w);
}
