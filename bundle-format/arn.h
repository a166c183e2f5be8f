/*
 * Amazon resource names and the Regions in them, as far as KMS keys need it.
 *
 * Source: AWS general reference, "Amazon Resource Names", and the endpoint
 * rule set of the AWS SDKs (partitions).
 */
#ifndef ARN_H
#define ARN_H

#include <stdbool.h>

/* "aws", "aws-cn", ...; NULL when it is no Region of a known partition. */
const char *region_partition(const char *region);

bool is_account(const char *account); /* 12 digits */

/* A KMS key ARN of that partition, account and region; NULL, or why not. */
const char *arn_refusal(
    const char *arn, const char *account, const char *region);

/* An IAM or STS identity of that account; NULL, or why it is not. */
const char *principal_refusal(const char *arn, const char *account);

#endif
