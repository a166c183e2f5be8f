#include "endpoint.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "digest.h"
#include "file.h"

#define CA_MAX (4u << 20)

static const char *
variable(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0' ? value : NULL;
}

static bool
is_switched_on(const char *name)
{
	const char *value = variable(name);

	return value != NULL && strcasecmp(value, "true") == 0;
}

void
endpoint_says_env(struct endpoint_says *says)
{
	says->aws_all = variable("AWS_ENDPOINT_URL");
	says->aws_kms = variable("AWS_ENDPOINT_URL_KMS");
	says->aws_sts = variable("AWS_ENDPOINT_URL_STS");
	says->aws_s3 = variable("AWS_ENDPOINT_URL_S3");
	says->heroku_host = variable("HEROKU_HOST");
	says->heroku_data_host = variable("HEROKU_DATA_HOST");
	says->ca_bundle = variable("AWS_CA_BUNDLE");
	says->ignore_aws = is_switched_on(
	    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
	says->fips = is_switched_on("AWS_USE_FIPS_ENDPOINT");
	says->dual_stack = is_switched_on("AWS_USE_DUALSTACK_ENDPOINT");
}

/* Does the plan name that CA file, for all or for one target? */
static bool
names_ca(const struct plan *plan, const char *sha256_hex)
{
	const char *named = plan->endpoints.ca_sha256;

	if (named != NULL && strcmp(named, sha256_hex) == 0)
		return true;
	for (size_t i = 0; i < plan->n_targets; i++) {
		named = plan->targets[i].endpoints.ca_sha256;
		if (named != NULL && strcmp(named, sha256_hex) == 0)
			return true;
	}
	return false;
}

static bool
names_any_ca(const struct plan *plan)
{
	bool any = plan->endpoints.ca_sha256 != NULL;

	for (size_t i = 0; i < plan->n_targets; i++)
		any |= plan->targets[i].endpoints.ca_sha256 != NULL;
	return any;
}

static int
read_ca(struct endpoint_rules *r, struct err *err)
{
	const char *path = r->says.ca_bundle;
	uint8_t hash[SHA256_LEN];

	if (file_read(path, CA_MAX, &r->ca, err) < 0)
		return err_wrap(err, "AWS_CA_BUNDLE");
	if (sha256(r->ca.p, r->ca.len, hash, err) < 0)
		return -1;
	hex_encode(hash, sizeof(hash), r->ca_sha256);
	/* In practice a CA of one's own is as good as an endpoint. */
	if (names_ca(r->plan, r->ca_sha256) ||
	    (r->plan->practice && !names_any_ca(r->plan)))
		return 0;
	err_set(err, STATUS_REJECTED,
	    "AWS_CA_BUNDLE is refused: '%s' has SHA-256 %s, which the plan "
	    "does not name",
	    path, r->ca_sha256);
	return err_hint(err,
	    names_any_ca(r->plan)
		? "set AWS_CA_BUNDLE to the PEM file that the plan's ca_sha256 "
		  "names"
		: "unset AWS_CA_BUNDLE: this plan uses the system's CAs");
}

int
endpoint_rules_open(struct endpoint_rules *r, const struct plan *plan,
    const struct endpoint_says *says, struct err *err)
{
	*r = (struct endpoint_rules){.plan = plan, .says = *says};
	if (says->ca_bundle != NULL && read_ca(r, err) < 0) {
		endpoint_rules_close(r);
		return -1;
	}
	return 0;
}

void
endpoint_rules_close(struct endpoint_rules *r)
{
	if (r == NULL)
		return;
	buf_free(&r->ca);
	*r = (struct endpoint_rules){0};
}
