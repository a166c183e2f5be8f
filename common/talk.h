/*
 * Words for the person, on stderr; results, on stdout. Only verbs talk:
 * everything else returns errors. No colour, 80 columns.
 */
#ifndef TALK_H
#define TALK_H

#include <stdint.h>

#include "buf.h"

/* A line for the person; on a terminal it is broken at blanks. */
void talk(const char *fmt, ...) PRINTF(1, 2);

/* Longer text, broken at blanks to 80 columns; each line gets the indent. */
void talk_text(unsigned indent, const char *fmt, ...) PRINTF(2, 3);

/* Each line of text that came from outside, made safe, like talk_text(). */
void talk_lines(unsigned indent, const struct buf *text);

/* The next command to run, after success: "next: ...". */
void talk_next(const char *fmt, ...) PRINTF(1, 2);

/* One line that is drawn again and again; only when stderr is a terminal. */
void talk_progress(const char *fmt, ...) PRINTF(1, 2);
void talk_progress_end(void);

/* Digest as grouped hex and numbered words, on stderr. */
int talk_digest(const char *what, const uint8_t *digest, struct err *err);

/* Results on stdout: fails when the disk or the pipe behind it does. */
int result(struct err *err, const char *fmt, ...) PRINTF(2, 3);
int result_buf(const struct buf *b, struct err *err);

#endif
