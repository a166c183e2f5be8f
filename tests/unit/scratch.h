/*
 * A directory of one's own for tests that write files: the current directory
 * while the test runs, with this machine's memory (XDG_STATE_HOME) in it.
 */
#ifndef SCRATCH_H
#define SCRATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "file.h"

struct scratch {
	char dir[256];
	int before;
};

static inline int
scratch_enter(void **state)
{
	const char *tmp = getenv("TMPDIR");
	struct scratch *s = calloc(1, sizeof(*s));
	char home[300];

	if (s == NULL)
		return -1;
	(void)snprintf(s->dir, sizeof(s->dir), "%s/gapseal-unit-XXXXXX",
	    tmp == NULL ? "/tmp" : tmp);
	s->before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->before < 0 || mkdtemp(s->dir) == NULL || chdir(s->dir) < 0)
		return -1;
	(void)snprintf(home, sizeof(home), "%s/state", s->dir);
	*state = s;
	return setenv("XDG_STATE_HOME", home, 1);
}

static inline int
scratch_remove(
    const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static inline int
scratch_leave(void **state)
{
	struct scratch *s = *state;
	int ret = fchdir(s->before);

	close(s->before);
	(void)nftw(s->dir, scratch_remove, 16, FTW_DEPTH | FTW_PHYS);
	free(s);
	return ret;
}

/* How many names are in the directory, those that begin with '.' included. */
static inline unsigned
names_in(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	unsigned n = 0;

	assert_non_null(d);
	while ((entry = readdir(d)) != NULL)
		n += strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0;
	closedir(d);
	return n;
}

static inline void
put_file(const char *path, const char *text)
{
	struct buf b = buf_view(text, strlen(text));
	struct err err = {0};

	if (file_replace(path, &b, &err) < 0)
		fail_msg("%s", err.msg);
}

static inline void
file_holds(const char *path, const char *text)
{
	struct buf b = BUF_EMPTY;
	struct err err = {0};

	if (file_read(path, 1 << 26, &b, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(b.len, strlen(text));
	assert_memory_equal(b.p, text, b.len);
	buf_free(&b);
}

#define in_scratch(test)                                                       \
	cmocka_unit_test_setup_teardown(test, scratch_enter, scratch_leave)

#endif
