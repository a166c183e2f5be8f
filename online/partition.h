/* Under which domain the hosts of a region's partition are. */
#ifndef PARTITION_H
#define PARTITION_H

/* "amazonaws.com" for most; NULL when no partition has that region. */
const char *partition_domain(const char *region);

#endif
