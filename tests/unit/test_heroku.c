/* Heroku's answers: what is read out of them, and what people are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "heroku_answer.h"
#include "heroku_call.h"

#define ARN                                                                    \
	"arn:aws:kms:us-east-1:111122223333:key/"                              \
	"1234abcd-12ab-34cd-56ef-1234567890ab"
#define ADDON                                                                  \
	"{\"id\":\"01234567-89ab-cdef-0123-456789abcdef\","                    \
	"\"name\":\"payments-db\",\"state\":\"provisioning\","                 \
	"\"app\":{\"id\":\"a\",\"name\":\"payments-prod\"},"                   \
	"\"addon_service\":{\"id\":\"s\",\"name\":\"heroku-postgresql\"},"     \
	"\"plan\":{\"id\":\"p\",\"name\":\"heroku-postgresql:private-7\"},"    \
	"\"billed_price\":{\"cents\":12.5e2},\"config_vars\":[\"X_URL\"],"     \
	"\"provision_message\":\"Soon \\u001b[2J there\"}"
#define SECRET "marker-password-that-must-never-be-kept"
#define POSTGRES(info)                                                         \
	"{\"resource_url\":\"postgres://u:" SECRET "@h/d\","                   \
	"\"database_password\":\"" SECRET "\",\"info\":[" info "]}"
#define INFO(name, values) "{\"name\":\"" name "\",\"values\":[" values "]}"
#define OURS INFO("Customer Encryption Key", "\"" ARN "\"")

static struct buf
copy(const char *text, size_t len)
{
	struct buf b;
	struct err err = {0};

	assert_int_equal(buf_copy(&b, text, len, &err), 0);
	return b;
}

static void
reads_an_addon(void **state)
{
	struct buf body = copy(ADDON, strlen(ADDON));
	struct addon a;
	struct err err = {0};

	(void)state;
	if (heroku_addon_read(&body, &a, &err) < 0)
		fail_msg("%s", err.msg);
	assert_string_equal(a.id, "01234567-89ab-cdef-0123-456789abcdef");
	assert_string_equal(a.name, "payments-db");
	assert_string_equal(a.app, "payments-prod");
	assert_string_equal(a.service, "heroku-postgresql");
	assert_string_equal(a.plan, "heroku-postgresql:private-7");
	assert_string_equal(a.state, "provisioning");
	assert_string_equal(a.message, "Soon \\x1b[2J there");
	buf_free(&body);
}

static void
is_no_addon(const char *text, size_t len, const char *why)
{
	struct buf body = copy(text, len);
	struct addon a;
	struct err err = {0};

	assert_int_equal(heroku_addon_read(&body, &a, &err), -1);
	assert_int_equal(err.status, STATUS_REMOTE);
	if (strstr(err.msg, why) == NULL)
		fail_msg("'%s' is not in '%s'", why, err.msg);
	buf_free(&body);
}

static void
believes_no_truncated_addon(void **state)
{
	(void)state;
	for (size_t n = 0; n < strlen(ADDON); n++)
		is_no_addon(ADDON, n, "Heroku's answer is no add-on");
}

static void
believes_no_other_addon(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
	    {"[]", "no add-on"},
	    {"{}", "no add-on"},
	    {ADDON "x", "no add-on"},
	    {"{\"id\":\"\",\"id\":\"\"}", "id"},
	    {"{\"id\":1}", "id"},
	    {"<html>", "no add-on"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		is_no_addon(cases[i].text, strlen(cases[i].text), cases[i].why);
}

static void
refuses_names_without_end(void **state)
{
	char text[1024];
	int n = snprintf(text, sizeof(text), "{\"id\":\"%0200d\"}", 0);

	(void)state;
	is_no_addon(text, (size_t)n, "id: fewer than 128 bytes wanted");
}

static void
reads_where_an_app_runs(void **state)
{
	static const char app[] =
	    "{\"name\":\"a\",\"space\":{\"id\":\"1\",\"name\":\"s\"}}";
	static const char outside[] = "{\"name\":\"a\",\"space\":null}";
	static const char space[] =
	    "{\"name\":\"s\",\"region\":{\"name\":\"virginia\"}}";
	static const char region[] =
	    "{\"provider\":{\"name\":\"amazon-web-services\",\"region\":"
	    "\"us-east-1\"}}";
	struct heroku_place p = {.space = ""};
	struct err err = {0};
	struct buf b;

	(void)state;
	b = buf_view(app, strlen(app));
	assert_int_equal(heroku_app_read(&b, &p, &err), 0);
	assert_string_equal(p.space, "s");
	b = buf_view(space, strlen(space));
	assert_int_equal(heroku_space_read(&b, &p, &err), 0);
	assert_string_equal(p.region, "virginia");
	b = buf_view(region, strlen(region));
	assert_int_equal(heroku_region_read(&b, &p, &err), 0);
	assert_string_equal(p.provider, "amazon-web-services");
	assert_string_equal(p.provider_region, "us-east-1");
	b = buf_view(outside, strlen(outside));
	assert_int_equal(heroku_app_read(&b, &p, &err), 0);
	assert_string_equal(p.space, "");
	b = buf_view("{}", 2);
	assert_int_equal(heroku_app_read(&b, &p, &err), -1);
	assert_int_equal(heroku_space_read(&b, &p, &err), -1);
	assert_int_equal(heroku_region_read(&b, &p, &err), -1);
}

static void
tells(const char *text, const char *service, enum heroku_key wanted,
    const char *arn_wanted)
{
	struct buf body = copy(text, strlen(text));
	enum heroku_key key;
	char arn[HEROKU_ARN];
	struct err err = {0};

	if (heroku_key_read(&body, service, &key, arn, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(key, wanted);
	assert_string_equal(arn, arn_wanted);
	buf_free(&body);
}

static void
reads_which_key_a_database_uses(void **state)
{
	(void)state;
	tells(POSTGRES(OURS), "heroku-postgresql", HEROKU_KEY_KNOWN, ARN);
	tells(POSTGRES(INFO("Plan", "\"private-7\"") "," OURS "," INFO(
		  "Connections", "1,{}")),
	    "heroku-postgresql", HEROKU_KEY_KNOWN, ARN);
	tells(POSTGRES(INFO("Plan", "")), "heroku-postgresql", HEROKU_KEY_NONE,
	    "");
	tells("{\"customer_encryption_key\":\"" ARN "\",\"resource_url\":"
	      "\"" SECRET "\"}",
	    "heroku-redis", HEROKU_KEY_KNOWN, ARN);
	tells("{}", "heroku-redis", HEROKU_KEY_NONE, "");
	tells("not even JSON", "heroku-kafka", HEROKU_KEY_UNTOLD, "");
}

static void
tells_nothing(const char *text, size_t len, const char *service)
{
	struct buf body = copy(text, len);
	enum heroku_key key;
	char arn[HEROKU_ARN];
	struct err err = {0};

	assert_int_equal(heroku_key_read(&body, service, &key, arn, &err), -1);
	assert_int_equal(err.status, STATUS_REMOTE);
	assert_int_equal(key, HEROKU_KEY_UNTOLD);
	assert_null(strstr(err.msg, "marker"));
	buf_free(&body);
}

static void
believes_no_other_database(void **state)
{
	static const char *const postgres[] = {
	    "{}",
	    "{\"info\":{}}",
	    POSTGRES(OURS "," OURS),
	    POSTGRES(INFO("Customer Encryption Key", "")),
	    POSTGRES(INFO("Customer Encryption Key", "1")),
	    POSTGRES(INFO("Customer Encryption Key", "\"a\",\"b\"")),
	    POSTGRES("{\"name\":\"Customer Encryption Key\"}"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(postgres) / sizeof(*postgres); i++)
		tells_nothing(
		    postgres[i], strlen(postgres[i]), "heroku-postgresql");
	tells_nothing("{\"customer_encryption_key\":1}", 29, "heroku-redis");
	for (size_t n = 0; n < strlen(POSTGRES(OURS)); n++)
		tells_nothing(POSTGRES(OURS), n, "heroku-postgresql");
}

static void
says(int status, const char *text, const char *id, const char *message,
    const char *hint)
{
	struct buf body = copy(text, strlen(text));
	struct heroku_error e;

	heroku_error_read(&body, status, &e);
	assert_int_equal(e.status, status);
	assert_string_equal(e.id, id);
	assert_string_equal(e.message, message);
	if (strstr(heroku_hint(&e), hint) == NULL)
		fail_msg("no '%s' in the hint for %d %s", hint, status, id);
	buf_free(&body);
}

static void
explains_every_refusal(void **state)
{
	(void)state;
	says(401, "{\"id\":\"unauthorized\",\"message\":\"Invalid.\"}",
	    "unauthorized", "Invalid.", "HEROKU_API_KEY");
	says(402, "{\"id\":\"delinquent\",\"message\":\"Pay\"}", "delinquent",
	    "Pay", "bill");
	says(402, "{\"id\":\"verification_required\",\"message\":\"Card\"}",
	    "verification_required", "Card", "billing page");
	says(403, "{\"id\":\"forbidden\",\"message\":\"No\"}", "forbidden",
	    "No", "rights on the app");
	says(403, "{\"id\":\"two_factor\",\"message\":\"No\"}", "two_factor",
	    "No", "authorizations:create");
	says(404,
	    "{\"resource\":\"app\",\"id\":\"not_found\",\"message\":\"Couldn't "
	    "find that app.\"}",
	    "not_found", "Couldn't find that app.", "heroku apps");
	says(422, "{\"id\":\"invalid_params\",\"message\":\"Name is taken\"}",
	    "invalid_params", "Name is taken", "addons:plans");
	says(423, "{\"id\":\"confirmation_required\",\"message\":\"Sure? \"}",
	    "confirmation_required", "Sure? ", "--confirm-app");
	says(429, "{\"id\":\"rate_limit\",\"message\":\"a\\nb\"}", "rate_limit",
	    "a\\x0ab", "wait some minutes");
	says(409, "{\"id\":\"conflict\",\"message\":\"x\"}", "conflict", "x",
	    "find out what answers");
}

static void
explains_what_is_no_json(void **state)
{
	(void)state;
	says(503, "\r\n\n  <html>\x1b[31m\n<body>", "", "<html>\\x1b[31m",
	    "run this again");
	says(500, "", "", "", "run this again");
	says(401, "no", "", "no", "HEROKU_API_KEY");
	says(403, "{\"id\":7}", "", "{\"id\":7}", "rights");
	says(502, "{\"id\":\"x\",\"message\":\"cut", "",
	    "{\"id\":\"x\",\"message\":\"cut", "run this again");
}

static void
encodes_names_in_paths(void **state)
{
	static const char *const names[] = {"a/../b?c", "D_e-9%\xff"};
	struct buf path;
	struct err err = {0};

	(void)state;
	assert_int_equal(
	    heroku_path(&path, &err, "/apps/%/addons/%", names), 0);
	assert_string_equal(
	    (char *)path.p, "/apps/a%2F%2E%2E%2Fb%3Fc/addons/D_e-9%25%FF");
	buf_free(&path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_an_addon),
	    cmocka_unit_test(believes_no_truncated_addon),
	    cmocka_unit_test(believes_no_other_addon),
	    cmocka_unit_test(refuses_names_without_end),
	    cmocka_unit_test(reads_where_an_app_runs),
	    cmocka_unit_test(reads_which_key_a_database_uses),
	    cmocka_unit_test(believes_no_other_database),
	    cmocka_unit_test(explains_every_refusal),
	    cmocka_unit_test(explains_what_is_no_json),
	    cmocka_unit_test(encodes_names_in_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
