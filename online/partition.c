#include "partition.h"

#include <stddef.h>
#include <string.h>

#include "text.h"

#define REGION_MAX 32

/* The longer prefixes first: "us-gov-" is no "us-". */
static const struct partition partitions[] = {
    {"aws-cn", "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    {"aws-us-gov", "us-gov-", "amazonaws.com", "api.aws"},
    {"aws-eusc", "eusc-de-", "amazonaws.eu", "api.amazonwebservices.eu"},
    {"aws-iso", "us-iso-", "c2s.ic.gov", "api.aws.ic.gov"},
    {"aws-iso-b", "us-isob-", "sc2s.sgov.gov", "api.aws.scloud"},
    {"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
    {"aws-iso-f", "us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
    {"aws", "us-", "amazonaws.com", "api.aws"},
    {"aws", "eu-", "amazonaws.com", "api.aws"},
    {"aws", "ap-", "amazonaws.com", "api.aws"},
    {"aws", "sa-", "amazonaws.com", "api.aws"},
    {"aws", "ca-", "amazonaws.com", "api.aws"},
    {"aws", "me-", "amazonaws.com", "api.aws"},
    {"aws", "af-", "amazonaws.com", "api.aws"},
    {"aws", "il-", "amazonaws.com", "api.aws"},
    {"aws", "mx-", "amazonaws.com", "api.aws"},
};

static const char *const others[] = {
    "heroku.com", "herokuapp.com", "amazon.com", "aws.dev"};

#define N_PARTITIONS (sizeof(partitions) / sizeof(partitions[0]))

/* ^([a-z]+-){2,3}[0-9]+$, as KMS's model has it. */
static bool
is_region(const char *text)
{
	const char *p = text;
	int words = 0;
	size_t n;

	if (strlen(text) > REGION_MAX)
		return false;
	while (
	    (n = strspn(p, "abcdefghijklmnopqrstuvwxyz")) > 0 && p[n] == '-') {
		p += n + 1;
		words++;
	}
	n = strspn(p, "0123456789");
	return (words == 2 || words == 3) && n > 0 && p[n] == '\0';
}

const struct partition *
partition_of(const char *region)
{
	if (!is_region(region))
		return NULL;
	for (size_t i = 0; i < N_PARTITIONS; i++)
		if (text_starts(region, partitions[i].prefix))
			return &partitions[i];
	return NULL;
}

static bool
is_below(const char *host, const char *domain)
{
	size_t h = strlen(host), d = strlen(domain);

	return strcmp(host, domain) == 0 ||
	    (h > d && host[h - d - 1] == '.' && text_ends(host, domain));
}

bool
partition_is_public(const char *host)
{
	for (size_t i = 0; i < N_PARTITIONS; i++)
		if (is_below(host, partitions[i].domain) ||
		    is_below(host, partitions[i].dual_stack))
			return true;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (is_below(host, others[i]))
			return true;
	return false;
}
