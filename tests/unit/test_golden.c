/*
 * Bundles made once by another program must open for ever: same digests, the
 * signers that the index names, and statements that still fit each other.
 */
#include "bundles.h"

#include "chain.h"
#include "encode.h"

struct row {
	char file[64], kind[16], side[16], digest[65], json[65], signers[64];
};

static unsigned
read_index(struct row *rows, unsigned max)
{
	FILE *f = fopen(BUNDLES "index", "r");
	unsigned n = 0;

	assert_non_null(f);
	while (n < max &&
	    fscanf(f, "%63s %15s %15s %64s %64s %63s", rows[n].file,
		rows[n].kind, rows[n].side, rows[n].digest, rows[n].json,
		rows[n].signers) == 6)
		n++;
	fclose(f);
	return n;
}

static void
digest_is(const uint8_t *digest, const char *hex)
{
	char text[HEX_LEN(SHA256_LEN)];

	hex_encode(digest, SHA256_LEN, text);
	assert_string_equal(text, hex);
}

/* Exactly the persons named, separated by commas, and each verifies. */
static void
signed_by(const struct bundle *b, char *names)
{
	unsigned n = 0;

	for (char *name = strtok(names, ","); name != NULL;
	     name = strtok(NULL, ",")) {
		EVP_PKEY *key = key_of(name);
		uint8_t spki[SPKI_LEN], id[SHA256_LEN];
		struct err err;
		unsigned found = 0;

		assert_int_equal(key_spki(key, spki, &err), 0);
		assert_int_equal(sha256(spki, sizeof(spki), id, &err), 0);
		for (unsigned i = 0; i < b->n_signatures; i++)
			found += memcmp(b->signatures[i].key_id, id,
				     SHA256_LEN) == 0 &&
			    bundle_verify(b, &b->signatures[i], spki, &err) ==
				1;
		assert_int_equal(found, 1);
		EVP_PKEY_free(key);
		n++;
	}
	assert_int_equal(b->n_signatures, n);
}

static void
opens_as_the_index_says(void **state)
{
	struct row rows[16];
	unsigned n = read_index(rows, 16);

	(void)state;
	assert_int_equal(n, 10);
	for (unsigned i = 0; i < n; i++) {
		struct bundle b = open_bundle(rows[i].file);
		uint8_t hash[SHA256_LEN];
		struct buf json;
		struct err err;

		assert_string_equal(kind_name(b.kind), rows[i].kind);
		assert_string_equal(
		    b.practice ? "practice" : "real", rows[i].side);
		digest_is(b.digest, rows[i].digest);
		assert_int_equal(bundle_inflate(&b, &json, &err), 0);
		assert_int_equal(sha256(json.p, json.len, hash, &err), 0);
		digest_is(hash, rows[i].json);
		signed_by(&b, rows[i].signers);
		buf_free(&json);
		bundle_free(&b);
	}
}

static void
is_written_as_it_was_read(void **state)
{
	struct row rows[16];
	unsigned n = read_index(rows, 16);

	(void)state;
	for (unsigned i = 0; i < n; i++) {
		char path[128];
		struct bundle b = open_bundle(rows[i].file);
		struct buf file, again;
		struct err err;

		(void)snprintf(
		    path, sizeof(path), BUNDLES "%.63s", rows[i].file);
		file = load_file(path);
		assert_int_equal(bundle_write(&b, &again, &err), 0);
		assert_int_equal(again.len, file.len);
		assert_memory_equal(again.p, file.p, file.len);
		buf_free(&again);
		buf_free(&file);
		bundle_free(&b);
	}
}

/* A bundle of the chain and the text in it. */
struct link {
	struct bundle b;
	struct buf json;
};

static struct link
open_link(const char *side, const char *kind)
{
	char name[64];
	struct link l;
	struct err err = {0};

	(void)snprintf(name, sizeof(name), "v1-%s%s.gsb", side, kind);
	l.b = open_bundle(name);
	assert_int_equal(bundle_inflate(&l.b, &l.json, &err), 0);
	return l;
}

static void
close_link(struct link *l)
{
	bundle_free(&l->b);
	buf_free(&l->json);
}

static void
has_its_quorum(const struct link *l, const struct plan *p)
{
	struct quorum q;
	struct err err = {0};

	if (quorum_count(&l->b, p, &q, &err) < 0 ||
	    quorum_require_all(&q, p, l->b.kind, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(q.unknown, 0);
}

#define FITS(call)                                                             \
	do {                                                                   \
		if ((call) < 0)                                                \
			fail_msg("%s", err.msg);                               \
	} while (0)

static void
one_chain(const char *side)
{
	struct link plan = open_link(side, "plan"),
		    request = open_link(side, "request"),
		    tokens = open_link(side, "tokens"),
		    transfer = open_link(side, "transfer"),
		    receipt = open_link(side, "receipt");
	struct findings f = FINDINGS_NONE;
	struct plan p;
	struct request rq;
	struct tokens tk;
	struct transfer tr;
	struct receipt rc;
	struct err err = {0};

	assert_int_equal(plan_read(&plan.json, &p, &f), 0);
	FITS(request_read(&request.json, &rq, &err));
	FITS(tokens_read(&tokens.json, &tk, &err));
	FITS(transfer_read(&transfer.json, &tr, &err));
	FITS(receipt_read(&receipt.json, &rc, &err));
	has_its_quorum(&plan, &p);
	has_its_quorum(&request, &p);
	has_its_quorum(&tokens, &p);
	has_its_quorum(&transfer, &p);
	has_its_quorum(&receipt, &p);
	FITS(chain_request(&rq, &p, plan.b.digest, &err));
	FITS(chain_tokens(&tk, &rq, &p, plan.b.digest, request.b.digest, &err));
	FITS(chain_transfer(
	    &tr, &rq, &p, plan.b.digest, request.b.digest, &err));
	FITS(chain_receipt(
	    &rc, &p, plan.b.digest, &tr, transfer.b.digest, NULL, 0, &err));
	receipt_free(&rc);
	transfer_free(&tr);
	tokens_free(&tk);
	request_free(&rq);
	plan_free(&p);
	findings_free(&f);
	close_link(&plan);
	close_link(&request);
	close_link(&tokens);
	close_link(&transfer);
	close_link(&receipt);
}

static void
fits_from_plan_to_receipt(void **state)
{
	(void)state;
	one_chain("");
	one_chain("practice-");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(opens_as_the_index_says),
	    cmocka_unit_test(is_written_as_it_was_read),
	    cmocka_unit_test(fits_from_plan_to_receipt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
