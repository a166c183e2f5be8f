#include "statement_file.h"

#include <stdio.h>
#include <string.h>

#include "chain.h"
#include "file.h"
#include "summary.h"

int
bundle_file_kind(const char *path, enum kind *kind, struct err *err)
{
	struct buf file;
	struct bundle b;
	int ret;

	if (file_read(path, BUNDLE_MAX, &file, err) < 0)
		return -1;
	ret = bundle_read(&file, &b, err);
	buf_free(&file);
	if (ret < 0) {
		err_wrap(err, "'%s'", path);
		return err_hint_else(err, "%s", statement_not_ours);
	}
	*kind = b.kind;
	bundle_free(&b);
	return 0;
}

static int
check_request(const struct ceremony *c, struct statement *s, struct err *err)
{
	if (request_read(&s->file.json, &s->request, err) < 0)
		return -1;
	s->parsed = true;
	return chain_request(&s->request, &c->plan, c->plan_digest, err);
}

static int
check_answer(const struct ceremony *c, const struct statement *request,
    struct statement *s, struct err *err)
{
	const uint8_t *digest = request->file.bundle.digest;

	if (s->file.bundle.kind == KIND_TOKENS)
		return chain_tokens(&s->tokens, &request->request, &c->plan,
		    c->plan_digest, digest, err);
	return chain_transfer(&s->transfer, &request->request, &c->plan,
	    c->plan_digest, digest, err);
}

static int
check_against_request(const struct ceremony *c, const struct statement *request,
    struct statement *s, struct err *err)
{
	struct statement r;
	int ret;

	if (request != NULL)
		return check_answer(c, request, s, err);
	if (statement_load(
		c, "request.gsb", KIND_REQUEST, NULL, &r, NULL, err) < 0)
		return -1;
	ret = check_answer(c, &r, s, err);
	statement_free(&r);
	return ret;
}

static void
receipt_file(int64_t number, char out[static 40])
{
	(void)snprintf(out, 40, "receipt-%lld.gsb", (long long)number);
}

/* The receipt before, when it lies here; else what this one says of it. */
static int
find_previous(const struct ceremony *c, const struct receipt *r,
    uint8_t digest[static SHA256_LEN], struct err *err)
{
	struct loaded l;
	char name[40];
	bool found;

	memcpy(digest, r->previous, SHA256_LEN);
	if (r->number == 1)
		return 0;
	receipt_file(r->number - 1, name);
	if (ceremony_load(c, name, KIND_RECEIPT, &l, &found, err) < 0)
		return -1;
	if (found) {
		memcpy(digest, l.bundle.digest, SHA256_LEN);
		loaded_free(&l);
	}
	return 0;
}

/* Before a renewed request they told of the former transfer, but not last. */
static bool
tells_of_former(const struct receipt *r, const struct statement *transfer)
{
	char next[40];

	receipt_file(r->number + 1, next);
	return memcmp(r->transfer, transfer->file.bundle.digest, SHA256_LEN) !=
	    0 &&
	    file_exists(next);
}

static int
judge_receipt(const struct ceremony *c, const struct statement *transfer,
    const struct receipt *r, struct err *err)
{
	uint8_t previous[SHA256_LEN];
	bool here = transfer->parsed && !tells_of_former(r, transfer);

	if (find_previous(c, r, previous, err) < 0)
		return -1;
	return chain_receipt(r, &c->plan, c->plan_digest,
	    here ? &transfer->transfer : NULL,
	    here ? transfer->file.bundle.digest : r->transfer,
	    r->number == 1 ? NULL : previous, r->number - 1, err);
}

static int
check_receipt(const struct ceremony *c, const struct statement *transfer,
    struct statement *s, struct err *err)
{
	struct statement t;
	bool found;
	int ret;

	if (receipt_read(&s->file.json, &s->receipt, err) < 0)
		return -1;
	s->parsed = true;
	if (transfer != NULL)
		return judge_receipt(c, transfer, &s->receipt, err);
	if (statement_load(
		c, "transfer.gsb", KIND_TRANSFER, NULL, &t, &found, err) < 0)
		return -1;
	ret = judge_receipt(c, &t, &s->receipt, err);
	statement_free(&t);
	return ret;
}

static int
parse(const struct ceremony *c, enum kind kind, const struct statement *before,
    struct statement *s, struct err *err)
{
	switch (kind) {
	case KIND_REQUEST:
		return check_request(c, s, err);
	case KIND_TOKENS:
		if (tokens_read(&s->file.json, &s->tokens, err) < 0)
			return -1;
		s->parsed = true;
		return check_against_request(c, before, s, err);
	case KIND_TRANSFER:
		if (transfer_read(&s->file.json, &s->transfer, err) < 0)
			return -1;
		s->parsed = true;
		return check_against_request(c, before, s, err);
	case KIND_RECEIPT:
		return check_receipt(c, before, s, err);
	case KIND_PLAN:
		break;
	}
	return err_set(
	    err, STATUS_USAGE, "it is a plan, which only 'plan approve' signs");
}

int
statement_load(const struct ceremony *c, const char *path, enum kind kind,
    const struct statement *before, struct statement *s, bool *found,
    struct err *err)
{
	*s = (struct statement){0};
	if (ceremony_load(c, path, kind, &s->file, found, err) < 0)
		return -1;
	if (found != NULL && !*found)
		return 0;
	if (parse(c, kind, before, s, err) < 0) {
		statement_free(s);
		err_wrap(err, "'%s'", path);
		return err_hint_else(err, "%s", statement_not_ours);
	}
	return 0;
}

void
statement_free(struct statement *s)
{
	if (s->parsed) {
		switch (s->file.bundle.kind) {
		case KIND_REQUEST:
			request_free(&s->request);
			break;
		case KIND_TOKENS:
			tokens_free(&s->tokens);
			break;
		case KIND_TRANSFER:
			transfer_free(&s->transfer);
			break;
		case KIND_RECEIPT:
			receipt_free(&s->receipt);
			break;
		case KIND_PLAN:
			break;
		}
	}
	loaded_free(&s->file);
	*s = (struct statement){0};
}

void
statement_summary(const struct statement *s)
{
	switch (s->file.bundle.kind) {
	case KIND_REQUEST:
		summary_request(&s->request);
		break;
	case KIND_TOKENS:
		summary_tokens(&s->tokens);
		break;
	case KIND_TRANSFER:
		summary_transfer(&s->transfer);
		break;
	case KIND_RECEIPT:
		summary_receipt(&s->receipt);
		break;
	case KIND_PLAN:
		break;
	}
}
