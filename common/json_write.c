#include "json_write.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "encode.h"
#include "json.h"
#include "text.h"

struct json_out
json_out(struct buf *b)
{
	return (struct json_out){.buf = b};
}

static void
put(struct json_out *w, const void *p, size_t len)
{
	struct err err;

	if (!w->failed && buf_add(w->buf, p, len, &err) < 0)
		w->failed = true;
}

static void
put_text(struct json_out *w, const char *text)
{
	put(w, text, strlen(text));
}

/* The bytes for one character of a string, as short as RFC 8785 has them. */
static void
put_character(struct json_out *w, const uint8_t *p, size_t n, uint32_t c)
{
	static const char named[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	char escape[8];

	for (size_t i = 0; i < sizeof(named) - 1; i += 2) {
		if (c == (uint8_t)named[i]) {
			put(w, (char[]){'\\', named[i + 1]}, 2);
			return;
		}
	}
	if (c >= 0x20) {
		put(w, p, n);
		return;
	}
	(void)snprintf(escape, sizeof(escape), "\\u%04" PRIx32, c);
	put_text(w, escape);
}

/*
 * A message may quote anything, and may have been cut inside a character:
 * what no reader would take becomes U+FFFD.
 */
static void
put_string(struct json_out *w, const char *value)
{
	const uint8_t *p = (const uint8_t *)value;
	size_t len = strlen(value);

	put_text(w, "\"");
	while (len > 0) {
		uint32_t c = 0;
		size_t n = text_utf8(p, len, &c);

		if (n == 0 || text_is_noncharacter(c))
			put_text(w, "\xef\xbf\xbd");
		else
			put_character(w, p, n, c);
		n = n == 0 ? 1 : n;
		p += n;
		len -= n;
	}
	put_text(w, "\"");
}

/* What stands before a value: the comma that is due, and its name. */
static void
start(struct json_out *w, const char *name)
{
	if (w->comma)
		put_text(w, ",");
	w->comma = true;
	if (name == NULL)
		return;
	put_string(w, name);
	put_text(w, ":");
}

static void
open_level(struct json_out *w, const char *name, const char *pair)
{
	start(w, name);
	put(w, pair, 1);
	w->comma = false;
	if (w->depth == sizeof(w->closing)) {
		w->failed = true;
		return;
	}
	w->closing[w->depth++] = pair[1];
}

void
out_object(struct json_out *w, const char *name)
{
	open_level(w, name, "{}");
}

void
out_array(struct json_out *w, const char *name)
{
	open_level(w, name, "[]");
}

void
out_close(struct json_out *w)
{
	if (w->depth == 0) {
		w->failed = true;
		return;
	}
	put(w, &w->closing[--w->depth], 1);
	w->comma = true;
}

void
out_str(struct json_out *w, const char *name, const char *value)
{
	start(w, name);
	put_string(w, value);
}

void
out_str_or_null(struct json_out *w, const char *name, const char *value)
{
	if (value == NULL)
		out_null(w, name);
	else
		out_str(w, name, value);
}

void
out_int(struct json_out *w, const char *name, int64_t value)
{
	char text[24];

	if (value < -JSON_INTEGER_MAX || value > JSON_INTEGER_MAX)
		w->failed = true;
	(void)snprintf(text, sizeof(text), "%" PRId64, value);
	start(w, name);
	put_text(w, text);
}

void
out_bool(struct json_out *w, const char *name, bool value)
{
	start(w, name);
	put_text(w, value ? "true" : "false");
}

void
out_null(struct json_out *w, const char *name)
{
	start(w, name);
	put_text(w, "null");
}

void
out_hex(struct json_out *w, const char *name, const uint8_t *p, size_t len)
{
	char text[HEX_LEN(1)];

	start(w, name);
	put_text(w, "\"");
	for (size_t i = 0; i < len; i++) {
		hex_encode(p + i, 1, text);
		put_text(w, text);
	}
	put_text(w, "\"");
}

void
out_base64(struct json_out *w, const char *name, const uint8_t *p, size_t len)
{
	struct buf text;
	struct err err;

	start(w, name);
	if (base64_encode(p, len, &text, &err) < 0)
		w->failed = true;
	put_text(w, "\"");
	put(w, text.p, text.len);
	put_text(w, "\"");
	buf_free(&text);
}

void
out_time(struct json_out *w, const char *name, int64_t t)
{
	char text[CLOCK_TEXT];
	int64_t back;

	clock_format(t, text);
	if (clock_parse(text, &back) < 0)
		w->failed = true;
	out_str(w, name, text);
}

void
out_raw(struct json_out *w, const char *name, const struct buf *text)
{
	start(w, name);
	put(w, text->p, text->len);
}

int
out_end(struct json_out *w, struct err *err)
{
	if (!w->failed && w->depth == 0)
		return 0;
	buf_free(w->buf);
	return err_set(err, STATUS_FAILED,
	    "cannot write JSON: out of memory, or a value that it cannot hold");
}
