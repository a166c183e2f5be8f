/*
 * Heroku's Platform API, as far as an add-on under a customer's key needs it.
 *
 * Creating has no idempotency key: a lost answer and a repeat would be two
 * billed databases. So every add-on has the plan's name, is looked for before
 * it is asked for, and again whenever it is not known what became of a
 * request.
 */
#ifndef HEROKU_H
#define HEROKU_H

#include "cloud.h"
#include "heroku_answer.h"

struct heroku {
	struct cloud *cloud;
	struct endpoint api, data;
	struct buf authorization;        /* "Bearer TOKEN"; wiped */
	char warning[256];               /* about the token's file; or "" */
	int64_t give_up_at;              /* ticks; waits for Heroku end there */
	struct heroku_error error;       /* of the last call that was refused */
	char request_id[HTTP_VALUE_MAX]; /* of the last answer */
};

/* What the plan wants of Heroku. */
struct heroku_wanted {
	const char *app, *plan, *name;
	const char *key_arn;
};

/*
 * Takes the token of HEROKU_API_KEY, else what ~/.netrc has for the host
 * that is going to be called. STATUS_FAILED when there is none.
 */
int heroku_open(struct heroku *h, struct cloud *c, const struct target *t,
    int64_t wait_ms, struct err *err);
void heroku_close(struct heroku *h);

/* Look for it by name; what is there must be what is wanted, but its key. */
int heroku_find_addon(struct heroku *h, const struct heroku_wanted *w,
    struct addon *addon, bool *there, struct err *err);

/*
 * Ask for it, and find out what became of that. asks is set, and nothing
 * made, when Heroku wants its message (h->error.message) confirmed by the
 * app's name: call again with that as confirm, which is NULL else.
 */
int heroku_create_addon(struct heroku *h, const struct heroku_wanted *w,
    const char *confirm, struct addon *addon, bool *asks, struct err *err);

/*
 * Until it is provisioned. STATUS_REMOTE when Heroku gives up, or when
 * give_up_at comes first, which another run can take up.
 */
int heroku_wait(struct heroku *h, const struct heroku_wanted *w,
    struct addon *addon, struct err *err);

/* STATUS_REJECTED when it uses another key, or none. told: does it say? */
int heroku_check_key(struct heroku *h, const struct heroku_wanted *w,
    const struct addon *addon, bool *told, struct err *err);

/*
 * STATUS_REJECTED unless the app runs in a Space in the key's region. told
 * is false when Heroku does not let us see where the Space is.
 */
int heroku_check_place(struct heroku *h, const char *app, const char *region,
    bool *told, struct err *err);

#endif
