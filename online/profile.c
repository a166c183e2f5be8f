#include "profile.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "process.h"
#include "text.h"

#define FILE_MAX (1u << 20)
#define PROCESS_MAX (64u << 10)
#define PATH_SIZE 4096

#define BRIDGE                                                                 \
	"credential_process = aws configure export-credentials "               \
	"--profile NAME --format process"

/* One profile and the two files it may be in. */
struct profile {
	const char *name;
	char shown[64]; /* the name, made visible */
	char credentials_path[PATH_SIZE], config_path[PATH_SIZE];
	struct buf credentials, config;
};

/* Profiles that mean: get the keys by a login or from a role. */
static const char *const elsewhere[] = {"role_arn", "source_profile",
    "credential_source", "web_identity_token_file", "sso_", "login_"};

/* A file named by variable, or in ~/.aws; "~/" is expanded. */
static int
find_file(const char *variable, const char *name, char path[static PATH_SIZE],
    struct buf *text, struct err *err)
{
	const char *given = getenv(variable), *home = getenv("HOME");
	bool found;
	int n;

	path[0] = '\0';
	if (given != NULL && given[0] != '\0' && !text_starts(given, "~/"))
		n = snprintf(path, PATH_SIZE, "%s", given);
	else if (home == NULL || home[0] == '\0')
		return 0;
	else if (given != NULL && given[0] != '\0')
		n = snprintf(path, PATH_SIZE, "%s%s", home, given + 1);
	else
		n = snprintf(path, PATH_SIZE, "%s/.aws/%s", home, name);
	if (n < 0 || n >= PATH_SIZE)
		return err_set(err, STATUS_FAILED,
		    "the path in %s or HOME is too long", variable);
	return file_read_if_there(path, FILE_MAX, text, &found, err);
}

static void
profile_close(struct profile *p)
{
	buf_free(&p->credentials);
	buf_free(&p->config);
}

static int
in_credentials(const struct profile *p, const char *key,
    struct ini_value *value, struct err *err)
{
	return ini_find(&p->credentials, p->credentials_path,
	    &(struct ini_section){NULL, p->name}, key, value, err);
}

/* [profile NAME]; the default one may do without "profile". */
static int
in_config(const struct profile *p, const char *key, struct ini_value *value,
    struct err *err)
{
	if (ini_find(&p->config, p->config_path,
		&(struct ini_section){"profile", p->name}, key, value, err) < 0)
		return -1;
	if (value->p != NULL || strcmp(p->name, "default") != 0)
		return 0;
	return ini_find(&p->config, p->config_path,
	    &(struct ini_section){NULL, "default"}, key, value, err);
}

static int
profile_open(struct profile *p, struct err *err)
{
	struct ini_value unused;

	*p = (struct profile){.name = getenv("AWS_PROFILE")};
	if (p->name == NULL || p->name[0] == '\0')
		p->name = getenv("AWS_DEFAULT_PROFILE");
	if (p->name == NULL || p->name[0] == '\0')
		p->name = "default";
	(void)text_visible(
	    p->name, strlen(p->name), p->shown, sizeof(p->shown));
	if (find_file("AWS_SHARED_CREDENTIALS_FILE", "credentials",
		p->credentials_path, &p->credentials, err) < 0 ||
	    find_file("AWS_CONFIG_FILE", "config", p->config_path, &p->config,
		err) < 0)
		return -1;
	/* A mistake further down could hide a line that matters. */
	return in_config(p, "region", &unused, err);
}

typedef int finder(const struct profile *p, const char *key,
    struct ini_value *value, struct err *err);

static int
static_keys(const struct profile *p, finder *find, const char *path,
    struct credentials *c, bool *found, struct err *err)
{
	struct ini_value id, secret, token;

	if (find(p, "aws_access_key_id", &id, err) < 0 ||
	    find(p, "aws_secret_access_key", &secret, err) < 0 ||
	    find(p, "aws_session_token", &token, err) < 0)
		return -1;
	*found = id.len > 0;
	if (!*found)
		return 0;
	(void)snprintf(c->source, sizeof(c->source), "profile '%s'", p->shown);
	if (secret.len == 0)
		return err_set(err, STATUS_FAILED,
		    "profile '%s' of '%s' has an aws_access_key_id without "
		    "aws_secret_access_key",
		    p->shown, path);
	return credentials_set(c, &id, &secret, &token, err);
}

static int
from_process(const struct profile *p, struct credentials *c, bool *found,
    struct err *err)
{
	int ret = -1;
	struct process_words words = {.n = 0};
	struct buf printed = BUF_EMPTY;
	struct ini_value line;
	char name[128];

	*found = false;
	if (in_config(p, "credential_process", &line, err) < 0 ||
	    (line.len == 0 &&
		in_credentials(p, "credential_process", &line, err) < 0))
		return -1;
	*found = line.len > 0;
	if (!*found)
		return 0;
	(void)snprintf(
	    name, sizeof(name), "the credential_process of '%s'", p->shown);
	if (process_split(line.p, line.len, &words, err) < 0 ||
	    process_run(&words, PROCESS_MAX, &printed, err) < 0) {
		err_wrap(err, "profile '%s'", p->shown);
		goto out;
	}
	ret = credentials_read_json(&printed, name, c, err);
out:
	process_words_free(&words);
	buf_free(&printed);
	return ret;
}

/*
 * Does the profile say that its keys come from a login or a role? The aws CLI
 * prefers those to keys beside them, so that using the keys would be acting
 * as somebody whom the operator did not mean.
 */
static void
find_elsewhere(const struct profile *p, char *key, size_t size)
{
	const struct ini_section sections[] = {
	    {"profile", p->name}, {NULL, p->name}};

	key[0] = '\0';
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++) {
		ini_find_prefix(
		    &p->config, &sections[0], elsewhere[i], key, size);
		if (key[0] == '\0' && strcmp(p->name, "default") == 0)
			ini_find_prefix(
			    &p->config, &sections[1], elsewhere[i], key, size);
		if (key[0] == '\0')
			ini_find_prefix(&p->credentials, &sections[1],
			    elsewhere[i], key, size);
		if (key[0] != '\0')
			return;
	}
}

static int
from_profile(const struct profile *p, struct credentials *c, struct err *err)
{
	char name[64], key[64];
	bool found = false;

	find_elsewhere(p, name, sizeof(name));
	(void)text_visible(name, strlen(name), key, sizeof(key));
	if (key[0] == '\0' &&
	    static_keys(
		p, in_credentials, p->credentials_path, c, &found, err) < 0)
		return -1;
	if (!found && from_process(p, c, &found, err) < 0)
		return -1;
	if (!found && key[0] != '\0') {
		err_set(err, STATUS_FAILED,
		    "profile '%s' has %s: logins and roles are not done here",
		    p->shown, key);
		return err_hint(err,
		    "make a profile with the line '%s' and set AWS_PROFILE to "
		    "it",
		    BRIDGE);
	}
	if (!found &&
	    static_keys(p, in_config, p->config_path, c, &found, err) < 0)
		return -1;
	if (found)
		return 0;
	err_set(err, STATUS_FAILED,
	    "no AWS credentials: none in the environment, none for profile "
	    "'%s' in '%s' or '%s'",
	    p->shown, p->credentials_path, p->config_path);
	return err_hint(err,
	    "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; "
	    "for a login or a role make a profile with '%s'",
	    BRIDGE);
}

int
profile_credentials(struct credentials *c, struct err *err)
{
	struct profile p;
	int ret;

	ret = profile_open(&p, err);
	if (ret == 0)
		ret = from_profile(&p, c, err);
	profile_close(&p);
	return ret;
}
