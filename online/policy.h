/*
 * A KMS key's policy: what it means, and what must be in it so that Heroku's
 * data services can use the key.
 *
 * Text in, text out. Whatever is not ours stays as it is, byte for byte:
 * statements are only ever added, or a principal to one of ours. Whether to
 * trust what others have put there is not decided here.
 *
 * Source: AWS KMS developer guide, "Key policies"; the two statements are
 * what AWS's console writes for the users of another account.
 */
#ifndef POLICY_H
#define POLICY_H

#include <stdbool.h>

#include "buf.h"
#include "findings.h"

#define POLICY_MAX 32768              /* bytes, by KMS */
#define HEROKU_ACCOUNT "021876802972" /* Heroku Data, partition aws */

/* A policy at all: strict JSON, statements that allow or deny. */
int policy_check(const struct buf *policy, struct err *err);

/*
 * Do both mean the same? A list of one is its item, lists are sets, true is
 * "true", an account is its root's ARN; names, Sids included, are compared.
 */
int policy_same(
    const struct buf *a, const struct buf *b, bool *same, struct err *err);

/*
 * The policy with Heroku's two statements in it. When they are there, after
 * is before, byte for byte. STATUS_REJECTED outside the partition aws, and
 * when the result is too large. The caller frees after.
 */
int policy_merge_heroku(const struct buf *before, const char *key_arn,
    struct buf *after, struct err *err);

/*
 * What changes, a statement a block, in lines of at most 80 columns that
 * begin with "+ " or "- "; nothing when nothing does. Caller frees out.
 */
int policy_diff(const struct buf *before, const struct buf *after,
    struct buf *out, struct err *err);

/*
 * What a person should know before adding to it: whom else than the key's
 * own account it gives rights, and what has no effect. Warnings only.
 */
int policy_notes(const struct buf *policy, const char *account,
    struct findings *notes, struct err *err);

#endif
