#include "text.h"

#include <stdio.h>
#include <string.h>

/* How long a character is that starts with this byte; 0 if none does. */
static size_t
sequence(uint8_t first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc0)
		return 0;
	if (first < 0xe0)
		return 2;
	if (first < 0xf0)
		return 3;
	return first < 0xf8 ? 4 : 0;
}

size_t
text_utf8(const uint8_t *p, size_t len, uint32_t *character)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n;
	uint32_t c;

	if (len == 0)
		return 0;
	n = sequence(p[0]);
	if (n == 0 || n > len)
		return 0;
	c = n == 1 ? p[0] : p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*character = c;
	return n;
}

bool
text_is_noncharacter(uint32_t character)
{
	return (character >= 0xfdd0 && character <= 0xfdef) ||
	    (character & 0xfffe) == 0xfffe;
}

bool
text_is_hidden(uint32_t c)
{
	static const struct {
		uint32_t from, to;
	} hidden[] = {
	    {0x00, 0x1f},       /* C0 */
	    {0x7f, 0x9f},       /* DEL, C1 */
	    {0xad, 0xad},       /* soft hyphen */
	    {0x61c, 0x61c},     /* Arabic letter mark */
	    {0x200b, 0x200f},   /* zero width, direction marks */
	    {0x2028, 0x202e},   /* line separators, overrides */
	    {0x2060, 0x206f},   /* word joiner, isolates */
	    {0xfeff, 0xfeff},   /* zero width no-break space */
	    {0xfff9, 0xfffb},   /* interlinear annotation */
	    {0xe0000, 0xe0fff}, /* tags, variation selectors */
	};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (c >= hidden[i].from && c <= hidden[i].to)
			return true;
	return false;
}

/*
 * The first piece of text as it will be shown, one character or one escaped
 * byte after another; returns how many bytes of text it stands for.
 */
static size_t
piece(const uint8_t *p, size_t len, char out[static 20])
{
	uint32_t c = 0;
	size_t n = text_utf8(p, len, &c);

	if (n > 0 && !text_is_hidden(c)) {
		memcpy(out, p, n);
		out[n] = '\0';
		return n;
	}
	n = n == 0 ? 1 : n;
	for (size_t i = 0; i < n; i++)
		(void)snprintf(out + 4 * i, 5, "\\x%02x", p[i]);
	return n;
}

char *
text_visible(const char *text, size_t len, char *out, size_t size)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t used = 0, cut = 0;
	char shown[20];

	if (size == 0)
		return out;
	while (len > 0) {
		size_t n = piece(p, len, shown);
		size_t width = strlen(shown);

		if (used + width >= size) {
			used = cut +
			    (size_t)snprintf(out + cut, size - cut, "...");
			break;
		}
		memcpy(out + used, shown, width);
		used += width;
		if (used + strlen("...") < size)
			cut = used;
		p += n;
		len -= n;
	}
	if (used < size)
		out[used] = '\0';
	return out;
}

/* Is c in a set such as "a-z0-9_"? A '-' that is last stands for itself. */
static bool
in_set(char c, const char *set)
{
	while (*set != '\0') {
		if (set[1] == '-' && set[2] != '\0') {
			if (c >= set[0] && c <= set[2])
				return true;
			set += 3;
		} else if (*set++ == c) {
			return true;
		}
	}
	return false;
}

bool
text_matches(const char *text, const char *first, const char *rest, size_t max)
{
	size_t len = strlen(text);

	if (len == 0 || len > max || !in_set(text[0], first))
		return false;
	for (size_t i = 1; i < len; i++)
		if (!in_set(text[i], rest))
			return false;
	return true;
}

bool
text_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool
text_ends(const char *text, const char *suffix)
{
	size_t len = strlen(text), n = strlen(suffix);

	return len >= n && strcmp(text + len - n, suffix) == 0;
}
