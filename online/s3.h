/*
 * A bucket's default encryption: SSE-KMS with the imported key.
 *
 * Only new objects are affected, and the key's policy must let the bucket's
 * writers use the key: neither is looked at here.
 */
#ifndef S3_H
#define S3_H

#include "aws.h"

#define S3_KEY_MAX 512

struct s3_encryption {
	bool is_set;          /* false: the bucket has no configuration */
	char algorithm[32];   /* "aws:kms", "AES256", ... */
	char key[S3_KEY_MAX]; /* "" when none is named */
	bool bucket_key;
	uint8_t sha256[SHA256_LEN]; /* of the answer's body, when set */
};

/* GetBucketEncryption. The bucket must be the target account's. */
int s3_get_encryption(struct aws *a, const char *bucket,
    struct s3_encryption *e, struct err *err);

/* PutBucketEncryption: aws:kms, that key, bucket key on. */
int s3_put_encryption(
    struct aws *a, const char *bucket, const char *key_arn, struct err *err);

/* Is that what s3_put_encryption() would set? */
bool s3_encrypts_with(const struct s3_encryption *e, const char *key_arn);

/* An answer's XML, and the body of a request. The caller frees body. */
int s3_encryption_read(
    const struct buf *xml, struct s3_encryption *e, struct err *err);
int s3_encryption_write(const char *key_arn, struct buf *body, struct err *err);

/* The x-amz-checksum-crc32 of a body. The caller frees out. */
int s3_crc32(const struct buf *body, struct buf *out, struct err *err);

/*
 * Where a bucket's requests go: its own host, but for names with dots (no
 * certificate fits them) and for endpoints that somebody named, in the path.
 */
int s3_place(const struct endpoint *s3, const char *bucket,
    struct endpoint *place, char path[static ENDPOINT_MAX], struct err *err);

#endif
