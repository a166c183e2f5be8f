#include "import_target.h"

#include <string.h>

#include "alarm.h"
#include "clock.h"
#include "exposure.h"
#include "prove.h"
#include "talk.h"
#include "target_key.h"

static int
note(const struct importing *im, const struct transfer_target *t,
    const char *result, const struct kms_imported *answer, struct err *err)
{
	return journal_add(&im->c->journal, im->person, "import", result,
	    (const struct journal_fact[]){{"transfer", im->transfer_hex},
		{"target", t->name}, {"key_arn", t->key_arn},
		{answer == NULL ? NULL : "request_id",
		    answer == NULL ? NULL : answer->request_id},
		{"key_material_id",
		    answer == NULL ? NULL : answer->key_material_id},
		{0}},
	    err);
}

static bool
noted(const struct importing *im, const char *target, const char *result,
    char *material_id, size_t size)
{
	return journal_find(&im->c->journal, "import", result,
	    (const struct journal_fact[]){
		{"transfer", im->transfer_hex}, {"target", target}, {0}},
	    "key_material_id", material_id, size);
}

bool
import_answered(const struct importing *im, const char *target)
{
	return noted(im, target, "answered", NULL, 0);
}

/* Who imports: with independent operators, not who asked for the key. */
static int
check_principal(const struct importing *im, struct aws *a, size_t i,
    struct outcome *o, struct err *err)
{
	struct sts_identity who;
	char asked[STS_ARN_MAX];

	if (sts_require_account(a, &who, err) < 0)
		return -1;
	memcpy(o->imported_by, who.arn, sizeof(o->imported_by));
	sts_principal(
	    im->request->targets[i].requested_by, asked, sizeof(asked));
	if (!im->c->plan.independent_import ||
	    strcmp(asked, who.principal) != 0)
		return 0;
	err_set(err, STATUS_REJECTED,
	    "the plan wants an independent import, and '%s' asked for the "
	    "import parameters too",
	    who.principal);
	return err_hint(err,
	    "another operator with other cloud credentials imports, on "
	    "another machine");
}

/* Show who may use the key now: one of them is new. */
static void
tell_exposure(struct aws *a, const struct request_target *t)
{
	struct buf lines;
	struct err why;

	talk(
	    "  %s: who may use the key now, besides its own account:", t->name);
	if (exposure_lines(a, t->key_arn, a->target->account, &lines, &why) <
	    0) {
		talk_text(4, "(cannot tell: %s)", why.msg);
		return;
	}
	talk_lines(4, &lines);
	buf_free(&lines);
}

static int
planted(struct aws *a, const struct request_target *t, const char *what,
    struct err *err)
{
	tell_exposure(a, t);
	err_set(err, STATUS_REJECTED,
	    "the key's %s changed since the request: somebody may have "
	    "planted a way in",
	    what);
	return err_hint(err,
	    "nothing was imported. Look at the key's policy and grants in "
	    "KMS, find out who changed them, put them back, run this again");
}

static int
check_exposure(
    const struct importing *im, struct aws *a, size_t i, struct err *err)
{
	const struct request_target *t = &im->request->targets[i];
	uint8_t found[SHA256_LEN];
	size_t n;

	if (exposure_policy(a, t->key_arn, found, err) < 0)
		return -1;
	if (memcmp(found, t->policy_sha256, SHA256_LEN) != 0)
		return planted(a, t, "policy", err);
	if (exposure_grants(a, t->key_arn, found, &n, err) < 0)
		return -1;
	if (memcmp(found, t->grants_sha256, SHA256_LEN) != 0)
		return planted(a, t, "list of grants", err);
	return 0;
}

/* By this machine, for a transfer that a renewed request has replaced. */
static bool
imported_by_us(const struct importing *im, const char *key_arn)
{
	return journal_find(&im->c->journal, "import", "answered",
	    (const struct journal_fact[]){{"key_arn", key_arn}, {0}}, NULL,
	    NULL, 0);
}

/* A key that is ready although we never asked for it. */
static bool
imported_by_others(const struct importing *im, const struct kms_key *key,
    const struct target *t, const char *key_arn)
{
	return t->key_arn == NULL && !noted(im, t->name, "begin", NULL, 0) &&
	    !imported_by_us(im, key_arn) &&
	    (strcmp(key->state, "PendingImport") != 0 ||
		key->key_material_id[0] != '\0');
}

static int
check_key(const struct importing *im, struct aws *a, size_t i,
    struct outcome *o, struct err *err)
{
	const struct target *t = a->target;
	const char *arn = im->request->targets[i].key_arn;
	struct kms_key key;
	int ret;

	if (kms_describe_key(a, arn, &key, err) < 0)
		return -1;
	ret = target_key_check(&im->c->plan, t, &key, err);
	if (ret == 0 && imported_by_others(im, &key, t, arn)) {
		outcome_set(o, "alarm");
		outcome_deviate(o,
		    "the key holds material that this machine never imported "
		    "(state %s)",
		    key.state);
	}
	kms_key_free(&key);
	return ret;
}

/* KMS said no: what that means for the material. */
static int
judge_refusal(struct aws *a, const struct target *t, struct outcome *o)
{
	const struct aws_error *e = &a->error;

	if (strcmp(e->code, "InvalidCiphertextException") == 0) {
		/* Token, lengths, algorithm and sets were compared before. */
		outcome_set(o, "alarm");
		outcome_deviate(o,
		    "KMS cannot decrypt the material: it was wrapped to a key "
		    "that is not KMS's (request id %.64s)",
		    e->request_id);
		return 0;
	}
	if (strcmp(e->code, "IncorrectKeyMaterialException") == 0) {
		outcome_set(o, t->key_arn == NULL ? "alarm" : "unproven");
		outcome_deviate(o,
		    "the key is bound to other material than this transfer's");
		return 0;
	}
	if (strcmp(e->code, "InvalidImportTokenException") == 0 ||
	    strcmp(e->code, "ExpiredImportTokenException") == 0) {
		outcome_set(o, "unproven");
		outcome_deviate(
		    o, "KMS refused the import token: %.*s", 100, e->code);
		return 0;
	}
	return -1;
}

static int
call(const struct importing *im, struct aws *a, size_t i, struct outcome *o,
    struct err *err)
{
	const struct target *t = a->target;
	const struct transfer_target *from = &im->transfer->targets[i];
	const struct kms_import in = {.key = from->key_arn,
	    .token = im->tokens->targets[i].token,
	    .wrapped = from->wrapped,
	    .expires = t->expires,
	    .expires_at = t->expires_at};
	struct kms_imported answer;

	if (note(im, from, "begin", NULL, err) < 0)
		return -1;
	if (kms_import_material(a, &in, &answer, err) < 0) {
		if (judge_refusal(a, t, o) < 0)
			return -1;
		if (strcmp(o->receipt.state, "alarm") == 0)
			return 0;
		return note(im, from, "refused", NULL, err);
	}
	memcpy(o->key_material_id, answer.key_material_id,
	    sizeof(o->key_material_id));
	return note(im, from, "answered", &answer, err);
}

static int
prove_target(const struct importing *im, struct aws *a, size_t i,
    struct outcome *o, struct err *err)
{
	const struct proof_basis basis = {.plan = &im->c->plan,
	    .transfer = im->transfer,
	    .request_digest = im->request_file->bundle.digest,
	    .key_arn = im->transfer->targets[i].key_arn};

	o->receipt.imported_by = o->imported_by;
	if (o->key_material_id[0] != '\0')
		o->receipt.key_material_id = o->key_material_id;
	o->receipt.has_valid_to = a->target->expires;
	o->receipt.valid_to = a->target->expires_at;
	return prove(a, &basis, o, err);
}

static int
check_import_prove(const struct importing *im, struct aws *a, size_t i,
    struct outcome *o, struct err *err)
{
	const struct request_target *r = &im->request->targets[i];

	if (check_principal(im, a, i, o, err) < 0)
		return -1;
	if (noted(im, r->name, "answered", o->key_material_id,
		sizeof(o->key_material_id))) {
		talk("  %s: imported before, by this machine", r->name);
		return prove_target(im, a, i, o, err);
	}
	if (check_key(im, a, i, o, err) < 0)
		return -1;
	if (strcmp(o->receipt.state, "alarm") == 0)
		return 0;
	if (cloud_now(a->cloud) >= r->valid_to) {
		outcome_set(o, "unproven");
		outcome_deviate(o, "never imported before its token expired");
		return 0;
	}
	if (check_exposure(im, a, i, err) < 0 || call(im, a, i, o, err) < 0)
		return -1;
	if (strcmp(o->receipt.state, "pending") != 0)
		return 0;
	return prove_target(im, a, i, o, err);
}

int
import_target(const struct importing *im, struct aws *a, size_t i,
    struct outcome *o, struct err *err)
{
	const struct transfer_target *t = &im->transfer->targets[i];

	outcome_begin(o, t);
	if (check_import_prove(im, a, i, o, err) < 0)
		return -1;
	if (strcmp(o->receipt.state, "alarm") != 0)
		return 0;
	return alarm_record(im->c, im->person, im->transfer_hex, t, err);
}
