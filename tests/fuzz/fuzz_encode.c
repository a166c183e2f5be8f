/*
 * Small strict readers of text: whatever base64, hex or a time is accepted is
 * written again as the very same text, and what is made visible cannot steer
 * a terminal.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "encode.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
try_base64(const char *text, size_t len, uint8_t *out)
{
	long n = base64_decode(text, len, out);
	struct buf again;
	struct err err;

	if (n < 0)
		return;
	if (base64_encode(out, (size_t)n, &again, &err) < 0 ||
	    again.len != len || memcmp(again.p, text, len) != 0)
		__builtin_trap();
	buf_free(&again);
}

static void
try_hex(const char *text, uint8_t *out)
{
	size_t len = strlen(text) / 2;
	char *again = malloc(2 * len + 1);

	if (again != NULL && hex_decode(text, out, len) == 0) {
		hex_encode(out, len, again);
		if (strcmp(again, text) != 0)
			__builtin_trap();
	}
	free(again);
}

static void
try_time(const char *text)
{
	char again[CLOCK_TEXT];
	int64_t t;

	if (clock_parse(text, &t) == 0) {
		clock_format(t, again);
		if (strcmp(again, text) != 0)
			__builtin_trap();
	}
	if (clock_parse_http(text, &t) == 0 && t < 0)
		__builtin_trap();
}

static void
try_visible(const char *text, size_t len)
{
	char shown[64];
	const uint8_t *p = (const uint8_t *)shown;
	size_t left = strlen(text_visible(text, len, shown, sizeof(shown)));

	while (left > 0) {
		uint32_t c = 0;
		size_t n = text_utf8(p, left, &c);

		if (n == 0 || c < 0x20 || (c >= 0x7f && c <= 0x9f) ||
		    (c >= 0x202a && c <= 0x202e) ||
		    (c >= 0x2066 && c <= 0x2069))
			__builtin_trap();
		p += n;
		left -= n;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len + 1);
	uint8_t *out = malloc(len + 1);

	if (text != NULL && out != NULL) {
		if (len > 0)
			memcpy(text, data, len);
		text[len] = '\0';
		try_base64(text, len, out);
		try_hex(text, out);
		try_time(text);
		try_visible(text, len);
	}
	free(out);
	free(text);
	return 0;
}
