/*
 * The container (.gsb): what crosses the gap.
 *
 * Bytes in, bytes out; docs/bundle-format.md gives the layout. Reading goes
 * in this order and the functions are meant to be called so: bundle_read()
 * looks at sizes and header only, quorum_count() at the signatures,
 * bundle_inflate() opens the payload, a statement's _read() parses it.
 */
#ifndef BUNDLE_H
#define BUNDLE_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/types.h>

#include "buf.h"
#include "encode.h"

#define BUNDLE_HEADER 16
#define BUNDLE_SIGNATURE 97
#define BUNDLE_SIGNATURES_MAX 32
#define BUNDLE_PAYLOAD_MAX (8u << 20)
#define BUNDLE_INFLATED_MAX (32u << 20)
#define BUNDLE_MAX                                                             \
	(BUNDLE_HEADER + BUNDLE_SIGNATURES_MAX * BUNDLE_SIGNATURE +            \
	    BUNDLE_PAYLOAD_MAX)
#define ED25519_SIG_LEN 64

enum kind {
	KIND_PLAN = 1,
	KIND_REQUEST = 2,
	KIND_TOKENS = 3,
	KIND_TRANSFER = 4,
	KIND_RECEIPT = 5,
};

struct signature {
	uint8_t key_id[SHA256_LEN]; /* SHA-256 of the signer's SPKI */
	uint8_t sig[ED25519_SIG_LEN];
};

struct bundle {
	bool practice;
	enum kind kind;
	unsigned n_signatures;
	struct signature signatures[BUNDLE_SIGNATURES_MAX]; /* sorted */
	struct buf payload;         /* one gzip member */
	uint8_t digest[SHA256_LEN]; /* of the signed bytes */
};

#define BUNDLE_EMPTY ((struct bundle){0})

/* "plan", "request", ... */
const char *kind_name(enum kind kind);

/* "a plan", "a request", "tokens", ...: for sentences. */
const char *kind_phrase(enum kind kind);

/* Sizes, magic and header. Nothing is believed yet. The caller frees b. */
int bundle_read(const struct buf *in, struct bundle *b, struct err *err);

/* Compress json into a new bundle without signatures. */
int bundle_make(enum kind kind, bool practice, const struct buf *json,
    struct bundle *b, struct err *err);

int bundle_write(const struct bundle *b, struct buf *out, struct err *err);

/* The bytes that signatures cover: DSSE's pre-authentication encoding. */
int bundle_signed_bytes(
    const struct bundle *b, struct buf *out, struct err *err);

/* The DSSE payload type; out has room for 64. */
void bundle_type(const struct bundle *b, char out[static 64]);

/* Sign with an Ed25519 private key; a signature by that key is replaced. */
int bundle_sign(struct bundle *b, EVP_PKEY *key, struct err *err);

/* 1 when it verifies, 0 when not, -1 on failure. */
int bundle_verify(const struct bundle *b, const struct signature *s,
    const uint8_t spki[static 44], struct err *err);

/* Open the payload, within BUNDLE_INFLATED_MAX. The caller frees json. */
int bundle_inflate(const struct bundle *b, struct buf *json, struct err *err);

/* Add the signatures that other has and b has not; same digest required. */
int bundle_merge(struct bundle *b, const struct bundle *other, struct err *err);

void bundle_free(struct bundle *b);

/* Key id of an Ed25519 key, and its 44-byte SPKI. */
int key_spki(EVP_PKEY *key, uint8_t spki[static 44], struct err *err);

#endif
