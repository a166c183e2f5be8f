/*
 * One call to AWS: what is repeated and what never, whose clock counts, and
 * what the person reads when it fails.
 */
#include "peer.h"

#include <time.h>

#include "clock.h"
#include "kms.h"
#include "sts.h"

#define KEY                                                                    \
	"arn:aws:kms:us-east-1:111122223333:key/"                              \
	"1234abcd-12ab-34cd-56ef-1234567890ab"
#define OTHER_KEY                                                              \
	"arn:aws:kms:us-east-1:111122223333:key/"                              \
	"99999999-12ab-34cd-56ef-1234567890ab"
#define METADATA(arn)                                                          \
	"{\"KeyMetadata\":{\"Arn\":\"" arn "\",\"KeyId\":\"" arn               \
	"\",\"KeyState\":\"PendingImport\",\"KeySpec\":\"HMAC_256\","          \
	"\"KeyUsage\":\"GENERATE_VERIFY_MAC\",\"Origin\":\"EXTERNAL\","        \
	"\"Enabled\":false}}"

/* A practice cloud whose AWS is the peer. */
struct world {
	struct peer peer;
	char texts[4][1024];
	struct target target;
	struct plan plan;
	struct cloud cloud;
	struct aws aws;
	struct err err;
};

/* Queue an answer with headers of AWS; no delay before a repetition. */
static void
add_answer(struct world *w, const char *status, const char *headers,
    const char *body, bool hang_up)
{
	char *text = w->texts[w->peer.n_answers];

	(void)snprintf(text, sizeof(w->texts[0]),
	    "HTTP/1.1 %s\r\nx-amzn-RequestId: id-%zu\r\nRetry-After: 0\r\n"
	    "%sContent-Length: %zu\r\n\r\n%s",
	    status, w->peer.n_answers, headers, strlen(body), body);
	peer_answer(&w->peer, text, strlen(text), hang_up);
}

#define DATE "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
#define DATE_IS 784111777

static void
answer(struct world *w, const char *status, const char *body)
{
	add_answer(w, status, DATE, body, false);
}

static void
fail_with(struct world *w, const char *status, const char *code)
{
	char body[256];

	(void)snprintf(body, sizeof(body),
	    "{\"__type\":\"%s\",\"message\":\"no\\u001b[2J\"}", code);
	add_answer(w, status, "", body, false);
}

static void
begin(struct world *w)
{
	struct opt opt = {.name = "endpoint-url"};
	struct args args = {.n_opts = 1};

	peer_start(&w->peer);
	args.opts[0].opt = &opt;
	args.opts[0].value = w->peer.url;
	w->target = (struct target){
	    .name = "prod", .account = "111122223333", .region = "us-east-1"};
	w->plan = (struct plan){
	    .practice = true, .targets = &w->target, .n_targets = 1};
	setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
	unsetenv("AWS_SESSION_TOKEN");
	unsetenv("AWS_CREDENTIAL_EXPIRATION");
	if (cloud_open(&w->cloud, &w->plan, &args, &w->err) < 0 ||
	    aws_open(&w->aws, &w->cloud, &w->target, &w->err) < 0)
		fail_msg("%s", w->err.msg);
}

static void
end(struct world *w)
{
	aws_close(&w->aws);
	cloud_close(&w->cloud);
	peer_stop(&w->peer);
}

/* DescribeKey (may be repeated) or CreateKey (may not). */
static int
describe(struct world *w)
{
	struct kms_key key;
	int ret = kms_describe_key(&w->aws, KEY, &key, &w->err);

	kms_key_free(&key);
	return ret;
}

static int
create(struct world *w)
{
	struct kms_new_key new = {.spec = "HMAC_256",
	    .usage = "GENERATE_VERIFY_MAC",
	    .description = ""};
	struct kms_key key;
	int ret = kms_create_key(&w->aws, &new, &key, &w->err);

	kms_key_free(&key);
	return ret;
}

static void
success_is_recorded(void **state)
{
	struct world w = {.err = {0}};

	(void)state;
	answer(&w, "200 OK", METADATA(KEY));
	begin(&w);
	assert_int_equal(describe(&w), 0);
	assert_int_equal(w.aws.calls.n, 1);
	assert_string_equal(w.aws.calls.list[0].operation, "DescribeKey");
	assert_string_equal(w.aws.calls.list[0].request_id, "id-0");
	assert_int_equal(w.aws.calls.list[0].date, DATE_IS);
	assert_ptr_equal(aws_last_call(&w.aws), &w.aws.calls.list[0]);
	assert_non_null(strstr(
	    w.peer.last, "\r\nx-amz-target: TrentService.DescribeKey\r\n"));
	assert_non_null(strstr(w.peer.last,
	    "\r\ncontent-type: "
	    "application/x-amz-json-1.1\r\n"));
	assert_non_null(strstr(w.peer.last, "{\"KeyId\":\"" KEY "\"}"));
	assert_null(strstr(w.peer.last, "secret"));
	assert_null(strstr(w.peer.last, "x-amz-security-token"));
	end(&w);
}

static void
failure_says_code_text_and_id(void **state)
{
	struct world w = {.err = {0}};

	(void)state;
	fail_with(&w, "400 Bad", "a.b#NotFoundException");
	begin(&w);
	assert_int_equal(describe(&w), -1);
	assert_int_equal(w.err.status, STATUS_REMOTE);
	assert_string_equal(w.err.msg,
	    "DescribeKey: NotFoundException: no\\x1b[2J (request id id-0)");
	assert_string_equal(w.err.hint,
	    "check region and account; a new key can take minutes to be "
	    "visible");
	assert_true(aws_failed_with(&w.aws, "NotFoundException"));
	assert_false(w.aws.error.lost);
	assert_int_equal(w.aws.error.status, 400);
	assert_string_equal(w.aws.error.request_id, "id-0");
	assert_int_equal(w.aws.calls.n, 0);
	assert_null(aws_last_call(&w.aws));
	assert_int_equal(w.peer.requests, 1);
	end(&w);
}

static void
what_may_be_repeated_is_tried_three_times(void **state)
{
	static const char *const cases[][2] = {
	    {"400 Bad", "ThrottlingException"},
	    {"500 Bad", "KMSInternalException"},
	    {"400 Bad", "DependencyTimeoutException"},
	    {"503 Bad", "Whatever"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world w = {.err = {0}};

		fail_with(&w, cases[i][0], cases[i][1]);
		begin(&w);
		assert_int_equal(describe(&w), -1);
		assert_int_equal(w.peer.requests, AWS_ATTEMPTS);
		end(&w);
	}
}

static void
a_second_try_may_succeed(void **state)
{
	struct world w = {.err = {0}};

	(void)state;
	fail_with(&w, "400 Bad", "ThrottlingException");
	add_answer(&w, "200 OK", "", "", true);
	w.peer.answers[1].len = 40; /* cut inside the headers */
	answer(&w, "200 OK", METADATA(KEY));
	begin(&w);
	assert_int_equal(describe(&w), 0);
	assert_int_equal(w.peer.requests, 3);
	assert_int_equal(w.aws.calls.n, 1);
	assert_string_equal(w.aws.error.code, "");
	assert_false(w.aws.error.lost);
	end(&w);
}

static void
other_failures_are_final(void **state)
{
	static const char *const codes[] = {"LimitExceededException",
	    "AccessDeniedException", "KMSInvalidStateException",
	    "InvalidCiphertextException", "IncorrectKeyMaterialException",
	    "ValidationException", "ExpiredTokenException"};

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		struct world w = {.err = {0}};

		fail_with(&w, "400 Bad", codes[i]);
		begin(&w);
		assert_int_equal(describe(&w), -1);
		assert_int_equal(w.peer.requests, 1);
		assert_true(aws_failed_with(&w.aws, codes[i]));
		end(&w);
	}
}

static void
a_key_is_never_made_twice(void **state)
{
	struct world w = {.err = {0}};

	(void)state;
	/* Perhaps done: 5xx, no answer at all, an answer cut anywhere. */
	fail_with(&w, "500 Bad", "KMSInternalException");
	begin(&w);
	assert_int_equal(create(&w), -1);
	assert_int_equal(w.peer.requests, 1);
	assert_true(w.aws.error.lost);
	assert_non_null(strstr(w.err.hint, "looks for it by its tags"));
	end(&w);
	for (size_t cut = 0; cut < 200; cut += 10) {
		w = (struct world){.err = {0}};
		answer(&w, "200 OK", METADATA(KEY));
		w.peer.answers[0].len = cut;
		w.peer.answers[0].hang_up = true;
		begin(&w);
		assert_int_equal(create(&w), -1);
		assert_int_equal(w.peer.requests, 1);
		assert_true(w.aws.error.lost);
		assert_int_equal(w.aws.calls.n, 0);
		end(&w);
	}
}

static void
a_throttled_key_is_made_later(void **state)
{
	struct world w = {.err = {0}};

	(void)state;
	fail_with(&w, "400 Bad", "ThrottlingException");
	answer(&w, "200 OK", METADATA(KEY));
	begin(&w);
	assert_int_equal(create(&w), 0);
	assert_int_equal(w.peer.requests, 2);
	end(&w);
}

static void
an_unusable_answer_does_not_count(void **state)
{
	static const char *const bodies[] = {"", "{}", "[]", "null", "{",
	    "{\"KeyMetadata\":[]}", METADATA(KEY) "x", METADATA(OTHER_KEY),
	    METADATA("arn:aws:kms:us-east-1:444455556666:key/"
		     "1234abcd-12ab-34cd-56ef-1234567890ab")};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
		struct world w = {.err = {0}};

		answer(&w, "200 OK", bodies[i]);
		begin(&w);
		if (describe(&w) == 0)
			fail_msg("took %s", bodies[i]);
		assert_int_equal(w.err.status, STATUS_REMOTE);
		assert_non_null(strstr(
		    w.err.msg, "DescribeKey: the answer is not whole: "));
		assert_true(w.aws.error.lost);
		assert_int_equal(w.aws.calls.n, 0);
		end(&w);
	}
}

static void
a_page_of_a_proxy_is_shown(void **state)
{
	struct world w = {.err = {0}};

	(void)state;
	add_answer(&w, "407 Proxy", "", "\n <html>\x01 hello\nmore", false);
	begin(&w);
	assert_int_equal(describe(&w), -1);
	assert_string_equal(w.err.msg,
	    "DescribeKey: HTTP status 407: <html>\\x01 hello (request id "
	    "id-0)");
	assert_string_equal(w.aws.error.code, "");
	end(&w);
	w = (struct world){.err = {0}};
	add_answer(
	    &w, "301 Moved", "Location: https://evil.example/\r\n", "", false);
	begin(&w);
	assert_int_equal(describe(&w), -1);
	assert_int_equal(w.peer.requests, 1);
	assert_non_null(strstr(w.err.hint, "redirects are not followed"));
	end(&w);
}

/* The value of x-amz-date in the last request. */
static const char *
signed_date(const struct world *w)
{
	const char *p = strstr(w->peer.last, "\r\nx-amz-date: ");

	assert_non_null(p);
	return p + strlen("\r\nx-amz-date: ");
}

static void
the_servers_clock_corrects_ours_once(void **state)
{
	struct world w = {.err = {0}};

	(void)state;
	add_answer(&w, "400 Bad", DATE,
	    "{\"__type\":\"InvalidSignatureException\"}", false);
	answer(&w, "200 OK", METADATA(KEY));
	begin(&w);
	assert_int_equal(describe(&w), 0);
	assert_int_equal(w.peer.requests, 2);
	assert_memory_equal(signed_date(&w), "19941106T0849", 13);
	assert_non_null(strstr(w.cloud.warning, "this machine's clock is "));
	assert_non_null(strstr(w.cloud.warning, " s before AWS's"));
	assert_true(cloud_now(&w.cloud) - DATE_IS < 60);
	end(&w);
	/* Still refused: then the clock was not the reason. */
	w = (struct world){.err = {0}};
	add_answer(&w, "400 Bad", DATE,
	    "{\"__type\":\"InvalidSignatureException\"}", false);
	begin(&w);
	assert_int_equal(describe(&w), -1);
	assert_int_equal(w.peer.requests, 2);
	end(&w);
}

static void
a_right_clock_is_left_alone(void **state)
{
	struct world w = {.err = {0}};
	char date[64];
	time_t now = time(NULL) + 30;

	(void)state;
	assert_true(
	    strftime(date, sizeof(date), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n",
		gmtime(&now)) > 0);
	add_answer(&w, "400 Bad", date,
	    "{\"__type\":\"InvalidSignatureException\"}", false);
	begin(&w);
	assert_int_equal(describe(&w), -1);
	assert_int_equal(w.peer.requests, 1);
	assert_string_equal(w.cloud.warning, "");
	end(&w);
}

static void
our_own_change_may_take_a_while_to_be_seen(void **state)
{
	struct world w = {.err = {0}};

	(void)state;
	answer(&w, "200 OK", METADATA(KEY));
	fail_with(&w, "400 Bad", "NotFoundException");
	answer(&w, "200 OK", METADATA(KEY));
	begin(&w);
	assert_int_equal(create(&w), 0);
	assert_int_equal(describe(&w), 0);
	assert_int_equal(w.peer.requests, 3);
	end(&w);
	/* Not for ever. */
	w = (struct world){.err = {0}};
	answer(&w, "200 OK", METADATA(KEY));
	fail_with(&w, "400 Bad", "NotFoundException");
	begin(&w);
	w.cloud.settle_ms = 300;
	assert_int_equal(create(&w), 0);
	assert_int_equal(describe(&w), -1);
	assert_true(aws_failed_with(&w.aws, "NotFoundException"));
	end(&w);
}

static void
temporary_credentials_are_signed_and_checked(void **state)
{
	struct world w = {.err = {0}};

	(void)state;
	answer(&w, "200 OK", METADATA(KEY));
	begin(&w);
	credentials_free(&w.cloud.credentials);
	setenv("AWS_SESSION_TOKEN", "TOKEN/A+B==", 1);
	aws_close(&w.aws);
	assert_int_equal(aws_open(&w.aws, &w.cloud, &w.target, &w.err), 0);
	assert_int_equal(describe(&w), 0);
	assert_non_null(
	    strstr(w.peer.last, "\r\nx-amz-security-token: TOKEN/A+B==\r\n"));
	assert_non_null(strstr(
	    w.peer.last, "x-amz-date;x-amz-security-token;x-amz-target"));
	w.cloud.credentials.expires = clock_now();
	assert_int_equal(describe(&w), -1);
	assert_int_equal(w.err.status, STATUS_FAILED);
	assert_non_null(strstr(w.err.msg, "DescribeKey: the AWS credentials"));
	assert_int_equal(w.peer.requests, 1);
	end(&w);
}

static void
a_key_elsewhere_is_never_asked_about(void **state)
{
	static const char *const arns[] = {
	    "arn:aws:kms:us-east-1:444455556666:key/"
	    "1234abcd-12ab-34cd-56ef-1234567890ab",
	    "arn:aws:kms:us-east-2:111122223333:key/"
	    "1234abcd-12ab-34cd-56ef-1234567890ab",
	    "arn:aws-cn:kms:us-east-1:111122223333:key/"
	    "1234abcd-12ab-34cd-56ef-1234567890ab",
	    "alias/x", ""};
	struct world w = {.err = {0}};

	(void)state;
	answer(&w, "200 OK", METADATA(KEY));
	begin(&w);
	for (size_t i = 0; i < sizeof(arns) / sizeof(*arns); i++) {
		struct kms_key key;

		assert_int_equal(
		    kms_describe_key(&w.aws, arns[i], &key, &w.err), -1);
		assert_int_equal(w.err.status, STATUS_REJECTED);
	}
	assert_int_equal(w.peer.requests, 0);
	end(&w);
}

#define CALLER(account, arn)                                                   \
	"<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/"        \
	"doc/2011-06-15/\"><GetCallerIdentityResult><Arn>" arn                 \
	"</Arn><UserId>AIDA</UserId><Account>" account                         \
	"</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>"    \
	"x</RequestId></ResponseMetadata></GetCallerIdentityResponse>"

static void
the_account_must_be_the_plans(void **state)
{
	struct world w = {.err = {0}};
	struct sts_identity id;

	(void)state;
	answer(&w, "200 OK",
	    CALLER("111122223333", "arn:aws:iam::111122223333:user/o"));
	answer(&w, "200 OK",
	    CALLER("444455556666", "arn:aws:iam::444455556666:user/o"));
	fail_with(&w, "403 No", "InvalidClientTokenId");
	begin(&w);
	assert_int_equal(sts_require_account(&w.aws, &id, &w.err), 0);
	assert_string_equal(id.arn, "arn:aws:iam::111122223333:user/o");
	assert_non_null(strstr(w.peer.last,
	    "\r\n\r\nAction=GetCallerIdentity&Version=2011-06-15"));
	assert_non_null(strstr(w.peer.last, "/us-east-1/sts/aws4_request"));
	assert_int_equal(sts_require_account(&w.aws, &id, &w.err), -1);
	assert_int_equal(w.err.status, STATUS_REJECTED);
	assert_string_equal(w.err.msg,
	    "target 'prod' is in account 111122223333, but the credentials "
	    "from the environment are 'arn:aws:iam::444455556666:user/o' of "
	    "account 444455556666");
	assert_int_equal(sts_require_account(&w.aws, &id, &w.err), -1);
	assert_int_equal(w.err.status, STATUS_REMOTE);
	end(&w);
}

static void
lists_are_read_to_the_end(void **state)
{
	struct world w = {.err = {0}};
	struct kms_tags tags;

	(void)state;
	answer(&w, "200 OK",
	    "{\"Tags\":[{\"TagKey\":\"a\",\"TagValue\":\"1\"}],"
	    "\"Truncated\":true,\"NextMarker\":\"m1\"}");
	answer(&w, "200 OK",
	    "{\"Tags\":[{\"TagKey\":\"b\",\"TagValue\":\"2\"},"
	    "{\"TagKey\":\"c\",\"TagValue\":\"3\"}],\"Truncated\":false}");
	begin(&w);
	assert_int_equal(kms_list_tags(&w.aws, KEY, &tags, &w.err), 0);
	assert_int_equal(tags.n, 3);
	assert_string_equal(kms_tag_value(&tags, "a"), "1");
	assert_string_equal(kms_tag_value(&tags, "c"), "3");
	assert_null(kms_tag_value(&tags, "d"));
	assert_non_null(strstr(w.peer.last, "\"Marker\":\"m1\""));
	kms_tags_free(&tags);
	end(&w);
	/* A marker that leads in a circle. */
	w = (struct world){.err = {0}};
	answer(&w, "200 OK",
	    "{\"Tags\":[],\"Truncated\":true,\"NextMarker\":\"m1\"}");
	begin(&w);
	assert_int_equal(kms_list_tags(&w.aws, KEY, &tags, &w.err), -1);
	assert_int_equal(tags.n, 0);
	assert_non_null(strstr(w.err.msg, "NextMarker: leads nowhere"));
	end(&w);
	/* And in a wider one. */
	w = (struct world){.err = {0}};
	for (unsigned i = 0; i < 4; i++)
		answer(&w, "200 OK",
		    i % 2 == 0 ? "{\"Tags\":[],\"Truncated\":true,"
				 "\"NextMarker\":\"A\"}"
			       : "{\"Tags\":[],\"Truncated\":true,"
				 "\"NextMarker\":\"B\"}");
	begin(&w);
	assert_int_equal(kms_list_tags(&w.aws, KEY, &tags, &w.err), -1);
	assert_non_null(strstr(w.err.msg, "NextMarker: leads nowhere"));
	assert_int_equal(w.peer.requests, 4);
	end(&w);
}

static void
keys_are_found_by_all_their_tags(void **state)
{
	static const struct kms_tag wanted[] = {{"a", "1"}, {"b", "2"}};
	struct world w = {.err = {0}};
	struct kms_keys keys;

	(void)state;
	answer(&w, "200 OK",
	    "{\"Keys\":[{\"KeyArn\":\"" KEY "\",\"KeyId\":\"x\"},"
	    "{\"KeyArn\":\"" OTHER_KEY "\",\"KeyId\":\"y\"},"
	    "{\"KeyArn\":\"" KEY "\",\"KeyId\":\"z\"}]}");
	answer(
	    &w, "200 OK", "{\"Tags\":[{\"TagKey\":\"a\",\"TagValue\":\"1\"}]}");
	answer(&w, "200 OK",
	    "{\"Tags\":[{\"TagKey\":\"b\",\"TagValue\":\"2\"},"
	    "{\"TagKey\":\"a\",\"TagValue\":\"1\"}]}");
	fail_with(&w, "400 Bad", "AccessDeniedException");
	begin(&w);
	assert_int_equal(kms_find_keys(&w.aws, wanted, 2, &keys, &w.err), 0);
	assert_int_equal(keys.n, 1);
	assert_string_equal(keys.arns[0], OTHER_KEY);
	kms_keys_free(&keys);
	end(&w);
	/* None may be read: "there is none" would be a guess. */
	w = (struct world){.err = {0}};
	answer(&w, "200 OK", "{\"Keys\":[{\"KeyArn\":\"" KEY "\"}]}");
	fail_with(&w, "400 Bad", "AccessDeniedException");
	begin(&w);
	assert_int_equal(kms_find_keys(&w.aws, wanted, 2, &keys, &w.err), -1);
	assert_non_null(strstr(w.err.msg, "AccessDeniedException"));
	end(&w);
}

static void
import_says_whether_it_expires(void **state)
{
	static const char bytes[] = "token";
	struct kms_import in = {.key = KEY,
	    .token = buf_view(bytes, 5),
	    .wrapped = buf_view(bytes, 3)};
	struct kms_imported out;
	struct world w = {.err = {0}};

	(void)state;
	answer(&w, "200 OK", "{\"KeyId\":\"" KEY "\"}");
	begin(&w);
	assert_int_equal(kms_import_material(&w.aws, &in, &out, &w.err), 0);
	assert_string_equal(out.key_material_id, "");
	assert_string_equal(out.request_id, "id-0");
	assert_int_equal(out.date, DATE_IS);
	assert_non_null(strstr(w.peer.last,
	    "{\"KeyId\":\"" KEY "\",\"ImportToken\":\"dG9rZW4=\","
	    "\"EncryptedKeyMaterial\":\"dG9r\",\"ExpirationModel\":"
	    "\"KEY_MATERIAL_DOES_NOT_EXPIRE\"}"));
	in.expires = true;
	in.expires_at = 1798761600;
	assert_int_equal(kms_import_material(&w.aws, &in, &out, &w.err), 0);
	assert_non_null(strstr(w.peer.last,
	    "\"ExpirationModel\":\"KEY_MATERIAL_EXPIRES\","
	    "\"ValidTo\":1798761600}"));
	in.key_material_id = "ab";
	assert_int_equal(kms_import_material(&w.aws, &in, &out, &w.err), 0);
	assert_non_null(strstr(w.peer.last,
	    "\"ImportType\":\"EXISTING_KEY_MATERIAL\","
	    "\"KeyMaterialId\":\"ab\"}"));
	end(&w);
	/* A server that tells no date did answer; the receipt has ours. */
	w = (struct world){.err = {0}};
	add_answer(&w, "200 OK", "", "{\"KeyId\":\"" KEY "\"}", false);
	begin(&w);
	in.key_material_id = NULL;
	assert_int_equal(kms_import_material(&w.aws, &in, &out, &w.err), 0);
	assert_true(out.date > DATE_IS);
	assert_int_equal(w.aws.calls.n, 1);
	end(&w);
}

static void
the_pace_is_kept_for_each_place(void **state)
{
	struct pace p = {.interval = 4000};
	struct err err = {0};

	(void)state;
	assert_int_equal(pace_left(&p, "1", "r", 100), 0);
	assert_int_equal(pace_mark(&p, "1", "r", 100, &err), 0);
	assert_int_equal(pace_left(&p, "1", "r", 100), 4000);
	assert_int_equal(pace_left(&p, "1", "r", 4099), 1);
	assert_int_equal(pace_left(&p, "1", "r", 4100), 0);
	assert_int_equal(pace_left(&p, "1", "q", 100), 0);
	assert_int_equal(pace_left(&p, "2", "r", 100), 0);
	assert_int_equal(pace_mark(&p, "2", "r", 200, &err), 0);
	assert_int_equal(pace_mark(&p, "1", "r", 5000, &err), 0);
	assert_int_equal(pace_left(&p, "1", "r", 6000), 3000);
	assert_int_equal(pace_left(&p, "2", "r", 4000), 200);
	p.interval = 0;
	assert_int_equal(pace_left(&p, "1", "r", 5000), 0);
	pace_free(&p);
	pace_free(&p);
	pace_free(NULL);
}

static void
count_waits(void *arg, const char *why, int64_t left_ms)
{
	int *waits = arg;

	if (strcmp(why, "AWS allows one set of parameters in 4 s") == 0 &&
	    left_ms > 0)
		++*waits;
}

static void
parameters_keep_the_pace(void **state)
{
	struct world w = {.err = {0}};
	struct kms_parameters p;
	int waits = 0;
	int64_t start;

	(void)state;
	answer(&w, "200 OK",
	    "{\"KeyId\":\"" KEY "\",\"ImportToken\":\"dG9rZW4=\","
	    "\"PublicKey\":\"dG9r\",\"ParametersValidTo\":1.7987616005E9}");
	begin(&w);
	w.cloud.pace.interval = 300;
	w.cloud.waiting = count_waits;
	w.cloud.waiting_arg = &waits;
	start = clock_ticks();
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
		    kms_get_parameters(&w.aws, KEY, "RSAES_OAEP_SHA_256",
			"RSA_4096", &p, &w.err),
		    0);
		assert_int_equal(p.token.len, 5);
		assert_int_equal(p.valid_to, 1798761600);
		assert_int_equal(p.date, DATE_IS);
		assert_string_equal(p.request_id, "id-0");
		kms_parameters_free(&p);
	}
	assert_true(clock_ticks() - start >= 300);
	assert_true(waits >= 1);
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(success_is_recorded),
	    cmocka_unit_test(failure_says_code_text_and_id),
	    cmocka_unit_test(what_may_be_repeated_is_tried_three_times),
	    cmocka_unit_test(a_second_try_may_succeed),
	    cmocka_unit_test(other_failures_are_final),
	    cmocka_unit_test(a_key_is_never_made_twice),
	    cmocka_unit_test(a_throttled_key_is_made_later),
	    cmocka_unit_test(an_unusable_answer_does_not_count),
	    cmocka_unit_test(a_page_of_a_proxy_is_shown),
	    cmocka_unit_test(the_servers_clock_corrects_ours_once),
	    cmocka_unit_test(a_right_clock_is_left_alone),
	    cmocka_unit_test(our_own_change_may_take_a_while_to_be_seen),
	    cmocka_unit_test(temporary_credentials_are_signed_and_checked),
	    cmocka_unit_test(a_key_elsewhere_is_never_asked_about),
	    cmocka_unit_test(the_account_must_be_the_plans),
	    cmocka_unit_test(lists_are_read_to_the_end),
	    cmocka_unit_test(keys_are_found_by_all_their_tags),
	    cmocka_unit_test(import_says_whether_it_expires),
	    cmocka_unit_test(the_pace_is_kept_for_each_place),
	    cmocka_unit_test(parameters_keep_the_pace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
