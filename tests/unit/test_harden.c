/*
 * After harden() the process ends at every call that it has no use for, and
 * does all that it has to do. Each call is tried in a process of its own.
 */
#include "secrets.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>

#include "child.h"
#include "generate.h"
#include "harden.h"
#include "known_answers.h"

#define KILLED (128 + SIGSYS)
#define HARDEN_FAILED 96

static bool
hardened(void)
{
	struct err err = {0};

	return harden(&err) == 0;
}

/* One forbidden call each; 0 is what happens when nothing stops it. */
#define FORBIDDEN(name, call)                                                  \
	static int name(void)                                                  \
	{                                                                      \
		if (!hardened())                                               \
			return HARDEN_FAILED;                                  \
		(void)(call);                                                  \
		return 0;                                                      \
	}

FORBIDDEN(try_socket_inet, socket(AF_INET, SOCK_STREAM, 0))
FORBIDDEN(try_socket_unix, socket(AF_UNIX, SOCK_STREAM, 0))
FORBIDDEN(try_socketpair, syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, 0))
FORBIDDEN(try_connect, syscall(SYS_connect, 0, 0, 0))
FORBIDDEN(try_sendto, syscall(SYS_sendto, 0, 0, 0, 0, 0, 0))
FORBIDDEN(try_io_uring, syscall(SYS_io_uring_setup, 1, 0))
FORBIDDEN(try_ptrace, ptrace(PTRACE_TRACEME, 0, NULL, NULL))
FORBIDDEN(try_vm_readv, syscall(SYS_process_vm_readv, getpid(), 0, 0, 0, 0, 0))
FORBIDDEN(try_bpf, syscall(SYS_bpf, 0, 0, 0))
FORBIDDEN(try_keyctl, syscall(SYS_keyctl, 0, 0, 0, 0, 0))
FORBIDDEN(try_add_key, syscall(SYS_add_key, 0, 0, 0, 0, 0))
FORBIDDEN(try_memfd, memfd_create("x", 0))
FORBIDDEN(try_fork, fork())
FORBIDDEN(try_execve, execl("/bin/true", "true", (char *)NULL))
FORBIDDEN(try_execveat, syscall(SYS_execveat, -1, "/bin/true", 0, 0, 0))
FORBIDDEN(try_mount, syscall(SYS_mount, 0, 0, 0, 0, 0))
FORBIDDEN(try_unshare, syscall(SYS_unshare, 0))
FORBIDDEN(try_setns, syscall(SYS_setns, -1, 0))
FORBIDDEN(try_perf, syscall(SYS_perf_event_open, 0, 0, 0, 0, 0))
FORBIDDEN(try_userfaultfd, syscall(SYS_userfaultfd, 0))
FORBIDDEN(try_prctl, prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))
FORBIDDEN(try_kill_parent, kill(getppid(), 0))
FORBIDDEN(try_typing, ioctl(0, TIOCSTI, "x"))
FORBIDDEN(try_code,
    mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
FORBIDDEN(try_mprotect, mprotect(NULL, 4096, PROT_READ | PROT_EXEC))
FORBIDDEN(try_setrlimit,
    setrlimit(RLIMIT_CORE, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY}))

/* "Name:\tvalue" of /proc/self/status, as a number. */
static long
status_of(const char *name)
{
	char line[256];
	long value = -1;
	FILE *f = fopen("/proc/self/status", "re");

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			value = strtol(line + strlen(name), NULL, 10);
	if (f != NULL)
		(void)fclose(f);
	return value;
}

static int
child_state(void)
{
	struct rlimit core;

	if (!hardened())
		return HARDEN_FAILED;
	if (getrlimit(RLIMIT_CORE, &core) < 0 || core.rlim_cur != 0 ||
	    core.rlim_max != 0)
		return 1;
	if (status_of("NoNewPrivs:") != 1)
		return 2;
	if (!CHILD_SANITIZED && status_of("Seccomp:") != 2)
		return 3;
	return 0;
}

/* Not dumpable: root owns what /proc has on this process. */
static int
child_undumpable(void)
{
	struct stat st;

	if (geteuid() == 0 && setresuid(65534, 65534, 65534) < 0)
		return 1;
	/* The change of user alone makes it so: undo that first. */
	if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0 || !hardened())
		return HARDEN_FAILED;
	return stat("/proc/self/mem", &st) == 0 && st.st_uid == 0 ? 0 : 2;
}

static int
use_files(void)
{
	char dir[] = "/tmp/gapseal-harden-XXXXXX", from[64], to[64];
	int fd = -1, ret = 1;
	DIR *d = NULL;

	if (mkdtemp(dir) == NULL)
		return 2;
	(void)snprintf(from, sizeof(from), "%s/a", dir);
	(void)snprintf(to, sizeof(to), "%s/b", dir);
	if ((fd = open(from, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600)) >=
		0 &&
	    write(fd, "x", 1) == 1 && fsync(fd) == 0 &&
	    lseek(fd, 0, SEEK_SET) == 0 && rename(from, to) == 0 &&
	    access(to, R_OK) == 0 && (d = opendir(dir)) != NULL &&
	    readdir(d) != NULL && mkdir(from, 0700) == 0 && rmdir(from) == 0 &&
	    unlink(to) == 0 && rmdir(dir) == 0)
		ret = 0;
	if (d != NULL)
		(void)closedir(d);
	if (fd >= 0)
		(void)close(fd);
	return ret;
}

/* What a ceremony does: keys, self-tests, files, memory, the terminal. */
static int
child_works(void)
{
	struct err err = {0};
	struct secret key;
	struct termios modes;
	size_t large = 32u << 20;
	uint8_t *p;

	if (!hardened())
		return HARDEN_FAILED;
	if (known_answers_start(&err) < 0)
		return 10;
	if (generate_key(spec("RSA_2048"), &key, &err) < 0)
		return 11;
	secret_free(&key);
	if ((p = malloc(large)) == NULL)
		return 12;
	memset(p, 1, large);
	free(p);
	(void)tcgetattr(STDIN_FILENO, &modes);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &modes);
	if (open("/proc/self/exe", O_RDONLY | O_CLOEXEC) < 0)
		return 13;
	return use_files();
}

/* An ordinary user's limit: locking everything would end in no memory. */
static int
child_limited(void)
{
	const struct rlimit usual = {8u << 20, 8u << 20};
	size_t large = 32u << 20;
	uint8_t *p;

	if (setrlimit(RLIMIT_MEMLOCK, &usual) < 0 ||
	    (geteuid() == 0 && setresuid(65534, 65534, 65534) < 0))
		return 1;
	if (!hardened())
		return HARDEN_FAILED;
	if (strcmp(harden_locked(), "secure-heap") != 0)
		return 2;
	if ((p = malloc(large)) == NULL)
		return 3;
	memset(p, 1, large);
	free(p);
	return 0;
}

static int
child_interrupted(void)
{
	if (!hardened())
		return HARDEN_FAILED;
	(void)raise(SIGINT);
	return 0;
}

static int
child_ignores(void)
{
	if (signal(SIGHUP, SIG_IGN) == SIG_ERR || !hardened())
		return HARDEN_FAILED;
	(void)raise(SIGHUP);
	return 0;
}

static int
child_aborts(void)
{
	if (!hardened())
		return HARDEN_FAILED;
	abort();
}

static const struct child children[] = {
    {"socket_inet", try_socket_inet},
    {"socket_unix", try_socket_unix},
    {"socketpair", try_socketpair},
    {"connect", try_connect},
    {"sendto", try_sendto},
    {"io_uring", try_io_uring},
    {"ptrace", try_ptrace},
    {"vm_readv", try_vm_readv},
    {"bpf", try_bpf},
    {"keyctl", try_keyctl},
    {"add_key", try_add_key},
    {"memfd", try_memfd},
    {"fork", try_fork},
    {"execve", try_execve},
    {"execveat", try_execveat},
    {"mount", try_mount},
    {"unshare", try_unshare},
    {"setns", try_setns},
    {"perf", try_perf},
    {"userfaultfd", try_userfaultfd},
    {"prctl", try_prctl},
    {"kill_parent", try_kill_parent},
    {"typing", try_typing},
    {"code", try_code},
    {"mprotect", try_mprotect},
    {"setrlimit", try_setrlimit},
    {NULL, NULL}, /* those above are forbidden */
    {"state", child_state},
    {"undumpable", child_undumpable},
    {"works", child_works},
    {"limited", child_limited},
    {"interrupted", child_interrupted},
    {"ignores", child_ignores},
    {"aborts", child_aborts},
    {NULL, NULL},
};

static const struct child *
others(void)
{
	const struct child *c = children;

	while (c->name != NULL)
		c++;
	return c + 1;
}

static void
ends_at_every_forbidden_call(void **state)
{
	(void)state;
	if (CHILD_SANITIZED)
		skip();
	for (const struct child *c = children; c->name != NULL; c++) {
		int status = run_child(c->name);

		if (status != KILLED)
			fail_msg("%s: %d", c->name, status);
	}
}

static void
leaves_no_core_and_no_way_up(void **state)
{
	(void)state;
	assert_int_equal(run_child("state"), 0);
}

static void
cannot_be_looked_into(void **state)
{
	(void)state;
	if (CHILD_SANITIZED)
		skip();
	assert_int_equal(run_child("undumpable"), 0);
}

static void
can_do_its_work(void **state)
{
	(void)state;
	assert_int_equal(run_child("works"), 0);
}

static void
locks_no_more_than_it_may(void **state)
{
	(void)state;
	assert_int_equal(run_child("limited"), 0);
}

static void
dies_of_the_signal_that_came(void **state)
{
	(void)state;
	assert_int_equal(run_child("interrupted"), 128 + SIGINT);
	assert_int_equal(run_child("aborts"), 128 + SIGABRT);
	assert_int_equal(run_child("ignores"), 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ends_at_every_forbidden_call),
	    cmocka_unit_test(leaves_no_core_and_no_way_up),
	    cmocka_unit_test(cannot_be_looked_into),
	    cmocka_unit_test(can_do_its_work),
	    cmocka_unit_test(locks_no_more_than_it_may),
	    cmocka_unit_test(dies_of_the_signal_that_came),
	};
	int status;

	if (argc > 1) {
		status = be_child(children, argv[1]);
		return status == 98 ? be_child(others(), argv[1]) : status;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
