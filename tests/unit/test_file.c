/*
 * Files: never overwritten, never half-written, never anything but a regular
 * file; each failure says which path and why.
 */
#include "scratch.h"

#include <signal.h>
#include <sys/resource.h>

#include "says.h"

static const struct buf hello = {(uint8_t[]){"hello"}, 5, 0};

static void
create_makes_a_private_file(void **state)
{
	struct err err = {0};
	struct stat st;

	(void)state;
	(void)umask(0);
	assert_int_equal(file_create("new", &hello, &err), 0);
	(void)umask(022);
	assert_int_equal(lstat("new", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	file_holds("new", "hello");
	assert_int_equal(names_in("."), 1);
}

static void
create_never_overwrites(void **state)
{
	struct err err = {0};

	(void)state;
	put_file("old", "precious");
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_int_equal(symlink("old", "link"), 0);
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_int_equal(file_create("old", &hello, &err), -1);
	says(&err, STATUS_FAILED, "'old' is already there");
	assert_string_not_equal(err.hint, "");
	assert_int_equal(file_create("folder", &hello, &err), -1);
	says(&err, STATUS_FAILED, "'folder' is already there");
	assert_int_equal(file_create("link", &hello, &err), -1);
	says(&err, STATUS_FAILED, "'link' is already there");
	assert_int_equal(file_create("dangling", &hello, &err), -1);
	says(&err, STATUS_FAILED, "'dangling' is already there");
	assert_int_equal(file_create("pipe", &hello, &err), -1);
	says(&err, STATUS_FAILED, "'pipe' is already there");
	file_holds("old", "precious");
	assert_false(file_exists("nowhere"));
	assert_int_equal(names_in("."), 5);
}

static void
create_needs_its_directory(void **state)
{
	struct err err = {0};

	(void)state;
	assert_int_equal(file_create("no/new", &hello, &err), -1);
	says(&err, STATUS_FAILED, "cannot create 'no/new': No such file");
	assert_int_equal(names_in("."), 0);
}

/* A name put there in advance is not followed and not written through. */
static void
the_temporary_name_is_nobodys_way_in(void **state)
{
	struct err err = {0};

	(void)state;
	put_file("victim", "precious");
	assert_int_equal(symlink("victim", ".new.new"), 0);
	assert_int_equal(file_create("new", &hello, &err), 0);
	file_holds("victim", "precious");
	file_holds("new", "hello");
	assert_int_equal(names_in("."), 2);
	/* What cannot be thrown away is in the way. */
	assert_int_equal(mkdir(".other.new", 0700), 0);
	assert_int_equal(file_create("other", &hello, &err), -1);
	says(&err, STATUS_FAILED, "cannot create 'other': File exists");
}

static void
a_killed_run_leaves_nothing_that_stays(void **state)
{
	struct err err = {0};

	(void)state;
	put_file(".new.new", "half of something lon");
	assert_int_equal(file_create("new", &hello, &err), 0);
	file_holds("new", "hello");
	assert_int_equal(names_in("."), 1);
}

/* The disk is full after n bytes, as far as this process can write. */
static void
fill_disk(rlim_t n, struct rlimit *before)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, before), 0);
	limit = (struct rlimit){n, before->rlim_max};
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void
a_full_disk_leaves_nothing_and_keeps_the_old(void **state)
{
	struct rlimit before;
	struct err err = {0};

	(void)state;
	put_file("old", "precious");
	for (rlim_t n = 0; n < hello.len; n++) {
		int create, replace;
		struct err create_err = {0}, replace_err = {0};

		fill_disk(n, &before);
		create = file_create("new", &hello, &create_err);
		replace = file_replace("old", &hello, &replace_err);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
		assert_int_equal(create, -1);
		says(&create_err, STATUS_FAILED,
		    "cannot write 'new': File too large");
		assert_int_equal(replace, -1);
		says(&replace_err, STATUS_FAILED,
		    "cannot write 'old': File too large");
		file_holds("old", "precious");
		assert_int_equal(names_in("."), 1);
	}
	assert_int_equal(file_replace("old", &hello, &err), 0);
	file_holds("old", "hello");
}

static void
a_full_disk_leaves_no_torn_line(void **state)
{
	struct rlimit before;
	struct err err = {0};

	(void)state;
	assert_int_equal(file_append("log", &hello, &err), 0);
	for (rlim_t n = 5; n < 10; n++) {
		int ret;

		fill_disk(n, &before);
		ret = file_append("log", &hello, &err);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
		assert_int_equal(ret, -1);
		says(&err, STATUS_FAILED, "cannot write 'log': File too large");
		file_holds("log", "hello");
	}
	assert_int_equal(file_append("log", &hello, &err), 0);
	file_holds("log", "hellohello");
}

static void
append_writes_to_regular_files_only(void **state)
{
	struct err err = {0};
	int reader;

	(void)state;
	put_file("victim", "precious");
	assert_int_equal(symlink("victim", "log"), 0);
	assert_int_equal(file_append("log", &hello, &err), -1);
	says(&err, STATUS_FAILED, "cannot open 'log' for writing");
	file_holds("victim", "precious");
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_int_equal(file_append("pipe", &hello, &err), -1);
	says(&err, STATUS_FAILED, "cannot open 'pipe' for writing");
	reader = open("pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(reader >= 0);
	assert_int_equal(file_append("pipe", &hello, &err), -1);
	says(&err, STATUS_FAILED, "'pipe' is not a regular file");
	close(reader);
}

static void
replace_puts_all_or_nothing(void **state)
{
	struct err err = {0};
	struct stat st;

	(void)state;
	assert_int_equal(file_replace("new", &hello, &err), 0);
	file_holds("new", "hello");
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_int_equal(file_replace("folder", &hello, &err), -1);
	says(&err, STATUS_FAILED, "cannot put 'folder' in its place");
	/* A link is replaced, not what it leads to. */
	put_file("victim", "precious");
	assert_int_equal(symlink("victim", "link"), 0);
	assert_int_equal(file_replace("link", &hello, &err), 0);
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISREG(st.st_mode));
	file_holds("victim", "precious");
	assert_int_equal(names_in("."), 4);
}

static void
reads_to_the_limit_and_no_further(void **state)
{
	struct buf b;
	struct err err = {0};
	bool found;

	(void)state;
	put_file("five", "hello");
	assert_int_equal(file_read("five", 5, &b, &err), 0);
	assert_string_equal(b.p, "hello");
	buf_free(&b);
	assert_int_equal(file_read("five", 4, &b, &err), -1);
	says(&err, STATUS_REJECTED, "'five' has 5 bytes, at most 4 are");
	assert_null(b.p);
	put_file("none", "");
	assert_int_equal(file_read_if_there("none", 4, &b, &found, &err), 0);
	assert_true(found);
	assert_int_equal(b.len, 0);
	buf_free(&b);
}

static void
absence_is_an_error_only_where_it_is(void **state)
{
	struct buf b;
	struct err err = {0};
	bool found = true;

	(void)state;
	assert_int_equal(file_read_if_there("no", 4, &b, &found, &err), 0);
	assert_false(found);
	assert_int_equal(file_read("no", 4, &b, &err), -1);
	says(&err, STATUS_FAILED, "cannot open 'no': No such file");
	put_file("file", "");
	assert_int_equal(file_read_if_there("file/x", 4, &b, &found, &err), -1);
	says(&err, STATUS_FAILED, "cannot open 'file/x': Not a directory");
}

/* A named pipe without a writer would hold up whoever opens it. */
static void
reads_regular_files_only(void **state)
{
	static const char *const others[] = {"pipe", "folder", "device"};
	struct buf b;

	(void)state;
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_int_equal(symlink("/dev/zero", "device"), 0);
	for (unsigned i = 0; i < 3; i++) {
		struct err err = {0};

		assert_int_equal(file_read(others[i], 100, &b, &err), -1);
		says(&err, STATUS_FAILED, "is not a regular file");
		assert_null(b.p);
	}
}

static void
reads_a_descriptor_to_its_end(void **state)
{
	struct buf b;
	struct err err = {0};
	int fds[2], closed;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "hello", 5), 5);
	close(fds[1]);
	assert_int_equal(file_read_fd(fds[0], "the pipe", 5, &b, &err), 0);
	assert_string_equal(b.p, "hello");
	buf_free(&b);
	closed = fds[0];
	close(closed);
	assert_int_equal(file_read_fd(closed, "the pipe", 5, &b, &err), -1);
	says(&err, STATUS_FAILED, "cannot read 'the pipe': Bad file");
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "hello", 5), 5);
	close(fds[1]);
	assert_int_equal(file_read_fd(fds[0], "the pipe", 4, &b, &err), -1);
	says(&err, STATUS_REJECTED, "'the pipe' has more than 4 bytes");
	assert_null(b.p);
	close(fds[0]);
}

static void
move_never_overwrites(void **state)
{
	struct err err = {0};

	(void)state;
	put_file("a", "1");
	put_file("b", "2");
	assert_int_equal(file_move("a", "b", &err), -1);
	says(&err, STATUS_FAILED, "'b' is already there");
	file_holds("a", "1");
	file_holds("b", "2");
	assert_int_equal(file_move("a", "c", &err), 0);
	file_holds("c", "1");
	assert_int_equal(file_move("a", "d", &err), -1);
	says(&err, STATUS_FAILED, "cannot rename 'a' to 'd': No such file");
}

static void
makes_directories_for_its_owner_alone(void **state)
{
	struct err err = {0};
	struct stat st;

	(void)state;
	assert_int_equal(file_make_dirs("a/b/c", &err), 0);
	assert_int_equal(file_make_dirs("a/b/c", &err), 0);
	assert_int_equal(stat("a/b/c", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	put_file("file", "");
	assert_int_equal(file_make_dirs("file/x", &err), -1);
	says(&err, STATUS_FAILED, "cannot make directory 'file/x'");
}

static void
refuses_paths_that_are_too_long(void **state)
{
	char path[5000];
	struct err err = {0};

	(void)state;
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(file_create(path, &hello, &err), -1);
	says(&err, STATUS_FAILED, "'xxx");
	assert_int_equal(file_replace(path, &hello, &err), -1);
	assert_int_equal(file_make_dirs(path, &err), -1);
	path[256] = '\0';
	assert_int_equal(file_create(path, &hello, &err), -1);
	says(&err, STATUS_FAILED, "File name too long");
	assert_int_equal(names_in("."), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    in_scratch(create_makes_a_private_file),
	    in_scratch(create_never_overwrites),
	    in_scratch(create_needs_its_directory),
	    in_scratch(the_temporary_name_is_nobodys_way_in),
	    in_scratch(a_killed_run_leaves_nothing_that_stays),
	    in_scratch(a_full_disk_leaves_nothing_and_keeps_the_old),
	    in_scratch(a_full_disk_leaves_no_torn_line),
	    in_scratch(append_writes_to_regular_files_only),
	    in_scratch(replace_puts_all_or_nothing),
	    in_scratch(reads_to_the_limit_and_no_further),
	    in_scratch(absence_is_an_error_only_where_it_is),
	    in_scratch(reads_regular_files_only),
	    in_scratch(reads_a_descriptor_to_its_end),
	    in_scratch(move_never_overwrites),
	    in_scratch(makes_directories_for_its_owner_alone),
	    in_scratch(refuses_paths_that_are_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
