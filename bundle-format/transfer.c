#include "statements.h"

#include <stdlib.h>
#include <string.h>

#include "json_write.h"
#include "members.h"

#define TYPE "gapseal/transfer/v1"
#define SHARES_MAX 16
#define SEALED_MAX 8192
#define MAC_MAX 64
#define SALT_LEN 16
#define SET_LEN 4
#define EXCEPTIONS_MAX 256

static const char *const clocks[] = {"machine", "witnessed", NULL};
static const char *const ways[] = {"generate", "file", "vault-export",
    "vault-backup", "byok-export", "components", "escrow", NULL};
static const char *const methods[] = {"dice", "coins", NULL};
static const char *const schemes[] = {"slip39", NULL};

static void
read_key(struct transfer *t, struct json *up)
{
	struct json j = want_object(up, "key");

	t->key.spec = want_text(&j, "spec", 63);
	t->key.way = want_one_of(&j, "way", ways);
	t->key.plaintext_networked = want_bool(&j, "plaintext_networked");
	if (has_member(&j, "receiver_sha256")) {
		want_hex(
		    &j, "receiver_sha256", t->key.receiver_sha256, SHA256_LEN);
		t->key.has_receiver = true;
	}
	want_hex(&j, "commitment", t->key.commitment, SHA256_LEN);
	if (has_member(&j, "public_key"))
		want_base64(&j, "public_key", SPKI_MAX, &t->key.public_key);
	if (has_member(&j, "mac"))
		want_base64(&j, "mac", MAC_MAX, &t->key.mac);
	json_end(&j);
}

static void
write_key(struct json_out *w, const struct transfer *t)
{
	out_object(w, "key");
	out_str(w, "spec", t->key.spec);
	out_str(w, "way", t->key.way);
	out_bool(w, "plaintext_networked", t->key.plaintext_networked);
	out_digest_if(
	    w, "receiver_sha256", t->key.has_receiver, t->key.receiver_sha256);
	out_hex(w, "commitment", t->key.commitment, SHA256_LEN);
	out_base64_if(w, "public_key", &t->key.public_key);
	out_base64_if(w, "mac", &t->key.mac);
	out_close(w);
}

static void
read_targets(struct transfer *t, struct json *j)
{
	struct json array = want_array(j, "targets", 1, PLAN_TARGETS_MAX);

	t->targets = alloc_items(&array, sizeof(*t->targets), &t->n_targets);
	for (size_t i = 0; i < t->n_targets; i++) {
		struct transfer_target *x = &t->targets[i];
		struct json item = json_item(&array, i);

		x->name = want_text(&item, "name", NAME_MAX_LEN);
		x->key_arn = want_text(&item, "key_arn", ARN_MAX);
		want_hex(&item, "wrapping_key_sha256", x->wrapping_key_sha256,
		    SHA256_LEN);
		want_base64(&item, "wrapped", WRAPPED_MAX, &x->wrapped);
		json_end(&item);
	}
}

static void
write_targets(struct json_out *w, const struct transfer *t)
{
	out_array(w, "targets");
	for (size_t i = 0; i < t->n_targets; i++) {
		const struct transfer_target *x = &t->targets[i];

		out_object(w, NULL);
		out_str(w, "name", x->name);
		out_str(w, "key_arn", x->key_arn);
		out_hex(w, "wrapping_key_sha256", x->wrapping_key_sha256,
		    SHA256_LEN);
		out_base64(w, "wrapped", x->wrapped.p, x->wrapped.len);
		out_close(w);
	}
	out_close(w);
}

static void
read_entropy(struct transfer *t, struct json *j)
{
	struct json array;

	if (!has_member(j, "entropy"))
		return;
	array = want_array(j, "entropy", 1, PLAN_PEOPLE_MAX);
	t->entropy = alloc_items(&array, sizeof(*t->entropy), &t->n_entropy);
	for (size_t i = 0; i < t->n_entropy; i++) {
		struct entropy_record *x = &t->entropy[i];
		struct json item = json_item(&array, i);

		x->by = want_text(&item, "by", NAME_MAX_LEN);
		x->method = want_one_of(&item, "method", methods);
		x->count = want_int(&item, "count", 1, 1000000);
		want_hex(&item, "receipt", x->receipt, SHA256_LEN);
		json_end(&item);
	}
}

static void
write_entropy(struct json_out *w, const struct transfer *t)
{
	if (t->n_entropy == 0)
		return;
	out_array(w, "entropy");
	for (size_t i = 0; i < t->n_entropy; i++) {
		const struct entropy_record *x = &t->entropy[i];

		out_object(w, NULL);
		out_str(w, "by", x->by);
		out_str(w, "method", x->method);
		out_int(w, "count", x->count);
		out_hex(w, "receipt", x->receipt, SHA256_LEN);
		out_close(w);
	}
	out_close(w);
}

static void
read_shares(struct transfer *t, struct json *j)
{
	struct json array = want_array(j, "shares", 2, SHARES_MAX);

	t->escrow.shares = alloc_items(
	    &array, sizeof(*t->escrow.shares), &t->escrow.n_shares);
	for (size_t i = 0; i < t->escrow.n_shares; i++) {
		struct share_record *x = &t->escrow.shares[i];
		struct json item = json_item(&array, i);

		x->custodian = want_text(&item, "custodian", NAME_MAX_LEN);
		want_bytes(&item, "salt", SALT_LEN, &x->salt);
		want_hex(&item, "sha256", x->sha256, SHA256_LEN);
		if (has_member(&item, "signature"))
			want_bytes(
			    &item, "signature", ED25519_SIG_LEN, &x->signature);
		json_end(&item);
	}
}

static void
read_escrow(struct transfer *t, struct json *up)
{
	struct json j;

	if (!has_member(up, "escrow"))
		return;
	j = want_object(up, "escrow");
	t->escrow.scheme = want_one_of(&j, "scheme", schemes);
	t->escrow.set = want_hex_text(&j, "set", SET_LEN);
	t->escrow.threshold = want_int(&j, "threshold", 2, SHARES_MAX);
	read_shares(t, &j);
	if (has_member(&j, "sealed"))
		want_base64(&j, "sealed", SEALED_MAX, &t->escrow.sealed);
	json_end(&j);
}

static void
write_escrow(struct json_out *w, const struct transfer *t)
{
	if (t->escrow.scheme == NULL)
		return;
	out_object(w, "escrow");
	out_str(w, "scheme", t->escrow.scheme);
	out_str(w, "set", t->escrow.set);
	out_int(w, "threshold", t->escrow.threshold);
	out_array(w, "shares");
	for (size_t i = 0; i < t->escrow.n_shares; i++) {
		const struct share_record *x = &t->escrow.shares[i];

		out_object(w, NULL);
		out_str(w, "custodian", x->custodian);
		out_base64(w, "salt", x->salt.p, x->salt.len);
		out_hex(w, "sha256", x->sha256, SHA256_LEN);
		out_base64_if(w, "signature", &x->signature);
		out_close(w);
	}
	out_close(w);
	out_base64_if(w, "sealed", &t->escrow.sealed);
	out_close(w);
}

static void
read_recovers(struct transfer *t, struct json *up)
{
	struct json j;

	if (!has_member(up, "recovers"))
		return;
	j = want_object(up, "recovers");
	want_hex(&j, "transfer", t->recovers_transfer, SHA256_LEN);
	want_hex(&j, "commitment", t->recovers_commitment, SHA256_LEN);
	t->has_recovers = true;
	json_end(&j);
}

static void
write_recovers(struct json_out *w, const struct transfer *t)
{
	if (!t->has_recovers)
		return;
	out_object(w, "recovers");
	out_hex(w, "transfer", t->recovers_transfer, SHA256_LEN);
	out_hex(w, "commitment", t->recovers_commitment, SHA256_LEN);
	out_close(w);
}

static void
read_attest(struct transfer *t, struct json *up)
{
	struct json j;

	if (!has_member(up, "attest"))
		return;
	j = want_object(up, "attest");
	want_hex(&j, "sha256", t->attest_sha256, SHA256_LEN);
	t->attest_exceptions = want_texts(&j, "exceptions", 0, EXCEPTIONS_MAX,
	    NOTE_MAX, &t->n_attest_exceptions);
	t->has_attest = true;
	json_end(&j);
}

static void
write_attest(struct json_out *w, const struct transfer *t)
{
	if (!t->has_attest)
		return;
	out_object(w, "attest");
	out_hex(w, "sha256", t->attest_sha256, SHA256_LEN);
	out_strings(
	    w, "exceptions", t->attest_exceptions, t->n_attest_exceptions);
	out_close(w);
}

static void
read_transfer(struct transfer *t, struct json *j)
{
	struct json program;

	want_exactly(j, "type", TYPE);
	t->ceremony = want_text(j, "ceremony", NAME_MAX_LEN);
	want_hex(j, "plan", t->plan, SHA256_LEN);
	want_hex(j, "request", t->request, SHA256_LEN);
	t->made = want_time(j, "made");
	t->clock_witnessed = strcmp(want_one_of(j, "clock", clocks),
				 clocks[1]) == 0;
	want_digests(j, "approved_by", 1, BUNDLE_SIGNATURES_MAX,
	    &t->approved_by, &t->n_approved_by);
	program = want_object(j, "program");
	t->program_version = want_text(&program, "version", 63);
	want_hex(&program, "sha256", t->program_sha256, SHA256_LEN);
	json_end(&program);
	read_key(t, j);
	read_targets(t, j);
	read_entropy(t, j);
	read_escrow(t, j);
	read_recovers(t, j);
	read_attest(t, j);
	read_journal_mark(j, &t->journal);
	json_end(j);
}

int
transfer_read(const struct buf *json, struct transfer *t, struct err *err)
{
	struct findings f = FINDINGS_NONE;
	int ret;

	*t = (struct transfer){0};
	if (json_parse(json, JSON_INTEGERS, &t->doc, &f) == 0) {
		struct json j = json_root(&t->doc, &f);

		read_transfer(t, &j);
	}
	if ((ret = findings_to_err(&f, STATUS_REJECTED, err)) < 0)
		transfer_free(t);
	findings_free(&f);
	return ret;
}

int
transfer_write(const struct transfer *t, struct buf *json, struct err *err)
{
	struct json_out w;

	*json = BUF_EMPTY;
	w = json_out(json);
	out_object(&w, NULL);
	out_str(&w, "type", TYPE);
	out_str(&w, "ceremony", t->ceremony);
	out_hex(&w, "plan", t->plan, SHA256_LEN);
	out_hex(&w, "request", t->request, SHA256_LEN);
	out_time(&w, "made", t->made);
	out_str(&w, "clock", clocks[t->clock_witnessed]);
	out_digests(&w, "approved_by", t->approved_by, t->n_approved_by);
	out_object(&w, "program");
	out_str(&w, "version", t->program_version);
	out_hex(&w, "sha256", t->program_sha256, SHA256_LEN);
	out_close(&w);
	write_key(&w, t);
	write_targets(&w, t);
	write_entropy(&w, t);
	write_escrow(&w, t);
	write_recovers(&w, t);
	write_attest(&w, t);
	write_journal_mark(&w, &t->journal);
	out_close(&w);
	return out_end(&w, err);
}

void
transfer_free(struct transfer *t)
{
	if (t == NULL)
		return;
	buf_free(&t->key.public_key);
	buf_free(&t->key.mac);
	for (size_t i = 0; i < t->n_targets; i++)
		buf_free(&t->targets[i].wrapped);
	for (size_t i = 0; i < t->escrow.n_shares; i++) {
		buf_free(&t->escrow.shares[i].salt);
		buf_free(&t->escrow.shares[i].signature);
	}
	buf_free(&t->escrow.sealed);
	free(t->escrow.shares);
	free(t->targets);
	free(t->entropy);
	free(t->approved_by);
	free(t->attest_exceptions);
	json_doc_free(&t->doc);
	*t = (struct transfer){0};
}
