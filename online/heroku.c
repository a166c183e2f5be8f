#include "heroku.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "clock.h"
#include "heroku_call.h"
#include "json_write.h"
#include "netrc.h"
#include "text.h"

#define POLL_MS 5000
#define LOOKS 3 /* for what may have been made */
#define VARIABLE "HEROKU_API_KEY"

static bool
is_token(const char *text)
{
	return text_matches(text, "!-~", "!-~", 1024);
}

/* Only the host that it was given for gets to see a netrc's token. */
static int
find_token(struct heroku *h, struct buf *token, struct err *err)
{
	const char *said = getenv(VARIABLE);
	struct address address;
	bool found = false;

	*token = BUF_EMPTY;
	if (said != NULL && said[0] != '\0') {
		if (!is_token(said))
			return err_set(err, STATUS_FAILED,
			    VARIABLE " is no token: printable characters "
				     "without blanks wanted");
		return buf_copy(token, said, strlen(said), err);
	}
	if (address_read(h->api.url, &address) < 0)
		return err_set(err, STATUS_FAILED,
		    "'%s' is no address of Heroku", h->api.url);
	if (netrc_load(address.host, token, &found, h->warning,
		sizeof(h->warning), err) < 0)
		return -1;
	if (found)
		return 0;
	err_set(err, STATUS_FAILED,
	    "no Heroku token: neither in " VARIABLE " nor for '%s' in "
	    "~/.netrc",
	    address.host);
	return err_hint(err,
	    "make one by `heroku authorizations:create` and put it into "
	    "the environment variable " VARIABLE);
}

int
heroku_open(struct heroku *h, struct cloud *c, const struct target *t,
    int64_t wait_ms, struct err *err)
{
	int ret = -1;
	struct buf token = BUF_EMPTY;

	*h = (struct heroku){.cloud = c, .give_up_at = clock_ticks() + wait_ms};
	if (endpoint_resolve(&c->rules, SERVICE_HEROKU, t, &h->api, err) < 0 ||
	    endpoint_resolve(&c->rules, SERVICE_HEROKU_DATA, t, &h->data, err) <
		0 ||
	    find_token(h, &token, err) < 0 ||
	    buf_addf(
		&h->authorization, err, "Bearer %s", (const char *)token.p) < 0)
		goto out;
	ret = 0;
out:
	buf_free(&token);
	if (ret < 0)
		heroku_close(h);
	return ret;
}

void
heroku_close(struct heroku *h)
{
	buf_free(&h->authorization);
}

/* Heroku's answer about another add-on would be worse than none. */
static int
check_addon(
    const struct heroku_wanted *w, const struct addon *a, struct err *err)
{
	char app[HEROKU_TEXT], plan[HEROKU_TEXT];

	if (strcmp(a->name, w->name) == 0 && strcmp(a->app, w->app) == 0 &&
	    strcmp(a->plan, w->plan) == 0)
		return 0;
	err_set(err, STATUS_REJECTED,
	    "add-on '%s' belongs to app '%s' and has the plan '%s', not app "
	    "'%s' and '%s'",
	    w->name, text_visible(a->app, strlen(a->app), app, sizeof(app)),
	    text_visible(a->plan, strlen(a->plan), plan, sizeof(plan)), w->app,
	    w->plan);
	return err_hint(err,
	    "somebody made it otherwise: give the plan's "
	    "add-on another name, or destroy that one");
}

static int
addon_path(const struct heroku_wanted *w, struct buf *path, struct err *err)
{
	const char *const names[] = {w->app, w->name};

	return heroku_path(path, err, "/apps/%/addons/%", names);
}

int
heroku_find_addon(struct heroku *h, const struct heroku_wanted *w,
    struct addon *addon, bool *there, struct err *err)
{
	int ret = -1;
	char what[HEROKU_TEXT];
	struct buf path = BUF_EMPTY;
	struct http_response res = {0};

	*there = false;
	*addon = (struct addon){0};
	(void)snprintf(what, sizeof(what),
	    "cannot look for add-on '%s' of app '%s'", w->name, w->app);
	if (addon_path(w, &path, err) < 0 ||
	    heroku_get(h, &h->api, (const char *)path.p, what, &res, err) < 0)
		goto out;
	if (res.status == 404 && strcmp(h->error.id, "not_found") != 0) {
		heroku_refusal(h, &res, what, err);
		goto out;
	}
	if (res.status == 200 &&
	    (heroku_addon_read(&res.body, addon, err) < 0 ||
		check_addon(w, addon, err) < 0))
		goto out;
	*there = res.status == 200;
	ret = 0;
out:
	http_response_free(&res);
	buf_free(&path);
	return ret;
}

/* As Heroku's own command line sends it. */
static int
write_body(const struct heroku_wanted *w, const char *confirm, struct buf *body,
    struct err *err)
{
	struct json_out o = json_out(body);

	out_object(&o, NULL);
	out_object(&o, "attachment");
	out_close(&o);
	out_object(&o, "config");
	out_str(&o, "encryption-key", w->key_arn);
	out_close(&o);
	if (confirm != NULL)
		out_str(&o, "confirm", confirm);
	out_str(&o, "name", w->name);
	out_object(&o, "plan");
	out_str(&o, "name", w->plan);
	out_close(&o);
	out_close(&o);
	return out_end(&o, err);
}

/*
 * Nobody knows what became of the request: only looking tells. why holds
 * what went wrong, and stays when nothing is found.
 */
static int
look_again(struct heroku *h, const struct heroku_wanted *w, struct addon *addon,
    struct err *why)
{
	bool there;

	for (int look = 0; look < LOOKS; look++) {
		struct err err;

		if (look > 0)
			cloud_sleep(h->cloud,
			    "looking for what may have been made", POLL_MS);
		if (heroku_find_addon(h, w, addon, &there, &err) < 0) {
			*why = err;
			break;
		}
		if (there)
			return 0;
	}
	err_wrap(why, "it is not known whether add-on '%s' was made", w->name);
	return err_hint(why,
	    "wait a minute, then run this again: it looks "
	    "for the add-on's name first");
}

/* 422 also for a name that is taken: by us before, or by somebody else. */
static int
explain_invalid(struct heroku *h, const struct heroku_wanted *w,
    const struct http_response *res, const char *what, struct addon *addon,
    struct err *err)
{
	bool there;
	struct err ignored;

	heroku_refusal(h, res, what, err);
	if (heroku_find_addon(h, w, addon, &there, &ignored) == 0 && there)
		return 0;
	return -1;
}

static int
check_asks(const struct heroku *h, const struct heroku_wanted *w,
    const struct http_response *res, struct err *err)
{
	if (strcmp(res->confirmation_required, w->app) == 0)
		return 0;
	err_set(err, STATUS_REMOTE,
	    "Heroku wants '%s' confirmed, not app '%s': %s",
	    res->confirmation_required, w->app, h->error.message);
	return err_hint(err, "nothing was made; ask Heroku why");
}

/* Was the POST certainly without effect, so that it may be sent again? */
static bool
was_not_done(const struct http_response *res)
{
	return res->fate == HTTP_UNSENT ||
	    (res->fate == HTTP_ANSWERED && res->status == 429);
}

/* Send it until it is known that it arrived, or may have. */
static int
post(struct heroku *h, const struct heroku_wanted *w, const char *confirm,
    struct http_response *res, struct err *err)
{
	int ret = -1;
	const char *const names[] = {w->app};
	struct buf path = BUF_EMPTY, body = BUF_EMPTY;

	*res = (struct http_response){.fate = HTTP_UNSENT};
	if (heroku_path(&path, err, "/apps/%/addons", names) < 0 ||
	    write_body(w, confirm, &body, err) < 0)
		goto out;
	for (unsigned attempt = 1;; attempt++) {
		ret = heroku_post_addon(
		    h, (const char *)path.p, &body, res, err);
		if (!was_not_done(res) || heroku_pause(h, res, attempt) < 0)
			break;
		http_response_free(res);
	}
out:
	buf_free(&path);
	buf_free(&body);
	return ret;
}

static int
judge(struct heroku *h, const struct heroku_wanted *w, const char *what,
    const struct http_response *res, bool *asks, struct addon *addon,
    struct err *err)
{
	if (res->status / 100 == 2) {
		if (heroku_addon_read(&res->body, addon, err) == 0)
			return check_addon(w, addon, err);
		return look_again(h, w, addon, err);
	}
	if (strcmp(h->error.id, "confirmation_required") == 0) {
		*asks = true;
		return check_asks(h, w, res, err);
	}
	if (res->status == 422)
		return explain_invalid(h, w, res, what, addon, err);
	heroku_refusal(h, res, what, err);
	return res->status >= 500 ? look_again(h, w, addon, err) : -1;
}

int
heroku_create_addon(struct heroku *h, const struct heroku_wanted *w,
    const char *confirm, struct addon *addon, bool *asks, struct err *err)
{
	int ret;
	char what[HEROKU_TEXT];
	struct http_response res;
	struct err why;

	*asks = false;
	*addon = (struct addon){0};
	(void)snprintf(what, sizeof(what),
	    "cannot make add-on '%s' of app '%s'", w->name, w->app);
	if (post(h, w, confirm, &res, &why) == 0)
		ret = judge(h, w, what, &res, asks, addon, &why);
	else if (res.fate == HTTP_LOST)
		ret = look_again(h, w, addon, &why);
	else
		ret = heroku_refusal(h, &res, what, &why);
	if (ret < 0)
		*err = why;
	http_response_free(&res);
	return ret;
}
