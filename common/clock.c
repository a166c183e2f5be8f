#include "clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define HTTP_TEXT 30

/* Nothing that clock_parse() takes: a time nobody can write is shown as this.
 */
#define NO_TIME "(not a time)"

static const char days[7][4] = {
    "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

int64_t
clock_now(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec;
}

int64_t
clock_ticks(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * 1000 + (int64_t)now.tv_nsec / 1000000;
}

/* The calendar's fields; false outside the years 1970 to 9999. */
static bool
split(int64_t t, struct tm *tm)
{
	time_t seconds = (time_t)t;

	return t >= 0 && gmtime_r(&seconds, tm) != NULL &&
	    tm->tm_year <= 9999 - 1900;
}

void
clock_format(int64_t t, char out[static CLOCK_TEXT])
{
	struct tm tm;

	if (!split(t, &tm) ||
	    strftime(out, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		(void)snprintf(out, CLOCK_TEXT, "%s", NO_TIME);
}

/* As many decimal digits, without sign or blank; -1 for anything else. */
static int
number(const char *text, unsigned n)
{
	int value = 0;

	for (unsigned i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = 10 * value + (text[i] - '0');
	}
	return value;
}

/*
 * The parsers read fields at fixed places, and then ask whether the time that
 * results is written as the text was. That one question covers signs, blanks,
 * wrong separators, the 30th of February and leap seconds.
 */
int
clock_parse(const char *text, int64_t *t)
{
	struct tm tm = {0};
	char back[CLOCK_TEXT];
	int64_t seconds;

	if (strlen(text) != strlen("2026-11-20T09:00:00Z"))
		return -1;
	tm.tm_year = number(text, 4) - 1900;
	tm.tm_mon = number(text + 5, 2) - 1;
	tm.tm_mday = number(text + 8, 2);
	tm.tm_hour = number(text + 11, 2);
	tm.tm_min = number(text + 14, 2);
	tm.tm_sec = number(text + 17, 2);
	seconds = (int64_t)timegm(&tm);
	clock_format(seconds, back);
	if (strcmp(text, back) != 0)
		return -1;
	*t = seconds;
	return 0;
}

static void
format_http(int64_t t, char out[static HTTP_TEXT])
{
	struct tm tm;
	size_t n;

	/* By our own names: strftime's follow the person's language. */
	out[0] = '\0';
	if (!split(t, &tm))
		return;
	n = (size_t)snprintf(out, HTTP_TEXT, "%s, %02d %s ", days[tm.tm_wday],
	    tm.tm_mday, months[tm.tm_mon]);
	(void)strftime(out + n, HTTP_TEXT - n, "%Y %H:%M:%S GMT", &tm);
}

int
clock_parse_http(const char *text, int64_t *t)
{
	struct tm tm = {0};
	char back[HTTP_TEXT];
	int64_t seconds;

	if (strlen(text) != strlen("Sun, 06 Nov 1994 08:49:37 GMT"))
		return -1;
	while (tm.tm_mon < 12 && memcmp(text + 8, months[tm.tm_mon], 3) != 0)
		tm.tm_mon++;
	tm.tm_mday = number(text + 5, 2);
	tm.tm_year = number(text + 12, 4) - 1900;
	tm.tm_hour = number(text + 17, 2);
	tm.tm_min = number(text + 20, 2);
	tm.tm_sec = number(text + 23, 2);
	seconds = (int64_t)timegm(&tm);
	format_http(seconds, back);
	if (strcmp(text, back) != 0)
		return -1;
	*t = seconds;
	return 0;
}
