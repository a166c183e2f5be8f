/* Where credentials come from, in which order, and what is refused. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "credentials.h"
#include "process.h"

#define BRIDGE                                                                 \
	"credential_process = aws configure export-credentials "               \
	"--profile NAME --format process"

static char home[] = "/tmp/test-credentials-XXXXXX";

static void
write_file(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", home, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
write_files(const char *credentials, const char *config)
{
	write_file(".aws/credentials", credentials);
	write_file(".aws/config", config);
}

static int
setup(void **state)
{
	static const char *const variables[] = {"AWS_ACCESS_KEY_ID",
	    "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
	    "AWS_CREDENTIAL_EXPIRATION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE",
	    "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"};

	(void)state;
	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++)
		unsetenv(variables[i]);
	setenv("HOME", home, 1);
	write_files("", "");
	return 0;
}

static int
make_home(void **state)
{
	char path[128];

	(void)state;
	if (mkdtemp(home) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/.aws", home);
	return mkdir(path, 0700);
}

static int
remove_home(void **state)
{
	static const char *const names[] = {
	    ".aws/credentials", ".aws/config", "other", ".aws", ""};
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", home, names[i]);
		(void)remove(path);
	}
	return 0;
}

/* "ID SECRET TOKEN", or what went wrong. */
static const char *
found(void)
{
	static char out[2048];
	struct credentials c;
	struct err err = {0};

	if (credentials_find(&c, &err) < 0) {
		assert_null(c.access_key);
		assert_null(c.secret_key);
		(void)snprintf(out, sizeof(out), "%d %s | %s", (int)err.status,
		    err.msg, err.hint);
		return out;
	}
	(void)snprintf(out, sizeof(out), "%s %s %s", c.access_key, c.secret_key,
	    c.session_token != NULL ? c.session_token : "-");
	credentials_free(&c);
	return out;
}

static void
assert_found(const char *text)
{
	if (strstr(found(), text) == NULL)
		fail_msg("wanted '%s' in '%s'", text, found());
}

static void
takes_the_environment_first(void **state)
{
	(void)state;
	write_files("[default]\naws_access_key_id = FILE\n"
		    "aws_secret_access_key = f\n",
	    "");
	assert_string_equal(found(), "FILE f -");
	setenv("AWS_ACCESS_KEY_ID", "ENV", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "e", 1);
	assert_string_equal(found(), "ENV e -");
	setenv("AWS_SECURITY_TOKEN", "old", 1);
	assert_string_equal(found(), "ENV e old");
	setenv("AWS_SESSION_TOKEN", "t", 1);
	assert_string_equal(found(), "ENV e t");
	/* AWS_PROFILE alone does not take the environment away. */
	setenv("AWS_PROFILE", "default", 1);
	assert_string_equal(found(), "ENV e t");
}

static void
refuses_half_of_a_pair(void **state)
{
	(void)state;
	setenv("AWS_ACCESS_KEY_ID", "ENV", 1);
	assert_found(
	    "1 AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY");
	unsetenv("AWS_ACCESS_KEY_ID");
	write_files("[default]\naws_access_key_id = A\n", "");
	assert_found("profile 'default' of '");
	assert_found("without aws_secret_access_key");
}

static void
chooses_the_profile(void **state)
{
	(void)state;
	write_files("[default]\naws_access_key_id = D\n"
		    "aws_secret_access_key = d\n"
		    "[my dev]\naws_access_key_id = M\n"
		    "aws_secret_access_key = m\naws_session_token = t\n",
	    "[profile conf]\nAWS_ACCESS_KEY_ID = C\n"
	    "aws_secret_access_key = c\n"
	    "[default]\naws_access_key_id = X\naws_secret_access_key = x\n");
	assert_string_equal(found(), "D d -");
	setenv("AWS_DEFAULT_PROFILE", "my dev", 1);
	assert_string_equal(found(), "M m t");
	setenv("AWS_PROFILE", "conf", 1);
	assert_string_equal(found(), "C c -");
	setenv("AWS_PROFILE", "nobody", 1);
	assert_found("none for profile 'nobody' in '");
	write_files("",
	    "[default]\naws_access_key_id = X\naws_secret_access_key = x\n");
	setenv("AWS_PROFILE", "default", 1);
	assert_string_equal(found(), "X x -");
}

static void
finds_files_where_variables_say(void **state)
{
	char path[128];

	(void)state;
	write_file("other",
	    "[default]\naws_access_key_id = O\naws_secret_access_key = o\n");
	setenv("AWS_SHARED_CREDENTIALS_FILE", "~/other", 1);
	assert_string_equal(found(), "O o -");
	(void)snprintf(path, sizeof(path), "%s/other", home);
	setenv("AWS_SHARED_CREDENTIALS_FILE", path, 1);
	assert_string_equal(found(), "O o -");
	unsetenv("HOME");
	assert_string_equal(found(), "O o -");
	unsetenv("AWS_SHARED_CREDENTIALS_FILE");
	assert_found("no AWS credentials");
}

static void
says_what_to_do_without_any(void **state)
{
	(void)state;
	assert_found("1 no AWS credentials: none in the environment");
	assert_found("set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
		     "AWS_SECRET_ACCESS_KEY");
	assert_found(BRIDGE);
}

static void
refuses_logins_and_roles_with_the_bridge(void **state)
{
	static const char *const lines[] = {"role_arn = x", "sso_session = x",
	    "sso_start_url = x", "source_profile = x",
	    "web_identity_token_file = x", "login_session = x",
	    "credential_source = Environment"};
	char config[512];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		(void)snprintf(
		    config, sizeof(config), "[default]\n%s\n", lines[i]);
		write_files("", config);
		assert_found("logins and roles are not done here");
		assert_found(BRIDGE);
		/* Keys beside it are not whom the operator means. */
		(void)snprintf(config, sizeof(config),
		    "[default]\n%s\naws_access_key_id = A\n"
		    "aws_secret_access_key = a\n",
		    lines[i]);
		write_files("", config);
		assert_found("logins and roles are not done here");
		(void)snprintf(config, sizeof(config),
		    "[profile default]\n%s\n", lines[i]);
		write_files("[default]\naws_access_key_id = A\n"
			    "aws_secret_access_key = a\n",
		    config);
		assert_found("logins and roles are not done here");
	}
	/* Another profile's login does not matter. */
	write_files("[default]\naws_access_key_id = A\n"
		    "aws_secret_access_key = a\n",
	    "[profile x]\nsso_session = x\n");
	assert_string_equal(found(), "A a -");
}

static void
runs_a_credential_process(void **state)
{
	(void)state;
	write_files("",
	    "[profile p]\nsso_session = x\ncredential_process = /bin/echo "
	    "'{\"Version\":1,\"AccessKeyId\":\"P\",\"SecretAccessKey\":' "
	    "\"\\\"p\\\",\\\"SessionToken\\\":\\\"t\\\"}\"\n");
	setenv("AWS_PROFILE", "p", 1);
	assert_string_equal(found(), "P p t");
}

/* A passphrase may lie in a file that the shell opened for us. */
static void
a_process_inherits_no_descriptor_of_ours(void **state)
{
	int fd = open("/dev/null", O_RDONLY);

	(void)state;
	assert_true(fd > 2);
	assert_int_equal(dup2(fd, 9), 9);
	write_files("",
	    "[default]\ncredential_process = sh -c \"test ! -e "
	    "/proc/\\$\\$/fd/9 && exit 7\"\n");
	assert_found("'sh' failed with status 7");
	close(9);
	close(fd);
}

static void
refuses_a_process_that_fails(void **state)
{
	(void)state;
	write_files("", "[default]\ncredential_process = /bin/false\n");
	assert_found("1 profile 'default': '/bin/false' failed with status 1");
	write_files("", "[default]\ncredential_process = /nowhere/x --y\n");
	assert_found("cannot run '/nowhere/x': No such file or directory");
	assert_found("without a shell");
	write_files("", "[default]\ncredential_process = echo '{}\n");
	assert_found("3 profile 'default': credential_process has a quote "
		     "or a backslash that nothing follows");
	write_files("", "[default]\ncredential_process = echo {}\n");
	assert_found("what the credential_process of 'default' printed");
	write_files("", "[default]\ncredential_process = sh -c 'kill $$'\n");
	assert_found("'sh' was killed by signal 15");
	/* What main() ignores is not ignored for others. */
	(void)signal(SIGPIPE, SIG_IGN);
	write_files("",
	    "[default]\ncredential_process = sh -c 'kill -PIPE $$; echo {}'\n");
	assert_found("was killed by signal 13");
	write_files(
	    "", "[default]\ncredential_process = head -c 70000 /dev/zero\n");
	assert_found("'head' says more than 65536 bytes");
}

static void
refuses_a_malformed_file(void **state)
{
	struct credentials c;
	struct err err = {0};

	(void)state;
	write_files("[default]\naws_access_key_id = A\n"
		    "aws_secret_access_key = a\n",
	    "[default]\nregion = x\nwhat is this\n");
	assert_int_equal(credentials_find(&c, &err), -1);
	assert_int_equal(err.status, STATUS_REJECTED);
	assert_non_null(strstr(err.msg, ".aws/config', line 3: "));
}

static void
never_shows_a_secret(void **state)
{
	(void)state;
	setenv("AWS_ACCESS_KEY_ID", "ID", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "top secret", 1);
	assert_null(strstr(found(), "top"));
	assert_found("the secret access key from the environment is missing "
		     "or has characters that none has");
	setenv("AWS_SECRET_ACCESS_KEY", "ok", 1);
	setenv("AWS_SESSION_TOKEN", "a\nx-evil: b", 1);
	assert_found("the session token from the environment");
	assert_null(strstr(found(), "evil"));
	unsetenv("AWS_SESSION_TOKEN");
	setenv("AWS_ACCESS_KEY_ID", "a/b", 1);
	assert_found("the access key id from the environment");
}

/* What the process printed, cut to its own allocation. */
static int
read_json(const char *text, size_t len, struct credentials *c, struct err *err)
{
	char *exact = malloc(len + 1);
	struct buf b;
	int ret;

	assert_non_null(exact);
	memcpy(exact, text, len);
	exact[len] = '\0';
	b = buf_view(exact, len);
	ret = credentials_read_json(&b, "it", c, err);
	free(exact);
	return ret;
}

static void
reads_what_a_process_prints(void **state)
{
	static const char text[] =
	    "{\"Version\": 1, \"AccessKeyId\": \"A\", \"SecretAccessKey\": "
	    "\"s\", \"SessionToken\": \"t\", \"AccountId\": \"1\", "
	    "\"Expiration\": \"2026-11-20T10:00:00+00:00\"}\n";
	struct credentials c;
	struct err err = {0};

	(void)state;
	assert_int_equal(read_json(text, strlen(text), &c, &err), 0);
	assert_string_equal(c.access_key, "A");
	assert_string_equal(c.secret_key, "s");
	assert_string_equal(c.session_token, "t");
	assert_int_equal(c.expires, 1795168800);
	credentials_free(&c);
	for (size_t n = 0; n < strlen(text) - 1; n++)
		assert_int_equal(read_json(text, n, &c, &err), -1);
}

static void
refuses_other_json(void **state)
{
	static const char *const texts[] = {
	    "{\"Version\":2,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s\"}",
	    "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s\"}",
	    "{\"Version\":\"1\",\"AccessKeyId\":\"A\","
	    "\"SecretAccessKey\":\"s\"}",
	    "{\"Version\":1,\"SecretAccessKey\":\"s\"}",
	    "{\"Version\":1,\"AccessKeyId\":\"A\"}",
	    "{\"Version\":1,\"AccessKeyId\":\"\",\"SecretAccessKey\":\"s\"}",
	    "{\"Version\":1,\"AccessKeyId\":7,\"SecretAccessKey\":\"s\"}",
	    "{\"Version\":1,\"AccessKeyId\":\"A\",\"AccessKeyId\":\"B\","
	    "\"SecretAccessKey\":\"s\"}",
	    "{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s\","
	    "\"Expiration\":\"tomorrow\"}",
	    "{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s\"}"
	    "x",
	    "[]",
	    "",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct credentials c;
		struct err err = {0};

		if (read_json(texts[i], strlen(texts[i]), &c, &err) == 0)
			fail_msg("accepted %s", texts[i]);
		assert_int_equal(err.status, STATUS_FAILED);
		assert_null(strstr(err.msg, "\"s\""));
		assert_null(c.access_key);
	}
}

static void
knows_when_they_expire(void **state)
{
	static const struct {
		const char *text;
		int64_t t; /* 0: refused */
	} cases[] = {
	    {"2026-11-20T10:00:00Z", 1795168800},
	    {"2026-11-20T10:00:00.123456Z", 1795168800},
	    {"2026-11-20T12:00:00+02:00", 1795168800},
	    {"2026-11-20T05:30:00-04:30", 1795168800},
	    {"2026-11-20T10:00:00", 0},
	    {"2026-11-20T10:00:00+2:00", 0},
	    {"2026-11-20T10:00:00+02:000", 0},
	    {"2026-11-20T10:00:00+-2:00", 0},
	    {"2026-13-20T10:00:00Z", 0},
	    {"soon", 0},
	};
	struct credentials c;
	struct err err = {0};

	(void)state;
	setenv("AWS_ACCESS_KEY_ID", "ENV", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "e", 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		setenv("AWS_CREDENTIAL_EXPIRATION", cases[i].text, 1);
		if (cases[i].t == 0) {
			assert_int_equal(credentials_find(&c, &err), -1);
			assert_found("not as a time in RFC 3339");
			continue;
		}
		assert_int_equal(credentials_find(&c, &err), 0);
		assert_int_equal(c.expires, cases[i].t);
		assert_int_equal(
		    credentials_check(&c, cases[i].t - 3600, &err), 0);
		assert_int_equal(
		    credentials_check(&c, cases[i].t - 60, &err), -1);
		assert_string_equal(err.msg,
		    "the AWS credentials from the environment expire at "
		    "2026-11-20T10:00:00Z");
		assert_int_equal(credentials_check(&c, cases[i].t, &err), -1);
		assert_non_null(strstr(err.msg, " expired at "));
		assert_int_equal(err.status, STATUS_FAILED);
		credentials_free(&c);
	}
}

/* The words, each in <>. */
static const char *
words(const char *line)
{
	static char out[512];
	struct process_words w;
	struct err err = {0};
	char *exact = malloc(strlen(line) + 1);

	assert_non_null(exact);
	memcpy(exact, line, strlen(line));
	out[0] = '\0';
	if (process_split(exact, strlen(line), &w, &err) < 0) {
		free(exact);
		assert_int_equal(err.status, STATUS_REJECTED);
		return "(refused)";
	}
	free(exact);
	assert_null(w.argv[w.n]);
	for (size_t i = 0; i < w.n; i++) {
		strcat(out, "<");
		strcat(out, w.argv[i]);
		strcat(out, ">");
	}
	process_words_free(&w);
	return out;
}

static void
splits_as_a_shell_does(void **state)
{
	(void)state;
	assert_string_equal(words("a b"), "<a><b>");
	assert_string_equal(words("  a\t b  "), "<a><b>");
	assert_string_equal(words("'a b' \"c d\""), "<a b><c d>");
	assert_string_equal(words("a'b'\"c\"d"), "<abcd>");
	assert_string_equal(words("a '' b"), "<a><><b>");
	assert_string_equal(words("a\\ b \\'c"), "<a b><'c>");
	assert_string_equal(words("'a\\b' \"a\\b\""), "<a\\b><a\\b>");
	assert_string_equal(words("\"\\\"\\\\\\$\\`\""), "<\"\\$`>");
	assert_string_equal(
	    words("a $HOME ~ | ; `x` *"), "<a><$HOME><~><|><;><`x`><*>");
	assert_string_equal(words(""), "(refused)");
	assert_string_equal(words("  "), "(refused)");
	assert_string_equal(words("''"), "(refused)");
	assert_string_equal(words("a 'b"), "(refused)");
	assert_string_equal(words("a \"b"), "(refused)");
	assert_string_equal(words("a \"b\\\""), "(refused)");
	assert_string_equal(words("a b\\"), "(refused)");
}

static void
refuses_too_many_words(void **state)
{
	char line[2 * PROCESS_WORDS_MAX + 3];

	(void)state;
	for (size_t i = 0; i <= PROCESS_WORDS_MAX; i++)
		memcpy(line + 2 * i, "a ", 3);
	assert_string_equal(words(line), "(refused)");
	line[2 * PROCESS_WORDS_MAX] = '\0';
	assert_int_equal(strlen(words(line)), 3 * PROCESS_WORDS_MAX);
}

static void
frees_twice(void **state)
{
	struct credentials c = CREDENTIALS_NONE;

	(void)state;
	credentials_free(NULL);
	credentials_free(&c);
	credentials_free(&c);
	process_words_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(takes_the_environment_first, setup),
	    cmocka_unit_test_setup(refuses_half_of_a_pair, setup),
	    cmocka_unit_test_setup(chooses_the_profile, setup),
	    cmocka_unit_test_setup(finds_files_where_variables_say, setup),
	    cmocka_unit_test_setup(says_what_to_do_without_any, setup),
	    cmocka_unit_test_setup(
		refuses_logins_and_roles_with_the_bridge, setup),
	    cmocka_unit_test_setup(runs_a_credential_process, setup),
	    cmocka_unit_test_setup(
		a_process_inherits_no_descriptor_of_ours, setup),
	    cmocka_unit_test_setup(refuses_a_process_that_fails, setup),
	    cmocka_unit_test_setup(refuses_a_malformed_file, setup),
	    cmocka_unit_test_setup(never_shows_a_secret, setup),
	    cmocka_unit_test_setup(reads_what_a_process_prints, setup),
	    cmocka_unit_test_setup(refuses_other_json, setup),
	    cmocka_unit_test_setup(knows_when_they_expire, setup),
	    cmocka_unit_test(splits_as_a_shell_does),
	    cmocka_unit_test(refuses_too_many_words),
	    cmocka_unit_test(frees_twice),
	};

	return cmocka_run_group_tests(tests, make_home, remove_home);
}
