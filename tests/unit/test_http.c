/*
 * HTTP: what counts as an answer, what is sent twice and what never, and
 * what is refused before anything is sent.
 */
#include "peer.h"

#include "http.h"
#include "url.h"

#define JSON "Content-Type: application/json\r\n"

/* One GET or POST; text is the message on failure, the body otherwise. */
struct outcome {
	struct http_response res;
	char text[1024];
	int ret;
};

static struct outcome
ask(struct http *h, const char *method, const char *url, bool once)
{
	struct outcome o;
	struct err err = {0};
	struct http_request req = {
	    .method = method, .url = url, .plain = true, .once = once};

	if (strcmp(method, "GET") != 0) {
		http_add_header(&req, "content-type", "text/plain");
		req.body = buf_view("ping", 4);
	}
	o.ret = http_send(h, &req, &o.res, &err);
	if (o.ret < 0)
		(void)snprintf(
		    o.text, sizeof(o.text), "%d %s", (int)err.status, err.msg);
	else
		(void)snprintf(o.text, sizeof(o.text), "%.*s",
		    (int)o.res.body.len, (const char *)o.res.body.p);
	return o;
}

/* One answer, one question; the caller frees the response. */
static struct outcome
ask_once(const char *answer, size_t len, bool hang_up)
{
	struct peer peer = {.n_answers = 0};
	struct http *h;
	struct err err = {0};
	struct outcome o;

	peer_answer(&peer, answer, len, hang_up);
	peer_start(&peer);
	assert_int_equal(http_open(&h, &err), 0);
	o = ask(h, "GET", peer.url, true);
	assert_int_equal(peer.requests, 1);
	http_close(h);
	peer_stop(&peer);
	return o;
}

static void
assert_answer(const char *answer, int status, const char *body)
{
	struct outcome o = ask_once(answer, strlen(answer), true);

	if (o.ret < 0)
		fail_msg("%s", o.text);
	assert_int_equal(o.res.fate, HTTP_ANSWERED);
	assert_int_equal(o.res.status, status);
	assert_string_equal(o.text, body);
	http_response_free(&o.res);
}

static void
assert_no_answer(const char *answer, const char *why)
{
	struct outcome o = ask_once(answer, strlen(answer), true);

	assert_int_equal(o.ret, -1);
	assert_int_equal(o.res.fate, HTTP_LOST);
	if (strstr(o.text, why) == NULL || o.text[0] != '4')
		fail_msg("wanted '4 ... %s' in '%s'", why, o.text);
	http_response_free(&o.res);
}

static void
takes_whole_answers(void **state)
{
	(void)state;
	assert_answer(
	    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 200, "{}");
	assert_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		      "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
	    200, "{}");
	assert_answer("HTTP/1.1 100 Continue\r\n\r\n"
		      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
	    200, "{}");
	assert_answer("HTTP/1.1 204 No Content\r\n\r\n", 204, "");
	assert_answer(
	    "HTTP/1.1 400 Bad\r\nContent-Length: 1\r\n\r\nx", 400, "x");
	/* Only shown: may end by hanging up. */
	assert_answer("HTTP/1.1 503 Bad\r\n\r\n<html>", 503, "<html>");
}

static void
follows_no_redirect(void **state)
{
	(void)state;
	assert_answer("HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:1/\r\n"
		      "Content-Length: 0\r\n\r\n",
	    307, "");
}

static void
refuses_every_truncation(void **state)
{
	static const char plain[] = "HTTP/1.1 200 OK\r\n" JSON
				    "Content-Length: 8\r\n\r\n{\"a\": 1}";
	static const char chunked[] =
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "8\r\n{\"a\": 1}\r\n0\r\n\r\n";
	const char *const whole[] = {plain, chunked};

	(void)state;
	for (size_t k = 0; k < 2; k++)
		for (size_t n = 0; n < strlen(whole[k]); n++) {
			struct outcome o = ask_once(whole[k], n, true);

			/* The last CRLF behind all chunks says nothing. */
			if (o.ret == 0 && strlen(whole[k]) - n > 2)
				fail_msg("took %zu of %zu bytes", n,
				    strlen(whole[k]));
			if (o.ret < 0)
				assert_int_equal(o.res.fate, HTTP_LOST);
			http_response_free(&o.res);
		}
	assert_no_answer(
	    "HTTP/1.1 200 OK\r\nDate: x\r\n", "was cut inside its headers");
	assert_no_answer("HTTP/1.1 200 OK\r\n\r\n{}",
	    "does not say how long it is, so it may be cut");
}

static void
refuses_contradictory_lengths(void **state)
{
	(void)state;
	assert_no_answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
			 "Content-Length: 3\r\n\r\n{}",
	    "");
	assert_no_answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
			 "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"
			 "0\r\n\r\n",
	    "headers are malformed");
	assert_no_answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
			 "no colon\r\n\r\n{}",
	    "Header without colon");
}

static void
refuses_a_body_that_is_too_large(void **state)
{
	static const char head[] =
	    "HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n";
	size_t len = strlen(head) + 2000000;
	char *answer = malloc(len);
	struct outcome o;

	(void)state;
	assert_non_null(answer);
	memset(answer, 'x', len);
	memcpy(answer, head, strlen(head));
	o = ask_once(answer, len, true);
	free(answer);
	assert_int_equal(o.ret, -1);
	assert_non_null(strstr(o.text, "is larger than 1048576 bytes"));
	assert_int_equal(o.res.fate, HTTP_LOST);
	http_response_free(&o.res);
}

static void
keeps_one_connection(void **state)
{
	static const char ok[] =
	    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
	struct peer peer = {.n_answers = 0};
	struct http *h;
	struct err err = {0};

	(void)state;
	peer_answer(&peer, ok, strlen(ok), false);
	peer_start(&peer);
	assert_int_equal(http_open(&h, &err), 0);
	for (int i = 0; i < 3; i++) {
		struct outcome o = ask(h, "POST", peer.url, false);

		assert_int_equal(o.ret, 0);
		http_response_free(&o.res);
	}
	assert_int_equal(peer.requests, 3);
	assert_int_equal(peer.connections, 1);
	assert_non_null(strstr(peer.last, "POST / HTTP/1.1\r\n"));
	assert_non_null(strstr(peer.last, "\r\n\r\nping"));
	assert_null(strstr(peer.last, "Cookie"));
	http_close(h);
	peer_stop(&peer);
}

/*
 * The kept connection is dead: libcurl would quietly send the request again,
 * though the first one may have been acted on.
 */
static void
never_repeats_what_is_once(void **state)
{
	static const char ok[] =
	    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
	struct peer peer = {.n_answers = 0};
	struct http *h;
	struct err err = {0};
	struct outcome o;

	(void)state;
	peer_answer(&peer, ok, strlen(ok), false);
	peer_answer(&peer, "", 0, true);
	peer_answer(&peer, ok, strlen(ok), false);
	peer_start(&peer);
	assert_int_equal(http_open(&h, &err), 0);
	o = ask(h, "POST", peer.url, false);
	assert_int_equal(o.ret, 0);
	http_response_free(&o.res);
	o = ask(h, "POST", peer.url, true);
	assert_int_equal(o.ret, -1);
	assert_int_equal(o.res.fate, HTTP_LOST);
	assert_int_equal(peer.requests, 2);
	assert_int_equal(peer.connections, 2);
	http_response_free(&o.res);
	http_close(h);
	peer_stop(&peer);
}

static void
knows_what_was_never_sent(void **state)
{
	struct peer peer = {.n_answers = 0};
	struct http *h;
	struct err err = {0};
	struct outcome o;

	(void)state;
	peer_answer(&peer, "", 0, true);
	peer_start(&peer);
	peer_stop(&peer); /* nobody listens there now */
	assert_int_equal(http_open(&h, &err), 0);
	o = ask(h, "POST", peer.url, true);
	assert_int_equal(o.ret, -1);
	assert_int_equal(o.res.fate, HTTP_UNSENT);
	assert_non_null(strstr(o.text, "4 no answer from 'http://127.0.0.1:"));
	http_response_free(&o.res);
	http_close(h);
}

static void
refuses_plain_http(void **state)
{
	struct http *h;
	struct err err = {0};
	struct http_response res;
	struct http_request req = {
	    .method = "GET", .url = "http://127.0.0.1:1"};
	static const char *const urls[] = {"http://192.0.2.1/",
	    "http://example.org/", "http://127.0.0.1.example.org/",
	    "file:///etc/passwd", "ftp://127.0.0.1/", "nonsense", ""};

	(void)state;
	assert_int_equal(http_open(&h, &err), 0);
	assert_int_equal(http_send(h, &req, &res, &err), -1);
	assert_int_equal(err.status, STATUS_REJECTED);
	assert_string_equal(
	    err.msg, "'http://127.0.0.1:1' is refused: https is wanted");
	req.plain = true;
	for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
		req.url = urls[i];
		assert_int_equal(http_send(h, &req, &res, &err), -1);
		assert_int_equal(err.status, STATUS_REJECTED);
		assert_int_equal(res.fate, HTTP_REFUSED);
	}
	http_close(h);
}

static void
refuses_a_header_of_two_lines(void **state)
{
	struct http *h;
	struct err err = {0};
	struct http_response res;
	struct http_request req = {
	    .method = "GET", .url = "http://127.0.0.1:1", .plain = true};

	(void)state;
	http_add_header(&req, "x-token", "secret\r\nx-evil: 1");
	assert_int_equal(http_open(&h, &err), 0);
	assert_int_equal(http_send(h, &req, &res, &err), -1);
	assert_string_equal(
	    err.msg, "header 'x-token' has a value that no header can carry");
	assert_int_equal(res.fate, HTTP_REFUSED);
	http_close(h);
}

static void
keeps_the_headers_that_matter(void **state)
{
	static const char answer[] =
	    "HTTP/1.1 100 Continue\r\nx-amzn-RequestId: not-this\r\n\r\n"
	    "HTTP/1.1 423 Locked\r\n"
	    "DATE: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
	    "x-amzn-RequestId:   abc-123  \r\n"
	    "Content-Type: text/xml\r\n"
	    "Retry-After: 7\r\n"
	    "X-Confirmation-Required: payments-prod\r\n"
	    "x-amz-bucket-region: eu-west-1\r\n"
	    "Content-Length: 0\r\n\r\n";
	struct outcome o;

	(void)state;
	o = ask_once(answer, strlen(answer), true);
	assert_int_equal(o.ret, 0);
	assert_int_equal(o.res.status, 423);
	assert_int_equal(o.res.date, 784111777);
	assert_int_equal(o.res.retry_after_ms, 7000);
	assert_string_equal(o.res.request_id, "abc-123");
	assert_string_equal(o.res.content_type, "text/xml");
	assert_string_equal(o.res.confirmation_required, "payments-prod");
	assert_string_equal(o.res.bucket_region, "eu-west-1");
	http_response_free(&o.res);
	http_response_free(&o.res);
	http_response_free(NULL);
	http_close(NULL);
}

/* The head alone, fed by hand. */
static struct http_response
read_head(const char *lines, struct http_head *head)
{
	struct http_response res = {.status = 200};

	*head = (struct http_head){.length = -1};
	while (*lines != '\0') {
		size_t n = strcspn(lines, "\n") + 1;

		http_head_line(head, &res, lines, n);
		lines += n;
	}
	return res;
}

static void
reads_awkward_headers(void **state)
{
	struct http_head head;
	struct http_response res;

	(void)state;
	res = read_head("HTTP/1.1 200 OK\r\nRetry-After: 99999999\r\n"
			"x-amz-request-id: a\x1b[2J\r\n\r\n",
	    &head);
	assert_true(head.ended);
	assert_int_equal(res.retry_after_ms, 3600000);
	assert_string_equal(res.request_id, "");
	res = read_head("HTTP/1.1 200 OK\r\nRetry-After: -1\r\n"
			"x-amz-retry-after: 250\r\n\r\n",
	    &head);
	assert_int_equal(res.retry_after_ms, 250);
	res = read_head("HTTP/1.1 200 OK\r\n"
			"Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n",
	    &head);
	assert_int_equal(res.retry_after_ms, 0);
	res = read_head("HTTP/1.1 200 OK\r\nRetry-After: soon\r\n\r\n", &head);
	assert_int_equal(res.retry_after_ms, -1);
	(void)read_head("HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n", &head);
	assert_true(head.failed);
	(void)read_head("HTTP/1.1 200 OK\r\nA b: c\r\n\r\n", &head);
	assert_true(head.failed);
	(void)read_head("HTTP/1.1 200 OK\r\n: c\r\n\r\n", &head);
	assert_true(head.failed);
	(void)read_head("HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n", &head);
	assert_true(head.failed);
	(void)read_head(
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", &head);
	assert_true(head.failed);
}

static void
knows_loopback(void **state)
{
	(void)state;
	assert_true(host_is_loopback("127.0.0.1"));
	assert_true(host_is_loopback("127.255.0.9"));
	assert_true(host_is_loopback("LocalHost"));
	assert_true(host_is_loopback("[::1]"));
	assert_false(host_is_loopback("0127.0.0.1"));
	assert_false(host_is_loopback("127.0.0.01"));
	assert_false(host_is_loopback("127.0.0"));
	assert_false(host_is_loopback("127.0.0.1.example.org"));
	assert_false(host_is_loopback("127.0.0.256"));
	assert_false(host_is_loopback("128.0.0.1"));
	assert_false(host_is_loopback("localhost.example.org"));
	assert_false(host_is_loopback(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_whole_answers),
	    cmocka_unit_test(follows_no_redirect),
	    cmocka_unit_test(refuses_every_truncation),
	    cmocka_unit_test(refuses_contradictory_lengths),
	    cmocka_unit_test(refuses_a_body_that_is_too_large),
	    cmocka_unit_test(keeps_one_connection),
	    cmocka_unit_test(never_repeats_what_is_once),
	    cmocka_unit_test(knows_what_was_never_sent),
	    cmocka_unit_test(refuses_plain_http),
	    cmocka_unit_test(refuses_a_header_of_two_lines),
	    cmocka_unit_test(keeps_the_headers_that_matter),
	    cmocka_unit_test(reads_awkward_headers),
	    cmocka_unit_test(knows_loopback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
