/*
 * What one run of an online step shares among its targets: connections, the
 * rules of where requests may go, credentials, the clock's skew, the pace.
 *
 *	struct cloud cloud;
 *	struct aws aws;
 *
 *	cloud_open(&cloud, &plan, args, err)
 *	for each target:
 *		aws_open(&aws, &cloud, target, err)
 *		sts_require_account(&aws, &identity, err)
 *		kms_describe_key(&aws, arn, &key, err)
 *		...
 *		aws_close(&aws)
 *	cloud_close(&cloud)
 */
#ifndef CLOUD_H
#define CLOUD_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd.h"
#include "credentials.h"
#include "endpoint.h"
#include "http.h"
#include "pace.h"
#include "plan.h"

/*
 * Called about four times a second while we wait, so that a verb can show
 * progress; why is what for. Called with left_ms = 0 when it is over.
 */
typedef void cloud_waiting(void *arg, const char *why, int64_t left_ms);

struct cloud {
	const struct plan *plan;
	struct http *http;
	struct endpoint_rules rules;
	struct credentials credentials; /* found at the first aws_open() */
	int64_t skew; /* seconds to add to this machine's clock */
	struct pace pace;
	int64_t settle_ms; /* how long a change of ours may stay invisible */
	char warning[256]; /* for the verb to show once, then empty; or "" */
	cloud_waiting *waiting; /* NULL: wait in silence */
	void *waiting_arg;
};

/* A call that was answered, as receipts list it. */
struct call {
	const char *operation; /* a constant: "ImportKeyMaterial" */
	char request_id[HTTP_VALUE_MAX];
	int64_t date; /* the server's clock */
};

struct calls {
	struct call *list;
	size_t n;
};

/*
 * Reads --endpoint-url, --heroku-url (each only if args' command has it) and
 * the environment, and refuses what the plan does not allow before any call
 * is made. The plan must outlive c.
 */
int cloud_open(struct cloud *c, const struct plan *plan,
    const struct args *args, struct err *err);
void cloud_close(struct cloud *c);

/* This machine's clock, put right by what servers said. */
int64_t cloud_now(const struct cloud *c);

void cloud_sleep(const struct cloud *c, const char *why, int64_t ms);

int calls_add(struct calls *calls, const char *operation,
    const struct http_response *res, struct err *err);
void calls_free(struct calls *calls);

#endif
