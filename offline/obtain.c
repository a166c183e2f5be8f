#include "obtain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generate.h"
#include "receive.h"
#include "talk.h"
#include "tty.h"

static int
not_here(struct err *err, const char *what)
{
	err_set(err, STATUS_FAILED,
	    "the plan asks for %s, which this version cannot do", what);
	return err_hint(
	    err, "seal with a version that can, or approve a plan without it");
}

int
obtain_check(const struct args *args, const struct plan *p, struct err *err)
{
	bool receives = strcmp(p->source, "receive") == 0;
	bool from = args_has(args, "from");

	if (p->escrow.scheme != NULL)
		return not_here(err, "escrow");
	if (p->entropy.method != NULL)
		return not_here(err, "entropy from people");
	if (!receives && strcmp(p->source, "generate") != 0)
		return not_here(err,
		    strcmp(p->source, "escrow") == 0 ? "recovery from escrow"
						     : "key components");
	if (receives && !from) {
		err_set(err, STATUS_USAGE,
		    "seal: the plan receives a key, and where from is not "
		    "said");
		return err_hint(err, "add --from FILE, or --from - for stdin");
	}
	if (!receives &&
	    (from || args_has(args, "format") ||
		args_has(args, "key-version"))) {
		err_set(err, STATUS_USAGE,
		    "seal: the plan makes a new key, so none is received");
		return err_hint(
		    err, "leave out --from, --format and --key-version");
	}
	return 0;
}

static int
parse_version(const char *text, int64_t *version, struct err *err)
{
	char *end;
	long long n = strtoll(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || n < 1)
		return err_set(err, STATUS_USAGE,
		    "seal: a key version is a number from 1");
	*version = n;
	return 0;
}

/* Vault gave several versions: only a person can say which is meant. */
static int
ask_version(const struct received *r, int64_t *version, struct err *err)
{
	char prompt[256] = "the file holds the versions";
	char line[32];

	for (size_t i = 0; i < r->n_versions; i++) {
		size_t used = strlen(prompt);

		(void)snprintf(prompt + used, sizeof(prompt) - used, " %lld",
		    (long long)r->versions[i]);
	}
	strncat(prompt, "; which one? ", sizeof(prompt) - strlen(prompt) - 1);
	if (tty_ask(prompt, line, sizeof(line), err) < 0)
		return -1;
	return parse_version(line, version, err);
}

static int
receive(const struct args *args, const struct secret *input,
    const struct key_spec *spec, struct received *r, struct err *err)
{
	const char *format = args_get(args, "format");
	enum receive_format wanted = RECEIVE_ANY;
	int64_t version = 0;

	*r = (struct received){0};
	if (format != NULL && receive_format_find(format, &wanted, err) < 0)
		return -1;
	if (args_has(args, "key-version") &&
	    parse_version(args_get(args, "key-version"), &version, err) < 0)
		return -1;
	if (receive_key(input, spec, wanted, version, r, err) == 0)
		return 0;
	if (version != 0 || r->n_versions < 2 || !tty_available())
		return -1;
	if (ask_version(r, &version, err) < 0)
		return -1;
	received_free(r);
	return receive_key(input, spec, wanted, version, r, err);
}

static void
tell(const struct received *r)
{
	talk("Received a key, read as %s.", r->format);
	if (r->version > 0)
		talk("It is version %lld of the key in that file.",
		    (long long)r->version);
	for (size_t i = 0; i < r->n_warnings; i++)
		talk_text(0, "WARNING: %s", r->warnings[i]);
}

static int
receive_from(const struct args *args, const struct key_spec *spec,
    struct obtained *out, struct err *err)
{
	struct secret input = SECRET_EMPTY;
	struct received r = {0};
	int ret = -1;

	if (secret_read(args_get(args, "from"), RECEIVE_MAX, &input, err) < 0 ||
	    receive(args, &input, spec, &r, err) < 0) {
		err_wrap(err, "no key was received");
		err_hint_else(err,
		    "nothing was sealed; bring the key that the plan means, "
		    "in a form that 'help seal' names");
		goto out;
	}
	tell(&r);
	out->material = r.material;
	r.material = SECRET_EMPTY; /* transferred */
	out->way = r.way;
	/* An export in the clear was on the machine that asked Vault for it. */
	out->plaintext_networked = strcmp(r.way, "vault-export") == 0;
	ret = 0;
out:
	received_free(&r);
	secret_free(&input);
	return ret;
}

int
obtain_key(const struct args *args, const struct plan *p,
    const struct key_spec *spec, struct obtained *out, struct err *err)
{
	*out = (struct obtained){0};
	if (strcmp(p->source, "receive") == 0)
		return receive_from(args, spec, out, err);
	talk("Making a new %s key ...", spec->name);
	out->way = "generate";
	return generate_key(spec, &out->material, err);
}
