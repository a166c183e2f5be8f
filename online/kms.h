/*
 * AWS KMS by operation, as far as an import needs it.
 *
 * Each call fills a small struct whose strings belong to the answer inside
 * and live until its kms_..._free(). key is a key's ARN, which must be in the
 * target's account and region, and so must every ARN in an answer. On -1
 * a->error says why, the struct is empty. The calls themselves are in
 * a->calls.
 *
 * kms_key.c: keys and their tags. kms_policy.c: aliases, policies, grants.
 * kms_import.c: parameters and import. kms_prove.c: what shows which key
 * arrived.
 */
#ifndef KMS_H
#define KMS_H

#include "aws.h"

#define KMS_MATERIAL_ID 65 /* 64 hex digits */

struct kms_tag {
	const char *name, *value;
};

struct kms_key {
	struct json_doc doc;
	const char *arn, *id;
	const char *state; /* "PendingImport", "Enabled", or unknown to us */
	const char *spec, *usage, *origin, *manager;
	const char *description;               /* "" when absent */
	const char *expiration_model;          /* "" when absent */
	char key_material_id[KMS_MATERIAL_ID]; /* current, "" when absent */
	bool enabled, multi_region;
	bool has_valid_to;
	int64_t valid_to;
	int64_t created;
};

struct kms_new_key {
	const char *spec, *usage;
	const char *description; /* "" for none */
	bool multi_region;
	const struct kms_tag *tags;
	size_t n_tags;
};

/* What several pages said; strings live in them. */
struct kms_pages {
	struct json_doc *docs;
	size_t n;
};

struct kms_keys {
	struct kms_pages pages;
	const char **arns;
	size_t n;
};

struct kms_tags {
	struct kms_pages pages;
	struct kms_tag *list;
	size_t n;
};

struct kms_alias {
	struct kms_pages pages;
	bool found;
	const char *key_id; /* the bare id of its target; "" for none */
};

struct kms_grant {
	const char *id, *grantee;
	const char *name, *retiring, *issuing_account; /* "" when absent */
	const char **operations;
	size_t n_operations;
	struct buf constraints; /* compact JSON; "null" when absent */
};

struct kms_grants {
	struct kms_pages pages;
	struct kms_grant *list;
	size_t n;
};

struct kms_parameters {
	struct buf token;
	struct buf public_key; /* SPKI DER; whoever wraps checks it */
	int64_t valid_to;      /* rounded down to a second */
	char request_id[HTTP_VALUE_MAX];
	int64_t date; /* of the answer, by the server's clock */
};

struct kms_import {
	const char *key;
	struct buf token, wrapped;
	bool expires;
	int64_t expires_at;
	const char *key_material_id; /* NULL, or EXISTING of that id only */
};

struct kms_imported {
	char key_material_id[KMS_MATERIAL_ID]; /* "" unless symmetric */
	char request_id[HTTP_VALUE_MAX];
	int64_t date;
};

struct kms_decrypted {
	struct buf plaintext;
	char key_material_id[KMS_MATERIAL_ID]; /* "" unless symmetric */
};

struct kms_rotation {
	char key_material_id[KMS_MATERIAL_ID];            /* "" when absent */
	const char *import_state, *material_state, *type; /* "" when absent */
	bool has_valid_to;
	int64_t valid_to;
};

struct kms_rotations {
	struct kms_pages pages;
	struct kms_rotation *list;
	size_t n;
};

/* STATUS_REJECTED unless arn is a key's in the target's place. */
int kms_check_arn(
    const struct target *target, const char *arn, struct err *err);

/*
 * Origin EXTERNAL, policy left to the default. Never repeated: when
 * a->error.lost, look for its tags with kms_find_keys() before another.
 */
int kms_create_key(struct aws *a, const struct kms_new_key *new,
    struct kms_key *key, struct err *err);
int kms_describe_key(
    struct aws *a, const char *key, struct kms_key *out, struct err *err);
void kms_key_free(struct kms_key *key);

/*
 * Every key of the account and region that carries all of those tags. Keys
 * whose tags we may not read are not ours; if that is all, it is an error.
 */
int kms_find_keys(struct aws *a, const struct kms_tag *tags, size_t n_tags,
    struct kms_keys *found, struct err *err);
void kms_keys_free(struct kms_keys *keys);

int kms_list_tags(
    struct aws *a, const char *key, struct kms_tags *tags, struct err *err);
void kms_tags_free(struct kms_tags *tags);
const char *kms_tag_value(const struct kms_tags *tags, const char *name);

int kms_find_alias(
    struct aws *a, const char *alias, struct kms_alias *out, struct err *err);
void kms_alias_free(struct kms_alias *alias);
int kms_create_alias(
    struct aws *a, const char *alias, const char *key, struct err *err);

/* The policy's JSON text. The caller frees it. */
int kms_get_key_policy(
    struct aws *a, const char *key, struct buf *policy, struct err *err);
int kms_put_key_policy(
    struct aws *a, const char *key, const struct buf *policy, struct err *err);

int kms_list_grants(
    struct aws *a, const char *key, struct kms_grants *grants, struct err *err);
void kms_grants_free(struct kms_grants *grants);

/* Keeps the pace of its quota, so it may wait (cloud->waiting). */
int kms_get_parameters(struct aws *a, const char *key,
    const char *wrapping_algorithm, const char *wrapping_key_spec,
    struct kms_parameters *out, struct err *err);
void kms_parameters_free(struct kms_parameters *p);

int kms_import_material(struct aws *a, const struct kms_import *in,
    struct kms_imported *out, struct err *err);

/* The caller frees mac, and the others' output likewise. */
int kms_generate_mac(struct aws *a, const char *key, const char *algorithm,
    const struct buf *message, struct buf *mac, struct err *err);
int kms_get_public_key(
    struct aws *a, const char *key, struct buf *spki, struct err *err);
int kms_sign(struct aws *a, const char *key, const char *algorithm,
    const struct buf *message, struct buf *signature, struct err *err);

/* algorithm NULL: SYMMETRIC_DEFAULT. context: pairs, n may be 0. */
int kms_encrypt(struct aws *a, const char *key, const char *algorithm,
    const struct kms_tag *context, size_t n_context,
    const struct buf *plaintext, struct buf *ciphertext, struct err *err);
int kms_decrypt(struct aws *a, const char *key, const char *algorithm,
    const struct kms_tag *context, size_t n_context,
    const struct buf *ciphertext, struct kms_decrypted *out, struct err *err);
void kms_decrypted_free(struct kms_decrypted *d);

/* All material that the key ever had; symmetric keys only. */
int kms_list_rotations(
    struct aws *a, const char *key, struct kms_rotations *out, struct err *err);
void kms_rotations_free(struct kms_rotations *r);

#endif
