#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 4096

static int
read_all(int fd, const char *name, struct buf *b, struct err *err)
{
	size_t got = 0;

	while (got < b->len) {
		ssize_t n = read(fd, b->p + got, b->len - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "cannot read '%s'", name);
		if (n == 0)
			return err_set(err, STATUS_FAILED,
			    "'%s' shrank while it was read", name);
		got += (size_t)n;
	}
	return 0;
}

int
file_read_if_there(
    const char *path, size_t max, struct buf *b, bool *found, struct err *err)
{
	int ret = -1;
	struct stat st;
	/* Not blocking, so that a named pipe cannot hold up the ceremony. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	*b = BUF_EMPTY;
	*found = false;
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return err_sys(err, "cannot open '%s'", path);
	*found = true;
	if (fstat(fd, &st) < 0) {
		err_sys(err, "cannot look at '%s'", path);
		goto out;
	}
	if (!S_ISREG(st.st_mode) || st.st_size < 0) {
		err_set(err, STATUS_FAILED, "'%s' is not a regular file", path);
		err_hint(err, "look what it is, then move it away");
		goto out;
	}
	if ((uintmax_t)st.st_size > max) {
		err_set(err, STATUS_REJECTED,
		    "'%s' has %jd bytes, at most %zu are allowed", path,
		    (intmax_t)st.st_size, max);
		goto out;
	}
	if (buf_alloc(b, (size_t)st.st_size, err) < 0 ||
	    read_all(fd, path, b, err) < 0)
		goto out;
	ret = 0;
out:
	close(fd);
	if (ret < 0)
		buf_free(b);
	return ret;
}

int
file_read(const char *path, size_t max, struct buf *b, struct err *err)
{
	bool found;

	if (file_read_if_there(path, max, b, &found, err) < 0)
		return -1;
	if (!found) {
		errno = ENOENT;
		return err_sys(err, "cannot open '%s'", path);
	}
	return 0;
}

int
file_read_fd(
    int fd, const char *name, size_t max, struct buf *b, struct err *err)
{
	uint8_t chunk[4096];
	int ret = -1;

	*b = BUF_EMPTY;
	for (;;) {
		ssize_t n = read(fd, chunk, sizeof(chunk));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err_sys(err, "cannot read '%s'", name);
			goto out;
		}
		if (n == 0)
			break;
		if (b->len + (size_t)n > max) {
			err_set(err, STATUS_REJECTED,
			    "'%s' has more than %zu bytes", name, max);
			goto out;
		}
		if (buf_add(b, chunk, (size_t)n, err) < 0)
			goto out;
	}
	ret = 0;
out:
	explicit_bzero(chunk, sizeof(chunk));
	if (ret < 0)
		buf_free(b);
	return ret;
}

static int
write_all(int fd, const struct buf *b)
{
	size_t done = 0;

	while (done < b->len) {
		ssize_t n = write(fd, b->p + done, b->len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		done += (size_t)n;
	}
	return 0;
}

/* The directory that holds path: a rename lasts only once it is fsynced. */
static int
sync_directory(const char *path, struct err *err)
{
	char dir[PATH_SIZE];
	const char *slash = strrchr(path, '/');
	size_t len = slash == NULL ? 1 : (size_t)(slash - path);
	int ret = 0, fd;

	if (len >= sizeof(dir))
		return err_set(err, STATUS_FAILED, "'%s' is too long", path);
	memcpy(dir, slash == NULL ? "." : path, len);
	dir[len] = '\0';
	fd = open(len == 0 ? "/" : dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, "cannot open the directory of '%s'", path);
	/* EINVAL: a file system without it (some network and FUSE ones). */
	if (fsync(fd) < 0 && errno != EINVAL)
		ret = err_sys(err, "cannot fsync the directory of '%s'", path);
	close(fd);
	return ret;
}

/* "DIR/.NAME.new" for "DIR/NAME" */
static int
temporary_name(
    const char *path, char temporary[static PATH_SIZE], struct err *err)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;

	if (snprintf(temporary, PATH_SIZE, "%.*s.%s.new", (int)(name - path),
		path, name) >= PATH_SIZE)
		return err_set(err, STATUS_FAILED, "'%s' is too long", path);
	return 0;
}

/*
 * Write b beside path; the name there goes into temporary. What a killed run
 * left there is thrown away, so that nothing gathers.
 */
static int
write_beside(const char *path, const struct buf *b,
    char temporary[static PATH_SIZE], struct err *err)
{
	int fd;

	if (temporary_name(path, temporary, err) < 0)
		return -1;
	(void)unlink(temporary);
	fd = open(temporary,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(err, "cannot create '%s'", path);
	if (write_all(fd, b) < 0 || fsync(fd) < 0) {
		err_sys(err, "cannot write '%s'", path);
		err_hint(err,
		    "nothing was left behind; make room or make the "
		    "directory writable, then run this again");
		close(fd);
		(void)unlink(temporary);
		return -1;
	}
	if (close(fd) < 0) {
		err_sys(err, "cannot finish writing '%s'", path);
		(void)unlink(temporary);
		return -1;
	}
	return 0;
}

static int
in_the_way(const char *path, struct err *err)
{
	err_set(err, STATUS_FAILED, "'%s' is already there", path);
	return err_hint(err,
	    "nothing is ever overwritten; look what it is, then move it away");
}

int
file_create(const char *path, const struct buf *b, struct err *err)
{
	char temporary[PATH_SIZE];

	if (file_exists(path))
		return in_the_way(path, err);
	if (write_beside(path, b, temporary, err) < 0)
		return -1;
	if (file_move(temporary, path, err) < 0) {
		(void)unlink(temporary);
		return -1;
	}
	return 0;
}

int
file_stage(const char *path, const struct buf *b, struct err *err)
{
	char temporary[PATH_SIZE];

	if (file_exists(path))
		return in_the_way(path, err);
	if (write_beside(path, b, temporary, err) < 0)
		return -1;
	return sync_directory(path, err);
}

int
file_commit(const char *path, struct err *err)
{
	char temporary[PATH_SIZE];

	if (temporary_name(path, temporary, err) < 0)
		return -1;
	return file_move(temporary, path, err);
}

int
file_staged_read(
    const char *path, size_t max, struct buf *b, bool *found, struct err *err)
{
	char temporary[PATH_SIZE];

	*b = BUF_EMPTY;
	*found = false;
	if (temporary_name(path, temporary, err) < 0)
		return -1;
	return file_read_if_there(temporary, max, b, found, err);
}

int
file_replace(const char *path, const struct buf *b, struct err *err)
{
	char temporary[PATH_SIZE];

	if (write_beside(path, b, temporary, err) < 0)
		return -1;
	if (rename(temporary, path) < 0) {
		err_sys(err, "cannot put '%s' in its place", path);
		(void)unlink(temporary);
		return -1;
	}
	return sync_directory(path, err);
}

int
file_append(const char *path, const struct buf *b, struct err *err)
{
	int ret = -1;
	struct stat st;
	int fd = open(path,
	    O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
	    0600);

	if (fd < 0)
		return err_sys(err, "cannot open '%s' for writing", path);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		err_set(err, STATUS_FAILED, "'%s' is not a regular file", path);
		err_hint(err, "look what it is, then move it away");
		goto out;
	}
	if (write_all(fd, b) < 0 || fsync(fd) < 0) {
		err_sys(err, "cannot write '%s'", path);
		/* What is there of b would be in the way of the next one. */
		if (ftruncate(fd, st.st_size) < 0)
			err_hint(err, "the file may end in half a line");
		goto out;
	}
	ret = 0;
out:
	if (close(fd) < 0 && ret == 0)
		ret = err_sys(err, "cannot finish writing '%s'", path);
	if (ret == 0)
		ret = sync_directory(path, err);
	return ret;
}

/*
 * link() and unlink() refuse to overwrite on every file system that has hard
 * links; a stick with FAT has none, there renameat2() does it.
 */
int
file_move(const char *from, const char *to, struct err *err)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return sync_directory(to, err);
	if (errno == EINVAL || errno == ENOSYS) {
		if (link(from, to) == 0) {
			(void)unlink(from);
			return sync_directory(to, err);
		}
	}
	if (errno == EEXIST)
		in_the_way(to, err);
	else
		err_sys(err, "cannot rename '%s' to '%s'", from, to);
	return -1;
}

int
file_make_dirs(const char *path, struct err *err)
{
	char part[PATH_SIZE];
	size_t len = strlen(path);

	if (len >= sizeof(part))
		return err_set(err, STATUS_FAILED, "'%s' is too long", path);
	for (size_t i = 1; i <= len; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0700) < 0 && errno != EEXIST)
			return err_sys(err, "cannot make directory '%s'", part);
	}
	return 0;
}

bool
file_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}
