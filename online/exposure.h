/*
 * Who may use a key besides its owner: digests of its policy and its grants,
 * taken at the request and compared before the import.
 */
#ifndef EXPOSURE_H
#define EXPOSURE_H

#include "encode.h"
#include "kms.h"

/*
 * SHA-256 of the Policy string as GetKeyPolicy gives it, so that
 * `aws kms get-key-policy --query Policy --output text` shows the same bytes.
 */
int exposure_policy(struct aws *a, const char *key,
    uint8_t sha256_out[static SHA256_LEN], struct err *err);

/*
 * SHA-256 of the grants as one compact JSON array, sorted by GrantId, each
 * {"GrantId","GranteePrincipal","RetiringPrincipal","Operations"(sorted),
 * "Constraints"}; "[]" when there are none.
 */
int exposure_grants(struct aws *a, const char *key,
    uint8_t sha256_out[static SHA256_LEN], size_t *n, struct err *err);

/*
 * Who may use the key, in lines for a person: whom its policy names besides
 * the account itself, and every grant. The caller frees lines.
 */
int exposure_lines(struct aws *a, const char *key, const char *account,
    struct buf *lines, struct err *err);

#endif
