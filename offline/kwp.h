/*
 * AES-256 key wrap with padding, KWP: RFC 5649 and NIST SP 800-38F. It needs
 * no nonce, and says on opening whether key and text belong together.
 */
#ifndef KWP_H
#define KWP_H

#include "buf.h"
#include "secret.h"

#define KWP_KEY_LEN 32

/* The length of what kwp_wrap() gives for len bytes. */
size_t kwp_length(size_t len);

/* out has room for kwp_length(in->len) bytes. */
int kwp_wrap(const struct secret *key, const struct secret *in, uint8_t *out,
    struct err *err);

/* STATUS_REJECTED when in was not made with key. The caller frees out. */
int kwp_unwrap(const struct secret *key, const uint8_t *in, size_t len,
    struct secret *out, struct err *err);

#endif
