#include "heroku_call.h"

#include <string.h>

#include <openssl/rand.h>

#include "clock.h"

#define ACCEPT "application/vnd.heroku+json; version=3"
#define ATTEMPTS 4
#define UUID_SIZE 37
#define SECOND INT64_C(1000)

int
heroku_path(struct buf *path, struct err *err, const char *pattern,
    const char *const *names)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789-_";

	*path = BUF_EMPTY;
	for (; *pattern != '\0'; pattern++) {
		const char *p = *pattern == '%' ? *names++ : NULL;

		if (p == NULL && buf_add(path, pattern, 1, err) < 0)
			goto fail;
		for (; p != NULL && *p != '\0'; p++)
			if (buf_addf(path, err,
				strchr(plain, *p) != NULL ? "%c" : "%%%02X",
				(unsigned char)*p) < 0)
				goto fail;
	}
	return 0;
fail:
	buf_free(path);
	return -1;
}

/* A name for the request, by which Heroku's people can find it. */
static int
make_uuid(char out[static UUID_SIZE], struct err *err)
{
	uint8_t r[16];
	char hex[HEX_LEN(sizeof(r))];

	if (RAND_bytes(r, sizeof(r)) != 1)
		return err_crypto(err, "cannot make a request id");
	r[6] = (uint8_t)((r[6] & 0x0f) | 0x40);
	r[8] = (uint8_t)((r[8] & 0x3f) | 0x80);
	hex_encode(r, sizeof(r), hex);
	for (int i = 0, at = 0; i < 32; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			out[at++] = '-';
		out[at++] = hex[i];
		out[at] = '\0';
	}
	return 0;
}

static int
send(struct heroku *h, const struct endpoint *e, struct http_request *req,
    const char *path, struct http_response *res, struct err *err)
{
	int ret = -1;
	char uuid[UUID_SIZE];
	struct buf url = BUF_EMPTY;

	*res = (struct http_response){.fate = HTTP_UNSENT};
	h->error = (struct heroku_error){0};
	h->request_id[0] = '\0';
	if (buf_addf(&url, err, "%s%s", e->url, path) < 0 ||
	    make_uuid(uuid, err) < 0)
		goto out;
	req->url = (const char *)url.p;
	req->ca = e->ca;
	req->plain = e->plain;
	http_add_header(req, "Accept", ACCEPT);
	http_add_header(req, "Authorization", (const char *)h->authorization.p);
	http_add_header(req, "Request-Id", uuid);
	if (http_send(h->cloud->http, req, res, err) < 0)
		goto out;
	memcpy(h->request_id, res->request_id, sizeof(h->request_id));
	if (res->status < 200 || res->status > 299)
		heroku_error_read(&res->body, res->status, &h->error);
	ret = 0;
out:
	buf_free(&url);
	return ret;
}

/* May it work a moment later? Says nothing about what became of it. */
static bool
may_pass(const struct http_response *res)
{
	if (res->fate == HTTP_ANSWERED)
		return res->status == 429 || res->status >= 500;
	return res->fate != HTTP_REFUSED;
}

int
heroku_pause(
    struct heroku *h, const struct http_response *res, unsigned attempt)
{
	bool limited = res->fate == HTTP_ANSWERED && res->status == 429;
	unsigned doubled = 1u << (attempt < 6 ? attempt - 1 : 5);
	int64_t ms = (limited ? 60 * SECOND : SECOND) * doubled;

	if (!limited && attempt >= ATTEMPTS)
		return -1;
	if (res->fate == HTTP_ANSWERED && res->retry_after_ms >= 0)
		ms = res->retry_after_ms > SECOND ? res->retry_after_ms
						  : SECOND;
	if (clock_ticks() + ms > h->give_up_at)
		return -1;
	cloud_sleep(h->cloud,
	    limited ? "Heroku asks for patience (rate limit)"
		    : "Heroku did not answer well; trying again",
	    ms);
	return 0;
}

int
heroku_refusal(struct heroku *h, const struct http_response *res,
    const char *what, struct err *err)
{
	const struct heroku_error *e = &h->error;
	const char *hint = heroku_hint(e);

	if (res->fate != HTTP_ANSWERED) {
		err_wrap(err, "%s", what);
		return err->hint[0] != '\0' ? -1 : err_hint(err, "%s", hint);
	}
	err_set(err, STATUS_REMOTE,
	    "%s: Heroku says %d%s%s%s%s (request id %s)", what, res->status,
	    e->id[0] == '\0' ? "" : " ", e->id,
	    e->message[0] == '\0' ? "" : ": ", e->message,
	    h->request_id[0] == '\0' ? "none" : h->request_id);
	return err_hint(err, "%s", hint);
}

int
heroku_get(struct heroku *h, const struct endpoint *e, const char *path,
    const char *what, struct http_response *res, struct err *err)
{
	for (unsigned attempt = 1;; attempt++) {
		struct http_request req = {.method = "GET"};
		int sent;

		http_add_header(&req, "Accept-Expansion", "addon_service,plan");
		sent = send(h, e, &req, path, res, err);
		if (sent == 0 && (res->status == 200 || res->status == 404))
			return 0;
		if (!may_pass(res) || heroku_pause(h, res, attempt) < 0)
			return heroku_refusal(h, res, what, err);
		http_response_free(res);
	}
}

int
heroku_post_addon(struct heroku *h, const char *path, const struct buf *body,
    struct http_response *res, struct err *err)
{
	struct http_request req = {
	    .method = "POST", .body = *body, .once = true};

	http_add_header(&req, "Content-Type", "application/json");
	http_add_header(&req, "Accept-Expansion", "plan");
	http_add_header(&req, "X-Heroku-Legacy-Provider-Messages", "true");
	return send(h, &h->api, &req, path, res, err);
}
