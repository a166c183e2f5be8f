/*
 * What the plan and the statements want of their members beyond json.h and
 * json_write.h: limits, fixed sets of values, lists, and what they share.
 * Memory that runs out is remembered, as every other failure is: by the
 * findings when reading, by the writer when writing.
 */
#ifndef MEMBERS_H
#define MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "encode.h"
#include "json.h"
#include "json_write.h"
#include "statements.h"

#define NAME_MAX_LEN 63
#define ARN_MAX 2048
#define REQUEST_ID_MAX 256
#define NOTE_MAX 1024

/* A string of 1 to max bytes without control characters. */
const char *want_text(struct json *j, const char *name, size_t max);

/* A string that matches ^[first][rest]{0,max-1}$; wanted says so in words. */
const char *want_match(struct json *j, const char *name, const char *first,
    const char *rest, size_t max, const char *wanted);

/* One of values, which end with NULL. */
const char *want_one_of(
    struct json *j, const char *name, const char *const *values);

/* Text that is lower-case hex of len bytes, at most 32. */
const char *want_hex_text(struct json *j, const char *name, size_t len);

/* Is the optional member there? One that is null is a fault. */
bool has_member(struct json *j, const char *name);

/* A digest or, where the member must be said even if there is none, null. */
bool want_hex_or_null(
    struct json *j, const char *name, uint8_t *out, size_t len);

/* Base64 of exactly len bytes. The caller frees out. */
void want_bytes(struct json *j, const char *name, size_t len, struct buf *out);

/* A fault at an item that is no object. */
void item_fault(const struct json *array, size_t i, const char *fmt, ...)
    PRINTF(3, 4);

/* Zeroed memory for every item of array, or NULL with n = 0. */
void *alloc_items(const struct json *array, size_t size, size_t *n);

/* An array of min to max texts, each as in want_text(). Caller frees. */
const char **want_texts(struct json *j, const char *name, size_t min,
    size_t max, size_t text_max, size_t *n);

/* An array of hex SHA-256 hashes, none of them twice. Caller frees. */
void want_digests(struct json *j, const char *name, size_t min, size_t max,
    uint8_t (**digests)[SHA256_LEN], size_t *n);

/* The members of "endpoints", all of them optional; j ends here. */
void read_endpoints(struct endpoints *e, struct json *j);

/* "journal", which is absent when there is none. */
void read_journal_mark(struct json *j, struct journal_mark *m);

/* Always there; null when there is none. */
void out_digest_or_null(struct json_out *w, const char *name, bool there,
    const uint8_t digest[static SHA256_LEN]);

/* Absent when there is none. */
void out_digest_if(struct json_out *w, const char *name, bool there,
    const uint8_t digest[static SHA256_LEN]);
void out_str_if(struct json_out *w, const char *name, const char *value);
void out_base64_if(
    struct json_out *w, const char *name, const struct buf *value);

void out_strings(
    struct json_out *w, const char *name, const char *const *values, size_t n);
void out_digests(struct json_out *w, const char *name,
    uint8_t (*const digests)[SHA256_LEN], size_t n);
void write_journal_mark(struct json_out *w, const struct journal_mark *m);

#endif
