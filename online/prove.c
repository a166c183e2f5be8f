#include "prove.h"

#include <string.h>

#include <openssl/rand.h>

#include "key_spec.h"
#include "prove_pair.h"

/* "gapseal import check v1", a zero byte, the request's digest. */
#define CHECK_TEXT "gapseal import check v1"
#define NONCE 32

/* What a KMS ciphertext begins with; the material's id follows. */
static const uint8_t blob_head[5] = {0x01, 0x02, 0x02, 0x00, 0x78};

static void
proven(struct outcome *o, const char *kind, const char *strength)
{
	o->receipt.proof_kind = kind;
	o->receipt.proof_strength = strength;
	o->receipt.proof_result = "match";
	outcome_set(o, "imported");
}

static int
prove_mac(struct aws *a, const struct proof_basis *basis,
    const struct key_spec *spec, struct outcome *o, struct err *err)
{
	uint8_t message[sizeof(CHECK_TEXT) + SHA256_LEN];
	struct buf view = buf_view(message, sizeof(message));
	struct buf mac;
	const struct buf *wanted = &basis->transfer->key.mac;

	memcpy(message, CHECK_TEXT, sizeof(CHECK_TEXT));
	memcpy(message + sizeof(CHECK_TEXT), basis->request_digest, SHA256_LEN);
	if (kms_generate_mac(a, basis->key_arn, spec->mac, &view, &mac, err) <
	    0)
		return -1;
	if (mac.len == wanted->len && memcmp(mac.p, wanted->p, mac.len) == 0) {
		proven(o, "mac", "independent");
	} else {
		outcome_set(o, "alarm");
		outcome_deviate(o,
		    "KMS computes another MAC than the room did: it holds "
		    "another key");
	}
	buf_free(&mac);
	return 0;
}

static int
prove_public_key(struct aws *a, const struct proof_basis *basis,
    const struct key_spec *spec, struct outcome *o, struct err *err)
{
	struct buf spki;
	const struct buf *wanted = &basis->transfer->key.public_key;
	bool same;
	int good;

	if (kms_get_public_key(a, basis->key_arn, &spki, err) < 0)
		return -1;
	same = spki.len == wanted->len &&
	    memcmp(spki.p, wanted->p, spki.len) == 0;
	buf_free(&spki);
	if (!same) {
		outcome_set(o, "alarm");
		outcome_deviate(o,
		    "KMS shows another public key than the room's: it holds "
		    "another key");
		return 0;
	}
	good = prove_pair(
	    a, basis->key_arn, spec, basis->plan->key_usage, wanted, err);
	if (good < 0)
		return -1;
	if (good == 1) {
		proven(o, "public-key", "independent");
	} else {
		outcome_set(o, "alarm");
		outcome_deviate(
		    o, "KMS cannot use the private half of that public key");
	}
	return 0;
}

/* Encrypt a nonce and get it back; blob and answer name the material. */
static int
round_trip(struct aws *a, const struct proof_basis *basis, struct outcome *o,
    bool *good, struct err *err)
{
	const struct kms_tag context[] = {
	    {"gapseal", "import check v1"}, {"target", a->target->name}};
	uint8_t nonce[NONCE], id[SHA256_LEN];
	struct buf view = buf_view(nonce, sizeof(nonce));
	struct buf blob = BUF_EMPTY;
	struct kms_decrypted back = {0};
	int ret = -1;

	*good = false;
	if (RAND_bytes(nonce, sizeof(nonce)) != 1)
		return err_crypto(err, "no random bytes");
	if (kms_encrypt(
		a, basis->key_arn, NULL, context, 2, &view, &blob, err) < 0 ||
	    kms_decrypt(
		a, basis->key_arn, NULL, context, 2, &blob, &back, err) < 0)
		goto out;
	*good = back.plaintext.len == sizeof(nonce) &&
	    memcmp(back.plaintext.p, nonce, sizeof(nonce)) == 0;
	if (back.key_material_id[0] != '\0' &&
	    strcmp(back.key_material_id, o->key_material_id) != 0)
		*good = false;
	if (blob.len >= sizeof(blob_head) + sizeof(id) &&
	    memcmp(blob.p, blob_head, sizeof(blob_head)) == 0 &&
	    (hex_decode(o->key_material_id, id, sizeof(id)) < 0 ||
		memcmp(blob.p + sizeof(blob_head), id, sizeof(id)) != 0))
		*good = false;
	ret = 0;
out:
	buf_free(&blob);
	kms_decrypted_free(&back);
	return ret;
}

/* Is our material the key's only one, and current? */
static bool
is_alone(const struct kms_rotations *r, const char *id)
{
	return r->n == 1 && strcmp(r->list[0].key_material_id, id) == 0 &&
	    (r->list[0].material_state[0] == '\0' ||
		strcmp(r->list[0].material_state, "CURRENT") == 0);
}

/*
 * -1: KMS could not be asked. Otherwise *known says whether it lists its
 * materials at all (an emulator may not), *alone whether ours is the only.
 */
static int
check_alone(struct aws *a, const struct proof_basis *basis, const char *id,
    bool *known, bool *alone, struct err *err)
{
	struct kms_rotations rotations;

	*known = *alone = false;
	if (kms_list_rotations(a, basis->key_arn, &rotations, err) < 0) {
		/* An answer that says no is an answer. */
		return a->error.code[0] != '\0' &&
			!aws_error_is_transient(&a->error) &&
			!aws_error_is_throttling(&a->error)
		    ? 0
		    : -1;
	}
	*known = true;
	*alone = is_alone(&rotations, id);
	kms_rotations_free(&rotations);
	return 0;
}

static int
check_current(struct aws *a, const struct proof_basis *basis, const char *id,
    bool *current, struct err *err)
{
	struct kms_key key;

	if (kms_describe_key(a, basis->key_arn, &key, err) < 0)
		return -1;
	*current = strcmp(key.key_material_id, id) == 0;
	kms_key_free(&key);
	return 0;
}

static void
judge_symmetric(const struct proof_basis *basis, bool good, bool current,
    bool known, bool alone, struct outcome *o)
{
	if (!good || !current || (known && !alone)) {
		outcome_set(o, "alarm");
		outcome_deviate(o, "%s",
		    !good ? "what KMS encrypts does not name or open by "
			    "the imported material"
			: !current ? "the key's current material is not the "
				     "imported one"
				   : "the key holds other material besides the "
				     "imported one");
		return;
	}
	proven(o, "round-trip", "asserted");
	if (known)
		return;
	outcome_deviate(o,
	    "ListKeyRotations is not answered: that no other material is "
	    "bound to the key was not checked");
	if (!basis->plan->practice) {
		o->receipt.proof_kind = NULL;
		outcome_set(o, "unproven");
	}
}

static int
prove_symmetric(struct aws *a, const struct proof_basis *basis,
    struct outcome *o, struct err *err)
{
	bool good, before, after, known, alone;
	const char *id = o->key_material_id;

	if (check_current(a, basis, id, &before, err) < 0 ||
	    round_trip(a, basis, o, &good, err) < 0 ||
	    check_alone(a, basis, id, &known, &alone, err) < 0 ||
	    check_current(a, basis, id, &after, err) < 0)
		return -1;
	judge_symmetric(basis, good, before && after, known, alone, o);
	return 0;
}

int
prove(struct aws *a, const struct proof_basis *basis, struct outcome *o,
    struct err *err)
{
	const struct key_spec *spec = key_spec_find(basis->plan->key_spec);

	if (spec == NULL)
		return err_set(err, STATUS_REJECTED, "no such key spec");
	switch (spec->material) {
	case MATERIAL_SYMMETRIC:
		return prove_symmetric(a, basis, o, err);
	case MATERIAL_HMAC:
		return prove_mac(a, basis, spec, o, err);
	case MATERIAL_RSA:
	case MATERIAL_EC:
	case MATERIAL_ED25519:
		return prove_public_key(a, basis, spec, o, err);
	}
	return err_set(err, STATUS_FAILED, "no such kind of key");
}

const char *
proof_meaning(const char *kind, const char *key_usage)
{
	if (strcmp(kind, "mac") == 0)
		return "KMS computed the MAC that the room computed: it holds "
		       "the same bytes. It does not show that nobody else has "
		       "them.";
	if (strcmp(kind, "public-key") == 0 &&
	    strcmp(key_usage, "KEY_AGREEMENT") == 0)
		return "KMS shows the room's public key, which it derives "
		       "from what it was given; the private half was not "
		       "tried. It does not show that nobody else has it.";
	if (strcmp(kind, "public-key") == 0)
		return "KMS has the room's public key and used its private "
		       "half: it is the same pair. It does not show that "
		       "nobody else has it.";
	if (strcmp(kind, "same-material") == 0)
		return "A second import of the same bytes was taken as the "
		       "same material. It does not show that nobody else has "
		       "them.";
	return "KMS took our import and works with it: asserted by this "
	       "machine and KMS alone. That they are the room's bytes is "
	       "shown only by a second operator's import of the same "
	       "transfer.";
}
