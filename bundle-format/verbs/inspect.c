/* inspect FILE.gsb: what it is, who signed, what it says; reads only. */
#include <string.h>

#include "ceremony.h"
#include "file.h"
#include "json_write.h"
#include "payload.h"
#include "talk.h"
#include "verbs.h"
#include "words.h"

struct view {
	struct bundle bundle;
	struct ceremony ceremony; /* only when judged */
	bool judged;              /* by the plan that is anchored here */
	struct quorum quorum;
	bool counted; /* no signature by a known key is bad */
	int valid[BUNDLE_SIGNATURES_MAX];
	struct buf json; /* empty when nobody vouches for the payload */
};

static int
check_signatures(struct view *v, struct err *err)
{
	struct err reason;
	const struct plan *p = &v->ceremony.plan;

	for (unsigned i = 0; i < v->bundle.n_signatures; i++) {
		const struct signature *s = &v->bundle.signatures[i];
		const struct person *who = plan_key_holder(p, s->key_id);

		v->valid[i] = 0;
		if (who != NULL &&
		    (v->valid[i] = bundle_verify(
			 &v->bundle, s, who->spki, err)) < 0)
			return -1;
	}
	v->counted = quorum_count(&v->bundle, p, &v->quorum, &reason) == 0;
	return 0;
}

static bool
vouched_for(const struct view *v)
{
	if (v->bundle.kind == KIND_PLAN)
		return true;
	for (unsigned i = 0; v->counted && i < v->quorum.n; i++)
		if (v->quorum.roles[i].have > 0)
			return true;
	return false;
}

static int
not_readable(const struct args *args, struct err *err)
{
	err_wrap(err, "'%s'", args->operand[0]);
	return err_hint_else(err, "%s", statement_not_ours);
}

static int
look(const struct args *args, struct view *v, struct err *err)
{
	struct buf file;
	struct err reason;
	int ret;

	if (file_read(args->operand[0], BUNDLE_MAX, &file, err) < 0)
		return err_hint_else(err, "name a bundle: FILE.gsb");
	ret = bundle_read(&file, &v->bundle, err);
	buf_free(&file);
	if (ret < 0)
		return not_readable(args, err);
	v->judged = ceremony_open(&v->ceremony, args->program, &reason) == 0;
	if (v->judged && check_signatures(v, err) < 0)
		return -1;
	if (!vouched_for(v))
		return 0;
	if (bundle_inflate(&v->bundle, &v->json, err) < 0)
		return not_readable(args, err);
	/* Anybody can have made a plan: no more of it than a plan may have. */
	if (v->bundle.kind != KIND_PLAN || v->json.len <= PLAN_MAX)
		return 0;
	err_set(err, STATUS_REJECTED,
	    "a plan of %zu bytes, at most %u are allowed", v->json.len,
	    PLAN_MAX);
	return not_readable(args, err);
}

static void
put_signatures(struct json_out *w, const struct view *v)
{
	out_array(w, "signatures");
	for (unsigned i = 0; i < v->bundle.n_signatures; i++) {
		const struct signature *s = &v->bundle.signatures[i];
		const struct person *who = v->judged
		    ? plan_key_holder(&v->ceremony.plan, s->key_id)
		    : NULL;

		out_object(w, NULL);
		out_hex(w, "key_id", s->key_id, sizeof(s->key_id));
		out_str_or_null(w, "person", who == NULL ? NULL : who->name);
		if (who == NULL)
			out_null(w, "valid");
		else
			out_bool(w, "valid", v->valid[i] == 1);
		out_close(w);
	}
	out_close(w);
}

static void
put_quorum(struct json_out *w, const struct view *v)
{
	const struct plan *p = &v->ceremony.plan;

	if (!v->judged || !v->counted) {
		out_null(w, "quorum");
		return;
	}
	out_array(w, "quorum");
	for (unsigned i = 0; i < v->quorum.n; i++) {
		const struct quorum_role *r = &v->quorum.roles[i];

		out_object(w, NULL);
		out_str(w, "role", role_name(r->role));
		out_int(w, "needed", r->needed);
		out_int(w, "have", r->have);
		out_array(w, "missing");
		for (size_t k = 0; k < p->n_people && r->have < r->needed; k++)
			if ((p->people[k].roles & r->role) != 0 &&
			    p->people[k].has_key && !r->counted[k])
				out_str(w, NULL, p->people[k].name);
		out_close(w);
		out_close(w);
	}
	out_close(w);
}

/* The payload, safe to show, when it is JSON at all. */
static void
put_statement(struct json_out *w, const struct view *v)
{
	struct json_doc doc = {0};
	struct findings f = FINDINGS_NONE;
	struct buf safe = BUF_EMPTY;
	struct err reason;

	if (v->json.len > 0 &&
	    json_parse(&v->json, JSON_INTEGERS, &doc, &f) == 0 &&
	    payload_escape(&v->json, &safe, &reason) == 0)
		out_raw(w, "statement", &safe);
	else
		out_null(w, "statement");
	buf_free(&safe);
	findings_free(&f);
	json_doc_free(&doc);
}

static int
print_json(const struct view *v, struct err *err)
{
	int ret = -1;
	struct buf text = BUF_EMPTY, words = BUF_EMPTY;
	struct json_out w = json_out(&text);

	if (words_line(v->bundle.digest, SHA256_LEN, &words, err) < 0)
		return -1;
	out_object(&w, NULL);
	out_str(&w, "kind", kind_name(v->bundle.kind));
	out_bool(&w, "practice", v->bundle.practice);
	out_hex(&w, "digest", v->bundle.digest, SHA256_LEN);
	out_str(&w, "words", (const char *)words.p);
	put_signatures(&w, v);
	put_quorum(&w, v);
	put_statement(&w, v);
	out_close(&w);
	if (out_end(&w, err) == 0 && buf_add(&text, "\n", 1, err) == 0)
		ret = result_buf(&text, err);
	buf_free(&text);
	buf_free(&words);
	return ret;
}

static const char *
standing(const struct view *v, unsigned i, const struct person *who)
{
	if (!v->judged)
		return "not judged";
	if (who == NULL)
		return "not in the plan, counts nothing";
	return v->valid[i] == 1 ? "good" : "DOES NOT VERIFY";
}

static int
print_signatures(const struct view *v, struct err *err)
{
	if (v->bundle.n_signatures == 0 &&
	    result(err, "signatures: none\n") < 0)
		return -1;
	for (unsigned i = 0; i < v->bundle.n_signatures; i++) {
		const struct signature *s = &v->bundle.signatures[i];
		const struct person *who = v->judged
		    ? plan_key_holder(&v->ceremony.plan, s->key_id)
		    : NULL;
		char hex[HEX_LEN(SHA256_LEN)];

		hex_encode(s->key_id, SHA256_LEN, hex);
		if (result(err, "signature by %s (key %.16s): %s\n",
			who == NULL ? "a key" : who->name, hex,
			standing(v, i, who)) < 0)
			return -1;
	}
	return 0;
}

static int
print_quorum(const struct view *v, struct err *err)
{
	for (unsigned i = 0; v->counted && i < v->quorum.n; i++) {
		const struct quorum_role *r = &v->quorum.roles[i];
		char names[200] = "";

		if (r->have < r->needed)
			quorum_missing(&v->quorum, i, &v->ceremony.plan, names,
			    sizeof(names));
		if (result(err, "%ss: %u of %u%s%s\n", role_name(r->role),
			r->have, r->needed,
			names[0] ? ", can still sign: " : "", names) < 0)
			return -1;
	}
	return 0;
}

static int
print_text(const struct view *v, struct err *err)
{
	char hex[HEX_LEN(SHA256_LEN)];
	struct buf words = BUF_EMPTY;
	int ret = -1;

	hex_encode(v->bundle.digest, SHA256_LEN, hex);
	if (words_lines(v->bundle.digest, SHA256_LEN, "  ", &words, err) < 0)
		return -1;
	if (result(err, "%s%s\ndigest %s\n",
		v->bundle.practice ? "practice " : "",
		kind_name(v->bundle.kind), hex) == 0 &&
	    result_buf(&words, err) == 0 && print_signatures(v, err) == 0 &&
	    print_quorum(v, err) == 0 && payload_print(&v->json, err) == 0)
		ret = 0;
	buf_free(&words);
	return ret;
}

static int
verdict(const struct args *args, const struct view *v, struct err *err)
{
	if (!v->judged)
		talk("No anchored plan in this directory: the signatures are "
		     "not judged.");
	if (!v->judged || v->counted)
		return 0;
	err_set(err, STATUS_REJECTED,
	    "'%s': a signature does not verify, or practice met real",
	    args->operand[0]);
	return err_hint(err, "do not act on this file; fetch it again");
}

int
cmd_inspect(const struct args *args, struct err *err)
{
	struct view v = {0};
	int ret = look(args, &v, err);

	if (ret == 0)
		ret = args_has(args, "json") ? print_json(&v, err)
					     : print_text(&v, err);
	if (ret == 0)
		ret = verdict(args, &v, err);
	buf_free(&v.json);
	bundle_free(&v.bundle);
	if (v.judged)
		ceremony_close(&v.ceremony);
	return ret;
}
