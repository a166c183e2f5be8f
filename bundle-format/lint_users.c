#include <stdio.h>
#include <string.h>

#include "lint.h"
#include "text.h"

#define LOWER "a-z"
#define SLUG "a-z0-9-"
#define BUCKET "a-z0-9.-"

/* Heroku: ^[a-z][a-z0-9-]{1,28}[a-z0-9]$ */
static bool
is_app(const char *name)
{
	return text_matches(name, LOWER, SLUG, 30) && strlen(name) >= 3 &&
	    !text_ends(name, "-");
}

/* SERVICE:PLAN, both of lower-case letters, digits and "-". */
static bool
is_addon_plan(const char *name)
{
	size_t service = strcspn(name, ":");
	char first[128];

	if (name[service] != ':' || service >= sizeof(first))
		return false;
	memcpy(first, name, service);
	first[service] = '\0';
	return text_matches(first, LOWER, SLUG, 63) &&
	    text_matches(name + service + 1, "a-z0-9", SLUG, 63);
}

static bool
is_private_plan(const char *name)
{
	const char *plan = strchr(name, ':') + 1;

	return text_starts(plan, "private-") || text_starts(plan, "shield-");
}

static void
lint_addon(const struct lint *l, size_t i, size_t k)
{
	const struct heroku_addon *a = &l->p->targets[i].heroku[k];
	char at[64], path[LINT_PATH];

	(void)snprintf(at, sizeof(at), "targets[%zu].heroku[%zu]", i, k);
	(void)snprintf(path, sizeof(path), "%s.app", at);
	if (!is_app(a->app))
		findings_error(l->f, path,
		    "wanted the name of a Heroku app: 3 to 30 of a-z, 0-9 and "
		    "\"-\", beginning with a letter and not ending in \"-\"");
	(void)snprintf(path, sizeof(path), "%s.plan", at);
	if (!is_addon_plan(a->plan))
		findings_error(l->f, path,
		    "wanted SERVICE:PLAN, such as heroku-postgresql:private-7");
	else if (!is_private_plan(a->plan))
		findings_warn(l->f, path,
		    "Heroku takes customer keys for private- and shield- "
		    "plans only");
	(void)snprintf(path, sizeof(path), "%s.name", at);
	if (!text_matches(a->name, "a-zA-Z", "A-Za-z0-9_-", 63) ||
	    strlen(a->name) < 2)
		findings_error(l->f, path,
		    "wanted 2 to 63 letters, digits, \"_\" and \"-\", "
		    "beginning with a letter");
}

/* Four decimal numbers: S3 refuses names that could be addresses. */
static bool
is_address(const char *name)
{
	unsigned dots = 0;

	for (; *name != '\0'; name++) {
		if (*name == '.')
			dots++;
		else if (*name < '0' || *name > '9')
			return false;
	}
	return dots == 3;
}

/* NULL when S3 takes it ("Bucket naming rules", user guide of S3). */
static const char *
bucket_refusal(const char *name)
{
	static const char *const prefixes[] = {
	    "xn--", "sthree-", "amzn-s3-demo-"};
	static const char *const suffixes[] = {
	    "-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"};

	if (!text_matches(name, "a-z0-9", BUCKET, 63) || strlen(name) < 3 ||
	    text_ends(name, "-") || text_ends(name, "."))
		return "wanted 3 to 63 of a-z, 0-9, \".\" and \"-\", with a "
		       "letter or digit at both ends";
	if (strstr(name, "..") != NULL || is_address(name))
		return "looks like an address, or has two dots in a row";
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (text_starts(name, prefixes[i]))
			return "begins as names that AWS keeps for itself";
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (text_ends(name, suffixes[i]))
			return "ends as names that AWS keeps for itself";
	return NULL;
}

static void
lint_bucket(const struct lint *l, size_t i, size_t k)
{
	const char *refusal = bucket_refusal(l->p->targets[i].buckets[k]);
	char path[LINT_PATH];

	(void)snprintf(path, sizeof(path), "targets[%zu].s3[%zu].bucket", i, k);
	if (refusal != NULL)
		findings_error(l->f, path, "%s", refusal);
}

/* Both encrypt by KMS itself, which only symmetric keys can do. */
static void
lint_spec(const struct lint *l, const char *path, const char *who)
{
	if (strcmp(l->p->key_spec, "SYMMETRIC_DEFAULT") != 0 ||
	    strcmp(l->p->key_usage, "ENCRYPT_DECRYPT") != 0)
		findings_error(l->f, path,
		    "%s takes only SYMMETRIC_DEFAULT keys for "
		    "ENCRYPT_DECRYPT",
		    who);
}

void
lint_users(const struct lint *l, size_t i)
{
	const struct target *t = &l->p->targets[i];
	char path[LINT_PATH];

	(void)snprintf(path, sizeof(path), "targets[%zu].heroku", i);
	if (t->n_heroku > 0)
		lint_spec(l, path, "Heroku");
	(void)snprintf(path, sizeof(path), "targets[%zu].s3", i);
	if (t->n_buckets > 0)
		lint_spec(l, path, "S3");
	(void)snprintf(path, sizeof(path), "targets[%zu].expires", i);
	if (t->n_heroku > 0 && t->expires)
		findings_warn(l->f, path,
		    "a key that expires under Heroku is a scheduled outage of "
		    "its databases");
	if (t->n_buckets > 0 && t->expires)
		findings_warn(l->f, path,
		    "when the key expires nothing in its buckets can be read");
	for (size_t k = 0; k < t->n_heroku; k++)
		lint_addon(l, i, k);
	for (size_t k = 0; k < t->n_buckets; k++)
		lint_bucket(l, i, k);
}
