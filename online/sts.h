/* Who AWS takes us for. */
#ifndef STS_H
#define STS_H

#include "aws.h"

#define STS_ARN_MAX 2048

struct sts_identity {
	char account[16];
	char arn[STS_ARN_MAX];
	/* arn without an assumed role's session name: whose rights they are. */
	char principal[STS_ARN_MAX];
};

int sts_get_caller_identity(
    struct aws *a, struct sts_identity *id, struct err *err);

/* The same; STATUS_REJECTED when the account is not the target's. */
int sts_require_account(
    struct aws *a, struct sts_identity *id, struct err *err);

/* The ARN without an assumed role's session name; size like arn's. */
void sts_principal(const char *arn, char *out, size_t size);

/* An answer, XML or JSON, into id. */
int sts_identity_read(
    const struct buf *body, struct sts_identity *id, struct err *err);

#endif
