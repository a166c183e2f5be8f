/*
 * A strict reader of JSON (RFC 8259, I-JSON): what it accepts, every other
 * parser reads in the same way.
 *
 * UTF-8 without BOM, no duplicate names, no unpaired surrogates, no NUL, no
 * trailing byte, at most JSON_DEPTH levels. The tree behind it is cJSON's, and
 * nobody else sees that. Members are asked for one after another by the
 * want_ functions; what is absent, mistyped or unknown becomes a finding with
 * its place, so that no error can be ignored half way and all are reported.
 */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "findings.h"

struct cJSON;

#define JSON_DEPTH 16
#define JSON_ASKED 40

/* 2^53 - 1: up to here a double, which is what cJSON keeps, holds them all. */
#define JSON_INTEGER_MAX INT64_C(9007199254740991)

enum json_numbers {
	JSON_INTEGERS,   /* our own statements: integers within +-(2^53 - 1) */
	JSON_ANY_NUMBER, /* what a cloud answers: fractions and exponents too */
};

struct json_doc {
	struct cJSON *root;
};

/*
 * Read all of text. What is wrong goes into f and doc is empty then. The
 * caller frees doc with json_doc_free(), which wipes every string in it.
 */
int json_parse(const struct buf *text, enum json_numbers numbers,
    struct json_doc *doc, struct findings *f);
void json_doc_free(struct json_doc *doc);

/*
 * One token after another, for readers that must leave a secret where it is:
 * fn is called for each string and number with its path ("data.keys.3") and
 * its bytes as they stand in text (a string without its quotes, escapes not
 * undone). Checks syntax as json_parse() does, duplicates apart; copies
 * nothing. fn returning nonzero stops the walk, which then returns that.
 */
struct json_token {
	char type; /* '{' '[' '"' '0' 't' 'f' 'n' */
	const char *path;
	const uint8_t *p;
	size_t len;
};
typedef int json_visit(void *arg, const struct json_token *t);
int json_walk(const struct buf *text, enum json_numbers numbers, json_visit *fn,
    void *arg, struct err *err);

/* A place in the document: an object whose members are asked for. */
struct json {
	const struct cJSON *node; /* NULL after a fault: everything is absent */
	const struct json *up; /* must outlive this one: paths go through it */
	const char *name;
	size_t index;
	struct findings *f;
	const char *asked[JSON_ASKED];
	unsigned n_asked;
};

struct json json_root(const struct json_doc *doc, struct findings *f);

/* Required members. After a fault: "", 0, false, zeros, an empty buffer. */
const char *want_str(struct json *j, const char *name);
int64_t want_int(struct json *j, const char *name, int64_t min, int64_t max);
double want_number(struct json *j, const char *name);
bool want_bool(struct json *j, const char *name);
int64_t want_time(struct json *j, const char *name); /* seconds since 1970 */
void want_hex(struct json *j, const char *name, uint8_t *out, size_t len);
/* 1 to max bytes; the caller frees out. */
void want_base64(struct json *j, const char *name, size_t max, struct buf *out);
/* A string that is exactly value, such as a statement's type. */
void want_exactly(struct json *j, const char *name, const char *value);
struct json want_object(struct json *j, const char *name);
struct json want_array(
    struct json *j, const char *name, size_t min, size_t max);

/* Is the member there (and not null)? Counts as asked, wanted or not. */
bool json_has(struct json *j, const char *name);
/* Is it there and null? */
bool json_is_null(struct json *j, const char *name);

/* Items of an array that want_array() gave. */
size_t json_count(const struct json *array);
struct json json_item(const struct json *array, size_t i);
const char *json_item_str(const struct json *array, size_t i);

/* Every member that nobody asked for is a finding. */
void json_end(struct json *j);

/* A finding at a member of j (or at j itself when name is NULL). */
void json_fault(struct json *j, const char *name, const char *fmt, ...)
    PRINTF(3, 4);

/* Write the place into path, "targets[1].name". */
void json_path(const struct json *j, const char *name, char *path, size_t size);

/* Walk an object's members (for maps such as Vault's keys). NULL past end. */
const char *json_member_name(const struct json *j, size_t i);

/* The member as compact JSON text; "null" when absent. Caller frees out. */
int json_print(const struct json *j, struct buf *out, struct err *err);

#endif
