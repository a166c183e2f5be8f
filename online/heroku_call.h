/* One call to Heroku, with the patience that each kind of call allows. */
#ifndef HEROKU_CALL_H
#define HEROKU_CALL_H

#include "heroku.h"

/* A path of constants and names: "/apps/%/addons/%", each % encoded. */
int heroku_path(struct buf *path, struct err *err, const char *pattern,
    const char *const *names);

/*
 * GET, again after what may pass. 0 for 200 and for 404 (res->status tells),
 * else STATUS_REMOTE as what could not be done, and h->error.
 */
int heroku_get(struct heroku *h, const struct endpoint *e, const char *path,
    const char *what, struct http_response *res, struct err *err);

/* POST to add-ons, once: 0 for any answer; res->fate tells about others. */
int heroku_post_addon(struct heroku *h, const char *path,
    const struct buf *body, struct http_response *res, struct err *err);

/* Fill in err from the answer: "WHAT: Heroku says 403 forbidden: ...". */
int heroku_refusal(struct heroku *h, const struct http_response *res,
    const char *what, struct err *err);

/*
 * After the attempt-th try (1, 2 ...): waits as long as the other side asks.
 * -1 without a message when there are no more tries, or no time for one.
 */
int heroku_pause(
    struct heroku *h, const struct http_response *res, unsigned attempt);

#endif
