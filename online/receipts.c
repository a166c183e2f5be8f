#include "receipts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chain.h"
#include "clock.h"

void
receipts_name(int64_t number, char out[static 32])
{
	(void)snprintf(out, 32, "receipt-%lld.gsb", (long long)number);
}

static bool
tells_of_alarm(const struct receipt *r)
{
	for (size_t i = 0; i < r->n_targets; i++)
		if (strcmp(r->targets[i].state, "alarm") == 0)
			return true;
	return false;
}

static bool
is_about(const struct receipt *r, const struct statement *transfer)
{
	return memcmp(r->transfer, transfer->file.bundle.digest, SHA256_LEN) ==
	    0;
}

static int
load_one(const struct ceremony *c, const struct statement *transfer,
    struct receipts *r, int64_t number, struct err *err)
{
	char name[32];
	uint8_t previous[SHA256_LEN];
	bool first = r->last == 0, alarm = r->alarm;
	const struct receipt *now = &r->receipt;

	memcpy(previous, r->file.bundle.digest, SHA256_LEN);
	receipts_free(r);
	receipts_name(number, name);
	if (ceremony_load(c, name, KIND_RECEIPT, &r->file, NULL, err) < 0)
		return -1;
	if (receipt_read(&r->file.json, &r->receipt, err) < 0 ||
	    chain_receipt(now, &c->plan, c->plan_digest,
		is_about(now, transfer) ? &transfer->transfer : NULL,
		now->transfer, first ? NULL : previous, number - 1, err) < 0) {
		receipts_free(r);
		err_wrap(err, "'%s'", name);
		return err_hint_else(err, "%s", statement_not_ours);
	}
	r->last = number;
	r->alarm = alarm || tells_of_alarm(&r->receipt);
	return 0;
}

int
receipts_load(const struct ceremony *c, const struct statement *transfer,
    struct receipts *r, struct err *err)
{
	int64_t last;

	*r = (struct receipts){0};
	if (ceremony_last_receipt(&last, err) < 0)
		return -1;
	for (int64_t i = 1; i <= last; i++)
		if (load_one(c, transfer, r, i, err) < 0)
			return -1;
	r->about_this = last > 0 && is_about(&r->receipt, transfer);
	return 0;
}

void
receipts_free(struct receipts *r)
{
	receipt_free(&r->receipt);
	loaded_free(&r->file);
	*r = (struct receipts){0};
}

/* The officers who were counted on the transfer. */
static int
put_approvals(const struct ceremony *c, const struct quorum *q,
    struct receipt *next, struct err *err)
{
	const struct quorum_role *r = &q->roles[0];

	next->approved_by = calloc(r->have + 1, sizeof(*next->approved_by));
	if (next->approved_by == NULL)
		return err_memory(err);
	for (size_t k = 0; k < c->plan.n_people; k++)
		if (r->counted[k])
			memcpy(next->approved_by[next->n_approved_by++],
			    c->plan.people[k].key_id, SHA256_LEN);
	return 0;
}

static int
sign_and_save(struct ceremony *c, const struct signers *signers,
    const char *person, const char *step, const struct receipt *next,
    uint8_t digest[static SHA256_LEN], struct err *err)
{
	struct buf json;
	struct bundle b = BUNDLE_EMPTY;
	char name[32];
	int ret = -1;

	if (receipt_write(next, &json, err) < 0)
		return -1;
	receipts_name(next->number, name);
	if (bundle_make(KIND_RECEIPT, c->plan.practice, &json, &b, err) == 0 &&
	    signers_sign(signers, &b, err) == 0 &&
	    ceremony_save(name, &b, err) == 0) {
		const char *file = name;
		char hex[HEX_LEN(SHA256_LEN)];

		memcpy(digest, b.digest, SHA256_LEN);
		hex_encode(b.digest, SHA256_LEN, hex);
		/* "receipt" is the step that makes one, whatever led to it. */
		ret = journal_add(&c->journal, person, "receipt", "made",
		    (const struct journal_fact[]){
			{"receipt", hex}, {"file", file}, {"by", step}, {0}},
		    err);
	}
	bundle_free(&b);
	buf_free(&json);
	return ret;
}

int
receipts_save_next(struct ceremony *c, const struct receipts *before,
    const struct loaded *transfer, const struct signers *signers,
    const char *person, const char *step, struct receipt *next,
    uint8_t digest[static SHA256_LEN], struct err *err)
{
	int ret = -1;

	next->ceremony = c->plan.name;
	memcpy(next->plan, c->plan_digest, SHA256_LEN);
	memcpy(next->transfer, transfer->bundle.digest, SHA256_LEN);
	next->number = before->last + 1;
	next->has_previous = before->last > 0;
	memcpy(next->previous, before->file.bundle.digest, SHA256_LEN);
	next->made = clock_now();
	journal_mark(&c->journal, &next->journal);
	if (put_approvals(c, &transfer->quorum, next, err) == 0)
		ret = sign_and_save(
		    c, signers, person, step, next, digest, err);
	free(next->approved_by);
	next->approved_by = NULL;
	next->n_approved_by = 0;
	return ret;
}

/* "https://kms.us-east-1.x" becomes "https://kms.{region}.x". */
static void
generalise(const char *url, const char *region, char out[static 512])
{
	const char *at = strstr(url, region);

	if (at == NULL)
		(void)snprintf(out, 512, "%s", url);
	else
		(void)snprintf(out, 512, "%.*s{region}%s", (int)(at - url), url,
		    at + strlen(region));
}

static int
resolve(const struct cloud *cloud, enum service service, char out[static 512],
    const char **where, struct err *err)
{
	const struct target *t = &cloud->plan->targets[0];
	struct endpoint e;

	if (endpoint_resolve(&cloud->rules, service, t, &e, err) < 0)
		return -1;
	generalise(e.url, t->region, out);
	*where = out;
	return 0;
}

static bool
uses(const struct plan *p, enum service service)
{
	for (size_t i = 0; i < p->n_targets; i++)
		if (service == SERVICE_S3 ? p->targets[i].n_buckets > 0
					  : p->targets[i].n_heroku > 0)
			return true;
	return false;
}

int
receipts_endpoints(const struct cloud *cloud, bool grants,
    struct receipt_endpoints *e, struct endpoints *out, struct err *err)
{
	*out = (struct endpoints){0};
	if (resolve(cloud, SERVICE_KMS, e->kms, &out->kms, err) < 0 ||
	    resolve(cloud, SERVICE_STS, e->sts, &out->sts, err) < 0)
		return -1;
	if (grants && uses(cloud->plan, SERVICE_S3) &&
	    resolve(cloud, SERVICE_S3, e->s3, &out->s3, err) < 0)
		return -1;
	if (grants && uses(cloud->plan, SERVICE_HEROKU) &&
	    resolve(cloud, SERVICE_HEROKU, e->heroku, &out->heroku, err) < 0)
		return -1;
	if (cloud->rules.ca_sha256[0] != '\0')
		out->ca_sha256 = cloud->rules.ca_sha256;
	return 0;
}
