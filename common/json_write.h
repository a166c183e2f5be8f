/*
 * A writer of compact JSON, member after member in the order of the
 * document; minimal escapes, integers only. The writer remembers failure:
 * out_end() says once whether everything was written.
 */
#ifndef JSON_WRITE_H
#define JSON_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

struct json_out {
	struct buf *buf;
	bool failed;
	bool comma; /* one is due before the next member */
	unsigned depth;
	char closing[32];
};

/* b must be empty or hold what the text is to follow. */
struct json_out json_out(struct buf *b);

/* name is NULL at the top and inside arrays. */
void out_object(struct json_out *w, const char *name);
void out_array(struct json_out *w, const char *name);
void out_close(struct json_out *w);
void out_str(struct json_out *w, const char *name, const char *value);
/* NULL becomes null. */
void out_str_or_null(struct json_out *w, const char *name, const char *value);
void out_int(struct json_out *w, const char *name, int64_t value);
void out_bool(struct json_out *w, const char *name, bool value);
void out_null(struct json_out *w, const char *name);
void out_hex(
    struct json_out *w, const char *name, const uint8_t *p, size_t len);
void out_base64(
    struct json_out *w, const char *name, const uint8_t *p, size_t len);
void out_time(struct json_out *w, const char *name, int64_t t);
/* JSON text that is already well-formed. */
void out_raw(struct json_out *w, const char *name, const struct buf *text);

/* 0 if everything was written and closed, else -1; b is freed then. */
int out_end(struct json_out *w, struct err *err);

#endif
