#include "envelope.h"

#include <stdlib.h>
#include <string.h>

#include "commitment.h"
#include "digest.h"
#include "file.h"
#include "version.h"
#include "wrap.h"

#define PROGRAM_MAX (64u << 20)

/* The very file that is running: what an auditor compares with a build. */
static int
hash_program(uint8_t out[static SHA256_LEN], struct err *err)
{
	struct buf program;
	int ret;

	if (file_read("/proc/self/exe", PROGRAM_MAX, &program, err) < 0)
		return err_wrap(err, "cannot read this program's own file");
	ret = sha256(program.p, program.len, out, err);
	buf_free(&program);
	return ret;
}

/* The officers who were counted on the request, as key ids. */
static int
put_approvals(const struct ceremony *c, const struct quorum *q,
    struct transfer *t, struct err *err)
{
	for (unsigned i = 0; i < q->n; i++) {
		const struct quorum_role *r = &q->roles[i];

		if (r->role != ROLE_OFFICER)
			continue;
		t->approved_by = calloc(r->have, sizeof(*t->approved_by));
		if (t->approved_by == NULL)
			return err_memory(err);
		for (size_t k = 0; k < c->plan.n_people; k++)
			if (r->counted[k])
				memcpy(t->approved_by[t->n_approved_by++],
				    c->plan.people[k].key_id, SHA256_LEN);
	}
	return 0;
}

static int
describe_key(const struct ceremony *c,
    const uint8_t request_digest[static SHA256_LEN],
    const struct key_spec *spec, const struct obtained *key, struct transfer *t,
    struct err *err)
{
	t->key.spec = spec->name;
	t->key.way = key->way;
	t->key.plaintext_networked = key->plaintext_networked;
	if (commitment(&key->material, c->plan_digest, t->key.commitment, err) <
	    0)
		return -1;
	switch (spec->material) {
	case MATERIAL_SYMMETRIC:
		return 0;
	case MATERIAL_HMAC:
		return import_mac(
		    &key->material, spec, request_digest, &t->key.mac, err);
	case MATERIAL_RSA:
	case MATERIAL_EC:
	case MATERIAL_ED25519:
		return public_key(
		    &key->material, spec, &t->key.public_key, err);
	}
	return err_set(err, STATUS_FAILED, "no such kind of key");
}

static int
wrap_for(const struct request_target *from, const struct obtained *key,
    struct transfer_target *to, struct err *err)
{
	const struct wrapping *w = wrapping_find(from->wrapping_algorithm);

	to->name = from->name;
	to->key_arn = from->key_arn;
	if (w == NULL)
		return err_set(err, STATUS_REJECTED, "no such wrapping");
	if (sha256(from->public_key.p, from->public_key.len,
		to->wrapping_key_sha256, err) < 0 ||
	    wrap_key(&key->material, &from->public_key, w, &to->wrapped, err) <
		0)
		return -1;
	/* What leaves has the one length that this wrapping can have. */
	if (to->wrapped.len !=
	    wrapped_length(w, wrapping_key_bits(from->wrapping_key_spec),
		key->material.len))
		return err_set(
		    err, STATUS_FAILED, "the wrapped key has a wrong length");
	return 0;
}

static int
wrap_for_all(const struct request *r, const struct obtained *key,
    struct transfer *t, struct err *err)
{
	t->targets = calloc(r->n_targets, sizeof(*t->targets));
	if (t->targets == NULL)
		return err_memory(err);
	while (t->n_targets < r->n_targets) {
		size_t i = t->n_targets++;

		if (wrap_for(&r->targets[i], key, &t->targets[i], err) < 0)
			return err_wrap(err, "target '%s'", r->targets[i].name);
	}
	return 0;
}

int
envelope_make(const struct ceremony *c, const struct request *r,
    const struct loaded *request_file, const struct key_spec *spec,
    const struct obtained *key, int64_t now, bool witnessed, struct envelope *e,
    struct err *err)
{
	struct transfer *t = &e->transfer;
	const uint8_t *request_digest = request_file->bundle.digest;

	*e = (struct envelope){0};
	t->ceremony = c->plan.name;
	memcpy(t->plan, c->plan_digest, SHA256_LEN);
	memcpy(t->request, request_digest, SHA256_LEN);
	t->made = now;
	t->clock_witnessed = witnessed;
	t->program_version = GAPSEAL_VERSION;
	journal_mark(&c->journal, &t->journal);
	if (put_approvals(c, &request_file->quorum, t, err) < 0 ||
	    hash_program(t->program_sha256, err) < 0 ||
	    describe_key(c, request_digest, spec, key, t, err) < 0 ||
	    wrap_for_all(r, key, t, err) < 0) {
		envelope_free(e);
		return -1;
	}
	return 0;
}

void
envelope_free(struct envelope *e)
{
	transfer_free(&e->transfer);
}
