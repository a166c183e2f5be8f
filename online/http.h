/*
 * HTTP requests, one after another over connections that are kept.
 *
 * The only module that knows libcurl. It follows no redirect, keeps no
 * cookie, reads no netrc, wants TLS 1.2 or later with a certificate that
 * verifies, and believes no answer that did not arrive whole: libcurl 7.88
 * takes a connection cut inside the headers for success. HTTPS_PROXY and
 * NO_PROXY are honoured, except for loopback, where no proxy makes sense.
 */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

#define HTTP_VALUE_MAX 256  /* of a response header that is kept */
#define HTTP_HEADERS_MAX 24 /* of a request */
#define HTTP_BODY_MAX (1u << 20)

struct http; /* connections that are kept between requests */

struct http_header {
	const char *name;
	const char *value; /* not empty */
};

struct http_request {
	const char *method;
	const char *url;
	struct http_header headers[HTTP_HEADERS_MAX];
	size_t n_headers;
	struct buf body;      /* borrowed */
	const struct buf *ca; /* PEM; NULL: the system's */
	bool plain;           /* http:// is allowed, and only to loopback */
	/*
	 * Never sent twice: libcurl repeats even a POST when a connection
	 * that it had kept turns out to be dead. Takes a new connection.
	 */
	bool once;
	size_t body_max; /* of the answer; 0: HTTP_BODY_MAX */
};

/* What became of a request, for whoever must decide about a second try. */
enum http_fate {
	HTTP_ANSWERED, /* a whole answer came, whatever its status */
	HTTP_UNSENT,   /* the other side cannot have acted on it */
	HTTP_LOST,     /* perhaps it was done, perhaps not */
	HTTP_REFUSED,  /* by ourselves or by TLS: no second try will differ */
};

struct http_response {
	enum http_fate fate;
	int status;
	int64_t date;           /* the server's clock; 0 when it did not say */
	int64_t retry_after_ms; /* -1 when it did not say */
	/* Kept headers, "" when absent; only printable ASCII. */
	char request_id[HTTP_VALUE_MAX]; /* of AWS, S3 or Heroku */
	char content_type[HTTP_VALUE_MAX];
	char confirmation_required[HTTP_VALUE_MAX]; /* Heroku's 423 */
	char bucket_region[HTTP_VALUE_MAX];
	struct buf body;
};

int http_open(struct http **h, struct err *err);
void http_close(struct http *h);

/* Too many headers is a mistake of ours: asserted. Values are borrowed. */
void http_add_header(
    struct http_request *req, const char *name, const char *value);

/*
 * Send and wait for the whole answer. 0 for any HTTP status: judging it is
 * the caller's. On -1 (STATUS_REMOTE, or STATUS_FAILED here) fate still says
 * what may have happened. The caller frees res in both cases, which wipes it.
 */
int http_send(struct http *h, const struct http_request *req,
    struct http_response *res, struct err *err);
void http_response_free(struct http_response *res);

/*
 * What the header callback does with each line, apart from libcurl so that
 * it can be tested: collects the headers of the last block and knows whether
 * it ended and how its body is delimited.
 */
struct http_head {
	bool ended; /* the blank line was seen */
	bool failed;
	bool chunked;
	int64_t length; /* Content-Length; -1 when absent */
};
void http_head_line(struct http_head *head, struct http_response *res,
    const char *line, size_t len);

/* STATUS_REMOTE when this head and that many bytes are no whole answer. */
int http_head_check(
    const struct http_head *head, int status, size_t body_len, struct err *err);

#endif
