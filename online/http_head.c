#include "http.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "clock.h"

#define RETRY_MAX_MS ((int64_t)3600 * 1000)

struct field {
	const char *name;
	size_t name_len;
	const char *value; /* blanks around it are gone */
	size_t len;
};

static bool
is_named(const struct field *f, const char *name)
{
	return strlen(name) == f->name_len &&
	    strncasecmp(f->name, name, f->name_len) == 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Cut a line in name and value; false when it is not a header at all. */
static bool
split(const char *line, size_t len, struct field *f)
{
	const char *colon = memchr(line, ':', len);

	if (colon == NULL || colon == line)
		return false;
	f->name = line;
	f->name_len = (size_t)(colon - line);
	f->value = colon + 1;
	f->len = len - f->name_len - 1;
	for (size_t i = 0; i < f->name_len; i++)
		if (!isgraph((unsigned char)f->name[i]))
			return false;
	while (f->len > 0 && is_blank(f->value[0])) {
		f->value++;
		f->len--;
	}
	while (f->len > 0 && is_blank(f->value[f->len - 1]))
		f->len--;
	return true;
}

/* Keep a value that can be shown as it is; one that cannot counts as none. */
static void
keep(const struct field *f, char out[static HTTP_VALUE_MAX])
{
	out[0] = '\0';
	if (f->len >= HTTP_VALUE_MAX)
		return;
	for (size_t i = 0; i < f->len; i++)
		if (f->value[i] < 0x20 || f->value[i] > 0x7e)
			return;
	memcpy(out, f->value, f->len);
	out[f->len] = '\0';
}

/* Digits only, below 10^15; -1 for anything else. */
static int64_t
number(const struct field *f)
{
	int64_t n = 0;

	if (f->len == 0 || f->len > 15)
		return -1;
	for (size_t i = 0; i < f->len; i++) {
		if (!isdigit((unsigned char)f->value[i]))
			return -1;
		n = 10 * n + (f->value[i] - '0');
	}
	return n;
}

/* Seconds, or an HTTP date (RFC 9110 section 10.2.3). */
static int64_t
retry_after_ms(const struct field *f)
{
	int64_t n = number(f), t;
	char date[HTTP_VALUE_MAX];

	if (n < 0) {
		keep(f, date);
		if (clock_parse_http(date, &t) < 0)
			return -1;
		n = t - clock_now();
	}
	if (n < 0)
		return 0;
	return n > RETRY_MAX_MS / 1000 ? RETRY_MAX_MS : n * 1000;
}

/* How long is the body? Two answers to that are none (RFC 9112 6.3). */
static void
read_framing(struct http_head *head, const struct field *f)
{
	int64_t n;

	if (is_named(f, "content-length")) {
		n = number(f);
		if (n < 0 || head->chunked ||
		    (head->length >= 0 && head->length != n))
			head->failed = true;
		head->length = n;
	} else if (is_named(f, "transfer-encoding")) {
		if (head->chunked || head->length >= 0 || f->len != 7 ||
		    strncasecmp(f->value, "chunked", 7) != 0)
			head->failed = true;
		head->chunked = true;
	}
}

static void
read_field(struct http_response *res, const struct field *f)
{
	char date[HTTP_VALUE_MAX];
	int64_t n;

	if (is_named(f, "date")) {
		keep(f, date);
		if (clock_parse_http(date, &n) == 0)
			res->date = n;
	} else if (is_named(f, "retry-after"))
		res->retry_after_ms = retry_after_ms(f);
	else if (is_named(f, "x-amz-retry-after") && (n = number(f)) >= 0)
		res->retry_after_ms = n > RETRY_MAX_MS ? RETRY_MAX_MS : n;
	else if (is_named(f, "x-amzn-requestid") ||
	    is_named(f, "x-amz-request-id") || is_named(f, "request-id"))
		keep(f, res->request_id);
	else if (is_named(f, "content-type"))
		keep(f, res->content_type);
	else if (is_named(f, "x-confirmation-required"))
		keep(f, res->confirmation_required);
	else if (is_named(f, "x-amz-bucket-region"))
		keep(f, res->bucket_region);
}

static void
begin(struct http_head *head, struct http_response *res)
{
	*head = (struct http_head){.length = -1};
	res->date = 0;
	res->retry_after_ms = -1;
	res->request_id[0] = res->content_type[0] = '\0';
	res->confirmation_required[0] = res->bucket_region[0] = '\0';
}

void
http_head_line(struct http_head *head, struct http_response *res,
    const char *line, size_t len)
{
	struct field f;

	if (len >= 5 && memcmp(line, "HTTP/", 5) == 0) {
		begin(head, res);
		return;
	}
	if (head->ended)
		return; /* a trailer behind a chunked body */
	if (len > 0 && line[len - 1] == '\n')
		len--;
	else
		head->failed = true;
	if (len > 0 && line[len - 1] == '\r')
		len--;
	if (len == 0) {
		head->ended = !head->failed;
		return;
	}
	if (!split(line, len, &f)) {
		head->failed = true;
		return;
	}
	read_framing(head, &f);
	read_field(res, &f);
}

int
http_head_check(
    const struct http_head *head, int status, size_t body_len, struct err *err)
{
	bool empty = status == 204 || status == 304;

	if (head->failed)
		return err_set(
		    err, STATUS_REMOTE, "the answer's headers are malformed");
	if (!head->ended)
		return err_set(err, STATUS_REMOTE,
		    "the answer was cut inside its headers");
	if (head->length >= 0 && !empty && (size_t)head->length != body_len)
		return err_set(err, STATUS_REMOTE,
		    "the answer was cut: %zu bytes of %lld came", body_len,
		    (long long)head->length);
	/* An error is only shown, so a proxy may end it by hanging up. */
	if (head->length < 0 && !head->chunked && !empty && status < 400)
		return err_set(err, STATUS_REMOTE,
		    "the answer does not say how long it is, so it may be "
		    "cut");
	return 0;
}

void
http_add_header(struct http_request *req, const char *name, const char *value)
{
	assert(req->n_headers < HTTP_HEADERS_MAX);
	req->headers[req->n_headers++] = (struct http_header){
	    .name = name, .value = value};
}
