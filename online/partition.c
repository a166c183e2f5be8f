#include "partition.h"

#include <stddef.h>
#include <string.h>

#include "arn.h"

static const struct {
	const char *partition, *domain;
} clouds[] = {
    {"aws", "amazonaws.com"},
    {"aws-cn", "amazonaws.com.cn"},
    {"aws-us-gov", "amazonaws.com"},
    {"aws-eusc", "amazonaws.eu"},
    {"aws-iso", "c2s.ic.gov"},
    {"aws-iso-b", "sc2s.sgov.gov"},
    {"aws-iso-e", "cloud.adc-e.uk"},
    {"aws-iso-f", "csp.hci.ic.gov"},
};

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
