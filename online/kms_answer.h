/*
 * What the answers of KMS say: JSON in, small structs out. Pure, and strict
 * only about what is asked for: AWS adds members.
 *
 * Faults are findings of the place; nothing here fails but for memory. The
 * strings point into the document.
 */
#ifndef KMS_ANSWER_H
#define KMS_ANSWER_H

#include "json.h"
#include "kms.h"

/* A member that must be key: its ARN, or its bare id. */
void kms_want_key(struct json *j, const char *name, const char *key);

/* A time as KMS has them, in whole seconds, rounded down. */
int64_t kms_want_time(struct json *j, const char *name);

/* 64 hex digits into out, "" when the member is absent. */
void kms_want_material_id(
    struct json *j, const char *name, char out[static KMS_MATERIAL_ID]);

/* "" when the member is absent. */
const char *kms_optional(struct json *j, const char *name);

/* KeyMetadata, as CreateKey and DescribeKey give it. */
void kms_read_key(struct json *answer, struct kms_key *key);
void kms_read_parameters(
    struct json *answer, const char *key, struct kms_parameters *p);
void kms_read_imported(
    struct json *answer, const char *key, struct kms_imported *imported);
void kms_read_decrypted(
    struct json *answer, const char *key, struct kms_decrypted *d);
/* Answers that are about key and hold bytes: "Mac", "Signature", ... */
void kms_read_blob(
    struct json *answer, const char *key, const char *member, struct buf *blob);

/* One item of a list, added to the struct that arg is. */
typedef int kms_item(void *arg, struct json *item, struct err *err);

/* An alias that is looked for among all. */
struct kms_alias_search {
	const char *name;
	struct kms_alias *out;
};

kms_item kms_read_tag;      /* struct kms_tags */
kms_item kms_read_key_arn;  /* struct kms_keys */
kms_item kms_read_alias;    /* struct kms_alias_search */
kms_item kms_read_grant;    /* struct kms_grants */
kms_item kms_read_rotation; /* struct kms_rotations */

/*
 * The list of n items with room for one more; it may have moved. NULL when
 * memory runs out: the list is then as it was.
 */
void *kms_grow(void *list, size_t n, size_t size, struct err *err);

#endif
