/*
 * export FILE.gsb --to DIR: the same bytes in the forms that stock tools
 * read, so that nobody needs this program to check what it did.
 */
#include <stdio.h>
#include <string.h>

#include "ceremony.h"
#include "file.h"
#include "json_write.h"
#include "talk.h"
#include "verbs.h"

#define PATH_SIZE 4096

/* SubjectPublicKeyInfo as PEM: 60 characters, one line. */
#define PEM_FORMAT "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"

const struct opt opts_export[] = {
    {"to", "DIR", "where the files go; made when it is not there", false},
    {0},
};

/* Write DIR/NAME; the same bytes there already are fine. */
static int
put(const char *dir, const char *name, const struct buf *b, struct err *err)
{
	char path[PATH_SIZE];
	struct buf old;
	bool found, same;

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= PATH_SIZE)
		return err_set(err, STATUS_USAGE, "'%s' is too long", dir);
	if (file_read_if_there(path, BUNDLE_INFLATED_MAX, &old, &found, err) <
	    0)
		return -1;
	same = found && old.len == b->len && memcmp(old.p, b->p, b->len) == 0;
	buf_free(&old);
	if (!same && file_create(path, b, err) < 0)
		return -1;
	return result(err, "%s\n", path);
}

/* The standard envelope (DSSE), with the same signatures. */
static int
envelope(const struct bundle *b, struct buf *out, struct err *err)
{
	struct json_out w;
	char type[64];

	*out = BUF_EMPTY;
	w = json_out(out);
	bundle_type(b, type);
	out_object(&w, NULL);
	out_base64(&w, "payload", b->payload.p, b->payload.len);
	out_str(&w, "payloadType", type);
	out_array(&w, "signatures");
	for (unsigned i = 0; i < b->n_signatures; i++) {
		out_object(&w, NULL);
		out_hex(&w, "keyid", b->signatures[i].key_id, SHA256_LEN);
		out_base64(&w, "sig", b->signatures[i].sig, ED25519_SIG_LEN);
		out_close(&w);
	}
	out_close(&w);
	out_close(&w);
	if (out_end(&w, err) < 0)
		return -1;
	if (buf_add(out, "\n", 1, err) < 0) {
		buf_free(out);
		return -1;
	}
	return 0;
}

static int
put_person(const char *dir, const struct person *who, struct err *err)
{
	char name[PERSON_NAME_MAX + 8];
	struct buf base64 = BUF_EMPTY, pem = BUF_EMPTY;
	int ret = -1;

	(void)snprintf(name, sizeof(name), "%s.pem", who->name);
	if (base64_encode(who->spki, SPKI_LEN, &base64, err) == 0 &&
	    buf_addf(&pem, err, PEM_FORMAT, (const char *)base64.p) == 0)
		ret = put(dir, name, &pem, err);
	buf_free(&base64);
	buf_free(&pem);
	return ret;
}

static int
put_people(const char *dir, const struct bundle *b, const struct plan *p,
    struct err *err)
{
	for (unsigned i = 0; i < b->n_signatures; i++) {
		const struct person *who = plan_key_holder(
		    p, b->signatures[i].key_id);

		if (who != NULL && put_person(dir, who, err) < 0)
			return -1;
	}
	return 0;
}

/*
 * The signers' keys: those of the anchored plan or, for a plan, its own. An
 * auditor without an anchor gets no keys for anything else.
 */
static int
put_signers(const struct args *args, const char *dir, const struct bundle *b,
    struct err *err)
{
	struct ceremony c;
	struct err reason;
	struct buf json;
	struct plan own = {0};
	struct findings f = FINDINGS_NONE;
	int ret = -1;

	if (ceremony_open(&c, args->program, &reason) == 0) {
		ret = put_people(dir, b, &c.plan, err);
		ceremony_close(&c);
		return ret;
	}
	if (b->kind != KIND_PLAN) {
		talk("No anchored plan in this directory: the signers' keys "
		     "are not written.");
		return 0;
	}
	if (bundle_inflate(b, &json, err) < 0)
		return -1;
	(void)plan_read(&json, &own, &f);
	if (findings_to_err(&f, STATUS_REJECTED, err) == 0)
		ret = put_people(dir, b, &own, err);
	findings_free(&f);
	plan_free(&own);
	buf_free(&json);
	return ret;
}

static int
put_bundle(const char *dir, const struct bundle *b, struct err *err)
{
	int ret = -1;
	char name[64];
	struct buf dsse = BUF_EMPTY, bytes = BUF_EMPTY;

	if (envelope(b, &dsse, err) < 0 ||
	    bundle_signed_bytes(b, &bytes, err) < 0)
		goto out;
	(void)snprintf(name, sizeof(name), "%s.dsse.json", kind_name(b->kind));
	if (put(dir, name, &dsse, err) < 0)
		goto out;
	(void)snprintf(name, sizeof(name), "%s.signed", kind_name(b->kind));
	if (put(dir, name, &bytes, err) < 0)
		goto out;
	(void)snprintf(name, sizeof(name), "%s.payload.gz", kind_name(b->kind));
	ret = put(dir, name, &b->payload, err);
out:
	buf_free(&dsse);
	buf_free(&bytes);
	return ret;
}

int
cmd_export(const struct args *args, struct err *err)
{
	const char *dir = args_get(args, "to");
	struct buf file;
	struct bundle b;
	int ret = -1;

	if (dir == NULL || dir[0] == '\0') {
		err_set(err, STATUS_USAGE, "export: where to is not said");
		return err_hint(err, "add --to DIR");
	}
	if (file_read(args->operand[0], BUNDLE_MAX, &file, err) < 0)
		return err_hint_else(err, "name a bundle: FILE.gsb");
	if (bundle_read(&file, &b, err) < 0) {
		err_wrap(err, "'%s'", args->operand[0]);
		err_hint_else(err, "%s", statement_not_ours);
	} else if (file_make_dirs(dir, err) == 0 &&
	    put_bundle(dir, &b, err) == 0)
		ret = put_signers(args, dir, &b, err);
	bundle_free(&b);
	buf_free(&file);
	if (ret == 0)
		talk_next("openssl pkeyutl -verify -pubin -inkey PERSON.pem "
			  "-rawin \\\n  -in KIND.signed -sigfile SIGNATURE "
			  "(docs/bundle-format.md has the whole recipe)");
	return ret;
}
