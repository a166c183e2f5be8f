#include "encode.h"

#include <string.h>

#include <openssl/crypto.h>

static const char digits[] = "0123456789abcdef";
static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789+/";

/*
 * All ones where lo <= c <= hi, else zero. Both differences are negative in
 * that case only; nothing here branches on c or looks anything up with it.
 */
static uint32_t
within(uint32_t c, uint32_t lo, uint32_t hi)
{
	return 0u - (((lo - 1u - c) & (c - hi - 1u)) >> 31);
}

/* The value of a digit; bad keeps a bit for ever once one was none. */
static uint32_t
hex_value(uint8_t c, uint32_t *bad)
{
	uint32_t number = within(c, '0', '9');
	uint32_t letter = within(c, 'a', 'f');

	*bad |= ~(number | letter);
	return (number & (c - (uint32_t)'0')) |
	    (letter & (c - (uint32_t)'a' + 10u));
}

static uint32_t
base64_value(uint8_t c, uint32_t *bad)
{
	uint32_t upper = within(c, 'A', 'Z');
	uint32_t lower = within(c, 'a', 'z');
	uint32_t number = within(c, '0', '9');
	uint32_t plus = within(c, '+', '+');
	uint32_t slash = within(c, '/', '/');

	*bad |= ~(upper | lower | number | plus | slash);
	return (upper & (c - (uint32_t)'A')) |
	    (lower & (c - (uint32_t)'a' + 26u)) |
	    (number & (c - (uint32_t)'0' + 52u)) | (plus & 62u) | (slash & 63u);
}

void
hex_encode(const uint8_t *p, size_t len, char *out)
{
	for (size_t i = 0; i < len; i++) {
		*out++ = digits[p[i] >> 4];
		*out++ = digits[p[i] & 15];
	}
	*out = '\0';
}

int
hex_decode(const char *text, uint8_t *out, size_t len)
{
	const uint8_t *c = (const uint8_t *)text;
	uint32_t bad = 0;

	if (len > SIZE_MAX / 2 || strlen(text) != 2 * len)
		return -1;
	for (size_t i = 0; i < len; i++) {
		uint32_t high = hex_value(c[2 * i], &bad);

		out[i] = (uint8_t)(high << 4 | hex_value(c[2 * i + 1], &bad));
	}
	if (bad == 0)
		return 0;
	OPENSSL_cleanse(out, len);
	return -1;
}

long
hex_decode_typed(const char *text, uint8_t *out, size_t max)
{
	size_t n = 0;

	for (;;) {
		char pair[3] = "";

		for (int i = 0; i < 2; i++) {
			while (*text == ' ')
				text++;
			if (*text == '\0' && i == 0)
				return (long)n;
			pair[i] = *text >= 'A' && *text <= 'F'
			    ? (char)(*text - 'A' + 'a')
			    : *text;
			if (*text != '\0')
				text++;
		}
		if (n == max || hex_decode(pair, out + n, 1) < 0)
			return -1;
		n++;
	}
}

int
base64_encode(const uint8_t *p, size_t len, struct buf *out, struct err *err)
{
	size_t groups = len / 3 + (len % 3 != 0);
	char *c;

	*out = BUF_EMPTY;
	if (groups > SIZE_MAX / 8)
		return err_memory(err);
	if (buf_alloc(out, 4 * groups, err) < 0)
		return -1;
	c = (char *)out->p;
	for (size_t i = 0; i < len; i += 3) {
		uint32_t n = (uint32_t)p[i] << 16;

		if (i + 1 < len)
			n |= (uint32_t)p[i + 1] << 8;
		if (i + 2 < len)
			n |= p[i + 2];
		*c++ = alphabet[n >> 18];
		*c++ = alphabet[n >> 12 & 63];
		*c++ = alphabet[n >> 6 & 63];
		*c++ = alphabet[n & 63];
	}
	if (len % 3 != 0)
		c[-1] = '=';
	if (len % 3 == 1)
		c[-2] = '=';
	return 0;
}

/*
 * The four characters at c, of which the last pad ones are '=', as 24 bits;
 * bits that no byte needs must be zero, or two texts would mean the same.
 */
static uint32_t
base64_group(const uint8_t *c, unsigned pad, uint32_t *bad)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < 4; i++)
		n = n << 6 | (i < 4 - pad ? base64_value(c[i], bad) : 0);
	*bad |= n & ((1u << (8 * pad)) - 1u);
	return n;
}

long
base64_decode(const char *text, size_t len, uint8_t *out)
{
	const uint8_t *c = (const uint8_t *)text;
	unsigned pad = 0;
	uint32_t bad = 0;
	uint8_t *o = out;

	if (len % 4 != 0)
		return -1;
	while (pad < 2 && pad < len && text[len - 1 - pad] == '=')
		pad++;
	for (size_t i = 0; i < len; i += 4) {
		unsigned less = i + 4 == len ? pad : 0;
		uint32_t n = base64_group(c + i, less, &bad);

		*o++ = (uint8_t)(n >> 16);
		if (less < 2)
			*o++ = (uint8_t)(n >> 8);
		if (less < 1)
			*o++ = (uint8_t)n;
	}
	if (bad == 0)
		return o - out;
	OPENSSL_cleanse(out, (size_t)(o - out));
	return -1;
}
