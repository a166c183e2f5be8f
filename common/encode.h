/* Hex and base64, strict: what decodes re-encodes to the same text. */
#ifndef ENCODE_H
#define ENCODE_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

#define SHA256_LEN 32
#define HEX_LEN(n) (2 * (n) + 1)

/* out has room for 2 * len + 1; lower case. */
void hex_encode(const uint8_t *p, size_t len, char *out);

/* text is exactly 2 * len lower-case digits; -1 without a message if not. */
int hex_decode(const char *text, uint8_t *out, size_t len);

/*
 * As a person types or pastes a digest: in either letter case, with blanks
 * anywhere. out has room for max bytes. Returns the decoded length, or -1.
 */
long hex_decode_typed(const char *text, uint8_t *out, size_t max);

/* Padded, standard alphabet (RFC 4648 section 4), no line breaks. */
int base64_encode(
    const uint8_t *p, size_t len, struct buf *out, struct err *err);

/*
 * text has len characters: no blanks, full padding, zero spare bits. out has
 * room for at least len / 4 * 3 bytes. Returns the decoded length or -1, and
 * runs in time that does not depend on the characters' values: Vault exports
 * are keys.
 */
long base64_decode(const char *text, size_t len, uint8_t *out);

#endif
