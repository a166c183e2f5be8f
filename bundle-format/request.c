#include "statements.h"

#include <stdlib.h>

#include "json_write.h"
#include "members.h"

#define TYPE "gapseal/request/v1"

static void
read_target(struct request_target *t, struct json *j)
{
	t->name = want_text(j, "name", NAME_MAX_LEN);
	t->key_arn = want_text(j, "key_arn", ARN_MAX);
	t->wrapping_algorithm = want_text(j, "wrapping_algorithm", 63);
	t->wrapping_key_spec = want_text(j, "wrapping_key_spec", 63);
	want_base64(j, "public_key", SPKI_MAX, &t->public_key);
	want_hex(j, "token_sha256", t->token_sha256, SHA256_LEN);
	t->valid_to = want_time(j, "valid_to");
	want_hex(j, "policy_sha256", t->policy_sha256, SHA256_LEN);
	want_hex(j, "grants_sha256", t->grants_sha256, SHA256_LEN);
	t->requested_by = want_text(j, "requested_by", ARN_MAX);
	t->request_id = want_text(j, "request_id", REQUEST_ID_MAX);
	json_end(j);
}

static void
write_target(struct json_out *w, const struct request_target *t)
{
	out_object(w, NULL);
	out_str(w, "name", t->name);
	out_str(w, "key_arn", t->key_arn);
	out_str(w, "wrapping_algorithm", t->wrapping_algorithm);
	out_str(w, "wrapping_key_spec", t->wrapping_key_spec);
	out_base64(w, "public_key", t->public_key.p, t->public_key.len);
	out_hex(w, "token_sha256", t->token_sha256, SHA256_LEN);
	out_time(w, "valid_to", t->valid_to);
	out_hex(w, "policy_sha256", t->policy_sha256, SHA256_LEN);
	out_hex(w, "grants_sha256", t->grants_sha256, SHA256_LEN);
	out_str(w, "requested_by", t->requested_by);
	out_str(w, "request_id", t->request_id);
	out_close(w);
}

static void
read_request(struct request *r, struct json *j)
{
	struct json array;

	want_exactly(j, "type", TYPE);
	r->ceremony = want_text(j, "ceremony", NAME_MAX_LEN);
	want_hex(j, "plan", r->plan, SHA256_LEN);
	want_hex(j, "nonce", r->nonce, NONCE_LEN);
	r->has_replaces = want_hex_or_null(
	    j, "replaces", r->replaces, SHA256_LEN);
	r->made = want_time(j, "made");
	array = want_array(j, "targets", 1, PLAN_TARGETS_MAX);
	r->targets = alloc_items(&array, sizeof(*r->targets), &r->n_targets);
	for (size_t i = 0; i < r->n_targets; i++) {
		struct json item = json_item(&array, i);

		read_target(&r->targets[i], &item);
	}
	json_end(j);
}

int
request_read(const struct buf *json, struct request *r, struct err *err)
{
	struct findings f = FINDINGS_NONE;
	int ret;

	*r = (struct request){0};
	if (json_parse(json, JSON_INTEGERS, &r->doc, &f) == 0) {
		struct json j = json_root(&r->doc, &f);

		read_request(r, &j);
	}
	if ((ret = findings_to_err(&f, STATUS_REJECTED, err)) < 0)
		request_free(r);
	findings_free(&f);
	return ret;
}

int
request_write(const struct request *r, struct buf *json, struct err *err)
{
	struct json_out w;

	*json = BUF_EMPTY;
	w = json_out(json);
	out_object(&w, NULL);
	out_str(&w, "type", TYPE);
	out_str(&w, "ceremony", r->ceremony);
	out_hex(&w, "plan", r->plan, SHA256_LEN);
	out_hex(&w, "nonce", r->nonce, NONCE_LEN);
	out_digest_or_null(&w, "replaces", r->has_replaces, r->replaces);
	out_time(&w, "made", r->made);
	out_array(&w, "targets");
	for (size_t i = 0; i < r->n_targets; i++)
		write_target(&w, &r->targets[i]);
	out_close(&w);
	out_close(&w);
	return out_end(&w, err);
}

void
request_free(struct request *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->n_targets; i++)
		buf_free(&r->targets[i].public_key);
	free(r->targets);
	json_doc_free(&r->doc);
	*r = (struct request){0};
}
