/*
 * What Heroku answers: bytes in, a small struct out. No network here.
 *
 * Members that nobody asked for are not minded: Heroku adds some. Text for
 * people is made visible when it is read.
 */
#ifndef HEROKU_ANSWER_H
#define HEROKU_ANSWER_H

#include <stdbool.h>

#include "buf.h"

#define HEROKU_NAME 128
#define HEROKU_TEXT 320
#define HEROKU_ARN 512

struct addon {
	char id[HEROKU_NAME], name[HEROKU_NAME], app[HEROKU_NAME];
	char service[HEROKU_NAME]; /* "heroku-postgresql" */
	char plan[HEROKU_NAME];    /* "heroku-postgresql:private-7" */
	char state[HEROKU_NAME];   /* "provisioning" ..., or unknown to us */
	char message[HEROKU_TEXT]; /* provision_message; "" when absent */
};

struct heroku_error {
	int status;  /* HTTP; 0 when there was no answer */
	char id[64]; /* "rate_limit"; "" when it did not say */
	char message[HEROKU_TEXT];
};

/* Where an app runs: its Space, or the AWS Region of a Space. */
struct heroku_place {
	bool space_told;          /* the answer has the member at all */
	char space[HEROKU_NAME];  /* "" when it runs in none */
	char region[HEROKU_NAME]; /* Heroku's name: "virginia" */
	char provider[HEROKU_NAME];
	char provider_region[HEROKU_NAME]; /* "us-east-1" */
};

/* Which key a database uses, as far as Heroku tells. */
enum heroku_key {
	HEROKU_KEY_KNOWN,
	HEROKU_KEY_NONE,   /* none of the customer's */
	HEROKU_KEY_UNTOLD, /* this service or database does not say */
};

/* STATUS_REMOTE when the answer is not what it should be. */
int heroku_addon_read(const struct buf *body, struct addon *a, struct err *err);

/* GET /apps/APP, /spaces/SPACE and /regions/REGION, each its own members. */
int heroku_app_read(
    const struct buf *body, struct heroku_place *p, struct err *err);
int heroku_space_read(
    const struct buf *body, struct heroku_place *p, struct err *err);
int heroku_region_read(
    const struct buf *body, struct heroku_place *p, struct err *err);

/*
 * The data host's answer holds the database's password as well: only the
 * key's ARN is taken out, and every copy but body is wiped.
 */
int heroku_key_read(const struct buf *body, const char *service,
    enum heroku_key *key, char arn[static HEROKU_ARN], struct err *err);

/* Never fails: JSON, a proxy's HTML or nothing, it is an explanation. */
void heroku_error_read(
    const struct buf *body, int status, struct heroku_error *e);

/* What to do about it. */
const char *heroku_hint(const struct heroku_error *e);

#endif
