#include "bundle.h"

#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "digest.h"
#include "gzip.h"

/* PNG's idea: a high bit, CR LF and ^Z show what a bad transport did. */
static const uint8_t magic_real[8] = {
    0x89, 'G', 'S', 'B', '\r', '\n', 0x1a, '\n'};
static const uint8_t magic_practice[8] = {
    0x89, 'G', 'S', 'P', '\r', '\n', 0x1a, '\n'};

enum { AT_VERSION = 8, AT_KIND = 9, AT_COUNT = 10, AT_ZERO = 11, AT_LEN = 12 };

#define VERSION 1
#define ALGORITHM_ED25519 1

static const char *const kinds[] = {
    [KIND_PLAN] = "plan",
    [KIND_REQUEST] = "request",
    [KIND_TOKENS] = "tokens",
    [KIND_TRANSFER] = "transfer",
    [KIND_RECEIPT] = "receipt",
};

const char *
kind_name(enum kind kind)
{
	return kinds[kind];
}

const char *
kind_phrase(enum kind kind)
{
	static const char *const phrases[] = {
	    [KIND_PLAN] = "a plan",
	    [KIND_REQUEST] = "a request",
	    [KIND_TOKENS] = "the tokens of a request",
	    [KIND_TRANSFER] = "a transfer",
	    [KIND_RECEIPT] = "a receipt",
	};

	return phrases[kind];
}

static size_t
get_u32(const uint8_t *p)
{
	return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 |
	    p[3];
}

static void
put_u32(uint8_t *p, size_t v)
{
	for (int i = 3; i >= 0; i--, v >>= 8)
		p[i] = (uint8_t)v;
}

static int
refused(struct err *err, const char *why)
{
	return err_set(err, STATUS_REJECTED, "not a whole bundle: %s", why);
}

static int
read_header(const struct buf *in, struct bundle *b, struct err *err)
{
	const uint8_t *p = in->p;

	if (in->len < BUNDLE_HEADER)
		return refused(err, "shorter than its header");
	if (in->len > BUNDLE_MAX)
		return refused(err, "longer than any bundle");
	if (memcmp(p, magic_practice, sizeof(magic_practice)) == 0)
		b->practice = true;
	else if (memcmp(p, magic_real, sizeof(magic_real)) != 0)
		return refused(err, "it does not begin like one");
	if (p[AT_VERSION] != VERSION)
		return refused(
		    err, "a version that this program does not know");
	if (p[AT_KIND] < KIND_PLAN || p[AT_KIND] > KIND_RECEIPT)
		return refused(err, "a kind that this program does not know");
	if (p[AT_COUNT] > BUNDLE_SIGNATURES_MAX)
		return refused(err, "more than 32 signatures");
	if (p[AT_ZERO] != 0)
		return refused(err, "byte 11 is not zero");
	b->kind = p[AT_KIND];
	b->n_signatures = p[AT_COUNT];
	return 0;
}

static int
read_signatures(const struct buf *in, struct bundle *b, struct err *err)
{
	for (unsigned i = 0; i < b->n_signatures; i++) {
		const uint8_t *p = in->p + BUNDLE_HEADER +
		    (size_t)i * BUNDLE_SIGNATURE;
		struct signature *s = &b->signatures[i];

		if (p[0] != ALGORITHM_ED25519)
			return refused(err,
			    "a signature algorithm that this program does "
			    "not know");
		memcpy(s->key_id, p + 1, SHA256_LEN);
		memcpy(s->sig, p + 1 + SHA256_LEN, ED25519_SIG_LEN);
		if (i > 0 && memcmp(s[-1].key_id, s->key_id, SHA256_LEN) >= 0)
			return refused(err,
			    "its signatures are not in order, or one key "
			    "signed twice");
	}
	return 0;
}

void
bundle_type(const struct bundle *b, char out[static 64])
{
	(void)snprintf(out, 64, "application/vnd.gapseal.%s%s.v1+json+gzip",
	    b->practice ? "practice." : "", kind_name(b->kind));
}

/* "DSSEv1" SP len(type) SP type SP len(payload) SP payload */
int
bundle_signed_bytes(const struct bundle *b, struct buf *out, struct err *err)
{
	char type[64];

	*out = BUF_EMPTY;
	bundle_type(b, type);
	if (buf_addf(out, err, "DSSEv1 %zu %s %zu ", strlen(type), type,
		b->payload.len) < 0 ||
	    buf_add(out, b->payload.p, b->payload.len, err) < 0) {
		buf_free(out);
		return -1;
	}
	return 0;
}

static int
set_digest(struct bundle *b, struct err *err)
{
	struct buf bytes;
	int ret;

	if (bundle_signed_bytes(b, &bytes, err) < 0)
		return -1;
	ret = sha256(bytes.p, bytes.len, b->digest, err);
	buf_free(&bytes);
	return ret;
}

int
bundle_read(const struct buf *in, struct bundle *b, struct err *err)
{
	size_t at, len;

	*b = BUNDLE_EMPTY;
	if (read_header(in, b, err) < 0)
		goto fail;
	at = BUNDLE_HEADER + (size_t)b->n_signatures * BUNDLE_SIGNATURE;
	len = get_u32(in->p + AT_LEN);
	if (len == 0 || len > BUNDLE_PAYLOAD_MAX) {
		refused(err, "its payload is empty or over 8 MiB");
		goto fail;
	}
	if (in->len < at || in->len - at < len) {
		refused(err, "it ends in the middle");
		goto fail;
	}
	if (in->len - at > len) {
		refused(err, "bytes follow its payload");
		goto fail;
	}
	if (read_signatures(in, b, err) < 0 ||
	    buf_copy(&b->payload, in->p + at, len, err) < 0 ||
	    set_digest(b, err) < 0)
		goto fail;
	return 0;
fail:
	bundle_free(b);
	return -1;
}

int
bundle_make(enum kind kind, bool practice, const struct buf *json,
    struct bundle *b, struct err *err)
{
	*b = (struct bundle){.kind = kind, .practice = practice};
	if (gzip_deflate(json, &b->payload, err) < 0)
		return -1;
	if (b->payload.len > BUNDLE_PAYLOAD_MAX) {
		bundle_free(b);
		return err_set(err, STATUS_FAILED,
		    "the %s has more than 8 MiB even compressed",
		    kind_name(kind));
	}
	if (set_digest(b, err) < 0) {
		bundle_free(b);
		return -1;
	}
	return 0;
}

int
bundle_write(const struct bundle *b, struct buf *out, struct err *err)
{
	size_t at = BUNDLE_HEADER + (size_t)b->n_signatures * BUNDLE_SIGNATURE;
	uint8_t *p;

	if (buf_alloc(out, at + b->payload.len, err) < 0)
		return -1;
	p = out->p;
	memcpy(p, b->practice ? magic_practice : magic_real, 8);
	p[AT_VERSION] = VERSION;
	p[AT_KIND] = (uint8_t)b->kind;
	p[AT_COUNT] = (uint8_t)b->n_signatures;
	put_u32(p + AT_LEN, b->payload.len);
	p += BUNDLE_HEADER;
	for (unsigned i = 0; i < b->n_signatures; i++) {
		*p++ = ALGORITHM_ED25519;
		memcpy(p, b->signatures[i].key_id, SHA256_LEN);
		p += SHA256_LEN;
		memcpy(p, b->signatures[i].sig, ED25519_SIG_LEN);
		p += ED25519_SIG_LEN;
	}
	memcpy(p, b->payload.p, b->payload.len);
	return 0;
}

int
bundle_inflate(const struct bundle *b, struct buf *json, struct err *err)
{
	return gzip_inflate(&b->payload, BUNDLE_INFLATED_MAX, json, err);
}

void
bundle_free(struct bundle *b)
{
	buf_free(&b->payload);
	*b = BUNDLE_EMPTY;
}
