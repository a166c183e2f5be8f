/*
 * Where requests may go. Every refusal of a real plan and of a practice plan,
 * with its reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "digest.h"
#include "endpoint.h"

static char ca_path[] = "/tmp/test-endpoint-XXXXXX";
static char ca_sha256[HEX_LEN(SHA256_LEN)];
#define OTHER_SHA256                                                           \
	"0000000000000000000000000000000000000000000000000000000000000000"

/* A plan of one target, and what the operator says. */
struct world {
	struct target target;
	struct plan plan;
	struct endpoint_says says;
	struct endpoint e; /* what came out; ca is only compared with NULL */
};

static struct world
real(void)
{
	struct world w = {.plan = {.practice = false}};

	w.target = (struct target){
	    .name = "prod", .account = "111122223333", .region = "eu-west-1"};
	w.plan.n_targets = 1;
	return w;
}

static struct world
practice(void)
{
	struct world w = real();

	w.plan.practice = true;
	return w;
}

/* The URL, or the message and hint of a refusal. */
static const char *
where(struct world *w, enum service service)
{
	static char out[2048];
	struct endpoint_rules r;
	struct err err = {0};

	w->plan.targets = &w->target;
	if (endpoint_rules_open(&r, &w->plan, &w->says, &err) < 0 ||
	    endpoint_resolve(&r, service, &w->target, &w->e, &err) < 0) {
		assert_int_equal(err.status, STATUS_REJECTED);
		(void)snprintf(out, sizeof(out), "%s | %s", err.msg, err.hint);
	} else {
		(void)snprintf(out, sizeof(out), "%s", w->e.url);
	}
	endpoint_rules_close(&r);
	return out;
}

static void
assert_where(struct world *w, enum service service, const char *url)
{
	assert_string_equal(where(w, service), url);
}

static void
assert_refused(struct world *w, enum service service, const char *why)
{
	const char *said = where(w, service);

	if (strstr(said, why) == NULL)
		fail_msg("wanted '%s' in '%s'", why, said);
}

static int
make_ca(void **state)
{
	static const char text[] = "a PEM file\n";
	uint8_t hash[SHA256_LEN];
	struct err err = {0};
	int fd = mkstemp(ca_path);

	(void)state;
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) ||
	    close(fd) != 0 || sha256(text, strlen(text), hash, &err) < 0)
		return -1;
	hex_encode(hash, sizeof(hash), ca_sha256);
	return 0;
}

static int
remove_ca(void **state)
{
	(void)state;
	return unlink(ca_path);
}

static void
a_real_plan_uses_the_public_hosts(void **state)
{
	struct world w = real();

	(void)state;
	assert_where(&w, SERVICE_KMS, "https://kms.eu-west-1.amazonaws.com");
	assert_string_equal(w.e.host, "kms.eu-west-1.amazonaws.com");
	assert_false(w.e.plain);
	assert_false(w.e.is_named);
	assert_null(w.e.ca);
	assert_where(&w, SERVICE_STS, "https://sts.eu-west-1.amazonaws.com");
	assert_where(&w, SERVICE_S3, "https://s3.eu-west-1.amazonaws.com");
	assert_where(&w, SERVICE_HEROKU, "https://api.heroku.com");
	assert_where(&w, SERVICE_HEROKU_DATA, "https://api.data.heroku.com");
}

static void
every_partition_has_its_domain(void **state)
{
	static const char *const cases[][2] = {
	    {"us-east-1", "amazonaws.com"},
	    {"mx-central-1", "amazonaws.com"},
	    {"cn-north-1", "amazonaws.com.cn"},
	    {"us-gov-west-1", "amazonaws.com"},
	    {"eusc-de-east-1", "amazonaws.eu"},
	    {"us-iso-east-1", "c2s.ic.gov"},
	    {"us-isob-east-1", "sc2s.sgov.gov"},
	    {"eu-isoe-west-1", "cloud.adc-e.uk"},
	    {"us-isof-south-1", "csp.hci.ic.gov"},
	};
	struct world w = real();
	char url[128];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		w.target.region = cases[i][0];
		(void)snprintf(url, sizeof(url), "https://kms.%s.%s",
		    cases[i][0], cases[i][1]);
		assert_where(&w, SERVICE_KMS, url);
	}
	w.target.region = "moon-base-1";
	assert_refused(&w, SERVICE_KMS,
	    "target 'prod': no AWS partition has region 'moon-base-1'");
	w.target.region = "evil.example/#-1";
	assert_refused(&w, SERVICE_KMS, "no AWS partition has region");
}

static void
a_real_plan_may_name_endpoints(void **state)
{
	struct world w = real();

	(void)state;
	w.plan.endpoints.kms = "https://kms.{region}.example.org";
	w.plan.endpoints.heroku = "https://heroku.example.org:8443/";
	assert_where(&w, SERVICE_KMS, "https://kms.eu-west-1.example.org");
	assert_true(w.e.is_named);
	assert_where(&w, SERVICE_HEROKU, "https://heroku.example.org:8443");
	assert_string_equal(w.e.host, "heroku.example.org:8443");
	assert_where(
	    &w, SERVICE_HEROKU_DATA, "https://heroku.example.org:8443");
	assert_where(&w, SERVICE_STS, "https://sts.eu-west-1.amazonaws.com");
	w.target.endpoints.kms = "https://127.0.0.1:443";
	assert_where(&w, SERVICE_KMS, "https://127.0.0.1");
}

static void
a_real_plan_refuses_http(void **state)
{
	struct world w = real();

	(void)state;
	w.plan.endpoints.kms = "http://127.0.0.1:4566";
	assert_refused(&w, SERVICE_KMS,
	    "target 'prod': the plan is real, and 'http://127.0.0.1:4566' is "
	    "not https");
}

static void
a_real_plan_refuses_every_override(void **state)
{
	struct world w = real();

	(void)state;
	w.says.endpoint_url = "https://127.0.0.1:4566";
	assert_refused(&w, SERVICE_KMS,
	    "--endpoint-url is refused: it says 'https://127.0.0.1:4566', but "
	    "the plan is real and uses 'https://kms.eu-west-1.amazonaws.com'");
	w = real();
	w.says.aws_all = "https://127.0.0.1:4566";
	assert_refused(&w, SERVICE_KMS, "AWS_ENDPOINT_URL is refused");
	assert_refused(&w, SERVICE_STS, "AWS_ENDPOINT_URL is refused");
	assert_refused(&w, SERVICE_S3, "AWS_ENDPOINT_URL is refused");
	assert_where(&w, SERVICE_HEROKU, "https://api.heroku.com");
	w = real();
	w.says.aws_kms = "https://127.0.0.1:4566";
	assert_refused(&w, SERVICE_KMS, "AWS_ENDPOINT_URL_KMS is refused");
	w = real();
	w.says.aws_sts = "https://127.0.0.1:4566";
	assert_refused(&w, SERVICE_STS, "AWS_ENDPOINT_URL_STS is refused");
	w = real();
	w.says.aws_s3 = "https://127.0.0.1:4566";
	assert_refused(&w, SERVICE_S3, "AWS_ENDPOINT_URL_S3 is refused");
	w = real();
	w.says.heroku_url = "https://127.0.0.1:4566";
	assert_refused(&w, SERVICE_HEROKU, "--heroku-url is refused");
	w = real();
	w.says.heroku_host = "staging.example.org";
	assert_refused(&w, SERVICE_HEROKU,
	    "HEROKU_HOST is refused: it says "
	    "'https://api.staging.example.org'");
	w = real();
	w.says.heroku_data_host = "data.example.org";
	assert_refused(&w, SERVICE_HEROKU_DATA, "HEROKU_DATA_HOST is refused");
	w = real();
	w.says.fips = true;
	assert_refused(&w, SERVICE_KMS, "AWS_USE_FIPS_ENDPOINT is refused");
	w = real();
	w.says.dual_stack = true;
	assert_refused(&w, SERVICE_S3, "AWS_USE_DUALSTACK_ENDPOINT is refused");
}

static void
a_real_plan_takes_an_override_that_agrees(void **state)
{
	struct world w = real();

	(void)state;
	w.says.aws_kms = "https://KMS.eu-west-1.amazonaws.com:443/";
	w.says.heroku_host = "heroku.com";
	assert_where(&w, SERVICE_KMS, "https://kms.eu-west-1.amazonaws.com");
	assert_where(&w, SERVICE_HEROKU, "https://api.heroku.com");
	w.plan.endpoints.kms = "https://kms-fips.{region}.amazonaws.com";
	w.says.aws_kms = NULL;
	w.says.fips = true;
	assert_where(
	    &w, SERVICE_KMS, "https://kms-fips.eu-west-1.amazonaws.com");
	w = real();
	w.says.aws_all = "https://127.0.0.1:4566";
	w.says.ignore_aws = true;
	assert_where(&w, SERVICE_KMS, "https://kms.eu-west-1.amazonaws.com");
}

static void
an_override_never_shows_a_password(void **state)
{
	struct world w = real();

	(void)state;
	w.says.aws_kms = "https://user:hunter2@127.0.0.1";
	assert_refused(&w, SERVICE_KMS,
	    "AWS_ENDPOINT_URL_KMS is refused: it is not https://HOST[:PORT]");
	assert_null(strstr(where(&w, SERVICE_KMS), "hunter2"));
}

static void
practice_makes_no_call_without_an_override(void **state)
{
	struct world w = practice();

	(void)state;
	assert_refused(&w, SERVICE_KMS,
	    "the plan is for practice and nothing says where its AWS is, so "
	    "no call is made | give --endpoint-url http://127.0.0.1:PORT");
	assert_refused(&w, SERVICE_HEROKU,
	    "nothing says where its Heroku is, so no call is made | give "
	    "--heroku-url");
}

static void
practice_takes_loopback_from_all_who_say_so(void **state)
{
	struct world w = practice();

	(void)state;
	w.plan.endpoints.kms = "https://emulator.example.org";
	w.target.endpoints.kms = "https://emulator.example.org:2";
	assert_where(&w, SERVICE_KMS, "https://emulator.example.org:2");
	w.says.aws_all = "http://127.0.0.1:3";
	assert_where(&w, SERVICE_KMS, "http://127.0.0.1:3");
	assert_true(w.e.plain);
	assert_true(w.e.is_named);
	assert_string_equal(w.e.host, "127.0.0.1:3");
	w.says.aws_kms = "http://localhost:4";
	assert_where(&w, SERVICE_KMS, "http://localhost:4");
	assert_where(&w, SERVICE_STS, "http://127.0.0.1:3");
	w.says.endpoint_url = "http://[::1]:5";
	assert_where(&w, SERVICE_KMS, "http://[::1]:5");
	assert_where(&w, SERVICE_S3, "http://[::1]:5");
	w.says.heroku_host = "http://127.0.0.1:6";
	assert_where(&w, SERVICE_HEROKU, "http://127.0.0.1:6");
	assert_where(&w, SERVICE_HEROKU_DATA, "http://127.0.0.1:6");
	w.says.heroku_url = "http://127.0.0.1:7";
	assert_where(&w, SERVICE_HEROKU, "http://127.0.0.1:7");
	w.says.heroku_data_host = "http://127.0.0.1:8";
	assert_where(&w, SERVICE_HEROKU_DATA, "http://127.0.0.1:8");
}

static void
practice_refuses_the_real_clouds(void **state)
{
	static const char *const hosts[] = {
	    "https://kms.us-east-1.amazonaws.com", "https://amazonaws.com",
	    "https://KMS.eu-west-1.AmazonAWS.com",
	    "https://kms.cn-north-1.amazonaws.com.cn",
	    "https://kms.us-east-1.api.aws",
	    "https://kms.eusc-de-east-1.amazonaws.eu",
	    "https://kms.us-iso-east-1.c2s.ic.gov", "https://api.heroku.com",
	    "https://api.data.heroku.com"};
	struct world w = practice();

	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
		w = practice();
		w.says.endpoint_url = hosts[i];
		assert_refused(&w, SERVICE_KMS,
		    "--endpoint-url is refused: the plan is for practice, and");
		/* Not even when the plan itself names it. */
		w = practice();
		w.plan.endpoints.kms = hosts[i];
		assert_refused(&w, SERVICE_KMS,
		    "the plan is refused: the plan is for practice, and");
	}
	w = practice();
	w.says.heroku_host = "heroku.com";
	assert_refused(&w, SERVICE_HEROKU,
	    "HEROKU_HOST is refused: the plan is for practice, and "
	    "'https://api.heroku.com' is a real cloud");
}

static void
practice_takes_only_hosts_that_the_plan_names(void **state)
{
	struct world w = practice();

	(void)state;
	w.says.endpoint_url = "https://emulator.example.org:8443";
	assert_refused(&w, SERVICE_KMS,
	    "--endpoint-url is refused: in practice "
	    "'https://emulator.example.org:8443' would have to be loopback, "
	    "or named in the plan's endpoints");
	w.plan.endpoints.s3 = "https://emulator.example.org";
	assert_where(&w, SERVICE_KMS, "https://emulator.example.org:8443");
	w.says.endpoint_url = "http://emulator.example.org";
	assert_refused(&w, SERVICE_KMS,
	    "'http://emulator.example.org' is neither https nor loopback");
	w.says.endpoint_url = "https://evil-emulator.example.org";
	assert_refused(&w, SERVICE_KMS, "would have to be loopback");
	w.says.endpoint_url = "http://127.0.0.1.example.org";
	assert_refused(&w, SERVICE_KMS, "would have to be loopback");
	w.says.endpoint_url = "http://0127.0.0.1";
	assert_refused(&w, SERVICE_KMS, "would have to be loopback");
	w.says.endpoint_url = "http://128.0.0.1";
	assert_refused(&w, SERVICE_KMS, "would have to be loopback");
}

static void
a_ca_must_be_the_one_that_the_plan_names(void **state)
{
	struct world w = real();

	(void)state;
	w.says.ca_bundle = ca_path;
	assert_refused(&w, SERVICE_KMS, "AWS_CA_BUNDLE is refused: '");
	assert_refused(&w, SERVICE_KMS, "which the plan does not name | unset");
	w.plan.endpoints.ca_sha256 = OTHER_SHA256;
	assert_refused(&w, SERVICE_KMS, "AWS_CA_BUNDLE is refused: '");
	assert_refused(&w, SERVICE_KMS, ca_sha256);
	w.plan.endpoints.ca_sha256 = ca_sha256;
	/* Not for a host that the plan does not name. */
	assert_where(&w, SERVICE_KMS, "https://kms.eu-west-1.amazonaws.com");
	assert_null(w.e.ca);
	w.plan.endpoints.kms = "https://kms.example.org";
	assert_where(&w, SERVICE_KMS, "https://kms.example.org");
	assert_non_null(w.e.ca);
	w.target.endpoints.ca_sha256 = OTHER_SHA256;
	assert_refused(&w, SERVICE_KMS,
	    "for 'https://kms.example.org', and AWS_CA_BUNDLE is another "
	    "file");
	w.target.endpoints.ca_sha256 = NULL;
	w.says.ca_bundle = NULL;
	assert_refused(&w, SERVICE_KMS,
	    "AWS_CA_BUNDLE is not set | set AWS_CA_BUNDLE to the path");
	/* Endpoints without a CA of their own: the system's. */
	w.plan.endpoints.ca_sha256 = NULL;
	assert_where(&w, SERVICE_KMS, "https://kms.example.org");
	assert_null(w.e.ca);
}

static void
practice_takes_a_ca_unless_the_plan_names_another(void **state)
{
	struct world w = practice();

	(void)state;
	w.says.endpoint_url = "https://127.0.0.1:4566";
	w.says.ca_bundle = ca_path;
	assert_where(&w, SERVICE_KMS, "https://127.0.0.1:4566");
	assert_non_null(w.e.ca);
	w.plan.endpoints.ca_sha256 = OTHER_SHA256;
	assert_refused(&w, SERVICE_KMS, "AWS_CA_BUNDLE is refused: '");
	w.plan.endpoints.ca_sha256 = ca_sha256;
	assert_where(&w, SERVICE_KMS, "https://127.0.0.1:4566");
	assert_non_null(w.e.ca);
}

static void
a_missing_ca_file_is_an_error_here(void **state)
{
	struct world w = real();
	struct endpoint_rules r;
	struct err err = {0};

	(void)state;
	w.plan.targets = &w.target;
	w.says.ca_bundle = "/nowhere/ca.pem";
	assert_int_equal(endpoint_rules_open(&r, &w.plan, &w.says, &err), -1);
	assert_int_equal(err.status, STATUS_FAILED);
	assert_string_equal(err.msg,
	    "AWS_CA_BUNDLE: cannot open '/nowhere/ca.pem': No such file or "
	    "directory");
}

static int
check_all(struct world *w, struct err *err)
{
	struct endpoint_rules r;
	int ret;

	w->plan.targets = &w->target;
	assert_int_equal(endpoint_rules_open(&r, &w->plan, &w->says, err), 0);
	ret = endpoint_check_all(&r, err);
	endpoint_rules_close(&r);
	return ret;
}

static void
refuses_before_the_first_call(void **state)
{
	struct world w = real();
	struct err err = {0};

	(void)state;
	assert_int_equal(check_all(&w, &err), 0);
	/* Not needed by this plan, and refused all the same. */
	w.says.aws_s3 = "https://127.0.0.1:4566";
	assert_int_equal(check_all(&w, &err), -1);
	assert_non_null(strstr(err.msg, "AWS_ENDPOINT_URL_S3 is refused"));
	w = practice();
	assert_int_equal(check_all(&w, &err), 0);
	w.says.heroku_host = "heroku.com";
	assert_int_equal(check_all(&w, &err), -1);
	assert_non_null(strstr(err.msg, "HEROKU_HOST is refused"));
}

static void
reads_the_environment(void **state)
{
	struct endpoint_says says = {.endpoint_url = "kept"};

	(void)state;
	setenv("AWS_ENDPOINT_URL", "a", 1);
	setenv("AWS_ENDPOINT_URL_KMS", "b", 1);
	setenv("AWS_ENDPOINT_URL_STS", "c", 1);
	setenv("AWS_ENDPOINT_URL_S3", "d", 1);
	setenv("HEROKU_HOST", "e", 1);
	setenv("HEROKU_DATA_HOST", "f", 1);
	setenv("AWS_CA_BUNDLE", "", 1);
	setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE", 1);
	setenv("AWS_USE_FIPS_ENDPOINT", "true", 1);
	setenv("AWS_USE_DUALSTACK_ENDPOINT", "no", 1);
	endpoint_says_env(&says);
	assert_string_equal(says.endpoint_url, "kept");
	assert_string_equal(says.aws_all, "a");
	assert_string_equal(says.aws_kms, "b");
	assert_string_equal(says.aws_sts, "c");
	assert_string_equal(says.aws_s3, "d");
	assert_string_equal(says.heroku_host, "e");
	assert_string_equal(says.heroku_data_host, "f");
	assert_null(says.ca_bundle);
	assert_true(says.ignore_aws);
	assert_true(says.fips);
	assert_false(says.dual_stack);
}

static void
reads_urls_in_one_way(void **state)
{
	static const char *const good[][2] = {
	    {"https://a", "https://a"},
	    {"https://A.b-c.D/", "https://a.b-c.d"},
	    {"https://a:443", "https://a"},
	    {"https://a:80", "https://a:80"},
	    {"http://a:80", "http://a"},
	    {"http://127.0.0.1:65535/", "http://127.0.0.1:65535"},
	    {"http://[::1]:1", "http://[::1]:1"},
	    {"https://a:0443", "https://a"},
	};
	static const char *const bad[] = {"", "a", "https://", "https:///",
	    "https://a/b", "https://a?b", "https://a#b", "https://u@a",
	    "https://u:p@a", "https://a:", "https://a:0", "https://a:65536",
	    "https://a:1x", "https://a:123456", "https://a b", "https://.a",
	    "https://a.", "https://a..b", "https://[::1", "https://[]",
	    "https://[x]", "HTTPS://a", "ftp://a", "https:/a", "https://a\n",
	    "https://a%41", "https://a\\b", "https://a:-1", "https://{region}",
	    "https://\xc3\xa4"};
	char long_host[300] = "https://";
	struct address address;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(address_read(good[i][0], &address), 0);
		assert_string_equal(address.text, good[i][1]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (address_read(bad[i], &address) == 0)
			fail_msg("accepted '%s' as '%s'", bad[i], address.text);
	memset(long_host + 8, 'a', 201);
	assert_int_equal(address_read(long_host, &address), -1);
	long_host[208] = '\0';
	assert_int_equal(address_read(long_host, &address), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_real_plan_uses_the_public_hosts),
	    cmocka_unit_test(every_partition_has_its_domain),
	    cmocka_unit_test(a_real_plan_may_name_endpoints),
	    cmocka_unit_test(a_real_plan_refuses_http),
	    cmocka_unit_test(a_real_plan_refuses_every_override),
	    cmocka_unit_test(a_real_plan_takes_an_override_that_agrees),
	    cmocka_unit_test(an_override_never_shows_a_password),
	    cmocka_unit_test(practice_makes_no_call_without_an_override),
	    cmocka_unit_test(practice_takes_loopback_from_all_who_say_so),
	    cmocka_unit_test(practice_refuses_the_real_clouds),
	    cmocka_unit_test(practice_takes_only_hosts_that_the_plan_names),
	    cmocka_unit_test(a_ca_must_be_the_one_that_the_plan_names),
	    cmocka_unit_test(practice_takes_a_ca_unless_the_plan_names_another),
	    cmocka_unit_test(a_missing_ca_file_is_an_error_here),
	    cmocka_unit_test(refuses_before_the_first_call),
	    cmocka_unit_test(reads_the_environment),
	    cmocka_unit_test(reads_urls_in_one_way),
	};

	return cmocka_run_group_tests(tests, make_ca, remove_ca);
}
