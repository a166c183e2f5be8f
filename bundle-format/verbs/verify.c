/*
 * verify: the whole chain, from the files in this directory alone, by the
 * plan that is anchored here or by the digest that an auditor brings.
 */
#include <stdlib.h>
#include <string.h>

#include "evidence.h"
#include "json_write.h"
#include "talk.h"
#include "verbs.h"

const struct opt opts_verify[] = {
    {"plan", "DIGEST", "judge by this plan, where none is anchored", false},
    {"json", NULL, "print the result as JSON", false},
    {0},
};

static int
print_json(const struct evidence *e, struct err *err)
{
	int ret = -1;
	struct buf text = BUF_EMPTY;
	struct json_out w = json_out(&text);

	out_object(&w, NULL);
	out_bool(&w, "ok", evidence_ok(e));
	out_array(&w, "findings");
	for (unsigned i = 0; i < e->n; i++) {
		out_object(&w, NULL);
		out_str(&w, "check", e->checks[i].name);
		out_bool(&w, "ok", e->checks[i].ok);
		out_str(&w, "message", e->checks[i].message);
		out_close(&w);
	}
	out_close(&w);
	out_array(&w, "pending");
	for (unsigned i = 0; i < e->n_pending; i++)
		out_str(&w, NULL, e->pending[i]);
	out_close(&w);
	out_close(&w);
	if (out_end(&w, err) == 0 && buf_add(&text, "\n", 1, err) == 0)
		ret = result_buf(&text, err);
	buf_free(&text);
	return ret;
}

static const char *
mark(const struct check *c)
{
	if (!c->ok)
		return "BAD";
	return c->covered ? "ok " : "-- ";
}

static int
print_text(const struct evidence *e, struct err *err)
{
	for (unsigned i = 0; i < e->n; i++)
		if (result(err, "%s %s: %s\n", mark(&e->checks[i]),
			e->checks[i].name, e->checks[i].message) < 0)
			return -1;
	for (unsigned i = 0; i < e->n_pending; i++)
		if (result(err, "pending: %s\n", e->pending[i]) < 0)
			return -1;
	return 0;
}

static int
open_by(const struct args *args, struct ceremony *c, struct err *err)
{
	const char *hex = args_get(args, "plan");
	uint8_t digest[SHA256_LEN];

	if (hex == NULL)
		return ceremony_open(c, args->program, err);
	if (hex_decode_typed(hex, digest, sizeof(digest)) != SHA256_LEN) {
		err_set(
		    err, STATUS_USAGE, "--plan takes a digest: 64 hex digits");
		return err_hint(err, "it is on the officers' paper");
	}
	return ceremony_open_as(c, args->program, digest, err);
}

static unsigned
uncovered(const struct evidence *e)
{
	unsigned n = 0;

	for (unsigned i = 0; i < e->n; i++)
		n += !e->checks[i].covered;
	return n;
}

static int
verdict(const struct evidence *e, bool anchored, struct err *err)
{
	unsigned open;

	if (!evidence_ok(e)) {
		err_set(err, STATUS_REJECTED,
		    "the ceremony does not verify: see the findings marked "
		    "BAD");
		if (!anchored)
			return err_hint(err,
			    "run 'plan anchor' with the plan's words from the "
			    "paper, or give its digest: verify --plan DIGEST");
		return err_hint(err,
		    "keep all files as they are and find out what changed");
	}
	if (e->n_pending > 0)
		talk("All good so far; the pending steps are still to do.");
	else
		talk("The whole ceremony verifies.");
	if ((open = uncovered(e)) > 0)
		talk("For %u of the checks there was nothing to look at: they "
		     "are marked --.",
		    open);
	return 0;
}

static int
collect(const struct args *args, struct evidence *e, bool *anchored,
    struct err *err)
{
	struct ceremony c;
	struct err why;

	*anchored = true;
	if (open_by(args, &c, &why) == 0) {
		evidence_collect(e, &c);
		ceremony_close(&c);
		return 0;
	}
	/* Usage and disk are errors of this run, not findings about files. */
	if (why.status != STATUS_REJECTED) {
		*err = why;
		return -1;
	}
	if (strstr(why.msg, "anchored on this machine") != NULL) {
		*anchored = false;
		err_set(&why, STATUS_REJECTED, "plan not anchored");
	}
	evidence_bad(e, "plan.gsb", &why);
	return 0;
}

int
cmd_verify(const struct args *args, struct err *err)
{
	struct evidence *e = calloc(1, sizeof(*e));
	bool anchored;
	int ret = -1;

	if (e == NULL)
		return err_memory(err);
	if (collect(args, e, &anchored, err) == 0 &&
	    (args_has(args, "json") ? print_json(e, err)
				    : print_text(e, err)) == 0)
		ret = verdict(e, anchored, err);
	free(e);
	return ret;
}
