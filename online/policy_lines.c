#include "policy_lines.h"

#include <stdio.h>
#include <string.h>

#include "policy_form.h"
#include "text.h"

#define LABEL_SIZE 256
#define INDENT "  "
#define MORE "      " /* where a long line goes on */

/* As much of text as fits, not cutting a character of UTF-8 in two. */
static size_t
piece(const char *text, size_t len, size_t room)
{
	size_t n = len < room ? len : room;

	while (n < len && n > 1 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static int
add_line(const char *indent, const char *text, struct buf *out, struct err *err)
{
	size_t len = strlen(text);

	do {
		size_t n = piece(text, len, POLICY_LINE - strlen(indent));

		if (buf_addf(out, err, "%s%.*s\n", indent, (int)n, text) < 0)
			return -1;
		text += n;
		len -= n;
		indent = MORE;
	} while (len > 0);
	return 0;
}

/* One fact, whatever characters are in it. */
static int
add_fact(const char *indent, const char *label, struct span value,
    struct buf *out, struct err *err)
{
	int ret = -1;
	struct buf text = BUF_EMPTY, shown = BUF_EMPTY, line = BUF_EMPTY;

	if (span_text(value, &text, err) < 0 ||
	    buf_alloc(&shown, 4 * text.len + 1, err) < 0 ||
	    buf_addf(&line, err, "%s: %s", label,
		text_visible((const char *)text.p, text.len, (char *)shown.p,
		    shown.len)) < 0)
		goto out;
	ret = add_line(indent, (const char *)line.p, out, err);
out:
	buf_free(&text);
	buf_free(&shown);
	buf_free(&line);
	return ret;
}

/* "Condition Bool kms:GrantIsForAWSResource", cut when it is monstrous. */
static int
longer_label(const char *label, struct span name, char out[static LABEL_SIZE],
    struct err *err)
{
	char shown[LABEL_SIZE / 2];
	struct buf text;

	if (span_text(name, &text, err) < 0)
		return -1;
	text_visible((const char *)text.p, text.len, shown, sizeof(shown));
	(void)snprintf(out, LABEL_SIZE, "%s%s%s", label,
	    label[0] == '\0' ? "" : " ", shown);
	buf_free(&text);
	return 0;
}

static int
add_value(const char *indent, const char *label, struct span value,
    struct buf *out, struct err *err)
{
	char longer[LABEL_SIZE];
	struct span name, v;
	size_t at = 0;

	if (span_kind(value) == '{') {
		while (span_next(value, &at, &name, &v))
			if (longer_label(label, name, longer, err) < 0 ||
			    add_value(indent, longer, v, out, err) < 0)
				return -1;
		return 0;
	}
	if (span_kind(value) == '[') {
		while (span_next(value, &at, &name, &v))
			if (add_value(indent, label, v, out, err) < 0)
				return -1;
		return 0;
	}
	return add_fact(indent, label, value, out, err);
}

static int
add_statement(struct span s, struct buf *out, struct err *err)
{
	struct span name, value, sid;
	size_t at = 0;

	if (!span_member(s, "Sid", &sid)) {
		if (add_line("", "Statement without a Sid", out, err) < 0)
			return -1;
	} else if (add_fact("", "Statement", sid, out, err) < 0) {
		return -1;
	}
	while (span_next(s, &at, &name, &value)) {
		char label[LABEL_SIZE];

		if (span_says(name, "Sid"))
			continue;
		if (longer_label("", name, label, err) < 0 ||
		    add_value(INDENT, label, value, out, err) < 0)
			return -1;
	}
	return 0;
}

static int
add_statements(struct span statements, struct buf *out, struct err *err)
{
	struct span s;
	size_t at = 0;

	while (span_each(statements, &at, &s))
		if (add_statement(s, out, err) < 0)
			return -1;
	return 0;
}

int
policy_lines(const struct buf *policy, struct buf *out, struct err *err)
{
	struct span name, value;
	size_t at = 0;

	*out = BUF_EMPTY;
	while (span_next(span_root(policy), &at, &name, &value)) {
		char label[LABEL_SIZE];

		if (span_says(name, "Statement")) {
			if (add_statements(value, out, err) < 0)
				goto fail;
		} else if (longer_label("", name, label, err) < 0 ||
		    add_value("", label, value, out, err) < 0) {
			goto fail;
		}
	}
	return 0;
fail:
	buf_free(out);
	return -1;
}
