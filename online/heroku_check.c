#include "heroku.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "heroku_call.h"
#include "text.h"

#define SECOND INT64_C(1000)
#define POLL_MS (5 * SECOND)
#define KEY_LOOKS 3 /* a fresh database tells its key a little later */

static int
gave_up(const struct heroku_wanted *w, const struct addon *a, struct err *err)
{
	char state[HEROKU_TEXT];

	err_set(err, STATUS_REMOTE,
	    "Heroku did not provision add-on '%s' (state '%s')%s%s", w->name,
	    text_visible(a->state, strlen(a->state), state, sizeof(state)),
	    a->message[0] == '\0' ? "" : ": ", a->message);
	return err_hint(err,
	    "check that the key is enabled and in the app's region; then "
	    "`heroku addons:destroy %s` if it is still there, and run this "
	    "again",
	    w->name);
}

static int
ran_out(const struct heroku_wanted *w, const struct addon *a, struct err *err)
{
	char state[HEROKU_TEXT];

	err_set(err, STATUS_REMOTE, "add-on '%s' is still '%s'", w->name,
	    text_visible(a->state, strlen(a->state), state, sizeof(state)));
	return err_hint(err,
	    "run this again: it goes on waiting (--wait "
	    "SECONDS for longer)");
}

/* As often as Heroku's own tool asks, but sooner at first. */
static int64_t
poll_pause(unsigned polls)
{
	return polls < 5 ? (polls + 1) * SECOND : POLL_MS;
}

/* "payments-db is provisioning", for the verb to show while we wait. */
static void
wait_a_little(struct heroku *h, const struct addon *a, int64_t ms)
{
	char why[2 * HEROKU_TEXT], state[HEROKU_TEXT];

	(void)snprintf(why, sizeof(why), "add-on '%s' is %s", a->name,
	    text_visible(a->state, strlen(a->state), state, sizeof(state)));
	cloud_sleep(h->cloud, why, ms);
}

/* Is it no refusal, but something that may be over at the next poll? */
static bool
is_passing(const struct heroku *h, const struct err *err)
{
	return err->status == STATUS_REMOTE &&
	    (h->error.status == 0 || h->error.status == 429 ||
		h->error.status >= 500);
}

int
heroku_wait(struct heroku *h, const struct heroku_wanted *w,
    struct addon *addon, struct err *err)
{
	for (unsigned polls = 0; strcmp(addon->state, "provisioned") != 0;
	     polls++) {
		int64_t ms = poll_pause(polls);
		struct addon now;
		struct err why;
		bool there;

		if (text_starts(addon->state, "deprovision"))
			return gave_up(w, addon, err);
		if (clock_ticks() + ms > h->give_up_at)
			return ran_out(w, addon, err);
		wait_a_little(h, addon, ms);
		if (heroku_find_addon(h, w, &now, &there, &why) < 0) {
			if (is_passing(h, &why))
				continue;
			*err = why;
			return -1;
		}
		if (!there)
			return err_set(err, STATUS_REMOTE,
			    "add-on '%s' is gone while it was awaited",
			    w->name);
		*addon = now;
	}
	return 0;
}

static int
get_key(struct heroku *h, const struct addon *a, bool *there,
    enum heroku_key *key, char arn[static HEROKU_ARN], struct err *err)
{
	int ret = -1;
	bool postgres = strcmp(a->service, "heroku-postgresql") == 0;
	const char *const names[] = {postgres ? a->id : a->name};
	struct buf path = BUF_EMPTY;
	struct http_response res = {0};

	if (heroku_path(&path, err,
		postgres ? "/client/v11/databases/%" : "/redis/v0/databases/%",
		names) < 0 ||
	    heroku_get(h, &h->data, (const char *)path.p,
		"cannot ask which key the database uses", &res, err) < 0)
		goto out;
	*there = res.status == 200;
	if (*there && heroku_key_read(&res.body, a->service, key, arn, err) < 0)
		goto out;
	ret = 0;
out:
	http_response_free(&res);
	buf_free(&path);
	return ret;
}

static int
other_key(const struct heroku_wanted *w, const char *arn, struct err *err)
{
	char shown[HEROKU_ARN];

	if (arn[0] == '\0')
		err_set(err, STATUS_REJECTED, "add-on '%s' uses no key of ours",
		    w->name);
	else
		err_set(err, STATUS_REJECTED,
		    "add-on '%s' uses another key: %s", w->name,
		    text_visible(arn, strlen(arn), shown, sizeof(shown)));
	return err_hint(err,
	    "a database's key cannot be changed: make a new "
	    "one under another name, and move over");
}

int
heroku_check_key(struct heroku *h, const struct heroku_wanted *w,
    const struct addon *addon, bool *told, struct err *err)
{
	char arn[HEROKU_ARN] = "";
	enum heroku_key key = HEROKU_KEY_UNTOLD;
	bool there = false;

	*told = false;
	if (strcmp(addon->service, "heroku-postgresql") != 0 &&
	    strcmp(addon->service, "heroku-redis") != 0)
		return 0;
	for (int look = 0; look < KEY_LOOKS && !there; look++) {
		int64_t ms = look * SECOND;

		if (clock_ticks() + ms > h->give_up_at)
			return 0;
		if (look > 0)
			cloud_sleep(
			    h->cloud, "Heroku does not tell the key yet", ms);
		if (get_key(h, addon, &there, &key, arn, err) < 0)
			return -1;
	}
	if (!there)
		return 0;
	*told = true;
	if (key != HEROKU_KEY_KNOWN || strcmp(arn, w->key_arn) != 0)
		return other_key(w, arn, err);
	return 0;
}

typedef int read_place(
    const struct buf *body, struct heroku_place *p, struct err *err);

/*
 * there is false when Heroku does not show it, for whatever reason: making
 * the add-on is what decides, this only says it sooner. A wrong token ends it
 * all the same.
 */
static int
get_place(struct heroku *h, const char *pattern, const char *name,
    read_place *read, struct heroku_place *p, bool *there, struct err *err)
{
	int ret = -1;
	const char *const names[] = {name};
	struct buf path = BUF_EMPTY;
	struct http_response res = {0};
	struct err why;

	*there = false;
	if (heroku_path(&path, err, pattern, names) < 0)
		goto out;
	if (heroku_get(h, &h->api, (const char *)path.p,
		"cannot look where the app runs", &res, &why) < 0) {
		if (why.status == STATUS_REMOTE && h->error.status != 401)
			ret = 0;
		else
			*err = why;
		goto out;
	}
	*there = res.status == 200 && read(&res.body, p, &why) == 0;
	ret = 0;
out:
	http_response_free(&res);
	buf_free(&path);
	return ret;
}

static int
wrong_place(const char *app, const struct heroku_place *p, const char *region,
    struct err *err)
{
	char there[HEROKU_TEXT];

	if (p->space[0] == '\0') {
		err_set(err, STATUS_REJECTED,
		    "app '%s' runs in no Private Space", app);
		return err_hint(err,
		    "only add-ons in Private and Shield "
		    "Spaces take a customer's key");
	}
	err_set(err, STATUS_REJECTED,
	    "app '%s' runs in %s, and the key is in %s", app,
	    text_visible(p->provider_region, strlen(p->provider_region), there,
		sizeof(there)),
	    region);
	return err_hint(err,
	    "a database needs a key of its own region: "
	    "correct the plan's target");
}

int
heroku_check_place(struct heroku *h, const char *app, const char *region,
    bool *told, struct err *err)
{
	struct heroku_place p = {.space = ""};
	bool there;

	*told = false;
	if (get_place(h, "/apps/%", app, heroku_app_read, &p, &there, err) < 0)
		return -1;
	if (!there || !p.space_told)
		return 0;
	if (p.space[0] == '\0')
		return wrong_place(app, &p, region, err);
	if (get_place(h, "/spaces/%", p.space, heroku_space_read, &p, &there,
		err) < 0)
		return -1;
	if (!there)
		return 0;
	if (get_place(h, "/regions/%", p.region, heroku_region_read, &p, &there,
		err) < 0)
		return -1;
	if (!there)
		return 0;
	*told = true;
	if (strcmp(p.provider, "amazon-web-services") != 0 ||
	    strcmp(p.provider_region, region) != 0)
		return wrong_place(app, &p, region, err);
	return 0;
}
