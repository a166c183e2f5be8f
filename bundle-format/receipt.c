#include "statements.h"

#include <stdlib.h>
#include <string.h>

#include "json_write.h"
#include "members.h"

#define TYPE "gapseal/receipt/v1"
#define RECEIPT_NUMBER_MAX 1000000
#define DEVIATIONS_MAX 256
#define CALLS_MAX 1024
/* A policy, and every add-on and bucket that a plan may have. */
#define GRANTS_MAX ((size_t)PLAN_TARGETS_MAX * (1 + 2 * PLAN_USERS_MAX))

static const char *const states[] = {
    "imported", "pending", "unproven", "alarm", NULL};
static const char *const proofs[] = {
    "mac", "public-key", "round-trip", "same-material", NULL};
static const char *const strengths[] = {"independent", "asserted", NULL};
static const char *const matches[] = {"match", NULL};
static const char *const whats[] = {
    "key-policy", "heroku-addon", "s3-encryption", NULL};
static const char *const results[] = {"changed", "unchanged", NULL};

static void
write_endpoints(struct json_out *w, const struct endpoints *e)
{
	out_object(w, "endpoints");
	out_str_if(w, "kms", e->kms);
	out_str_if(w, "sts", e->sts);
	out_str_if(w, "s3", e->s3);
	out_str_if(w, "heroku", e->heroku);
	out_str_if(w, "ca_sha256", e->ca_sha256);
	out_close(w);
}

static void
read_calls(struct receipt_target *t, struct json *j)
{
	struct json array = want_array(j, "calls", 0, CALLS_MAX);

	t->calls = alloc_items(&array, sizeof(*t->calls), &t->n_calls);
	for (size_t i = 0; i < t->n_calls; i++) {
		struct receipt_call *c = &t->calls[i];
		struct json item = json_item(&array, i);

		c->operation = want_text(&item, "operation", 63);
		c->request_id = want_text(&item, "request_id", REQUEST_ID_MAX);
		c->date = want_time(&item, "date");
		json_end(&item);
	}
}

static void
write_calls(struct json_out *w, const struct receipt_target *t)
{
	out_array(w, "calls");
	for (size_t i = 0; i < t->n_calls; i++) {
		out_object(w, NULL);
		out_str(w, "operation", t->calls[i].operation);
		out_str(w, "request_id", t->calls[i].request_id);
		out_time(w, "date", t->calls[i].date);
		out_close(w);
	}
	out_close(w);
}

static void
read_proof(struct receipt_target *t, struct json *up)
{
	struct json j;

	if (!has_member(up, "proof"))
		return;
	j = want_object(up, "proof");
	t->proof_kind = want_one_of(&j, "kind", proofs);
	t->proof_strength = want_one_of(&j, "strength", strengths);
	t->proof_result = want_one_of(&j, "result", matches);
	json_end(&j);
}

static void
write_proof(struct json_out *w, const struct receipt_target *t)
{
	if (t->proof_kind == NULL)
		return;
	out_object(w, "proof");
	out_str(w, "kind", t->proof_kind);
	out_str(w, "strength", t->proof_strength);
	out_str(w, "result", t->proof_result);
	out_close(w);
}

static void
read_target(struct receipt_target *t, struct json *j)
{
	t->name = want_text(j, "name", NAME_MAX_LEN);
	t->key_arn = want_text(j, "key_arn", ARN_MAX);
	t->state = want_one_of(j, "state", states);
	if (has_member(j, "key_material_id"))
		t->key_material_id = want_hex_text(
		    j, "key_material_id", SHA256_LEN);
	if (has_member(j, "valid_to")) {
		t->valid_to = want_time(j, "valid_to");
		t->has_valid_to = true;
	}
	if (has_member(j, "imported_by"))
		t->imported_by = want_text(j, "imported_by", ARN_MAX);
	read_proof(t, j);
	t->deviations = want_texts(
	    j, "deviations", 0, DEVIATIONS_MAX, NOTE_MAX, &t->n_deviations);
	read_calls(t, j);
	json_end(j);
}

static void
write_target(struct json_out *w, const struct receipt_target *t)
{
	out_object(w, NULL);
	out_str(w, "name", t->name);
	out_str(w, "key_arn", t->key_arn);
	out_str(w, "state", t->state);
	out_str_if(w, "key_material_id", t->key_material_id);
	if (t->has_valid_to)
		out_time(w, "valid_to", t->valid_to);
	out_str_if(w, "imported_by", t->imported_by);
	write_proof(w, t);
	out_strings(w, "deviations", t->deviations, t->n_deviations);
	write_calls(w, t);
	out_close(w);
}

static void
read_targets(struct receipt *r, struct json *j)
{
	struct json array = want_array(j, "targets", 0, PLAN_TARGETS_MAX);

	r->targets = alloc_items(&array, sizeof(*r->targets), &r->n_targets);
	for (size_t i = 0; i < r->n_targets; i++) {
		struct json item = json_item(&array, i);

		read_target(&r->targets[i], &item);
	}
}

static void
read_grant(struct receipt_grant *g, struct json *j)
{
	g->target = want_text(j, "target", NAME_MAX_LEN);
	g->what = want_one_of(j, "what", whats);
	g->name = want_text(j, "name", ARN_MAX);
	g->result = want_one_of(j, "result", results);
	if (has_member(j, "before_sha256")) {
		want_hex(j, "before_sha256", g->before_sha256, SHA256_LEN);
		g->has_before = true;
	}
	if (has_member(j, "after_sha256")) {
		want_hex(j, "after_sha256", g->after_sha256, SHA256_LEN);
		g->has_after = true;
	}
	json_end(j);
}

static void
read_grants(struct receipt *r, struct json *j)
{
	struct json array = want_array(j, "grants", 0, GRANTS_MAX);

	r->grants = alloc_items(&array, sizeof(*r->grants), &r->n_grants);
	for (size_t i = 0; i < r->n_grants; i++) {
		struct json item = json_item(&array, i);

		read_grant(&r->grants[i], &item);
	}
}

static void
write_grants(struct json_out *w, const struct receipt *r)
{
	out_array(w, "grants");
	for (size_t i = 0; i < r->n_grants; i++) {
		const struct receipt_grant *g = &r->grants[i];

		out_object(w, NULL);
		out_str(w, "target", g->target);
		out_str(w, "what", g->what);
		out_str(w, "name", g->name);
		out_str(w, "result", g->result);
		out_digest_if(
		    w, "before_sha256", g->has_before, g->before_sha256);
		out_digest_if(w, "after_sha256", g->has_after, g->after_sha256);
		out_close(w);
	}
	out_close(w);
}

static void
read_receipt(struct receipt *r, struct json *j)
{
	struct json endpoints;

	want_exactly(j, "type", TYPE);
	r->ceremony = want_text(j, "ceremony", NAME_MAX_LEN);
	want_hex(j, "plan", r->plan, SHA256_LEN);
	want_hex(j, "transfer", r->transfer, SHA256_LEN);
	r->number = want_int(j, "number", 1, RECEIPT_NUMBER_MAX);
	r->has_previous = want_hex_or_null(
	    j, "previous", r->previous, SHA256_LEN);
	r->made = want_time(j, "made");
	want_digests(j, "approved_by", 1, BUNDLE_SIGNATURES_MAX,
	    &r->approved_by, &r->n_approved_by);
	endpoints = want_object(j, "endpoints");
	read_endpoints(&r->endpoints, &endpoints);
	read_targets(r, j);
	read_grants(r, j);
	read_journal_mark(j, &r->journal);
	json_end(j);
}

int
receipt_read(const struct buf *json, struct receipt *r, struct err *err)
{
	struct findings f = FINDINGS_NONE;
	int ret;

	*r = (struct receipt){0};
	if (json_parse(json, JSON_INTEGERS, &r->doc, &f) == 0) {
		struct json j = json_root(&r->doc, &f);

		read_receipt(r, &j);
	}
	if ((ret = findings_to_err(&f, STATUS_REJECTED, err)) < 0)
		receipt_free(r);
	findings_free(&f);
	return ret;
}

int
receipt_write(const struct receipt *r, struct buf *json, struct err *err)
{
	struct json_out w;

	*json = BUF_EMPTY;
	w = json_out(json);
	out_object(&w, NULL);
	out_str(&w, "type", TYPE);
	out_str(&w, "ceremony", r->ceremony);
	out_hex(&w, "plan", r->plan, SHA256_LEN);
	out_hex(&w, "transfer", r->transfer, SHA256_LEN);
	out_int(&w, "number", r->number);
	out_digest_or_null(&w, "previous", r->has_previous, r->previous);
	out_time(&w, "made", r->made);
	out_digests(&w, "approved_by", r->approved_by, r->n_approved_by);
	write_endpoints(&w, &r->endpoints);
	out_array(&w, "targets");
	for (size_t i = 0; i < r->n_targets; i++)
		write_target(&w, &r->targets[i]);
	out_close(&w);
	write_grants(&w, r);
	write_journal_mark(&w, &r->journal);
	out_close(&w);
	return out_end(&w, err);
}

void
receipt_free(struct receipt *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->n_targets; i++) {
		free(r->targets[i].deviations);
		free(r->targets[i].calls);
	}
	free(r->targets);
	free(r->grants);
	free(r->approved_by);
	json_doc_free(&r->doc);
	*r = (struct receipt){0};
}
