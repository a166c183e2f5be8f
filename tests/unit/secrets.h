/* Secrets for tests: from files, from hex, and with one byte changed. */
#ifndef SECRETS_H
#define SECRETS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "encode.h"
#include "key_spec.h"
#include "secret.h"

static inline struct secret
secret_of(const void *p, size_t len)
{
	struct secret s;
	struct err err = {0};

	assert_int_equal(secret_copy(&s, p, len, &err), 0);
	return s;
}

static inline struct secret
secret_text(const char *text)
{
	return secret_of(text, strlen(text));
}

static inline struct secret
secret_hex(const char *hex)
{
	struct secret s;
	struct err err = {0};

	assert_int_equal(secret_alloc(&s, strlen(hex) / 2, &err), 0);
	assert_int_equal(hex_decode(hex, s.p, s.len), 0);
	return s;
}

static inline struct secret
secret_file(const char *folder, const char *name)
{
	char path[256];
	struct secret s;
	struct err err = {0};

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (secret_read(path, SECRET_MAX - 1, &s, &err) < 0)
		fail_msg("%s", err.msg);
	return s;
}

static inline void
assert_secret_hex(const struct secret *s, const char *hex)
{
	char *text = malloc(HEX_LEN(s->len));

	assert_non_null(text);
	hex_encode(s->p, s->len, text);
	assert_string_equal(text, hex);
	free(text);
}

static inline const struct key_spec *
spec(const char *name)
{
	const struct key_spec *s = key_spec_find(name);

	assert_non_null(s);
	return s;
}

#endif
