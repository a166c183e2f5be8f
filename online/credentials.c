#include "credentials.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "clock.h"
#include "json.h"
#include "profile.h"

#define SOON 60 /* seconds before they expire */

static void
secret_free(char **text)
{
	if (*text != NULL)
		OPENSSL_clear_free(*text, strlen(*text));
	*text = NULL;
}

void
credentials_free(struct credentials *c)
{
	if (c == NULL)
		return;
	secret_free(&c->access_key);
	secret_free(&c->secret_key);
	secret_free(&c->session_token);
	*c = CREDENTIALS_NONE;
}

/* They go into headers and into "A/B/C" scopes. */
static bool
is_usable(const char *text, bool is_id)
{
	if (text == NULL || text[0] == '\0' || (is_id && strlen(text) > 128))
		return false;
	for (; *text != '\0'; text++)
		if (!isgraph((unsigned char)*text) ||
		    (is_id && strchr("/,=", *text) != NULL))
			return false;
	return true;
}

static int
check_shape(const struct credentials *c, struct err *err)
{
	const char *what = NULL;

	if (!is_usable(c->access_key, true))
		what = "access key id";
	else if (!is_usable(c->secret_key, false))
		what = "secret access key";
	else if (c->session_token != NULL &&
	    !is_usable(c->session_token, false))
		what = "session token";
	if (what == NULL)
		return 0;
	return err_set(err, STATUS_FAILED,
	    "the %s from %s is missing or has characters that none has", what,
	    c->source);
}

/*
 * RFC 3339 with the fractions and offsets that clock_parse() does not take:
 * the aws CLI writes "+00:00".
 */
static int
parse_expiry(const char *text, int64_t *t)
{
	char head[CLOCK_TEXT];
	const char *p;
	int64_t offset;

	if (strlen(text) < 20)
		return -1;
	p = text + 19;
	(void)snprintf(head, sizeof(head), "%.19sZ", text);
	if (clock_parse(head, t) < 0)
		return -1;
	if (*p == '.')
		p += 1 + strspn(p + 1, "0123456789");
	if (strcmp(p, "Z") == 0)
		return 0;
	if ((*p != '+' && *p != '-') || strlen(p) != 6 || p[3] != ':' ||
	    strspn(p + 1, "0123456789") != 2 ||
	    strspn(p + 4, "0123456789") != 2)
		return -1;
	offset = 3600 * (10 * (p[1] - '0') + p[2] - '0') +
	    60 * (10 * (p[4] - '0') + p[5] - '0');
	*t -= *p == '+' ? offset : -offset;
	return 0;
}

static int
set_expiry(struct credentials *c, const char *text, struct err *err)
{
	if (text == NULL || text[0] == '\0' ||
	    parse_expiry(text, &c->expires) == 0)
		return 0;
	return err_set(err, STATUS_FAILED,
	    "%s says when the credentials expire, but not as a time in "
	    "RFC 3339",
	    c->source);
}

int
credentials_check(const struct credentials *c, int64_t now, struct err *err)
{
	char at[CLOCK_TEXT];

	if (c->expires == 0 || c->expires > now + SOON)
		return 0;
	clock_format(c->expires, at);
	err_set(err, STATUS_FAILED, "the AWS credentials from %s %s at %s",
	    c->source, c->expires > now ? "expire" : "expired", at);
	return err_hint(err, "get new ones and run the same command again");
}

static int
copy(char **to, const char *p, size_t len, struct err *err)
{
	if (p == NULL || len == 0)
		return 0;
	if ((*to = OPENSSL_strndup(p, len)) == NULL)
		return err_memory(err);
	return 0;
}

int
credentials_set(struct credentials *c, const struct ini_value *id,
    const struct ini_value *secret, const struct ini_value *token,
    struct err *err)
{
	if (copy(&c->access_key, id->p, id->len, err) < 0 ||
	    copy(&c->secret_key, secret->p, secret->len, err) < 0 ||
	    copy(&c->session_token, token->p, token->len, err) < 0)
		return -1;
	return 0;
}

static int
set_texts(struct credentials *c, const char *id, const char *secret,
    const char *token, struct err *err)
{
	return credentials_set(c, &(struct ini_value){id, strlen(id)},
	    &(struct ini_value){secret, strlen(secret)},
	    &(struct ini_value){token, token != NULL ? strlen(token) : 0}, err);
}

/* An id without its secret is a mistake, no reason to look elsewhere. */
static int
from_environment(struct credentials *c, bool *found, struct err *err)
{
	const char *id = getenv("AWS_ACCESS_KEY_ID");
	const char *secret = getenv("AWS_SECRET_ACCESS_KEY");
	const char *token = getenv("AWS_SESSION_TOKEN");

	*found = id != NULL && id[0] != '\0';
	if (!*found)
		return 0;
	(void)snprintf(c->source, sizeof(c->source), "the environment");
	if (secret == NULL || secret[0] == '\0') {
		err_set(err, STATUS_FAILED,
		    "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY");
		return err_hint(err, "set both, or neither and AWS_PROFILE");
	}
	if (token == NULL || token[0] == '\0')
		token = getenv("AWS_SECURITY_TOKEN"); /* the old name */
	if (set_texts(c, id, secret, token, err) < 0)
		return -1;
	return set_expiry(c, getenv("AWS_CREDENTIAL_EXPIRATION"), err);
}

static const char *
optional(struct json *j, const char *name)
{
	return json_has(j, name) ? want_str(j, name) : NULL;
}

int
credentials_read_json(const struct buf *json, const char *name,
    struct credentials *c, struct err *err)
{
	int ret = -1;
	struct json_doc doc = {NULL};
	struct findings f = FINDINGS_NONE;
	struct json j;

	*c = CREDENTIALS_NONE;
	(void)snprintf(c->source, sizeof(c->source), "%s", name);
	if (json_parse(json, JSON_ANY_NUMBER, &doc, &f) == 0) {
		j = json_root(&doc, &f);
		(void)want_int(&j, "Version", 1, 1);
		if (set_texts(c, want_str(&j, "AccessKeyId"),
			want_str(&j, "SecretAccessKey"),
			optional(&j, "SessionToken"), err) < 0 ||
		    set_expiry(c, optional(&j, "Expiration"), err) < 0)
			goto out;
	}
	if (findings_to_err(&f, STATUS_FAILED, err) < 0) {
		err_wrap(err, "what %s printed", name);
		goto out;
	}
	ret = check_shape(c, err);
out:
	findings_free(&f);
	json_doc_free(&doc);
	if (ret < 0)
		credentials_free(c);
	return ret;
}

int
credentials_find(struct credentials *c, struct err *err)
{
	bool found;

	*c = CREDENTIALS_NONE;
	if (from_environment(c, &found, err) == 0 &&
	    (found || profile_credentials(c, err) == 0) &&
	    check_shape(c, err) == 0)
		return 0;
	credentials_free(c);
	return -1;
}
