/*
 * Secrets are wiped when they go, read whole or not at all, and never from an
 * empty or an oversized input. The arena itself is tried in a child process,
 * because libcrypto can be given its heap only once.
 */
#include "secrets.h"

#include <sys/resource.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "child.h"

/* A pipe that gives these bytes; they fit into its buffer. */
static int
pipe_of(const void *p, size_t len)
{
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_true(write(fds[1], p, len) == (ssize_t)len);
	assert_int_equal(close(fds[1]), 0);
	return fds[0];
}

static void
reads_to_the_end(void **state)
{
	static const size_t sizes[] = {
	    1, 32, 4094, 4095, 4096, 8191, 8192, 40000, 65533};
	uint8_t *p = malloc(65533);
	struct err err = {0};
	struct secret s;

	(void)state;
	assert_non_null(p);
	for (size_t i = 0; i < 65533; i++)
		p[i] = (uint8_t)(i * 7 + i / 256);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		int fd = pipe_of(p, sizes[i]);

		if (secret_read_fd(fd, "it", SECRET_MAX - 1, &s, &err) < 0)
			fail_msg("%zu: %s", sizes[i], err.msg);
		assert_int_equal(s.len, sizes[i]);
		assert_memory_equal(s.p, p, s.len);
		assert_int_equal(s.p[s.len], 0);
		secret_free(&s);
		assert_int_equal(close(fd), 0);
	}
	free(p);
}

static void
refuses_too_much_and_nothing(void **state)
{
	struct err err = {0};
	struct secret s;
	int fd = pipe_of("123456789", 9);

	(void)state;
	assert_int_equal(secret_read_fd(fd, "it", 8, &s, &err), -1);
	assert_null(s.p);
	assert_int_equal(err.status, STATUS_REJECTED);
	assert_string_equal(
	    err.msg, "'it' holds more than 8 bytes: no key is that large");
	assert_int_equal(close(fd), 0);

	fd = pipe_of("", 0);
	assert_int_equal(secret_read_fd(fd, "it", 8, &s, &err), -1);
	assert_string_equal(err.msg, "'it' is empty");
	assert_int_equal(close(fd), 0);
}

static void
says_which_file_cannot_be_read(void **state)
{
	struct err err = {0};
	struct secret s;

	(void)state;
	assert_int_equal(secret_read("/nonexistent/key", 8, &s, &err), -1);
	assert_int_equal(err.status, STATUS_FAILED);
	assert_string_equal(err.msg,
	    "cannot open '/nonexistent/key': No such file or directory");
	assert_int_equal(secret_read("/", 8, &s, &err), -1);
	assert_string_equal(err.msg, "cannot read '/': Is a directory");
}

static void
shortens_and_wipes_what_is_behind(void **state)
{
	struct secret s = secret_text("twelve bytes");

	(void)state;
	secret_shorten(&s, 6);
	assert_int_equal(s.len, 6);
	assert_memory_equal(s.p, "twelve\0\0\0\0\0\0", 12);
	secret_shorten(&s, 9);
	assert_int_equal(s.len, 6);
	secret_free(&s);
	assert_null(s.p);
	secret_free(&s);
}

static void
refuses_a_large_secret(void **state)
{
	struct err err = {0};
	struct secret s;

	(void)state;
	assert_int_equal(secret_alloc(&s, SECRET_MAX + 1, &err), -1);
	assert_null(s.p);
	assert_string_equal(err.msg, "a secret of 65536 bytes is too large");
}

static int
child_locked(void)
{
	struct err err = {0};
	struct secret s;
	char line[256];
	bool locked = false;
	FILE *f;

	if (secret_start(&err) < 0 || secret_alloc(&s, 32, &err) < 0)
		return 1;
	if (CRYPTO_secure_allocated(s.p) != 1)
		return 2;
	if ((f = fopen("/proc/self/status", "re")) == NULL)
		return 3;
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "VmLck:", 6) == 0)
			locked = strtol(line + 6, NULL, 10) >= SECRET_ARENA >>
			    10;
	(void)fclose(f);
	return locked ? 0 : 4;
}

static int
child_wiped(void)
{
	struct err err = {0};
	struct secret a, b;

	if (secret_start(&err) < 0 || secret_copy(&a, "first", 5, &err) < 0 ||
	    secret_copy(&b, "second", 6, &err) < 0)
		return 1;
	secret_wipe_all();
	return memcmp(a.p, "\0\0\0\0\0", 5) == 0 &&
		memcmp(b.p, "\0\0\0\0\0\0", 6) == 0
	    ? 0
	    : 2;
}

/* libcrypto's ordinary heap: look at a block after it was freed. */
static int
child_freed(void)
{
	static uint8_t *volatile p;
	struct err err = {0};

	if (secret_start(&err) < 0)
		return 1;
	if ((p = OPENSSL_malloc(4096)) == NULL)
		return 2;
	memset(p, 0xa5, 4096);
	OPENSSL_free(p);
	for (size_t i = 64; i < 4096; i++) /* malloc keeps its books below */
		if (p[i] == 0xa5)
			return 3;
	return 0;
}

/* The heap does not grow, and never falls back to the ordinary one. */
static int
child_exhausted(void)
{
	struct err err = {0};
	struct secret s;

	if (secret_start(&err) < 0)
		return 1;
	for (unsigned i = 0; i < 4; i++)
		if (secret_alloc(&s, SECRET_MAX, &err) < 0)
			return 2;
	if (secret_alloc(&s, 1, &err) == 0)
		return 3;
	return strcmp(err.msg, "out of locked memory for keys") == 0 ? 0 : 4;
}

/* Root may lock without a limit: become somebody else. */
static int
child_unlockable(void)
{
	const struct rlimit none = {0, 0};
	struct err err = {0};

	if (setrlimit(RLIMIT_MEMLOCK, &none) < 0 ||
	    (geteuid() == 0 && setresuid(65534, 65534, 65534) < 0))
		return 1;
	if (secret_start(&err) == 0)
		return 2;
	if (strcmp(err.msg, "cannot lock 256 KiB of memory for keys") != 0)
		return 3;
	return strstr(err.hint, "ulimit -l") != NULL ? 0 : 4;
}

static const struct child children[] = {
    {"locked", child_locked},
    {"wiped", child_wiped},
    {"freed", child_freed},
    {"exhausted", child_exhausted},
    {"unlockable", child_unlockable},
    {NULL, NULL},
};

static void
lives_in_locked_memory(void **state)
{
	(void)state;
	assert_int_equal(run_child("locked"), 0);
}

static void
wipes_all_at_once(void **state)
{
	(void)state;
	assert_int_equal(run_child("wiped"), 0);
}

static void
makes_libcrypto_wipe_what_it_frees(void **state)
{
	(void)state;
	if (CHILD_SANITIZED)
		skip(); /* reading freed memory is what sanitizers find */
	assert_int_equal(run_child("freed"), 0);
}

static void
does_not_fall_back_to_ordinary_memory(void **state)
{
	(void)state;
	assert_int_equal(run_child("exhausted"), 0);
}

static void
refuses_memory_that_cannot_be_locked(void **state)
{
	(void)state;
	assert_int_equal(run_child("unlockable"), 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_to_the_end),
	    cmocka_unit_test(refuses_too_much_and_nothing),
	    cmocka_unit_test(says_which_file_cannot_be_read),
	    cmocka_unit_test(shortens_and_wipes_what_is_behind),
	    cmocka_unit_test(refuses_a_large_secret),
	    cmocka_unit_test(lives_in_locked_memory),
	    cmocka_unit_test(wipes_all_at_once),
	    cmocka_unit_test(makes_libcrypto_wipe_what_it_frees),
	    cmocka_unit_test(does_not_fall_back_to_ordinary_memory),
	    cmocka_unit_test(refuses_memory_that_cannot_be_locked),
	};

	if (argc > 1)
		return be_child(children, argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
