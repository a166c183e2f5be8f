/*
 * One signed call to AWS, with its retries; what the calls have in common.
 *
 * Repeated are only transient failures and throttling, at most AWS_ATTEMPTS
 * in all, and what must not happen twice not even then. An answer counts
 * only when it is a complete JSON object.
 */
#ifndef AWS_H
#define AWS_H

#include <stdbool.h>
#include <stdint.h>

#include "cloud.h"
#include "findings.h"
#include "json.h"

#define AWS_ATTEMPTS 3

/* Why the last call failed, for a verb that must decide by it. */
struct aws_error {
	/* "NotFoundException"; "" when no answer of AWS said so. */
	char code[80];
	char message[HTTP_VALUE_MAX]; /* made visible */
	int status;                   /* HTTP; 0 when there was no answer */
	bool lost;                    /* it may have been done all the same */
	char request_id[HTTP_VALUE_MAX];
	int64_t date; /* the server's clock; 0 without an answer */
};

/* A target's account and region, and what was called there. */
struct aws {
	struct cloud *cloud;
	const struct target *target;
	struct endpoint kms, sts;
	struct aws_error error; /* of the last call; code "" after success */
	struct calls calls;     /* all that succeeded, in order */
	/*
	 * In clock_ticks(): until then a change of ours may not be visible
	 * everywhere, and NotFound or InvalidState is asked again.
	 */
	int64_t settles_at;
};

/*
 * Finds credentials at the first call; resolves the endpoints. STATUS_FAILED
 * without credentials, STATUS_REJECTED for a forbidden endpoint.
 */
int aws_open(struct aws *a, struct cloud *c, const struct target *target,
    struct err *err);
void aws_close(struct aws *a);

/* The answered call before: its request id and date. NULL when none. */
const struct call *aws_last_call(const struct aws *a);

bool aws_failed_with(const struct aws *a, const char *code);

enum aws_repeat {
	AWS_REPEATABLE, /* may be done twice */
	AWS_ONCE,       /* never again once it may have been done */
};

/* Any signed request; KMS's, STS's and S3's are made from this. */
struct aws_request {
	const struct endpoint *endpoint;
	const char *operation; /* a constant, for messages and receipts */
	const char *method;
	const char *path;  /* percent-encoded; the bucket's for S3 */
	const char *query; /* canonical: "encryption="; "" for none */
	/* Signed and sent; host, date, token and hash are added. */
	struct http_header headers[HTTP_HEADERS_MAX];
	size_t n_headers;
	struct buf body; /* borrowed */
	enum aws_repeat repeat;
};

/*
 * Sign, send, retry, and correct the clock once. 0 only for a 2xx answer,
 * which is added to calls. Else STATUS_REMOTE as "OPERATION: Code: message
 * (request id ...)" with a hint, a->error, and in res the last answer if there
 * was one. The caller frees res.
 */
int aws_send(struct aws *a, const struct aws_request *req,
    struct http_response *res, struct err *err);

/*
 * A KMS operation: JSON in, JSON out. Parses the answer into doc, which must
 * be an object (an empty body counts as {}). The caller frees doc.
 */
int aws_kms_call(struct aws *a, const char *operation, enum aws_repeat repeat,
    const struct buf *body, struct json_doc *doc, struct err *err);

/*
 * After the wanted members were asked for: STATUS_REMOTE when the answer
 * lacks one or has it in another shape; the call does not count then, and
 * a->error.lost is set. Members that nobody asked for are not minded.
 */
int aws_answer_check(struct aws *a, const char *operation,
    const struct findings *f, struct err *err);

/*
 * An answer that cannot be used, as err says: it is taken out of a->calls,
 * and perhaps the thing was done all the same. Returns -1.
 */
int aws_discount(struct aws *a, const char *operation, struct err *err);

/*
 * Read an error's code and text out of JSON (KMS) or XML (STS, S3); what is
 * in neither form leaves code empty. Never fails: it is an explanation.
 */
void aws_error_read(const struct buf *body, int status, struct aws_error *e);

/* What to do about a code, or NULL. */
const char *aws_error_hint(const char *code);

bool aws_error_is_transient(const struct aws_error *e);
bool aws_error_is_throttling(const struct aws_error *e);
bool aws_error_is_skew(const struct aws_error *e);

#endif
