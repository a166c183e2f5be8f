/*
 * Tests of what a process can do to itself only once: the test program starts
 * itself again with the name of a child, which answers by its exit status.
 */
#ifndef CHILD_H
#define CHILD_H

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct child {
	const char *name;
	int (*run)(void);
};

#if defined(__SANITIZE_ADDRESS__)
#define CHILD_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CHILD_SANITIZED 1
#endif
#endif
#ifndef CHILD_SANITIZED
#define CHILD_SANITIZED 0
#endif

static inline int
be_child(const struct child *children, const char *name)
{
	for (; children->name != NULL; children++)
		if (strcmp(children->name, name) == 0)
			return children->run();
	return 98;
}

/* Its exit status, or 128 + the signal that ended it, as a shell says it. */
static inline int
run_child(const char *name)
{
	char copy[64] = "", self[] = "child";
	char *const argv[] = {self, copy, NULL};
	int status;
	pid_t pid;

	(void)strncpy(copy, name, sizeof(copy) - 1);
	if ((pid = fork()) == 0) {
		(void)execv("/proc/self/exe", argv);
		_exit(99);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 97;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

#endif
