/*
 * The container, in front of every signature: what is accepted is written
 * again as the same bytes, and counting, merging and opening it end.
 */
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "quorum.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A plan that knows the first signer, so that a signature is looked at. */
static void
count(const struct bundle *b)
{
	static const uint8_t spki[SPKI_LEN] = {0x30, 0x2a, 0x30, 0x05, 0x06,
	    0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00, 0xd7, 0x5a};
	struct person who = {
	    .name = "alice", .roles = ROLE_OFFICER, .has_key = true};
	struct plan p = {
	    .practice = b->practice, .people = &who, .n_people = 1};
	struct quorum q;
	struct err err;

	memcpy(who.spki, spki, SPKI_LEN);
	if (b->n_signatures > 0)
		memcpy(who.key_id, b->signatures[0].key_id, SHA256_LEN);
	p.quorum.plan = p.quorum.request = p.quorum.transfer = p.quorum
								   .receipt = 1;
	if (quorum_count(b, &p, &q, &err) == 0 &&
	    quorum_require_all(&q, &p, b->kind, &err) == 0)
		abort(); /* nobody has that key's private half */
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf in, out, json;
	struct bundle b, same;
	struct err err;

	if (buf_copy(&in, data, len, &err) < 0)
		abort();
	if (bundle_read(&in, &b, &err) == 0) {
		if (bundle_write(&b, &out, &err) < 0 || out.len != len ||
		    memcmp(out.p, data, len) != 0)
			abort();
		same = b;
		if (bundle_merge(&same, &b, &err) < 0 ||
		    same.n_signatures != b.n_signatures)
			abort();
		count(&b);
		if (bundle_inflate(&b, &json, &err) == 0)
			buf_free(&json);
		buf_free(&out);
		bundle_free(&b);
	} else if (b.payload.p != NULL || err.status != STATUS_REJECTED) {
		abort();
	}
	buf_free(&in);
	return 0;
}
