/* SHA-256 and HMAC, whole messages at once. */
#ifndef DIGEST_H
#define DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "encode.h"

int sha256(
    const void *p, size_t len, uint8_t out[static SHA256_LEN], struct err *err);
int hmac_sha256(const void *key, size_t key_len, const void *p, size_t len,
    uint8_t out[static SHA256_LEN], struct err *err);

#endif
