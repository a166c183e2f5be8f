/*
 * The readers behind receive_key(), one form a file. Each gives material that
 * fits the spec, or says why not; bytes of the input never reach a message.
 */
#ifndef RECEIVE_FORMS_H
#define RECEIVE_FORMS_H

#include <stdbool.h>

#include "receive.h"

/* What text turned out to be; each also fits the ones before it. */
enum text_form {
	TEXT_NONE, /* no text, or not of these */
	TEXT_BASE64,
	TEXT_HEX, /* every hex digit is a base64 character too */
};

/*
 * Does input hold lines of hex or base64, all but the last of one length, and
 * nothing else? Then text is what is left without the line ends. The caller
 * frees text.
 */
int text_join(const struct secret *input, struct secret *text,
    enum text_form *form, struct err *err);

/* Text of that form as bytes. The caller frees out. */
int text_decode_hex(
    const struct secret *text, struct secret *out, struct err *err);
int text_decode_base64(
    const struct secret *text, struct secret *out, struct err *err);

/* The bytes themselves: raw material, DER, or Go's 64 bytes of Ed25519. */
int receive_bytes(const struct secret *bytes, const struct key_spec *spec,
    struct secret *material, struct err *err);

bool looks_like_pem(const struct secret *input);
int receive_pem(const struct secret *input, const struct key_spec *spec,
    struct secret *material, struct err *err);

bool looks_like_json(const struct secret *input);
int receive_vault(const struct secret *input, const struct key_spec *spec,
    int64_t version, struct received *out, struct err *err);

/* Vault's other outputs, which hold no key or cannot be read; else NULL. */
const char *vault_refusal(const struct secret *input, const char **hint);

/* Does input begin with that text? */
bool secret_starts(const struct secret *s, const char *text);

/* One more sentence for the person; a literal. */
void received_warn(struct received *r, const char *sentence);

#endif
