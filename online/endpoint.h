/*
 * Where requests may go: the public endpoint of a service in a region, or
 * what the plan names; in practice also what the operator says.
 *
 * An override is an attack path: a stand-in could "prove" a real import. So a
 * real plan takes none that the plan does not name, and a variable that
 * disagrees is refused, never ignored. A practice plan takes loopback and
 * hosts that the plan names, and never a real cloud. The config file's
 * endpoint_url is not read. Every refusal is STATUS_REJECTED with its reason.
 */
#ifndef ENDPOINT_H
#define ENDPOINT_H

#include <stdbool.h>

#include "buf.h"
#include "plan.h"

#define ENDPOINT_MAX 256

enum service {
	SERVICE_KMS,
	SERVICE_STS,
	SERVICE_S3, /* path style: the bucket is in the path */
	SERVICE_HEROKU,
	SERVICE_HEROKU_DATA, /* tells which key a database uses */
};

struct endpoint {
	enum service service;
	char url[ENDPOINT_MAX];  /* "https://kms.eu-west-1.amazonaws.com" */
	char host[ENDPOINT_MAX]; /* as signed: with :port when not default */
	const struct buf *ca;    /* PEM; NULL: the system's. Borrowed */
	bool plain;              /* http, allowed */
	bool is_named;           /* not the cloud's public endpoint */
};

/* What the operator says besides the plan; each may be NULL. Borrowed. */
struct endpoint_says {
	const char *endpoint_url; /* --endpoint-url, all of AWS */
	const char *heroku_url;   /* --heroku-url */
	const char *aws_all, *aws_kms, *aws_sts, *aws_s3;
	const char *heroku_host, *heroku_data_host;
	const char *ca_bundle;
	bool ignore_aws; /* AWS_IGNORE_CONFIGURED_ENDPOINT_URLS */
	bool fips, dual_stack;
};

/* All that decides where requests go, for one plan. */
struct endpoint_rules {
	const struct plan *plan;
	struct endpoint_says says;
	struct buf ca; /* the file of AWS_CA_BUNDLE, read once */
	char ca_sha256[HEX_LEN(SHA256_LEN)]; /* "" when there is none */
};

/* The environment's part of what the operator says. */
void endpoint_says_env(struct endpoint_says *says);

/* Reads the CA file. Strings of says and plan must outlive r. */
int endpoint_rules_open(struct endpoint_rules *r, const struct plan *plan,
    const struct endpoint_says *says, struct err *err);
void endpoint_rules_close(struct endpoint_rules *r);

/* e borrows the CA from r. */
int endpoint_resolve(const struct endpoint_rules *r, enum service service,
    const struct target *target, struct endpoint *e, struct err *err);

/*
 * Resolve all that the plan's targets may need, so that a refusal comes
 * before the first call and not between two.
 */
int endpoint_check_all(const struct endpoint_rules *r, struct err *err);

const char *service_name(enum service service); /* "kms", as signed */

#endif
