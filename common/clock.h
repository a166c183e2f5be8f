/*
 * Times: seconds since 1970 in UTC, and RFC 3339 text with Z and no fraction.
 * The wall clock is read in one place only, so that it is clear whose it is.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stddef.h>
#include <stdint.h>

#define CLOCK_TEXT 24

int64_t clock_now(void);

/* Milliseconds of a clock that never jumps, for timeouts and paces. */
int64_t clock_ticks(void);

/* "2026-11-20T09:00:00Z" */
void clock_format(int64_t t, char out[static CLOCK_TEXT]);

/* Years 1970 to 9999; -1 when text is anything else. No message. */
int clock_parse(const char *text, int64_t *t);

/* An HTTP date, "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7). */
int clock_parse_http(const char *text, int64_t *t);

#endif
