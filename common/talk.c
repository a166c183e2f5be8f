#include "talk.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "encode.h"
#include "text.h"
#include "words.h"

#define COLUMNS 80

/* How much further in the rest of a broken line stands. */
#define HANG 2

/* The length of the first line of text: up to the last blank that fits. */
static size_t
line_length(const char *text, size_t room)
{
	size_t len = strcspn(text, "\n");
	size_t at;

	if (len <= room)
		return len;
	for (at = room; at > 0 && text[at] != ' '; at--)
		;
	/* A word that is too long for any line stands alone. */
	return at > 0 ? at : strcspn(text, " \n");
}

/* One line; what is too wide goes on below, further in. Returns its end. */
static const char *
put_line(const char *p)
{
	size_t indent = strspn(p, " ");

	p += indent;
	indent = indent < COLUMNS / 2 ? indent : COLUMNS / 2;
	for (size_t in = indent;; in = indent + HANG) {
		size_t len = line_length(p, COLUMNS - in);

		(void)fprintf(stderr, "%*s%.*s\n", (int)in, "", (int)len, p);
		p += len;
		p += strspn(p, " ");
		if (*p == '\0' || *p == '\n')
			return p;
	}
}

/* On a terminal lines are broken; logs and scripts read them whole. */
static void PRINTF(2, 0)
put(const char *prefix, const char *fmt, va_list ap)
{
	char *text = NULL, *whole = NULL;
	const char *p;

	if (vasprintf(&text, fmt, ap) < 0)
		return;
	if (!isatty(STDERR_FILENO) ||
	    asprintf(&whole, "%s%s", prefix, text) < 0) {
		(void)fprintf(stderr, "%s%s\n", prefix, text);
		free(text);
		return;
	}
	for (p = put_line(whole); *p == '\n';)
		p = put_line(p + 1);
	free(whole);
	free(text);
}

void
talk(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put("", fmt, ap);
	va_end(ap);
}

void
talk_text(unsigned indent, const char *fmt, ...)
{
	char text[2048];
	const char *p = text;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	do {
		size_t len = line_length(p, COLUMNS - indent);

		(void)fprintf(
		    stderr, "%*s%.*s\n", (int)indent, "", (int)len, p);
		p += len;
		p += *p == ' ' || *p == '\n';
	} while (*p != '\0');
}

void
talk_lines(unsigned indent, const struct buf *text)
{
	const char *p = (const char *)text->p;
	size_t left = text->len;

	while (left > 0) {
		const char *end = memchr(p, '\n', left);
		size_t len = end == NULL ? left : (size_t)(end - p);
		char shown[2048];

		talk_text(
		    indent, "%s", text_visible(p, len, shown, sizeof(shown)));
		len += end != NULL;
		p += len;
		left -= len;
	}
}

void
talk_next(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put("next: ", fmt, ap);
	va_end(ap);
}

void
talk_progress(const char *fmt, ...)
{
	va_list ap;

	if (!isatty(STDERR_FILENO))
		return;
	/* Back to the start of the line, and clear it. */
	(void)fputs("\r\033[K", stderr);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fflush(stderr);
}

void
talk_progress_end(void)
{
	if (isatty(STDERR_FILENO))
		(void)fputs("\r\033[K", stderr);
}

int
talk_digest(const char *what, const uint8_t *digest, struct err *err)
{
	char hex[HEX_LEN(SHA256_LEN)];
	struct buf words = BUF_EMPTY;

	if (words_lines(digest, SHA256_LEN, "  ", &words, err) < 0)
		return -1;
	hex_encode(digest, SHA256_LEN, hex);
	talk("%s:", what);
	/* Groups of eight digits, four a line: as they stand on the paper. */
	for (int line = 0; line < 2; line++) {
		const char *h = hex + (ptrdiff_t)32 * line;

		talk("  %.8s %.8s %.8s %.8s", h, h + 8, h + 16, h + 24);
	}
	(void)fputs((const char *)words.p, stderr);
	buf_free(&words);
	return 0;
}

int
result(struct err *err, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vprintf(fmt, ap);
	va_end(ap);
	if (n < 0 || fflush(stdout) != 0)
		return err_sys(err, "cannot write the result");
	return 0;
}

int
result_buf(const struct buf *b, struct err *err)
{
	if (fwrite(b->p, 1, b->len, stdout) != b->len || fflush(stdout) != 0)
		return err_sys(err, "cannot write the result");
	return 0;
}
