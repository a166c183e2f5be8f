#include "s3.h"

#include <stdio.h>
#include <string.h>

#include "digest.h"
#include "text.h"
#include "xml.h"

#define QUERY "encryption="
#define ROOT "ServerSideEncryptionConfiguration"
#define DEFAULTS ROOT "/Rule/ApplyServerSideEncryptionByDefault/"

int
s3_encryption_write(const char *key_arn, struct buf *body, struct err *err)
{
	*body = BUF_EMPTY;
	if (!text_matches(key_arn, "a", "A-Za-z0-9:/_-", S3_KEY_MAX - 1))
		return err_set(err, STATUS_REJECTED,
		    "a key's ARN wanted, not '%s'", key_arn);
	return buf_addf(body, err,
	    "<" ROOT " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
	    "<Rule><ApplyServerSideEncryptionByDefault>"
	    "<SSEAlgorithm>aws:kms</SSEAlgorithm>"
	    "<KMSMasterKeyID>%s</KMSMasterKeyID>"
	    "</ApplyServerSideEncryptionByDefault>"
	    "<BucketKeyEnabled>true</BucketKeyEnabled></Rule></" ROOT ">",
	    key_arn);
}

int
s3_encryption_read(
    const struct buf *xml, struct s3_encryption *e, struct err *err)
{
	char bucket_key[8];

	*e = (struct s3_encryption){.is_set = true};
	if (xml_text(xml, DEFAULTS "SSEAlgorithm", e->algorithm,
		sizeof(e->algorithm)) < 0) {
		e->is_set = false;
		return err_set(err, STATUS_REMOTE,
		    "the answer is no bucket's encryption with one rule");
	}
	if (xml_text(xml, DEFAULTS "KMSMasterKeyID", e->key, sizeof(e->key)) <
	    0)
		e->key[0] = '\0';
	e->bucket_key = xml_text(xml, ROOT "/Rule/BucketKeyEnabled", bucket_key,
			    sizeof(bucket_key)) == 0 &&
	    strcmp(bucket_key, "true") == 0;
	return sha256(xml->p, xml->len, e->sha256, err);
}

bool
s3_encrypts_with(const struct s3_encryption *e, const char *key_arn)
{
	return e->is_set && strcmp(e->algorithm, "aws:kms") == 0 &&
	    strcmp(e->key, key_arn) == 0 && e->bucket_key;
}

/* CRC-32 as in gzip (RFC 1952 section 8), big endian and in base64. */
int
s3_crc32(const struct buf *body, struct buf *out, struct err *err)
{
	uint32_t crc = 0xffffffff;
	uint8_t bytes[4];

	for (size_t i = 0; i < body->len; i++) {
		crc ^= body->p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	crc ^= 0xffffffff;
	for (int i = 3; i >= 0; i--, crc >>= 8)
		bytes[i] = (uint8_t)crc;
	return base64_encode(bytes, sizeof(bytes), out, err);
}

int
s3_place(const struct endpoint *s3, const char *bucket, struct endpoint *place,
    char path[static ENDPOINT_MAX], struct err *err)
{
	static const char https[] = "https://";
	bool own_host = !s3->is_named && strchr(bucket, '.') == NULL &&
	    text_starts(s3->url, https);
	int n;

	*place = *s3;
	(void)snprintf(path, ENDPOINT_MAX, "/%s", own_host ? "" : bucket);
	if (!own_host)
		return 0;
	n = snprintf(place->host, ENDPOINT_MAX, "%s.%s", bucket, s3->host);
	if (n < 0 || n >= ENDPOINT_MAX - (int)strlen(https))
		return err_set(err, STATUS_FAILED,
		    "the host of bucket '%s' is too long", bucket);
	(void)snprintf(place->url, ENDPOINT_MAX, "%s%.*s", https,
	    ENDPOINT_MAX - (int)sizeof(https), place->host);
	return 0;
}

static void
add_header(struct aws_request *req, const char *name, const char *value)
{
	req->headers[req->n_headers++] = (struct http_header){name, value};
}

/* S3 tells where the bucket is; we do not go there with credentials. */
static void
explain_region(const struct aws *a, const char *bucket,
    const struct http_response *res, struct err *err)
{
	if (res->bucket_region[0] == '\0' ||
	    strcmp(res->bucket_region, a->target->region) == 0)
		return;
	err_set(err, STATUS_REMOTE,
	    "bucket '%s' is in %s, and target '%s' in %s", bucket,
	    res->bucket_region, a->target->name, a->target->region);
	err_hint(err,
	    "a bucket and its key must be in one region: "
	    "correct the plan");
}

static int
call(struct aws *a, const char *bucket, struct aws_request *req,
    struct http_response *res, struct err *err)
{
	struct endpoint s3, place;
	char path[ENDPOINT_MAX];
	int ret;

	*res = (struct http_response){0};
	a->error = (struct aws_error){.status = 0};
	if (endpoint_resolve(
		&a->cloud->rules, SERVICE_S3, a->target, &s3, err) < 0 ||
	    s3_place(&s3, bucket, &place, path, err) < 0)
		return -1;
	req->endpoint = &place;
	req->path = path;
	req->query = QUERY;
	req->repeat = AWS_REPEATABLE;
	add_header(req, "x-amz-expected-bucket-owner", a->target->account);
	if ((ret = aws_send(a, req, res, err)) < 0) {
		err_wrap(err, "bucket '%s'", bucket);
		explain_region(a, bucket, res, err);
	}
	req->endpoint = NULL;
	req->path = NULL;
	return ret;
}

int
s3_get_encryption(
    struct aws *a, const char *bucket, struct s3_encryption *e, struct err *err)
{
	int ret = -1;
	struct aws_request req = {
	    .operation = "GetBucketEncryption", .method = "GET"};
	struct http_response res;
	struct err why;

	*e = (struct s3_encryption){0};
	if (call(a, bucket, &req, &res, &why) < 0) {
		/* Buckets from before 2023 that nobody ever configured. */
		if (aws_failed_with(
			a, "ServerSideEncryptionConfigurationNotFoundError"))
			ret = 0;
		else
			*err = why;
		goto out;
	}
	if (s3_encryption_read(&res.body, e, err) < 0) {
		err_wrap(err, "bucket '%s'", bucket);
		(void)aws_discount(a, req.operation, err);
		goto out;
	}
	ret = 0;
out:
	http_response_free(&res);
	return ret;
}

int
s3_put_encryption(
    struct aws *a, const char *bucket, const char *key_arn, struct err *err)
{
	int ret = -1;
	struct aws_request req = {
	    .operation = "PutBucketEncryption", .method = "PUT"};
	struct http_response res = {0};
	struct buf crc = BUF_EMPTY;

	if (s3_encryption_write(key_arn, &req.body, err) < 0 ||
	    s3_crc32(&req.body, &crc, err) < 0)
		goto out;
	add_header(&req, "content-type", "application/xml");
	add_header(&req, "x-amz-sdk-checksum-algorithm", "CRC32");
	add_header(&req, "x-amz-checksum-crc32", (const char *)crc.p);
	ret = call(a, bucket, &req, &res, err);
out:
	http_response_free(&res);
	buf_free(&crc);
	buf_free(&req.body);
	return ret;
}
