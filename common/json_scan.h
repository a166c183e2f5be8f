/*
 * The syntax of JSON, RFC 8259 and RFC 7493, over bytes: no tree, no copy.
 *
 * json_walk() shows this to everybody (json.h); json_parse() lets it decide
 * what cJSON, which takes far more than JSON, ever gets to see.
 */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include "json.h"
#include "json_path.h"

/* cJSON reads a number through a buffer of this size and its NUL. */
#define JSON_NUMBER_MAX 63

struct json_syntax {
	const char *wanted; /* NULL when nothing is wrong */
	size_t line, column;
	char path[JSON_PATH];
};

/*
 * Call fn for every value, containers before what is in them. Stops, with -1,
 * at the first thing that is not JSON and says in at what was wanted there;
 * or when fn does not return 0, with what it returned. A number is only
 * known to consist of the right characters: fn asks json_number_fault().
 */
int json_scan(
    const struct buf *text, json_visit *fn, void *arg, struct json_syntax *at);

/* What is wrong with the number in len bytes at p; NULL if nothing is. */
const char *json_number_fault(
    const uint8_t *p, size_t len, enum json_numbers numbers);

#endif
