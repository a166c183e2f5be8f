#include "http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>
#include <openssl/crypto.h>

#include "text.h"
#include "url.h"
#include "version.h"

#define CONNECT_TIMEOUT 10L /* seconds */
#define TOTAL_TIMEOUT 60L

struct http {
	CURL *easy;
};

/* One request under way: what libcurl's callbacks write into. */
struct exchange {
	struct http_head head;
	struct http_response *res;
	size_t body_max;
	bool too_large;
	struct curl_slist *headers;
	char reason[CURL_ERROR_SIZE];
};

int
http_open(struct http **h, struct err *err)
{
	*h = NULL;
	/* libcurl would write TLS session keys where this says. */
	(void)unsetenv("SSLKEYLOGFILE");
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(err, STATUS_FAILED, "cannot start libcurl");
	if ((*h = OPENSSL_zalloc(sizeof(**h))) != NULL &&
	    ((*h)->easy = curl_easy_init()) != NULL)
		return 0;
	OPENSSL_free(*h);
	*h = NULL;
	curl_global_cleanup();
	return err_memory(err);
}

void
http_close(struct http *h)
{
	if (h == NULL)
		return;
	curl_easy_cleanup(h->easy);
	OPENSSL_free(h);
	curl_global_cleanup();
}

static size_t
on_header(char *line, size_t size, size_t n, void *arg)
{
	struct exchange *x = arg;

	http_head_line(&x->head, x->res, line, size * n);
	return size * n;
}

static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	struct exchange *x = arg;
	size_t len = size * n;
	struct err memory;

	if (len > x->body_max - x->res->body.len) {
		x->too_large = true;
		return CURL_WRITEFUNC_ERROR;
	}
	if (buf_add(&x->res->body, p, len, &memory) < 0)
		return CURL_WRITEFUNC_ERROR;
	return len;
}

/* A header with a line break in it would be two. */
static bool
is_one_line(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < 0x20 || *text > 0x7e)
			return false;
	return true;
}

static int
add_line(struct exchange *x, const struct http_header *header, struct err *err)
{
	struct buf line = BUF_EMPTY;
	struct curl_slist *longer = NULL;

	if (!is_one_line(header->name) || !is_one_line(header->value))
		return err_set(err, STATUS_FAILED,
		    "header '%s' has a value that no header can carry",
		    header->name);
	if (buf_addf(&line, err, "%s: %s", header->name, header->value) < 0)
		return -1;
	longer = curl_slist_append(x->headers, (const char *)line.p);
	buf_free(&line);
	if (longer == NULL)
		return err_memory(err);
	x->headers = longer;
	return 0;
}

/* Tokens were in them. */
static void
wipe_lines(struct exchange *x)
{
	for (struct curl_slist *l = x->headers; l != NULL; l = l->next)
		OPENSSL_cleanse(l->data, strlen(l->data));
	curl_slist_free_all(x->headers);
	x->headers = NULL;
}

/* http is for loopback in practice; and no proxy leads to ourselves. */
static int
check_url(const struct http_request *req, bool *loopback, struct err *err)
{
	int ret = -1;
	CURLU *url = curl_url();
	char *scheme = NULL, *host = NULL;

	if (url == NULL)
		return err_memory(err);
	if (curl_url_set(url, CURLUPART_URL, req->url, 0) != CURLUE_OK ||
	    curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(url, CURLUPART_HOST, &host, 0) != CURLUE_OK) {
		err_set(err, STATUS_REJECTED, "'%s' is not a URL", req->url);
		goto out;
	}
	*loopback = host_is_loopback(host);
	if (strcmp(scheme, "https") != 0 &&
	    (strcmp(scheme, "http") != 0 || !req->plain || !*loopback)) {
		err_set(err, STATUS_REJECTED,
		    "'%s' is refused: https is wanted", req->url);
		goto out;
	}
	ret = 0;
out:
	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(url);
	return ret;
}

/* What is the same for every request. */
static bool
set_rules(CURL *e, bool loopback, bool plain)
{
	return curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR,
		plain ? "http,https" : "https") == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_HTTP_VERSION,
		(long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_SSLVERSION,
		(long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) ==
	    CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) ==
	    CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) ==
	    CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT) ==
	    CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_TIMEOUT, TOTAL_TIMEOUT) == CURLE_OK &&
	    curl_easy_setopt(
		e, CURLOPT_USERAGENT, "gapseal/" GAPSEAL_VERSION) == CURLE_OK &&
	    (!loopback || curl_easy_setopt(e, CURLOPT_PROXY, "") == CURLE_OK);
}

/* Only these CAs: the system's file and directory are both switched off. */
static bool
set_ca(CURL *e, const struct buf *ca)
{
	struct curl_blob blob;

	if (ca == NULL)
		return true;
	blob.data = ca->p;
	blob.len = ca->len;
	blob.flags = CURL_BLOB_NOCOPY;
	return curl_easy_setopt(e, CURLOPT_CAINFO, NULL) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_CAPATH, NULL) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_CAINFO_BLOB, &blob) == CURLE_OK;
}

static bool
set_request(CURL *e, const struct http_request *req)
{
	if (curl_easy_setopt(e, CURLOPT_URL, req->url) != CURLE_OK ||
	    curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, req->once ? 1L : 0L) !=
		CURLE_OK)
		return false;
	if (strcmp(req->method, "GET") == 0)
		return curl_easy_setopt(e, CURLOPT_HTTPGET, 1L) == CURLE_OK;
	return curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
		   (curl_off_t)req->body.len) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_POSTFIELDS,
		req->body.len > 0 ? (const char *)req->body.p : "") ==
	    CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, req->method) == CURLE_OK;
}

static bool
set_exchange(CURL *e, struct exchange *x)
{
	return curl_easy_setopt(e, CURLOPT_HTTPHEADER, x->headers) ==
	    CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header) ==
	    CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_HEADERDATA, x) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_WRITEDATA, x) == CURLE_OK &&
	    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, x->reason) == CURLE_OK;
}

/* Could the other side have seen the request before code happened? */
static enum http_fate
fate_of(CURL *e, CURLcode code)
{
	long sent = 0;

	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_CONNECT:
	case CURLE_SSL_CONNECT_ERROR:
		return HTTP_UNSENT;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_URL_MALFORMAT:
		return HTTP_REFUSED;
	case CURLE_OPERATION_TIMEDOUT:
		if (curl_easy_getinfo(e, CURLINFO_REQUEST_SIZE, &sent) ==
			CURLE_OK &&
		    sent == 0)
			return HTTP_UNSENT;
		return HTTP_LOST;
	default:
		return HTTP_LOST;
	}
}

static void
hint_at(CURLcode code, struct err *err)
{
	switch (code) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		err_hint(err,
		    "somebody may be in between: check this machine's clock, "
		    "its CA certificates and AWS_CA_BUNDLE before going on");
		break;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_CONNECT:
	case CURLE_OPERATION_TIMEDOUT:
		err_hint(err,
		    "check the network, and HTTPS_PROXY if there is a proxy; "
		    "then run the same command again");
		break;
	default:
		err_hint(err, "run the same command again");
		break;
	}
}

static int
no_answer(struct exchange *x, const struct http_request *req, CURLcode code,
    struct err *err)
{
	const char *why = x->reason[0] != '\0' ? x->reason
					       : curl_easy_strerror(code);
	char visible[CURL_ERROR_SIZE];

	if (x->too_large)
		return err_set(err, STATUS_REMOTE,
		    "the answer of '%s' is larger than %zu bytes", req->url,
		    x->body_max);
	(void)text_visible(why, strlen(why), visible, sizeof(visible));
	err_set(
	    err, STATUS_REMOTE, "no answer from '%s': %s", req->url, visible);
	hint_at(code, err);
	return -1;
}

/* The exchange itself; x->headers are set. */
static int
perform(CURL *e, struct exchange *x, const struct http_request *req,
    struct err *err)
{
	CURLcode code = curl_easy_perform(e);
	long status = 0;

	if (code != CURLE_OK) {
		x->res->fate = fate_of(e, code);
		return no_answer(x, req, code, err);
	}
	x->res->fate = HTTP_LOST;
	if (curl_easy_getinfo(e, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK ||
	    status < 200 || status > 599)
		return err_set(
		    err, STATUS_REMOTE, "'%s' gave no HTTP status", req->url);
	x->res->status = (int)status;
	if (http_head_check(&x->head, x->res->status, x->res->body.len, err) <
	    0)
		return err_wrap(err, "'%s'", req->url);
	x->res->fate = HTTP_ANSWERED;
	return 0;
}

int
http_send(struct http *h, const struct http_request *req,
    struct http_response *res, struct err *err)
{
	int ret = -1;
	bool loopback = false;
	struct exchange x = {.res = res,
	    .head.length = -1,
	    .body_max = req->body_max > 0 ? req->body_max : HTTP_BODY_MAX};

	*res = (struct http_response){
	    .fate = HTTP_REFUSED, .retry_after_ms = -1};
	if (check_url(req, &loopback, err) < 0)
		return -1;
	for (size_t i = 0; i < req->n_headers; i++)
		if (add_line(&x, &req->headers[i], err) < 0)
			goto out;
	if (!set_rules(h->easy, loopback, req->plain) ||
	    !set_ca(h->easy, req->ca) || !set_request(h->easy, req) ||
	    !set_exchange(h->easy, &x)) {
		err_set(err, STATUS_FAILED,
		    "this libcurl cannot do what is needed");
		goto out;
	}
	ret = perform(h->easy, &x, req, err);
out:
	/*
	 * Forgets everything but connections and TLS sessions: the handle
	 * lives on, and what it was pointed to ends here.
	 */
	curl_easy_reset(h->easy);
	wipe_lines(&x);
	return ret;
}

void
http_response_free(struct http_response *res)
{
	if (res == NULL)
		return;
	buf_free(&res->body);
	OPENSSL_cleanse(res, sizeof(*res));
	*res = (struct http_response){.retry_after_ms = -1};
}
