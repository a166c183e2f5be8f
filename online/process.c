#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "text.h"

#define TIME_MAX 60000   /* ms */
#define PAUSE_NS 2000000 /* between two looks whether it has ended */

extern char **environ;

/* A line being split: text moves into store, word by word. */
struct splitter {
	const char *p, *end;
	char *out;
	char quote; /* '\'', '"', or 0 outside of quotes */
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* In double quotes only some characters can be escaped (POSIX, 2.2.3). */
static bool
is_escape(const struct splitter *s)
{
	if (*s->p != '\\' || s->quote == '\'' || s->p + 1 == s->end)
		return false;
	return s->quote == 0 || strchr("$`\"\\", s->p[1]) != NULL;
}

/* One word, to its end. -1 when a quote or an escape stays open. */
static int
take_word(struct splitter *s)
{
	for (; s->p < s->end; s->p++) {
		if (is_escape(s))
			*s->out++ = *++s->p;
		else if (s->quote != 0 && *s->p == s->quote)
			s->quote = 0;
		else if (s->quote == 0 && (*s->p == '\'' || *s->p == '"'))
			s->quote = *s->p;
		else if (s->quote == 0 && *s->p == '\\')
			return -1; /* the last character of the line */
		else if (s->quote == 0 && is_blank(*s->p))
			break;
		else
			*s->out++ = *s->p;
	}
	*s->out++ = '\0';
	return s->quote == 0 ? 0 : -1;
}

static int
split(struct process_words *words, struct splitter *s, struct err *err)
{
	for (;;) {
		while (s->p < s->end && is_blank(*s->p))
			s->p++;
		if (s->p == s->end)
			break;
		if (words->n == PROCESS_WORDS_MAX)
			return err_set(err, STATUS_REJECTED,
			    "credential_process has more than %d words",
			    PROCESS_WORDS_MAX);
		words->argv[words->n++] = s->out;
		if (take_word(s) < 0)
			return err_set(err, STATUS_REJECTED,
			    "credential_process has a quote or a backslash "
			    "that nothing follows");
	}
	words->argv[words->n] = NULL;
	if (words->n == 0 || words->argv[0][0] == '\0')
		return err_set(err, STATUS_REJECTED,
		    "credential_process names no program");
	return 0;
}

int
process_split(
    const char *line, size_t len, struct process_words *words, struct err *err)
{
	struct splitter s = {.p = line, .end = line + len};

	*words = (struct process_words){.n = 0};
	if (memchr(line, '\0', len) != NULL)
		return err_set(
		    err, STATUS_REJECTED, "credential_process has a NUL in it");
	/* Each word ends with a NUL; the last one needs a byte more. */
	if (buf_alloc(&words->store, len + 1, err) < 0)
		return -1;
	s.out = (char *)words->store.p;
	if (split(words, &s, err) == 0)
		return 0;
	process_words_free(words);
	return -1;
}

void
process_words_free(struct process_words *words)
{
	if (words == NULL)
		return;
	buf_free(&words->store);
	*words = (struct process_words){.n = 0};
}

/* Signals that we ignore would be ignored by it, too: SIGPIPE. */
static int
spawn(const struct process_words *words,
    const posix_spawn_file_actions_t *actions, pid_t *pid)
{
	posix_spawnattr_t attributes;
	sigset_t ours;
	int code = posix_spawnattr_init(&attributes);

	if (code != 0)
		return code;
	(void)sigemptyset(&ours);
	(void)sigaddset(&ours, SIGPIPE);
	code = posix_spawnattr_setsigdefault(&attributes, &ours);
	if (code == 0)
		code = posix_spawnattr_setflags(
		    &attributes, POSIX_SPAWN_SETSIGDEF);
	if (code == 0)
		code = posix_spawnp(pid, words->argv[0], actions, &attributes,
		    words->argv, environ);
	(void)posix_spawnattr_destroy(&attributes);
	return code;
}

/* stdin is empty, stdout is the pipe, stderr stays ours. */
static int
start(const struct process_words *words, const char *name, int out, pid_t *pid,
    struct err *err)
{
	posix_spawn_file_actions_t actions;
	int code;

	if ((code = posix_spawn_file_actions_init(&actions)) != 0) {
		errno = code;
		return err_sys(err, "cannot run '%s'", name);
	}
	code = posix_spawn_file_actions_addopen(
	    &actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (code == 0)
		code = posix_spawn_file_actions_adddup2(
		    &actions, out, STDOUT_FILENO);
	/* Passphrases came by descriptors that a shell opened for us. */
	if (code == 0)
		code = posix_spawn_file_actions_addclosefrom_np(
		    &actions, STDERR_FILENO + 1);
	if (code == 0)
		code = spawn(words, &actions, pid);
	(void)posix_spawn_file_actions_destroy(&actions);
	if (code == 0)
		return 0;
	errno = code;
	err_sys(err, "cannot run '%s'", name);
	return err_hint(err,
	    "credential_process in the AWS config file is run without a "
	    "shell: give the program's whole path, without ~ or $NAME");
}

static int
too_slow(const char *name, struct err *err)
{
	return err_set(err, STATUS_FAILED, "'%s' did not end within %d s", name,
	    TIME_MAX / 1000);
}

/* Read to the end of the pipe; out has room for one byte more than max. */
static int
collect(int fd, const char *name, size_t max, int64_t end, struct buf *out,
    struct err *err)
{
	size_t used = 0;

	for (;;) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		int64_t left = end - clock_ticks();
		ssize_t n;

		if (left <= 0)
			return too_slow(name, err);
		if (poll(&ready, 1, (int)left) <= 0)
			continue;
		n = read(fd, out->p + used, max + 1 - used);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "cannot read what '%s' says", name);
		if (n == 0)
			break;
		used += (size_t)n;
		if (used > max)
			return err_set(err, STATUS_FAILED,
			    "'%s' says more than %zu bytes", name, max);
	}
	out->len = used;
	return 0;
}

/* It has closed its stdout, which is not yet its end. */
static int
wait_for(pid_t pid, const char *name, int64_t end, struct err *err)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};
	int status;
	pid_t got;

	while ((got = waitpid(pid, &status, WNOHANG)) == 0 ||
	    (got < 0 && errno == EINTR)) {
		if (clock_ticks() >= end)
			return too_slow(name, err);
		(void)nanosleep(&pause, NULL);
	}
	if (got < 0)
		return err_sys(err, "cannot wait for '%s'", name);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFEXITED(status))
		err_set(err, STATUS_FAILED, "'%s' failed with status %d", name,
		    WEXITSTATUS(status));
	else
		err_set(err, STATUS_FAILED, "'%s' was killed by signal %d",
		    name, WTERMSIG(status));
	return err_hint(err, "its own words are above; try it by itself");
}

int
process_run(const struct process_words *words, size_t max, struct buf *out,
    struct err *err)
{
	int ret = -1, ends[2] = {-1, -1};
	int64_t end = clock_ticks() + TIME_MAX;
	char name[256];
	pid_t pid = -1;

	*out = BUF_EMPTY;
	(void)text_visible(
	    words->argv[0], strlen(words->argv[0]), name, sizeof(name));
	if (buf_alloc(out, max + 1, err) < 0)
		return -1;
	if (pipe2(ends, O_CLOEXEC) != 0) {
		err_sys(err, "cannot make a pipe to '%s'", name);
		goto out;
	}
	if (start(words, name, ends[1], &pid, err) < 0)
		goto out;
	(void)close(ends[1]);
	ends[1] = -1;
	if (collect(ends[0], name, max, end, out, err) == 0)
		ret = wait_for(pid, name, end, err);
	if (ret < 0 && waitpid(pid, NULL, WNOHANG) == 0) {
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
	}
out:
	for (int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			(void)close(ends[i]);
	if (ret < 0)
		buf_free(out);
	return ret;
}
