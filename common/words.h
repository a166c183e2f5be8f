/*
 * The PGP word list (Juola and Zimmermann, 1995): one word a byte, of two
 * syllables at even places and of three at odd ones, so that a word dropped
 * or said twice breaks the rhythm. For digests that people read aloud.
 */
#ifndef WORDS_H
#define WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/* The word for byte at the given place (0, 1, ...). */
const char *word_at(size_t place, uint8_t byte);

/* The byte that word stands for there, whatever its letter case, or -1. */
int word_find(size_t place, const char *word);

/*
 * The word at that place that looks most like text, at most two letters away;
 * else NULL. Only ever suggested.
 */
const char *word_nearest(size_t place, const char *text);

/* Numbered, four a line, each line with its indent; for print or screen. */
int words_lines(const uint8_t *p, size_t len, const char *indent,
    struct buf *out, struct err *err);

/* All on one line, separated by blanks. */
int words_line(const uint8_t *p, size_t len, struct buf *out, struct err *err);

#endif
