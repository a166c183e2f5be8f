#include "words.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "words_list.h"

#define PER_LINE 4

/* Of what was typed, no more is compared: no word is nearly as long. */
#define TYPED_MAX 31

/* Letters that may be wrong in what is still a slip of the fingers. */
#define SLIP_MAX 2

const char *
word_at(size_t place, uint8_t byte)
{
	return words_list[byte][place % 2];
}

int
word_find(size_t place, const char *word)
{
	for (int i = 0; i < 256; i++)
		if (strcasecmp(words_list[i][place % 2], word) == 0)
			return i;
	return -1;
}

/*
 * Letters to change, add or leave out to get from one word to the other
 * (Levenshtein); row[j] is that number for the first j letters of b.
 */
static size_t
distance(const char *a, const char *b)
{
	size_t len = strnlen(b, TYPED_MAX);
	size_t row[TYPED_MAX + 1];

	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 0; a[i] != '\0'; i++) {
		size_t corner = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < len; j++) {
			bool same = strncasecmp(a + i, b + j, 1) == 0;
			size_t best = corner + (same ? 0 : 1);

			corner = row[j + 1];
			if (corner + 1 < best)
				best = corner + 1;
			if (row[j] + 1 < best)
				best = row[j] + 1;
			row[j + 1] = best;
		}
	}
	return row[len];
}

const char *
word_nearest(size_t place, const char *text)
{
	const char *nearest = NULL;
	size_t least = SLIP_MAX + 1;

	for (unsigned i = 0; i < 256; i++) {
		const char *word = word_at(place, (uint8_t)i);
		size_t far = distance(word, text);

		if (far >= least)
			continue;
		least = far;
		nearest = word;
	}
	return nearest;
}

int
words_lines(const uint8_t *p, size_t len, const char *indent, struct buf *out,
    struct err *err)
{
	*out = BUF_EMPTY;
	for (size_t i = 0; i < len; i++) {
		bool first = i % PER_LINE == 0;
		bool last = i + 1 == len || (i + 1) % PER_LINE == 0;

		if (buf_addf(out, err, "%s%2zu %-*s%s", first ? indent : "  ",
			i + 1, last ? 0 : WORD_MAX, word_at(i, p[i]),
			last ? "\n" : "") < 0) {
			buf_free(out);
			return -1;
		}
	}
	return 0;
}

int
words_line(const uint8_t *p, size_t len, struct buf *out, struct err *err)
{
	*out = BUF_EMPTY;
	for (size_t i = 0; i < len; i++) {
		if (buf_addf(out, err, "%s%s", i == 0 ? "" : " ",
			word_at(i, p[i])) < 0) {
			buf_free(out);
			return -1;
		}
	}
	return 0;
}
