/* The AWS config files' dialect: what is found, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "ini.h"

static const struct ini_section default_section = {NULL, "default"};

/* The value in its own allocation's bounds, or "(none)". */
static const char *
value_of(const char *text, const struct ini_section *section, const char *key)
{
	static char out[256];
	char *exact = malloc(strlen(text));
	struct buf b;
	struct ini_value v;
	struct err err = {0};

	assert_non_null(exact);
	memcpy(exact, text, strlen(text));
	b = buf_view(exact, strlen(text));
	if (ini_find(&b, "f", section, key, &v, &err) < 0)
		strcpy(out, err.msg);
	else if (v.p == NULL)
		strcpy(out, "(none)");
	else {
		assert_true(v.len < sizeof(out));
		memcpy(out, v.p, v.len);
		out[v.len] = '\0';
	}
	free(exact);
	return out;
}

static const char *
of_default(const char *text, const char *key)
{
	return value_of(text, &default_section, key);
}

static void
finds_values(void **state)
{
	(void)state;
	assert_string_equal(of_default("[default]\na = b\n", "a"), "b");
	assert_string_equal(of_default("[default]\na=b", "a"), "b");
	assert_string_equal(of_default("[default]\r\nA = b c\r\n", "a"), "b c");
	assert_string_equal(of_default("[ default ]\na\t=\tb", "a"), "b");
	assert_string_equal(of_default("[default]\na = b=c", "a"), "b=c");
	assert_string_equal(of_default("[default]\na =\n", "a"), "");
	assert_string_equal(of_default("[default]\na = 1\na = 2\n", "a"), "2");
	assert_string_equal(
	    of_default("[x]\na = 1\n[default]\na = 2\n[y]\na = 3", "a"), "2");
	assert_string_equal(of_default("[default]\nab = 1\n", "a"), "(none)");
	assert_string_equal(of_default("[default]\na = 1\n", "ab"), "(none)");
	assert_string_equal(of_default("[other]\na = 1\n", "a"), "(none)");
	assert_string_equal(of_default("", "a"), "(none)");
}

static void
knows_comments(void **state)
{
	(void)state;
	assert_string_equal(
	    of_default("# x\n[default] ; y\n;a = 1\n #a = 2\na = 3", "a"), "3");
	/* Not behind a value: a secret may have such characters. */
	assert_string_equal(of_default("[default]\na = us-east-1 ; x # y", "a"),
	    "us-east-1 ; x # y");
}

static void
keeps_nested_lines_apart(void **state)
{
	static const char text[] = "[default]\n"
				   "s3 =\n"
				   "  a = nested\n"
				   "\n"
				   "  this is no pair\n"
				   "b = 2\n"
				   "[services x]\n"
				   "  a = indented\n"
				   "  b = too\n";
	const struct ini_section services = {"services", "x"};

	(void)state;
	assert_string_equal(of_default(text, "a"), "(none)");
	assert_string_equal(of_default(text, "b"), "2");
	assert_string_equal(value_of(text, &services, "a"), "indented");
	assert_string_equal(value_of(text, &services, "b"), "too");
}

static void
tells_profiles_by_kind_and_quotes(void **state)
{
	static const char text[] = "[profile dev]\na = 1\n"
				   "[profile \"my dev\"]\na = 2\n"
				   "[profile my test]\na = 3\n"
				   "[dev]\na = 4\n"
				   "[profiledev]\na = 5\n"
				   "[my dev]\na = 6\n"
				   "[profile  'q']\na = 7\n";
	struct ini_section s = {"profile", "dev"};

	(void)state;
	assert_string_equal(value_of(text, &s, "a"), "1");
	s.name = "my dev";
	assert_string_equal(value_of(text, &s, "a"), "2");
	s.name = "my test";
	assert_string_equal(value_of(text, &s, "a"), "(none)");
	s.name = "q";
	assert_string_equal(value_of(text, &s, "a"), "7");
	s = (struct ini_section){NULL, "dev"};
	assert_string_equal(value_of(text, &s, "a"), "4");
	s.name = "my dev";
	assert_string_equal(value_of(text, &s, "a"), "6");
}

static void
refuses_what_is_no_such_file(void **state)
{
	(void)state;
	assert_string_equal(of_default("[default]\na = 1\nnonsense\n", "a"),
	    "'f', line 3: '[section]' or 'key = value' was wanted");
	assert_string_equal(of_default("a = 1\n", "a"),
	    "'f', line 1: '[section]' or 'key = value' was wanted");
	assert_string_equal(of_default("[default\na = 1\n", "a"),
	    "'f', line 1: '[section]' or 'key = value' was wanted");
	assert_string_equal(of_default("[default] x\na = 1\n", "a"),
	    "'f', line 1: '[section]' or 'key = value' was wanted");
	assert_string_equal(of_default("[]\na = 1\n", "a"),
	    "'f', line 1: '[section]' or 'key = value' was wanted");
	assert_string_equal(of_default("[default]\n= 1\n", "a"),
	    "'f', line 2: '[section]' or 'key = value' was wanted");
	assert_string_equal(of_default("\xef\xbb\xbf[default]\na = 1\n", "a"),
	    "'f', line 1: '[section]' or 'key = value' was wanted");
}

static void
refuses_a_nul(void **state)
{
	static const char text[] = "[default]\na = 1\0 2\n";
	struct buf b = buf_view(text, sizeof(text) - 1);
	struct ini_value v;
	struct err err = {0};

	(void)state;
	assert_int_equal(
	    ini_find(&b, "f", &default_section, "a", &v, &err), -1);
	assert_int_equal(err.status, STATUS_REJECTED);
	assert_null(v.p);
}

static void
finds_keys_by_prefix(void **state)
{
	static const char text[] = "[profile a]\nregion = x\nSSO_session = y\n"
				   "[profile b]\nrole_arn = z\n";
	struct buf b = buf_view(text, sizeof(text) - 1);
	struct ini_section s = {"profile", "a"};
	char key[32];

	(void)state;
	ini_find_prefix(&b, &s, "sso_", key, sizeof(key));
	assert_string_equal(key, "SSO_session");
	ini_find_prefix(&b, &s, "role_arn", key, sizeof(key));
	assert_string_equal(key, "");
	ini_find_prefix(&b, &s, "sso_", key, 4);
	assert_string_equal(key, "");
}

static void
never_reads_past_any_cut(void **state)
{
	static const char text[] =
	    "# c\n[profile \"my dev\"] ; x\n  a = 1\n   b = 2\n[default]\nc=";
	char part[sizeof(text)];

	(void)state;
	for (size_t n = 1; n < sizeof(text); n++) {
		memcpy(part, text, n);
		part[n] = '\0';
		(void)of_default(part, "a");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_values),
	    cmocka_unit_test(knows_comments),
	    cmocka_unit_test(keeps_nested_lines_apart),
	    cmocka_unit_test(tells_profiles_by_kind_and_quotes),
	    cmocka_unit_test(refuses_what_is_no_such_file),
	    cmocka_unit_test(refuses_a_nul),
	    cmocka_unit_test(finds_keys_by_prefix),
	    cmocka_unit_test(never_reads_past_any_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
