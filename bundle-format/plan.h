/*
 * The plan: who may do what, with which key, for which targets.
 *
 * plan_read() says whether the text is a plan at all; plan_lint() says what
 * the cloud will refuse later and what people must not do. Strings belong to
 * the document inside and live until plan_free().
 */
#ifndef PLAN_H
#define PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "encode.h"
#include "findings.h"
#include "json.h"

#define PLAN_MAX (4u << 20) /* bytes of plan.json */
#define PLAN_PEOPLE_MAX 256
#define PLAN_TARGETS_MAX 4096
#define PLAN_USERS_MAX 64 /* add-ons, or buckets, of one target */
#define SPKI_LEN 44       /* SubjectPublicKeyInfo of an Ed25519 key, DER */

enum role {
	ROLE_OFFICER = 1,
	ROLE_OPERATOR = 2,
	ROLE_CUSTODIAN = 4,
	ROLE_AUDITOR = 8,
};

struct person {
	const char *name;
	unsigned roles; /* of enum role */
	bool has_key;
	uint8_t spki[SPKI_LEN];
	uint8_t key_id[SHA256_LEN]; /* SHA-256 of spki */
};

struct heroku_addon {
	const char *app;
	const char *plan; /* "heroku-postgresql:private-7" */
	const char *name;
};

struct endpoints { /* each NULL when the plan does not name it */
	const char *kms, *sts, *s3, *heroku; /* "{region}" not yet filled in */
	const char *ca_sha256;               /* of the PEM file, hex */
};

struct target {
	const char *name;
	const char *account, *region, *alias;
	const char *description; /* "" when absent */
	bool multi_region;
	const char *wrapping_algorithm, *wrapping_key_spec;
	bool expires;
	int64_t expires_at; /* when expires */
	struct heroku_addon *heroku;
	size_t n_heroku;
	const char **buckets;
	size_t n_buckets;
	const char *key_arn; /* NULL: CreateKey makes one */
	struct endpoints endpoints;
};

struct plan {
	struct json_doc doc;
	const char *name;
	int64_t version;
	bool has_previous;
	uint8_t previous[SHA256_LEN];
	bool has_valid;
	int64_t valid_from, valid_until;
	bool practice;
	struct person *people;
	size_t n_people;
	struct {
		int64_t plan, request, transfer, receipt;
	} quorum;
	const char *key_spec, *key_usage;
	const char *source; /* "generate", "receive", "components", "escrow" */
	struct {
		const char *method; /* NULL: none asked for */
		const char **contributors;
		size_t n;
	} entropy;
	struct {
		const char *scheme; /* NULL: no escrow */
		int64_t threshold;
		const char **custodians;
		size_t n;
	} escrow;
	bool has_recovers;
	uint8_t recovers[SHA256_LEN];
	struct target *targets;
	size_t n_targets;
	struct endpoints endpoints;
	bool independent_import;
};

/* Structure. Findings carry their place; 0 when none is an error. */
int plan_read(const struct buf *json, struct plan *p, struct findings *f);

/* Meaning, judged at time now. A plan with errors here is refused too. */
void plan_lint(const struct plan *p, int64_t now, struct findings *f);

void plan_free(struct plan *p);

/* NULL when nobody is called that or holds that key. */
const struct person *plan_person(const struct plan *p, const char *name);
const struct person *plan_key_holder(
    const struct plan *p, const uint8_t key_id[static SHA256_LEN]);
const struct target *plan_target(const struct plan *p, const char *name);

/* What a person may be called: file names and screens must stand it. */
#define PERSON_FIRST "A-Za-z0-9"
#define PERSON_REST "A-Za-z0-9 ._@-"
#define PERSON_NAME_MAX 63

const char *role_name(enum role role);

/* Is this an Ed25519 SPKI that cannot verify everything (small order)? */
const char *spki_refusal(const uint8_t spki[static SPKI_LEN]);

/* STATUS_REJECTED outside the plan's "valid" span. */
int plan_check_time(const struct plan *p, int64_t now, struct err *err);

#endif
