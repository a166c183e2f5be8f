#include "partition.h"

#include <stddef.h>
#include <string.h>

#include "arn.h"
#include "text.h"

static const struct {
	const char *partition;
	const char *domain, *dual_stack;
} clouds[] = {
    {"aws", "amazonaws.com", "api.aws"},
    {"aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    {"aws-us-gov", "amazonaws.com", "api.aws"},
    {"aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu"},
    {"aws-iso", "c2s.ic.gov", "api.aws.ic.gov"},
    {"aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud"},
    {"aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
    {"aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
};

static const char *const others[] = {
    "heroku.com", "herokuapp.com", "amazon.com", "aws.dev"};

#define N_CLOUDS (sizeof(clouds) / sizeof(clouds[0]))

const char *
partition_domain(const char *region)
{
	const char *partition = region_partition(region);

	for (size_t i = 0; partition != NULL && i < N_CLOUDS; i++)
		if (strcmp(partition, clouds[i].partition) == 0)
			return clouds[i].domain;
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
	for (size_t i = 0; i < N_CLOUDS; i++)
		if (is_below(host, clouds[i].domain) ||
		    is_below(host, clouds[i].dual_stack))
			return true;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (is_below(host, others[i]))
			return true;
	return false;
}
