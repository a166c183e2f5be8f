/*
 * Keys that everybody can look up, by the SHA-256 of what is secret in them
 * (of the modulus for RSA). A short list: whoever takes a key from a document
 * takes it from one of these.
 */
#ifndef PUBLISHED_KEYS_H
#define PUBLISHED_KEYS_H

#include <stdbool.h>

#include "encode.h"

bool is_published(const uint8_t digest[static SHA256_LEN]);

#endif
