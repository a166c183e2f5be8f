#include "sigv4.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/crypto.h>

#include "credentials.h"
#include "digest.h"

#define ALGORITHM "AWS4-HMAC-SHA256"
#define SCOPE_MAX 128
#define SIGNED_MAX 512

void
sigv4_date(int64_t t, char out[static SIGV4_DATE])
{
	time_t seconds = (time_t)t;
	struct tm tm;

	if (t < 0 || gmtime_r(&seconds, &tm) == NULL ||
	    strftime(out, SIGV4_DATE, "%Y%m%dT%H%M%SZ", &tm) == 0)
		(void)snprintf(out, SIGV4_DATE, "19700101T000000Z");
}

void
sigv4_add_header(struct sigv4_request *req, const char *name, const char *value)
{
	size_t i = req->n_headers++;

	assert(i < SIGV4_HEADERS_MAX);
	/* Sorted as they come: the order is part of what is signed. */
	while (i > 0 && strcmp(req->headers[i - 1].name, name) > 0) {
		req->headers[i] = req->headers[i - 1];
		i--;
	}
	req->headers[i] = (struct sigv4_header){name, value};
}

static int
sha256_hex(const void *p, size_t len, char out[static HEX_LEN(SHA256_LEN)],
    struct err *err)
{
	uint8_t hash[SHA256_LEN];

	if (sha256(p, len, hash, err) < 0)
		return -1;
	hex_encode(hash, sizeof(hash), out);
	return 0;
}

/* Blanks around a value are cut, runs of them inside become one. */
static int
add_value(struct buf *b, const char *value, struct err *err)
{
	bool pending = false, begun = false;

	for (; *value != '\0'; value++) {
		if (*value == ' ' || *value == '\t') {
			pending = begun;
			continue;
		}
		if (pending && buf_add(b, " ", 1, err) < 0)
			return -1;
		if (buf_add(b, value, 1, err) < 0)
			return -1;
		pending = false;
		begun = true;
	}
	return 0;
}

static int
add_headers(const struct sigv4_request *req, struct buf *b, struct err *err)
{
	for (size_t i = 0; i < req->n_headers; i++)
		if (buf_addf(b, err, "%s:", req->headers[i].name) < 0 ||
		    add_value(b, req->headers[i].value, err) < 0 ||
		    buf_add(b, "\n", 1, err) < 0)
			return -1;
	return 0;
}

static int
signed_headers(const struct sigv4_request *req, char out[static SIGNED_MAX],
    struct err *err)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < req->n_headers; i++) {
		int n = snprintf(out + used, SIGNED_MAX - used, "%s%s",
		    i > 0 ? ";" : "", req->headers[i].name);

		if (n < 0 || (size_t)n >= SIGNED_MAX - used)
			return err_set(
			    err, STATUS_FAILED, "too many headers to sign");
		used += (size_t)n;
	}
	return 0;
}

static int
canonical_hash(const struct sigv4_request *req, const char *signed_names,
    char out[static HEX_LEN(SHA256_LEN)], struct err *err)
{
	int ret = -1;
	struct buf b = BUF_EMPTY;
	char body[HEX_LEN(SHA256_LEN)];

	if (sha256_hex(req->body.p, req->body.len, body, err) < 0 ||
	    buf_addf(&b, err, "%s\n%s\n%s\n", req->method, req->path,
		req->query) < 0 ||
	    add_headers(req, &b, err) < 0 ||
	    buf_addf(&b, err, "\n%s\n%s", signed_names, body) < 0 ||
	    sha256_hex(b.p, b.len, out, err) < 0)
		goto out;
	ret = 0;
out:
	buf_free(&b); /* a session token is in it */
	return ret;
}

/* One link of the chain of keys: key becomes HMAC(key, text). */
static int
link_key(uint8_t key[static SHA256_LEN], const char *text, struct err *err)
{
	uint8_t next[SHA256_LEN];
	int ret = hmac_sha256(key, SHA256_LEN, text, strlen(text), next, err);

	if (ret == 0)
		memcpy(key, next, sizeof(next));
	WIPE(next);
	return ret;
}

static int
signing_key(const struct sigv4_request *req, const char *secret,
    uint8_t key[static SHA256_LEN], struct err *err)
{
	int ret = -1;
	struct buf first = BUF_EMPTY;

	if (buf_addf(&first, err, "AWS4%s", secret) < 0 ||
	    hmac_sha256(first.p, first.len, req->date, 8, key, err) < 0 ||
	    link_key(key, req->region, err) < 0 ||
	    link_key(key, req->service, err) < 0 ||
	    link_key(key, "aws4_request", err) < 0)
		goto out;
	ret = 0;
out:
	buf_free(&first);
	return ret;
}

/* HMAC over the string to sign, hex. */
static int
signature(const struct sigv4_request *req, const char *scope,
    const char *secret, struct sigv4 *out, struct err *err)
{
	int ret = -1;
	uint8_t key[SHA256_LEN] = {0}, mac[SHA256_LEN];
	struct buf text = BUF_EMPTY;

	if (buf_addf(&text, err, "%s\n%s\n%s\n%s", ALGORITHM, req->date, scope,
		out->canonical_sha256) < 0 ||
	    signing_key(req, secret, key, err) < 0 ||
	    hmac_sha256(key, sizeof(key), text.p, text.len, mac, err) < 0)
		goto out;
	hex_encode(mac, sizeof(mac), out->signature);
	ret = 0;
out:
	WIPE(key);
	buf_free(&text);
	return ret;
}

int
sigv4_sign(const struct sigv4_request *req,
    const struct credentials *credentials, struct sigv4 *out, struct err *err)
{
	char scope[SCOPE_MAX], names[SIGNED_MAX];
	int n;

	*out = (struct sigv4){0};
	assert(strlen(req->date) == SIGV4_DATE - 1);
	n = snprintf(scope, sizeof(scope), "%.8s/%s/%s/aws4_request", req->date,
	    req->region, req->service);
	if (n < 0 || (size_t)n >= sizeof(scope))
		return err_set(err, STATUS_FAILED,
		    "region or service is too long to sign for");
	if (signed_headers(req, names, err) < 0 ||
	    canonical_hash(req, names, out->canonical_sha256, err) < 0 ||
	    signature(req, scope, credentials->secret_key, out, err) < 0)
		return -1;
	n = snprintf(out->authorization, sizeof(out->authorization),
	    "%s Credential=%s/%s, SignedHeaders=%s, Signature=%s", ALGORITHM,
	    credentials->access_key, scope, names, out->signature);
	if (n < 0 || (size_t)n >= sizeof(out->authorization))
		return err_set(err, STATUS_FAILED,
		    "the access key id is too long to sign with");
	return 0;
}
