/* S3's default encryption: bytes sent, answers read, where requests go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "digest.h"
#include "s3.h"

#define KEY                                                                    \
	"arn:aws:kms:eu-central-1:111122223333:key/"                           \
	"1234abcd-12ab-34cd-56ef-1234567890ab"
#define ROOT "ServerSideEncryptionConfiguration"
#define CONFIGURATION(rules)                                                   \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" ROOT                   \
	" xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" rules "</" ROOT  \
	">"
#define RULE(algorithm, key, rest)                                             \
	"<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>" algorithm   \
	"</SSEAlgorithm>" key "</ApplyServerSideEncryptionByDefault>" rest     \
	"</Rule>"
#define ID(key) "<KMSMasterKeyID>" key "</KMSMasterKeyID>"
#define BUCKET_KEY(text) "<BucketKeyEnabled>" text "</BucketKeyEnabled>"
#define OURS CONFIGURATION(RULE("aws:kms", ID(KEY), BUCKET_KEY("true")))

/* What AWS's own client sent, and its hashes. */
static void
writes_the_recorded_body(void **state)
{
	struct buf body, crc;
	struct err err = {0};
	uint8_t digest[SHA256_LEN];
	char hex[HEX_LEN(SHA256_LEN)];

	(void)state;
	assert_int_equal(s3_encryption_write(KEY, &body, &err), 0);
	assert_int_equal(body.len, 393);
	assert_int_equal(sha256(body.p, body.len, digest, &err), 0);
	hex_encode(digest, sizeof(digest), hex);
	assert_string_equal(hex,
	    "1a4041ba45240c621ec4555fac4bd784fef4e03b8c84431fd23a25ffbe0a5766");
	assert_int_equal(s3_crc32(&body, &crc, &err), 0);
	assert_string_equal((char *)crc.p, "QlWFkg==");
	buf_free(&body);
	buf_free(&crc);
}

static void
writes_nothing_but_an_arn(void **state)
{
	struct buf body;
	struct err err = {0};

	(void)state;
	assert_int_equal(s3_encryption_write("a<b", &body, &err), -1);
	assert_int_equal(err.status, STATUS_REJECTED);
	assert_null(body.p);
	assert_int_equal(s3_encryption_write("", &body, &err), -1);
}

static struct s3_encryption
read_len(const char *xml, size_t len)
{
	struct s3_encryption e;
	struct err err = {0};
	struct buf in;

	assert_int_equal(buf_copy(&in, xml, len, &err), 0);
	if (s3_encryption_read(&in, &e, &err) < 0) {
		assert_int_equal(err.status, STATUS_REMOTE);
		assert_false(e.is_set);
	}
	buf_free(&in);
	return e;
}

static struct s3_encryption
read_xml(const char *xml)
{
	return read_len(xml, strlen(xml));
}

static void
knows_its_own_setting(void **state)
{
	struct s3_encryption e = read_xml(OURS);
	struct buf body;
	struct err err = {0};

	(void)state;
	assert_true(s3_encrypts_with(&e, KEY));
	assert_false(s3_encrypts_with(&e, KEY "0"));
	assert_int_equal(s3_encryption_write(KEY, &body, &err), 0);
	e = read_xml((char *)body.p);
	assert_true(s3_encrypts_with(&e, KEY));
	buf_free(&body);
}

static void
tells_other_settings_apart(void **state)
{
	static const char *const others[] = {
	    CONFIGURATION(RULE("AES256", "", BUCKET_KEY("true"))),
	    CONFIGURATION(RULE("aws:kms:dsse", ID(KEY), BUCKET_KEY("true"))),
	    CONFIGURATION(RULE("aws:kms", ID(KEY "0"), BUCKET_KEY("true"))),
	    CONFIGURATION(RULE("aws:kms", "", BUCKET_KEY("true"))),
	    CONFIGURATION(RULE("aws:kms", ID(KEY), BUCKET_KEY("false"))),
	    CONFIGURATION(RULE("aws:kms", ID(KEY), "")),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct s3_encryption e = read_xml(others[i]);

		assert_true(e.is_set);
		assert_false(s3_encrypts_with(&e, KEY));
	}
}

static void
believes_no_other_answer(void **state)
{
	static const char *const others[] = {
	    "",
	    CONFIGURATION(""),
	    CONFIGURATION("<Rule></Rule>"),
	    CONFIGURATION(RULE("aws:kms", ID(KEY), BUCKET_KEY("true"))
		    RULE("AES256", "", "")),
	    "<Error><Code>NoSuchBucket</Code></Error>",
	    OURS "x",
	    OURS OURS,
	    "<!DOCTYPE x>" OURS,
	    "{}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct s3_encryption e = read_xml(others[i]);

		assert_false(e.is_set);
		assert_false(s3_encrypts_with(&e, KEY));
	}
}

static void
believes_no_truncated_answer(void **state)
{
	(void)state;
	for (size_t n = 0; n < strlen(OURS); n++) {
		struct s3_encryption e = read_len(OURS, n);

		assert_false(e.is_set);
	}
}

static void
goes(const char *url, bool is_named, const char *bucket, const char *to,
    const char *path_there)
{
	struct endpoint s3 = {.is_named = is_named}, place;
	struct err err = {0};
	char path[ENDPOINT_MAX];

	(void)strncpy(s3.url, url, sizeof(s3.url) - 1);
	(void)strncpy(s3.host, strstr(url, "//") + 2, sizeof(s3.host) - 1);
	assert_int_equal(s3_place(&s3, bucket, &place, path, &err), 0);
	assert_string_equal(place.url, to);
	assert_string_equal(place.host, strstr(to, "//") + 2);
	assert_string_equal(path, path_there);
}

static void
goes_to_the_buckets_host_or_its_path(void **state)
{
	(void)state;
	goes("https://s3.eu-central-1.amazonaws.com", false, "my-bucket",
	    "https://my-bucket.s3.eu-central-1.amazonaws.com", "/");
	goes("https://s3.eu-central-1.amazonaws.com", false, "my.bucket",
	    "https://s3.eu-central-1.amazonaws.com", "/my.bucket");
	goes("https://s3.example.com:8443", true, "my-bucket",
	    "https://s3.example.com:8443", "/my-bucket");
	goes("http://127.0.0.1:4566", true, "my-bucket",
	    "http://127.0.0.1:4566", "/my-bucket");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_the_recorded_body),
	    cmocka_unit_test(writes_nothing_but_an_arn),
	    cmocka_unit_test(knows_its_own_setting),
	    cmocka_unit_test(tells_other_settings_apart),
	    cmocka_unit_test(believes_no_other_answer),
	    cmocka_unit_test(believes_no_truncated_answer),
	    cmocka_unit_test(goes_to_the_buckets_host_or_its_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
