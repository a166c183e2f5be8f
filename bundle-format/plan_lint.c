#include <stdarg.h>
#include <stdio.h>

#include "lint.h"
#include "url.h"

void
lint_strict(const struct lint *l, const char *path, const char *fmt, ...)
{
	char message[320];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	if (l->p->practice)
		findings_warn(l->f, path, "%s", message);
	else
		findings_error(l->f, path, "%s", message);
}

static void
lint_url(const struct lint *l, const char *path, const char *name,
    const char *url, bool with_region)
{
	char at[LINT_PATH];
	const char *refusal;

	if (url == NULL)
		return;
	refusal = url_refusal(url, with_region, l->p->practice);
	(void)snprintf(at, sizeof(at), "%s.%s", path, name);
	if (refusal != NULL)
		findings_error(l->f, at, "%s", refusal);
}

void
lint_endpoints(
    const struct lint *l, const char *path, const struct endpoints *e)
{
	char at[LINT_PATH];

	lint_url(l, path, "kms", e->kms, true);
	lint_url(l, path, "sts", e->sts, true);
	lint_url(l, path, "s3", e->s3, true);
	lint_url(l, path, "heroku", e->heroku, false);
	if (e->ca_sha256 == NULL || e->kms != NULL || e->sts != NULL ||
	    e->s3 != NULL || e->heroku != NULL)
		return;
	(void)snprintf(at, sizeof(at), "%s.ca_sha256", path);
	findings_error(l->f, at,
	    "names a CA but no host that it is for: public endpoints are "
	    "judged by the system's CAs");
}

static void
lint_version(const struct lint *l)
{
	if (l->p->version == 1 && l->p->has_previous)
		findings_error(l->f, "previous",
		    "version 1 replaces nothing: wanted null");
	if (l->p->version > 1 && !l->p->has_previous)
		findings_error(l->f, "previous",
		    "wanted the digest of the plan that version %lld replaces",
		    (long long)l->p->version);
}

static void
lint_span(const struct lint *l)
{
	if (!l->p->has_valid)
		return;
	if (l->p->valid_from >= l->p->valid_until)
		findings_error(l->f, "valid.until", "wanted a time after from");
	else if (l->now >= l->p->valid_until)
		findings_warn(l->f, "valid.until",
		    "is over: no step of this plan is possible any more");
}

void
plan_lint(const struct plan *p, int64_t now, struct findings *f)
{
	const struct lint l = {p, now, f};

	lint_version(&l);
	lint_span(&l);
	lint_people(&l);
	lint_key(&l);
	lint_custody(&l);
	for (size_t i = 0; i < p->n_targets; i++) {
		lint_target(&l, i);
		lint_users(&l, i);
	}
	lint_collisions(&l);
	lint_endpoints(&l, "endpoints", &p->endpoints);
}
