/* ~/.netrc: whose password is taken, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "netrc.h"

#define HOST "api.heroku.com"
#define ENTRY "machine " HOST "\n  login a@example.com\n  password HRKU-1\n"

static void
gives_len(const char *text, size_t len, const char *password)
{
	struct buf in, out;
	struct err err = {0};
	bool found = false;

	assert_int_equal(buf_copy(&in, text, len, &err), 0);
	if (netrc_find(&in, HOST, &out, &found, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(found, password != NULL);
	if (found)
		assert_string_equal((char *)out.p, password);
	buf_free(&out);
	buf_free(&in);
}

static void
gives(const char *text, const char *password)
{
	gives_len(text, strlen(text), password);
}

static void
refuses(const char *text, const char *why)
{
	struct buf in, out;
	struct err err = {0};
	bool found;

	assert_int_equal(buf_copy(&in, text, strlen(text), &err), 0);
	assert_int_equal(netrc_find(&in, HOST, &out, &found, &err), -1);
	assert_int_equal(err.status, STATUS_REJECTED);
	if (strstr(err.msg, why) == NULL)
		fail_msg("'%s' is not in '%s'", why, err.msg);
	assert_null(strstr(err.msg, "HRKU"));
	assert_null(out.p);
	buf_free(&in);
}

static void
finds_the_machines_password(void **state)
{
	(void)state;
	gives(ENTRY, "HRKU-1");
	gives("machine " HOST " password x", "x");
	gives("machine git.heroku.com login a password b\n" ENTRY
	      "machine other password c\n",
	    "HRKU-1");
	gives("machine " HOST "\r\n\tpassword x\r\n\tlogin y\r\n", "x");
	gives("machine " HOST " account z password #x login machine", "#x");
}

static void
takes_no_other_machines(void **state)
{
	(void)state;
	gives("", NULL);
	gives("\n \n# nothing\n", NULL);
	gives("machine api.heroku.com.example password x", NULL);
	gives("machine xapi.heroku.com password x", NULL);
	gives("machine API.heroku.com password x", NULL);
	gives("machine " HOST " login y", NULL);
}

static void
never_takes_the_default(void **state)
{
	(void)state;
	gives("default login a password x", NULL);
	gives("machine " HOST " login y\ndefault password x", NULL);
}

static void
skips_comments_and_macros(void **state)
{
	(void)state;
	gives("# machine " HOST " password no\n" ENTRY, "HRKU-1");
	gives("macdef init\nmachine " HOST " password no\nquit\n\n" ENTRY,
	    "HRKU-1");
	gives(ENTRY "macdef end", "HRKU-1");
	gives("machine a password b # why\n" ENTRY, "HRKU-1");
}

static void
refuses_what_it_does_not_understand(void **state)
{
	(void)state;
	refuses("machine " HOST " passwd HRKU-1", "line 1: 'machine', 'login'");
	refuses("\n\nlogin x", "line 3: 'machine' before anything else");
	refuses("machine " HOST "\npassword", "line 2: a value");
	refuses("machine", "line 1: a machine's name");
	refuses("machine " HOST " password \"HRKU-1\"", "printable");
	refuses("machine " HOST " password HRKU-1\\ 2", "printable");
	refuses("machine " HOST " password HRKU\x01", "printable");
	refuses("machine " HOST " password HRKU-1 password HRKU-2",
	    "a single password");
	refuses(ENTRY ENTRY, "line 4: 'api.heroku.com' is there twice");
}

static void
survives_every_truncation(void **state)
{
	static const char whole[] = "macdef x\ny\n\n# z\n" ENTRY;
	struct err err = {0};

	(void)state;
	for (size_t n = 0; n < strlen(whole); n++) {
		struct buf in, out;
		bool found;

		assert_int_equal(buf_copy(&in, whole, n, &err), 0);
		(void)netrc_find(&in, HOST, &out, &found, &err);
		buf_free(&out);
		buf_free(&in);
	}
}

static void
says_when_others_can_read_the_file(void **state)
{
	char dir[] = "/tmp/netrc-test-XXXXXX", path[64], warning[256];
	struct buf text = buf_view(ENTRY, strlen(ENTRY)), out;
	struct err err = {0};
	bool found;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(setenv("HOME", dir, 1), 0);
	assert_int_equal(
	    netrc_load(HOST, &out, &found, warning, sizeof(warning), &err), 0);
	assert_false(found);
	(void)snprintf(path, sizeof(path), "%s/.netrc", dir);
	assert_int_equal(file_create(path, &text, &err), 0);
	assert_int_equal(
	    netrc_load(HOST, &out, &found, warning, sizeof(warning), &err), 0);
	assert_true(found);
	assert_string_equal((char *)out.p, "HRKU-1");
	assert_string_equal(warning, "");
	buf_free(&out);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(
	    netrc_load(HOST, &out, &found, warning, sizeof(warning), &err), 0);
	assert_non_null(strstr(warning, "others can read"));
	buf_free(&out);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_the_machines_password),
	    cmocka_unit_test(takes_no_other_machines),
	    cmocka_unit_test(never_takes_the_default),
	    cmocka_unit_test(skips_comments_and_macros),
	    cmocka_unit_test(refuses_what_it_does_not_understand),
	    cmocka_unit_test(survives_every_truncation),
	    cmocka_unit_test(says_when_others_can_read_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
