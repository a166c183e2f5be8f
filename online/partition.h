/* The domains under which real clouds have their hosts. */
#ifndef PARTITION_H
#define PARTITION_H

#include <stdbool.h>

/* "amazonaws.com" for most; NULL when no partition has that region. */
const char *partition_domain(const char *region);

/* Does that host (lower case) belong to a real cloud, AWS or Heroku? */
bool partition_is_public(const char *host);

#endif
