/*
 * What an answer of Vault's or OpenBao's transit engine is, and where in it
 * its keys stand. The text is walked, never copied: it holds the keys.
 */
#ifndef VAULT_ANSWER_H
#define VAULT_ANSWER_H

#include <stdbool.h>

#include "receive.h"

/* Facts that decide what kind of answer this is; each may come once. */
enum vault_fact {
	VAULT_DATA,
	VAULT_WRAP_INFO, /* an object: response wrapping */
	VAULT_ERRORS,
	VAULT_BACKUP,
	VAULT_POLICY,  /* a backup, decoded */
	VAULT_DERIVED, /* true: from a key-read */
	VAULT_KEYS,
	VAULT_TYPE,
};

/* A string of the text, as it stands between its quotes. */
struct vault_string {
	const uint8_t *p;
	size_t len;
};

struct vault_answer {
	unsigned facts; /* bit 1 << fact: there */
	struct vault_string type, error, creation_path;
	struct vault_string keys[RECEIVE_VERSIONS_MAX];
	int64_t versions[RECEIVE_VERSIONS_MAX]; /* in the order of the text */
	size_t n;
	const char *place; /* before each version: "data.keys.", "keys.", "" */
	bool other_values; /* versions that are not strings: a key-read */
};

int vault_answer_read(
    const struct secret *text, struct vault_answer *a, struct err *err);

bool vault_has(const struct vault_answer *a, enum vault_fact fact);

/* STATUS_REJECTED, with reason and hint, unless it is an export of keys. */
int vault_answer_check(const struct vault_answer *a, struct err *err);

/* A string with its escapes undone. The caller frees out. */
int vault_string_read(
    const struct vault_string *s, struct secret *out, struct err *err);

#endif
