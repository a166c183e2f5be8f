/*
 * AWS Signature Version 4 over libcrypto.
 *
 * Pure: a request, credentials and a time in, an Authorization header out.
 * libcurl 7.88 signs wrongly when the caller gives the date (which skewed
 * clocks need) and for S3's "?encryption", and would keep the secret.
 */
#ifndef SIGV4_H
#define SIGV4_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "encode.h"

struct credentials;

#define SIGV4_DATE 17 /* "20261121T193853Z" */
#define SIGV4_HEADERS_MAX 16
#define SIGV4_AUTHORIZATION 1024

struct sigv4_header {
	const char *name; /* lower case */
	const char *value;
};

struct sigv4_request {
	const char *method;
	const char *path;  /* percent-encoded once, as it is sent */
	const char *query; /* canonical: "encryption=", or "" */
	const char *region, *service;
	const char *date; /* of x-amz-date */
	/* All that is signed, in any order: host, x-amz-date, ... */
	struct sigv4_header headers[SIGV4_HEADERS_MAX];
	size_t n_headers;
	struct buf body; /* borrowed */
};

struct sigv4 {
	char canonical_sha256[HEX_LEN(SHA256_LEN)]; /* hex, for tests */
	char signature[HEX_LEN(SHA256_LEN)];
	char authorization[SIGV4_AUTHORIZATION];
};

void sigv4_date(int64_t t, char out[static SIGV4_DATE]);

void sigv4_add_header(
    struct sigv4_request *req, const char *name, const char *value);

/* Derived keys are wiped. STATUS_FAILED when something is too long. */
int sigv4_sign(const struct sigv4_request *req,
    const struct credentials *credentials, struct sigv4 *out, struct err *err);

#endif
