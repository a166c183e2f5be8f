#include "vault_answer.h"

#include <string.h>

#include "json.h"
#include "text.h"

/*
 * The same member may stand at the top, when only the "data" object was saved.
 * Type is the token's that makes it a fact; with another it says nothing.
 */
static const struct {
	const char *path;
	enum vault_fact fact;
	char type;
} known[] = {
    {"data", VAULT_DATA, '{'},
    {"wrap_info", VAULT_WRAP_INFO, '{'},
    {"errors", VAULT_ERRORS, '['},
    {"data.backup", VAULT_BACKUP, '"'},
    {"backup", VAULT_BACKUP, '"'},
    {"policy", VAULT_POLICY, '{'},
    {"data.derived", VAULT_DERIVED, 't'},
    {"derived", VAULT_DERIVED, 't'},
    {"data.keys", VAULT_KEYS, '{'},
    {"keys", VAULT_KEYS, '{'},
    {"data.type", VAULT_TYPE, '"'},
    {"type", VAULT_TYPE, '"'},
};

struct walk {
	struct vault_answer *a;
	struct err *err;
};

/* Where the map of versions may stand: full answer, "data" alone, bare map. */
static const char *const places[] = {"data.keys.", "keys.", ""};

/* "data.keys.12" is version 12 in the first place; 0 when it is none. */
static int64_t
version_of(const char *path, const char **place)
{
	int64_t version = 0;

	*place = text_starts(path, places[0]) ? places[0]
	    : text_starts(path, places[1])    ? places[1]
					      : places[2];
	path += strlen(*place);
	if (*path < '1' || *path > '9' || strlen(path) > 9)
		return 0;
	for (; *path != '\0'; path++) {
		if (*path < '0' || *path > '9')
			return 0;
		version = 10 * version + (*path - '0');
	}
	return version;
}

static int
twice(struct err *err, const char *path)
{
	return err_set(
	    err, STATUS_REJECTED, "'%s' is in it more than once", path);
}

static int
add_version(struct walk *w, int64_t version, const char *place,
    const struct json_token *t)
{
	struct vault_answer *a = w->a;

	if (a->place != NULL && a->place != place)
		return err_set(w->err, STATUS_REJECTED,
		    "it has keys in more than one place");
	a->place = place;
	if (t->type != '"') {
		a->other_values = true;
		return 0;
	}
	for (size_t i = 0; i < a->n; i++)
		if (a->versions[i] == version)
			return twice(w->err, t->path);
	if (a->n == RECEIVE_VERSIONS_MAX) {
		(void)err_set(w->err, STATUS_REJECTED,
		    "it holds more than %d versions", RECEIVE_VERSIONS_MAX);
		return err_hint(w->err,
		    "export the one version: transit/export/encryption-key/"
		    "NAME/VERSION");
	}
	a->versions[a->n] = version;
	a->keys[a->n++] = (struct vault_string){t->p, t->len};
	return 0;
}

static int
add_fact(struct walk *w, enum vault_fact fact, const struct json_token *t)
{
	if (vault_has(w->a, fact))
		return twice(w->err, t->path);
	w->a->facts |= 1u << fact;
	if (fact == VAULT_TYPE)
		w->a->type = (struct vault_string){t->p, t->len};
	return 0;
}

static int
visit(void *arg, const struct json_token *t)
{
	struct walk *w = arg;
	const char *place;
	int64_t version = version_of(t->path, &place);

	if (t->path[0] == '\0' && t->type != '{')
		return err_set(
		    w->err, STATUS_REJECTED, "it is JSON, but no object");
	if (version != 0)
		return add_version(w, version, place, t);
	if (t->type == '"' && strcmp(t->path, "errors[0]") == 0)
		w->a->error = (struct vault_string){t->p, t->len};
	if (t->type == '"' && strcmp(t->path, "wrap_info.creation_path") == 0)
		w->a->creation_path = (struct vault_string){t->p, t->len};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].type == t->type &&
		    strcmp(known[i].path, t->path) == 0)
			return add_fact(w, known[i].fact, t);
	return 0;
}

int
vault_answer_read(
    const struct secret *text, struct vault_answer *a, struct err *err)
{
	struct buf view = buf_view(text->p, text->len);
	struct walk w = {a, err};

	*a = (struct vault_answer){0};
	if (json_walk(&view, JSON_ANY_NUMBER, visit, &w, err) == 0)
		return 0;
	/* A backup of RSA has numbers that are too long: it is refused, too. */
	return vault_has(a, VAULT_POLICY) ? 0 : -1;
}

bool
vault_has(const struct vault_answer *a, enum vault_fact fact)
{
	return (a->facts & 1u << fact) != 0;
}

static const char *
shown(const struct vault_string *s, char out[static 200])
{
	return s->p == NULL
	    ? "no text"
	    : text_visible((const char *)s->p, s->len, out, 200);
}

static int
refuse_wrapped(const struct vault_answer *a, struct err *err)
{
	char path[200];

	(void)err_set(err, STATUS_REJECTED,
	    "it is a response-wrapping token (made for: %s), and holds no key",
	    shown(&a->creation_path, path));
	return err_hint(err,
	    "unwrap it where Vault can be reached, and bring the answer; the "
	    "token works once");
}

int
vault_answer_check(const struct vault_answer *a, struct err *err)
{
	char text[200];

	if (vault_has(a, VAULT_WRAP_INFO))
		return refuse_wrapped(a, err);
	if (vault_has(a, VAULT_ERRORS))
		return err_set(err, STATUS_REJECTED,
		    "it is an error that Vault answered: %s",
		    shown(&a->error, text));
	if (vault_has(a, VAULT_DERIVED)) {
		(void)err_set(err, STATUS_REJECTED,
		    "the key is a derived one ('derived': true): no data were "
		    "encrypted under it, but under keys made from it");
		return err_hint(err,
		    "data under a derived key cannot move to KMS with this "
		    "key: decrypt them in Vault");
	}
	if (vault_has(a, VAULT_BACKUP) || vault_has(a, VAULT_POLICY)) {
		(void)err_set(err, STATUS_REJECTED,
		    "it is a backup, which this version does not read");
		return err_hint(
		    err, "export the key: transit/export/encryption-key/NAME");
	}
	if (a->other_values) {
		(void)err_set(err, STATUS_REJECTED,
		    "it describes a key (transit/keys/NAME) and holds none");
		return err_hint(
		    err, "export the key: transit/export/encryption-key/NAME");
	}
	if (a->n == 0) {
		(void)err_set(err, STATUS_REJECTED,
		    "it is JSON, but holds no exported key");
		return err_hint(err,
		    "wanted is the answer of transit/export/encryption-key/"
		    "NAME");
	}
	return 0;
}

/* The character that "\uXXXX" stands for when it is ASCII, else 0. */
static uint8_t
ascii_escape(const uint8_t *p, size_t len)
{
	unsigned c = 0;

	if (len < 4)
		return 0;
	for (size_t i = 0; i < 4; i++) {
		unsigned d = p[i];

		d = d <= '9' ? d - '0' : (d | 0x20u) - 'a' + 10u;
		c = c << 4 | (d & 15u);
	}
	return c < 0x80 ? (uint8_t)c : 0;
}

static uint8_t
plain_escape(uint8_t c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	case '/':
	case '\\':
	case '"':
		return c;
	default:
		return 0;
	}
}

int
vault_string_read(
    const struct vault_string *s, struct secret *out, struct err *err)
{
	size_t used = 0;

	if (secret_alloc(out, s->len, err) < 0)
		return -1;
	for (size_t i = 0; i < s->len; i++) {
		uint8_t c = s->p[i];

		if (c == '\\' && i + 1 < s->len && s->p[++i] == 'u') {
			c = ascii_escape(s->p + i + 1, s->len - i - 1);
			i += 4;
		} else if (c == '\\') {
			c = plain_escape(s->p[i]);
		}
		if (c == 0) {
			secret_free(out);
			return err_set(err, STATUS_REJECTED,
			    "a key's text has an escape that no key needs");
		}
		out->p[used++] = c;
	}
	secret_shorten(out, used);
	return 0;
}
