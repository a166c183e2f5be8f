/*
 * Signatures, against what AWS's own client sent: 15 requests recorded from
 * the aws CLI with AWS's published sample credentials (their README says
 * more), one with a session token, and three of S3's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "credentials.h"
#include "file.h"
#include "sigv4.h"

#define RECORDED "tests/peers/vectors/aws-requests/"
#define LINES_MAX 32

static char sample_id[] = "AKIDEXAMPLE";
static char sample_secret[] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
static const struct credentials sample = {
    .access_key = sample_id, .secret_key = sample_secret};

/* A recorded request, cut in place into headers and body. */
struct recorded {
	struct buf text;
	char *names[LINES_MAX], *values[LINES_MAX];
	size_t n;
	struct buf body;
};

static void
read_recorded(const char *operation, struct recorded *r)
{
	char path[256], *p, *end;
	struct err err = {0};

	*r = (struct recorded){.n = 0};
	(void)snprintf(path, sizeof(path), RECORDED "%s.txt", operation);
	if (file_read(path, 1 << 16, &r->text, &err) < 0)
		fail_msg("%s", err.msg);
	p = strchr((char *)r->text.p, '\n') + 1;
	for (; (end = strchr(p, '\n')) != p; p = end + 1) {
		char *colon = strstr(p, ": ");

		assert_non_null(end);
		assert_non_null(colon);
		assert_true(r->n < LINES_MAX);
		*end = *colon = '\0';
		for (char *c = p; c < colon; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c = (char)(*c + 'a' - 'A');
		r->names[r->n] = p;
		r->values[r->n++] = colon + 2;
	}
	p++;
	/* The recording ends in a newline that was not sent. */
	r->body = buf_view(p, strlen(p) - 1);
}

static const char *
header(const struct recorded *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->names[i], name) == 0)
			return r->values[i];
	fail_msg("no header %s", name);
	return NULL;
}

static void
sign_recorded(const char *operation)
{
	struct recorded r;
	struct sigv4_request req = {.method = "POST",
	    .path = "/",
	    .query = "",
	    .region = "us-east-1",
	    .service = "kms"};
	struct sigv4 out;
	struct err err = {0};

	read_recorded(operation, &r);
	req.date = header(&r, "x-amz-date");
	req.body = r.body;
	/* In another order than is signed. */
	sigv4_add_header(&req, "x-amz-target", header(&r, "x-amz-target"));
	sigv4_add_header(&req, "host", header(&r, "host"));
	sigv4_add_header(&req, "x-amz-date", req.date);
	sigv4_add_header(&req, "content-type", header(&r, "content-type"));
	assert_int_equal(sigv4_sign(&req, &sample, &out, &err), 0);
	assert_string_equal(out.authorization, header(&r, "authorization"));
	buf_free(&r.text);
}

static void
signs_as_the_aws_cli_does(void **state)
{
	static const char *const operations[] = {"CreateAlias", "CreateGrant",
	    "CreateKey", "Decrypt", "DeleteImportedKeyMaterial", "DescribeKey",
	    "Encrypt", "GetKeyPolicy", "GetParametersForImport",
	    "ImportKeyMaterial", "ListKeyRotations", "PutKeyPolicy",
	    "ReplicateKey", "RotateKeyOnDemand", "ScheduleKeyDeletion"};

	(void)state;
	for (size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++)
		sign_recorded(operations[i]);
}

static struct sigv4_request
describe_key(const char *host)
{
	static const char body[] =
	    "{\"KeyId\": \"1234abcd-12ab-34cd-56ef-1234567890ab\"}";
	struct sigv4_request req = {.method = "POST",
	    .path = "/",
	    .query = "",
	    .region = "us-east-1",
	    .service = "kms",
	    .date = "20261121T193853Z",
	    .body = buf_view(body, strlen(body))};

	sigv4_add_header(&req, "content-type", "application/x-amz-json-1.1");
	sigv4_add_header(&req, "host", host);
	sigv4_add_header(&req, "x-amz-date", req.date);
	sigv4_add_header(&req, "x-amz-target", "TrentService.DescribeKey");
	return req;
}

static void
gives_the_worked_example(void **state)
{
	struct sigv4_request req = describe_key("127.0.0.1:5601");
	struct sigv4 out;
	struct err err = {0};

	(void)state;
	assert_int_equal(sigv4_sign(&req, &sample, &out, &err), 0);
	assert_string_equal(out.canonical_sha256,
	    "7b995fd6f8419be6cb022c3d5518f17d48a00f17db88782b18f18f8b97a26dfc");
	assert_string_equal(out.signature,
	    "0090631bf35818793180e5409c08ddfed76cbae3cd543baa561381b4c2dd5aa9");
}

static void
signs_a_session_token(void **state)
{
	struct sigv4_request req = describe_key("kms.us-east-1.amazonaws.com");
	struct sigv4 out;
	struct err err = {0};

	(void)state;
	sigv4_add_header(&req, "x-amz-security-token", "TOKENEXAMPLE");
	assert_int_equal(sigv4_sign(&req, &sample, &out, &err), 0);
	assert_string_equal(out.canonical_sha256,
	    "910050be9851d938708fb5f3028b9aa63f8b33c2293458e7eacf39e03f8a0bc2");
	assert_string_equal(out.signature,
	    "755571fa9c136aa361c0b3b219c211f61fadfc1a1d066e4d3992d6bbfba9a7e3");
	assert_non_null(strstr(out.authorization,
	    "SignedHeaders=content-type;host;x-amz-date;"
	    "x-amz-security-token;x-amz-target, "));
}

static void
squeezes_blanks_in_values(void **state)
{
	struct sigv4_request req = describe_key("127.0.0.1:5601");
	struct sigv4 out;
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < req.n_headers; i++)
		if (strcmp(req.headers[i].name, "x-amz-target") == 0)
			req.headers[i].value = " \tTrentService.DescribeKey  ";
	assert_int_equal(sigv4_sign(&req, &sample, &out, &err), 0);
	assert_string_equal(out.canonical_sha256,
	    "7b995fd6f8419be6cb022c3d5518f17d48a00f17db88782b18f18f8b97a26dfc");
	for (size_t i = 0; i < req.n_headers; i++)
		if (strcmp(req.headers[i].name, "x-amz-target") == 0)
			req.headers[i].value = "a b";
	assert_int_equal(sigv4_sign(&req, &sample, &out, &err), 0);
	for (size_t i = 0; i < req.n_headers; i++)
		if (strcmp(req.headers[i].name, "x-amz-target") == 0) {
			char one[65];
			struct sigv4 more;

			(void)snprintf(one, sizeof(one), "%s", out.signature);
			req.headers[i].value = "a \t  b";
			assert_int_equal(
			    sigv4_sign(&req, &sample, &more, &err), 0);
			assert_string_equal(more.signature, one);
		}
}

#define BUCKET_BODY                                                            \
	"<ServerSideEncryptionConfiguration xmlns=\"http://s3.amazonaws.com/"  \
	"doc/2006-03-01/\"><Rule><ApplyServerSideEncryptionByDefault>"         \
	"<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>"                 \
	"arn:aws:kms:eu-central-1:111122223333:key/"                           \
	"1234abcd-12ab-34cd-56ef-1234567890ab</KMSMasterKeyID>"                \
	"</ApplyServerSideEncryptionByDefault>"                                \
	"<BucketKeyEnabled>true</BucketKeyEnabled></Rule>"                     \
	"</ServerSideEncryptionConfiguration>"
#define BODY_SHA256                                                            \
	"1a4041ba45240c621ec4555fac4bd784fef4e03b8c84431fd23a25ffbe0a5766"
#define EMPTY_SHA256                                                           \
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void
check_s3(const char *method, const char *host, const char *path,
    const char *signature)
{
	struct sigv4_request req = {.method = method,
	    .path = path,
	    .query = "encryption=",
	    .region = "eu-central-1",
	    .service = "s3",
	    .date = "20261122T103138Z"};
	struct sigv4 out;
	struct err err = {0};
	bool put = strcmp(method, "PUT") == 0;

	sigv4_add_header(&req, "host", host);
	sigv4_add_header(&req, "x-amz-date", req.date);
	sigv4_add_header(
	    &req, "x-amz-content-sha256", put ? BODY_SHA256 : EMPTY_SHA256);
	if (put) {
		req.body = buf_view(BUCKET_BODY, strlen(BUCKET_BODY));
		sigv4_add_header(
		    &req, "x-amz-expected-bucket-owner", "111122223333");
		sigv4_add_header(&req, "x-amz-sdk-checksum-algorithm", "CRC32");
		sigv4_add_header(&req, "x-amz-checksum-crc32", "QlWFkg==");
	}
	assert_int_equal(sigv4_sign(&req, &sample, &out, &err), 0);
	assert_string_equal(out.signature, signature);
}

static void
signs_s3s_requests(void **state)
{
	(void)state;
	check_s3("PUT", "my-bucket.s3.eu-central-1.amazonaws.com", "/",
	    "627231e2842e732576e14a3a5ce767af80d30f584b27d5bf2ed5abfa4db77dd3");
	check_s3("PUT", "s3.eu-central-1.amazonaws.com", "/my-bucket",
	    "0a882a9b8af704f0549e5bf2eff3eb53cc3cf306d2cb135a0a7e7b9af208abe9");
	check_s3("GET", "my-bucket.s3.eu-central-1.amazonaws.com", "/",
	    "955d2f7ca10a0670842bf04156a4cc9a86ada26b996da2fdaef1ace5020ef183");
}

static void
notices_every_change_of_the_request(void **state)
{
	struct sigv4_request req = describe_key("127.0.0.1:5601");
	struct sigv4 right, out;
	struct err err = {0};
	char body[64];

	(void)state;
	assert_int_equal(sigv4_sign(&req, &sample, &right, &err), 0);
	memcpy(body, req.body.p, req.body.len);
	for (size_t i = 0; i < 8 * req.body.len; i++) {
		struct sigv4_request other = req;

		other.body = buf_view(body, req.body.len);
		body[i / 8] = (char)(body[i / 8] ^ (1 << i % 8));
		assert_int_equal(sigv4_sign(&other, &sample, &out, &err), 0);
		assert_string_not_equal(out.signature, right.signature);
		body[i / 8] = (char)(body[i / 8] ^ (1 << i % 8));
	}
	req.method = "PUT";
	assert_int_equal(sigv4_sign(&req, &sample, &out, &err), 0);
	assert_string_not_equal(out.signature, right.signature);
	req = describe_key("127.0.0.1:5601");
	req.query = "a=";
	assert_int_equal(sigv4_sign(&req, &sample, &out, &err), 0);
	assert_string_not_equal(out.signature, right.signature);
	req = describe_key("127.0.0.1:5601");
	req.region = "us-east-2";
	assert_int_equal(sigv4_sign(&req, &sample, &out, &err), 0);
	assert_string_not_equal(out.signature, right.signature);
}

static void
writes_dates(void **state)
{
	char date[SIGV4_DATE];

	(void)state;
	sigv4_date(1795289933, date);
	assert_string_equal(date, "20261121T193853Z");
	sigv4_date(0, date);
	assert_string_equal(date, "19700101T000000Z");
}

static void
refuses_what_does_not_fit(void **state)
{
	static char id[2000];
	struct credentials long_id = sample;
	struct sigv4_request req = describe_key("127.0.0.1");
	struct sigv4 out;
	struct err err = {0};

	(void)state;
	memset(id, 'A', sizeof(id) - 1);
	long_id.access_key = id;
	assert_int_equal(sigv4_sign(&req, &long_id, &out, &err), -1);
	assert_string_equal(
	    err.msg, "the access key id is too long to sign with");
	req.region = id;
	assert_int_equal(sigv4_sign(&req, &sample, &out, &err), -1);
	assert_string_equal(
	    err.msg, "region or service is too long to sign for");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(signs_as_the_aws_cli_does),
	    cmocka_unit_test(gives_the_worked_example),
	    cmocka_unit_test(signs_a_session_token),
	    cmocka_unit_test(squeezes_blanks_in_values),
	    cmocka_unit_test(signs_s3s_requests),
	    cmocka_unit_test(notices_every_change_of_the_request),
	    cmocka_unit_test(writes_dates),
	    cmocka_unit_test(refuses_what_does_not_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
