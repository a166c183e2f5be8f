#include "sealed.h"

#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "state.h"
#include "talk.h"

static bool
same(const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, SHA256_LEN) == 0;
}

static int
foreign(struct err *err)
{
	err_set(err, STATUS_FAILED,
	    "'" TRANSFER_FILE "' is there, and this machine did not make it "
	    "for this request");
	return err_hint(err,
	    "do not sign it: find out who put it there, and move it away as "
	    "evidence");
}

static int
lost(struct err *err)
{
	err_set(err, STATUS_REJECTED,
	    "this request was sealed before, and its transfer is not here any "
	    "more");
	return err_hint(err,
	    "bring back '" TRANSFER_FILE "'; a request is never sealed "
	    "twice. If it is lost, the operator makes another by 'request "
	    "--renew'");
}

static int
second(const uint8_t sealed[static SHA256_LEN], struct err *err)
{
	char hex[HEX_LEN(SHA256_LEN)];

	hex_encode(sealed, SHA256_LEN, hex);
	err_set(err, STATUS_REJECTED,
	    "this plan's request %.8s was sealed before, and this request "
	    "does not replace it",
	    hex);
	return err_hint(err,
	    "one plan is sealed once; only a request that the operator made "
	    "by 'request --renew' may follow");
}

static int
journal_made(struct ceremony *c, const struct bundle *request,
    const struct bundle *transfer, const char *person, struct err *err)
{
	char plan[HEX_LEN(SHA256_LEN)], digest[HEX_LEN(SHA256_LEN)];
	char made[HEX_LEN(SHA256_LEN)];

	if (ceremony_made_here(c, "seal", transfer))
		return 0;
	hex_encode(c->plan_digest, SHA256_LEN, plan);
	hex_encode(request->digest, SHA256_LEN, digest);
	hex_encode(transfer->digest, SHA256_LEN, made);
	return journal_add(&c->journal, person, "seal", "made",
	    (const struct journal_fact[]){{"transfer", made},
		{"file", TRANSFER_FILE}, {"plan", plan}, {"request", digest},
		{0}},
	    err);
}

/* A kill came between the promise and the name: give it its name now. */
static int
finish_staged(const uint8_t promised[static SHA256_LEN], struct err *err)
{
	struct buf bytes;
	struct bundle b = BUNDLE_EMPTY;
	struct err why;
	bool found;
	int ret;

	if (file_staged_read(TRANSFER_FILE, BUNDLE_MAX, &bytes, &found, err) <
	    0)
		return -1;
	if (!found || bundle_read(&bytes, &b, &why) < 0 ||
	    !same(b.digest, promised))
		ret = lost(err);
	else
		ret = file_commit(TRANSFER_FILE, err);
	bundle_free(&b);
	buf_free(&bytes);
	return ret;
}

/* The transfer that lies here, by its header; its digest is what counts. */
static int
look(bool *found, struct bundle *b, struct err *err)
{
	struct buf bytes;
	int ret = 0;

	*b = BUNDLE_EMPTY;
	if (file_read_if_there(TRANSFER_FILE, BUNDLE_MAX, &bytes, found, err) <
	    0)
		return ceremony_in_the_way(TRANSFER_FILE, err);
	if (*found && bundle_read(&bytes, b, err) < 0)
		ret = ceremony_in_the_way(TRANSFER_FILE, err);
	buf_free(&bytes);
	return ret;
}

static int
check_done(struct ceremony *c, const struct bundle *request,
    const struct sealed *before, bool found, struct bundle *transfer,
    struct err *err)
{
	if (found && !same(transfer->digest, before->transfer))
		return foreign(err);
	if (!found &&
	    (finish_staged(before->transfer, err) < 0 ||
		look(&found, transfer, err) < 0))
		return -1;
	return journal_made(c, request, transfer, "-", err);
}

/* Another request than the last one that was sealed: may it follow? */
static int
check_follows(const struct request *r, const struct sealed *last, bool found,
    const struct bundle *transfer, struct err *err)
{
	char aside[64];

	if (!r->has_replaces || !same(r->replaces, last->request))
		return second(last->request, err);
	if (!found)
		return 0;
	if (!same(transfer->digest, last->transfer))
		return foreign(err);
	ceremony_aside("transfer", transfer->digest, aside, sizeof(aside));
	if (file_move(TRANSFER_FILE, aside, err) < 0)
		return -1;
	talk("The transfer of the request before is kept as '%s'.", aside);
	return 0;
}

static const struct sealed *
find(const struct sealed *list, size_t n, const struct bundle *request)
{
	for (size_t i = n; i > 0; i--)
		if (same(list[i - 1].request, request->digest))
			return &list[i - 1];
	return NULL;
}

int
sealed_check(struct ceremony *c, const struct bundle *request,
    const struct request *r, bool *done, struct bundle *transfer,
    struct err *err)
{
	struct sealed *list;
	const struct sealed *before;
	size_t n;
	bool found;
	int ret = -1;

	*done = false;
	*transfer = BUNDLE_EMPTY;
	if (state_sealed_get(c->plan_digest, &list, &n, err) < 0)
		return -1;
	if (look(&found, transfer, err) < 0)
		goto out;
	if ((before = find(list, n, request)) != NULL) {
		ret = check_done(c, request, before, found, transfer, err);
		*done = ret == 0;
	} else if (n > 0) {
		ret = check_follows(r, &list[n - 1], found, transfer, err);
	} else {
		ret = found ? foreign(err) : 0;
	}
out:
	free(list);
	if (!*done)
		bundle_free(transfer);
	return ret;
}

int
sealed_save(struct ceremony *c, const struct bundle *request,
    const struct bundle *transfer, const char *person, struct err *err)
{
	struct sealed sealed;
	struct buf bytes;
	int ret = -1;

	memcpy(sealed.request, request->digest, SHA256_LEN);
	memcpy(sealed.transfer, transfer->digest, SHA256_LEN);
	if (bundle_write(transfer, &bytes, err) < 0)
		return -1;
	if (file_stage(TRANSFER_FILE, &bytes, err) == 0 &&
	    state_sealed_add(c->plan_digest, &sealed, err) == 0 &&
	    file_commit(TRANSFER_FILE, err) == 0)
		ret = journal_made(c, request, transfer, person, err);
	buf_free(&bytes);
	return ret;
}
