#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "arn.h"
#include "key_spec.h"
#include "lint.h"
#include "text.h"

#define YEAR (INT64_C(365) * 86400)
#define ALIAS_CHARACTERS "a-zA-Z0-9:/_-"
#define DESCRIPTION_MAX 8192

static void PRINTF(4, 5)
fault(const struct lint *l, size_t i, const char *member, const char *fmt, ...)
{
	char path[LINT_PATH], message[320];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	(void)snprintf(path, sizeof(path), "targets[%zu].%s", i, member);
	findings_error(l->f, path, "%s", message);
}

static void
lint_names(const struct lint *l, size_t i)
{
	const struct target *t = &l->p->targets[i];

	if (!is_account(t->account))
		fault(l, i, "account", "wanted the 12 digits of an account");
	if (!text_starts(t->alias, "alias/") ||
	    !text_matches(t->alias + strlen("alias/"), ALIAS_CHARACTERS,
		ALIAS_CHARACTERS, 250))
		fault(l, i, "alias",
		    "wanted alias/ and 1 to 250 letters, digits and \":/_-\"");
	else if (text_starts(t->alias, "alias/aws/"))
		fault(l, i, "alias", "alias/aws/ belongs to AWS");
	if (strlen(t->description) > DESCRIPTION_MAX)
		fault(l, i, "description", "wanted at most %d bytes",
		    DESCRIPTION_MAX);
}

/* What differs between the partitions. */
static void
lint_region(const struct lint *l, size_t i)
{
	const struct target *t = &l->p->targets[i];
	const char *partition = region_partition(t->region);

	if (partition == NULL) {
		fault(l, i, "region",
		    "wanted a Region of AWS, such as eu-central-1");
		return;
	}
	if (strcmp(partition, "aws-cn") == 0) {
		if (strcmp(l->p->key_spec, "SYMMETRIC_DEFAULT") == 0)
			fault(l, i, "region",
			    "symmetric keys are SM4 in the China Regions, "
			    "which gapseal does not make");
		if (text_starts(t->wrapping_algorithm, "RSA_AES_"))
			fault(l, i, "wrapping.algorithm",
			    "the China Regions have no RSA_AES_KEY_WRAP");
	}
	if (t->n_heroku > 0 && strcmp(partition, "aws") != 0)
		fault(l, i, "heroku",
		    "Heroku's account is in the partition aws, and %s is in "
		    "%s",
		    t->region, partition);
}

static void
lint_wrapping(const struct lint *l, size_t i)
{
	const struct target *t = &l->p->targets[i];
	const struct key_spec *spec = key_spec_find(l->p->key_spec);
	const struct wrapping *w = wrapping_find(t->wrapping_algorithm);
	unsigned bits = wrapping_key_bits(t->wrapping_key_spec);
	const char *refusal;

	if (w == NULL)
		fault(l, i, "wrapping.algorithm",
		    "wanted RSAES_OAEP_SHA_256, RSAES_OAEP_SHA_1, "
		    "RSA_AES_KEY_WRAP_SHA_256 or RSA_AES_KEY_WRAP_SHA_1");
	if (bits == 0)
		fault(l, i, "wrapping.spec",
		    "wanted RSA_4096, RSA_3072 or RSA_2048");
	if (spec == NULL || w == NULL || bits == 0)
		return;
	refusal = wrapping_refusal(spec, w, bits);
	if (refusal != NULL)
		fault(l, i, "wrapping.algorithm", "%s", refusal);
}

static void
lint_expiry(const struct lint *l, size_t i)
{
	const struct target *t = &l->p->targets[i];

	if (!t->expires)
		return;
	if (t->expires_at <= l->now)
		fault(l, i, "expires", "is in the past");
	else if (t->expires_at > l->now + YEAR)
		fault(l, i, "expires",
		    "KMS takes at most 365 days: wanted an earlier time or "
		    "\"never\"");
}

static void
lint_arn(const struct lint *l, size_t i)
{
	const struct target *t = &l->p->targets[i];
	const char *refusal;

	if (t->key_arn == NULL)
		return;
	if (strcmp(l->p->source, "generate") == 0)
		fault(l, i, "key_arn",
		    "a generated key cannot be imported again: KMS takes only "
		    "the material that this KMS key already has");
	refusal = arn_refusal(t->key_arn, t->account, t->region);
	if (refusal != NULL)
		fault(l, i, "key_arn", "%s", refusal);
}

void
lint_target(const struct lint *l, size_t i)
{
	char path[LINT_PATH];

	lint_names(l, i);
	lint_region(l, i);
	lint_wrapping(l, i);
	lint_expiry(l, i);
	lint_arn(l, i);
	(void)snprintf(path, sizeof(path), "targets[%zu].endpoints", i);
	lint_endpoints(l, path, &l->p->targets[i].endpoints);
}
