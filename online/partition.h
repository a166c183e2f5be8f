/* AWS's partitions: which regions they have, and under which domains. */
#ifndef PARTITION_H
#define PARTITION_H

#include <stdbool.h>

struct partition {
	const char *name;   /* second field of every ARN: "aws-cn" */
	const char *prefix; /* of its regions */
	const char *domain;
	const char *dual_stack; /* the domain of its dual-stack hosts */
};

/* NULL when it is no region, or one of no partition that we know. */
const struct partition *partition_of(const char *region);

/* Does that host (lower case) belong to a real cloud, AWS or Heroku? */
bool partition_is_public(const char *host);

#endif
