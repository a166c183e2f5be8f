#include "aws.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "clock.h"
#include "digest.h"
#include "sigv4.h"

#define DELAY_MAX 20000 /* ms, between two attempts */
#define SETTLE_DELAY_MAX 5000
#define SKEW_MIN 60 /* seconds that are no mere delay */

int
aws_open(struct aws *a, struct cloud *c, const struct target *target,
    struct err *err)
{
	*a = (struct aws){.cloud = c, .target = target};
	if (c->credentials.access_key == NULL &&
	    credentials_find(&c->credentials, err) < 0)
		return -1;
	if (endpoint_resolve(&c->rules, SERVICE_KMS, target, &a->kms, err) <
		0 ||
	    endpoint_resolve(&c->rules, SERVICE_STS, target, &a->sts, err) < 0)
		return -1;
	return 0;
}

void
aws_close(struct aws *a)
{
	if (a == NULL)
		return;
	calls_free(&a->calls);
	*a = (struct aws){.cloud = NULL};
}

const struct call *
aws_last_call(const struct aws *a)
{
	return a->calls.n > 0 ? &a->calls.list[a->calls.n - 1] : NULL;
}

bool
aws_failed_with(const struct aws *a, const char *code)
{
	return strcmp(a->error.code, code) == 0;
}

/* What every signed request carries besides its own headers. */
struct own_headers {
	char date[SIGV4_DATE];
	char body_sha256[HEX_LEN(SHA256_LEN)];
	struct sigv4 sigv4;
	struct buf url;
};

static int
sign(const struct aws *a, const struct aws_request *req,
    struct own_headers *own, struct err *err)
{
	const struct credentials *c = &a->cloud->credentials;
	struct sigv4_request s = {
	    .method = req->method,
	    .path = req->path,
	    .query = req->query,
	    .region = a->target->region,
	    .service = service_name(req->endpoint->service),
	    .date = own->date,
	    .body = req->body,
	};

	sigv4_date(cloud_now(a->cloud), own->date);
	for (size_t i = 0; i < req->n_headers; i++)
		sigv4_add_header(
		    &s, req->headers[i].name, req->headers[i].value);
	sigv4_add_header(&s, "host", req->endpoint->host);
	sigv4_add_header(&s, "x-amz-date", own->date);
	if (c->session_token != NULL)
		sigv4_add_header(&s, "x-amz-security-token", c->session_token);
	if (own->body_sha256[0] != '\0')
		sigv4_add_header(&s, "x-amz-content-sha256", own->body_sha256);
	return sigv4_sign(&s, c, &own->sigv4, err);
}

/* S3 alone wants the body's hash in a header. */
static int
hash_body(
    const struct aws_request *req, struct own_headers *own, struct err *err)
{
	uint8_t hash[SHA256_LEN];

	if (req->endpoint->service != SERVICE_S3)
		return 0;
	if (sha256(req->body.p, req->body.len, hash, err) < 0)
		return -1;
	hex_encode(hash, sizeof(hash), own->body_sha256);
	return 0;
}

static int
attempt(struct aws *a, const struct aws_request *req, struct http_response *res,
    struct err *err)
{
	int ret = -1;
	const struct credentials *c = &a->cloud->credentials;
	struct own_headers own = {.body_sha256 = ""};
	struct http_request http = {
	    .method = req->method,
	    .body = req->body,
	    .ca = req->endpoint->ca,
	    .plain = req->endpoint->plain,
	    .once = req->repeat == AWS_ONCE,
	};

	*res = (struct http_response){.fate = HTTP_REFUSED};
	if (credentials_check(c, cloud_now(a->cloud), err) < 0 ||
	    hash_body(req, &own, err) < 0 || sign(a, req, &own, err) < 0 ||
	    buf_addf(&own.url, err, "%s%s%s%s", req->endpoint->url, req->path,
		req->query[0] != '\0' ? "?" : "", req->query) < 0)
		goto out;
	http.url = (const char *)own.url.p;
	for (size_t i = 0; i < req->n_headers; i++)
		http_add_header(
		    &http, req->headers[i].name, req->headers[i].value);
	http_add_header(&http, "x-amz-date", own.date);
	if (c->session_token != NULL)
		http_add_header(
		    &http, "x-amz-security-token", c->session_token);
	if (own.body_sha256[0] != '\0')
		http_add_header(&http, "x-amz-content-sha256", own.body_sha256);
	http_add_header(&http, "authorization", own.sigv4.authorization);
	ret = http_send(a->cloud->http, &http, res, err);
out:
	buf_free(&own.url);
	return ret;
}

/* "OPERATION: Code: message (request id ...)" and what to do about it. */
static int
explain(
    const struct aws_request *req, const struct aws_error *e, struct err *err)
{
	const char *hint = aws_error_hint(e->code);
	char what[sizeof(e->code) + 16], id[sizeof(e->request_id) + 16] = "";

	if (e->code[0] != '\0')
		(void)snprintf(what, sizeof(what), "%s", e->code);
	else
		(void)snprintf(what, sizeof(what), "HTTP status %d", e->status);
	if (e->request_id[0] != '\0')
		(void)snprintf(
		    id, sizeof(id), " (request id %s)", e->request_id);
	err_set(err, STATUS_REMOTE, "%s: %s%s%s%s", req->operation, what,
	    e->message[0] != '\0' ? ": " : "", e->message, id);
	if (hint != NULL)
		err_hint(err, "%s", hint);
	else if (e->status >= 300 && e->status < 400)
		err_hint(err,
		    "redirects are not followed: check the endpoint, and what "
		    "stands between here and AWS");
	else if (aws_error_is_transient(e) || aws_error_is_throttling(e) ||
	    e->status == 429)
		err_hint(err, "wait, and run the same command again");
	else if (e->code[0] == '\0')
		err_hint(err,
		    "AWS does not answer like that: check the endpoint, and "
		    "what stands between here and AWS");
	else
		err_hint(err,
		    "look the code up in AWS's manual; with the request id "
		    "AWS's support can find the call");
	return -1;
}

/* One attempt and what it means: 0 only for success. */
static int
try_once(struct aws *a, const struct aws_request *req,
    struct http_response *res, struct err *err)
{
	struct aws_error *e = &a->error;

	*e = (struct aws_error){.status = 0};
	if (attempt(a, req, res, err) < 0) {
		e->lost = res->fate == HTTP_LOST;
		return err_wrap(err, "%s", req->operation);
	}
	if (res->status >= 200 && res->status < 300)
		return 0;
	aws_error_read(&res->body, res->status, e);
	e->lost = res->status >= 500 && !aws_error_is_throttling(e);
	e->date = res->date;
	memcpy(e->request_id, res->request_id, sizeof(e->request_id));
	return explain(req, e, err);
}

/*
 * May it be tried again? A throttled request was not done, and one that never
 * left neither; whatever may have been done is repeated only if that is
 * harmless.
 */
static bool
may_retry(const struct aws_request *req, const struct aws_error *e,
    const struct http_response *res)
{
	bool repeatable = req->repeat == AWS_REPEATABLE;

	switch (res->fate) {
	case HTTP_UNSENT:
		return true;
	case HTTP_LOST:
		return repeatable;
	case HTTP_ANSWERED:
		return aws_error_is_throttling(e) ||
		    (repeatable && aws_error_is_transient(e));
	case HTTP_REFUSED:
		break;
	}
	return false;
}

/* Somewhere between 0 and all of max, so that clients do not march in step. */
static int64_t
jitter(int64_t max)
{
	uint32_t r = UINT32_MAX;

	if (getrandom(&r, sizeof(r), GRND_NONBLOCK) != sizeof(r))
		return max;
	return (int64_t)(((uint64_t)r * (uint64_t)max) >> 32);
}

static int64_t
delay_before(unsigned tries, const struct http_response *res)
{
	int64_t max = (int64_t)1000 << (tries - 1);

	if (res->retry_after_ms > DELAY_MAX)
		return DELAY_MAX;
	if (res->retry_after_ms >= 0)
		return res->retry_after_ms;
	return jitter(max < DELAY_MAX ? max : DELAY_MAX);
}

/*
 * If the server's clock is far from ours and it disliked the signature, go on
 * by its clock: once in a run. The machine's own is left alone.
 */
static bool
correct_skew(struct cloud *c, const struct aws_error *e)
{
	int64_t off = e->date - cloud_now(c);

	if (!aws_error_is_skew(e) || e->date == 0 || c->skew != 0 ||
	    (off < SKEW_MIN && off > -SKEW_MIN))
		return false;
	c->skew = off;
	(void)snprintf(c->warning, sizeof(c->warning),
	    "this machine's clock is %lld s %s AWS's; requests are signed by "
	    "AWS's clock",
	    (long long)(off > 0 ? off : -off), off > 0 ? "behind" : "before");
	return true;
}

/* Not there yet, or not yet in that state: our own change is spreading. */
static bool
is_settling(const struct aws *a)
{
	return a->settles_at > clock_ticks() &&
	    (aws_failed_with(a, "NotFoundException") ||
		aws_failed_with(a, "KMSInvalidStateException"));
}

int
aws_send(struct aws *a, const struct aws_request *req,
    struct http_response *res, struct err *err)
{
	unsigned tries = 0;
	int64_t settle_delay = 250;

	while (try_once(a, req, res, err) < 0) {
		int64_t delay = 0;
		const char *why = "trying again";

		if (correct_skew(a->cloud, &a->error))
			why = "correcting the clock";
		else if (is_settling(a)) {
			delay = settle_delay;
			if (settle_delay < SETTLE_DELAY_MAX)
				settle_delay *= 2;
			why = "until AWS sees the change everywhere";
		} else if (++tries < AWS_ATTEMPTS &&
		    may_retry(req, &a->error, res))
			delay = delay_before(tries, res);
		else
			return -1;
		http_response_free(res);
		cloud_sleep(a->cloud, why, delay);
	}
	return calls_add(&a->calls, req->operation, res, err);
}

int
aws_discount(struct aws *a, const char *operation, struct err *err)
{
	if (a->calls.n > 0)
		a->calls.n--;
	a->error.lost = true;
	err_wrap(err, "%s: the answer is not whole", operation);
	return err_hint(err,
	    "run the same command again; if it stays, something between here "
	    "and AWS changes answers");
}

int
aws_answer_check(struct aws *a, const char *operation, const struct findings *f,
    struct err *err)
{
	if (findings_to_err(f, STATUS_REMOTE, err) == 0)
		return 0;
	return aws_discount(a, operation, err);
}

/* Some operations answer with nothing at all. */
static int
parse_answer(const struct buf *body, struct json_doc *doc, struct err *err)
{
	static const char nothing[] = "{}";
	struct buf empty = buf_view(nothing, sizeof(nothing) - 1);
	struct findings f = FINDINGS_NONE;
	struct json j;
	int ret;

	(void)json_parse(
	    body->len > 0 ? body : &empty, JSON_ANY_NUMBER, doc, &f);
	j = json_root(doc, &f);
	(void)json_has(&j, "KeyId"); /* an array cannot be asked */
	ret = findings_to_err(&f, STATUS_REMOTE, err);
	findings_free(&f);
	if (ret < 0)
		json_doc_free(doc);
	return ret;
}

int
aws_kms_call(struct aws *a, const char *operation, enum aws_repeat repeat,
    const struct buf *body, struct json_doc *doc, struct err *err)
{
	int ret = -1;
	char target[64];
	struct http_response res = {.fate = HTTP_REFUSED};
	struct aws_request req = {
	    .endpoint = &a->kms,
	    .operation = operation,
	    .method = "POST",
	    .path = "/",
	    .query = "",
	    .headers = {{"content-type", "application/x-amz-json-1.1"},
		{"x-amz-target", target}},
	    .n_headers = 2,
	    .body = *body,
	    .repeat = repeat,
	};

	*doc = (struct json_doc){NULL};
	(void)snprintf(target, sizeof(target), "TrentService.%s", operation);
	if (aws_send(a, &req, &res, err) < 0)
		goto out;
	if (parse_answer(&res.body, doc, err) < 0) {
		(void)aws_discount(a, operation, err);
		goto out;
	}
	ret = 0;
out:
	http_response_free(&res);
	return ret;
}
