#include "sandbox.h"

#include <asm/termbits.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include <asm/ioctls.h>
#include <seccomp.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* What may be called with any arguments; grouped by purpose. */
static const int allowed[] = {
    /* files */
    SCMP_SYS(openat), SCMP_SYS(open), SCMP_SYS(close), SCMP_SYS(read),
    SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(writev),
    SCMP_SYS(pwrite64), SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(stat),
    SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(access),
    SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink),
    SCMP_SYS(readlinkat), SCMP_SYS(getdents64), SCMP_SYS(fsync),
    SCMP_SYS(fdatasync), SCMP_SYS(ftruncate), SCMP_SYS(fchmod), SCMP_SYS(flock),
    SCMP_SYS(fcntl), SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(dup3),
    SCMP_SYS(umask), SCMP_SYS(fadvise64), SCMP_SYS(statfs), SCMP_SYS(fstatfs),
    /* directories */
    SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(link),
    SCMP_SYS(linkat), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat), SCMP_SYS(rmdir), SCMP_SYS(chdir), SCMP_SYS(fchdir),
    SCMP_SYS(getcwd),
    /* memory; mmap and mprotect are below */
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
    SCMP_SYS(mlock), SCMP_SYS(mlock2), SCMP_SYS(munlock), SCMP_SYS(mincore),
    /* waiting, time, chance */
    SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(pselect6),
    SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep), SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(times), SCMP_SYS(getrandom), SCMP_SYS(futex),
    SCMP_SYS(sched_yield), SCMP_SYS(restart_syscall),
    /* signals of our own */
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigpending), SCMP_SYS(rt_sigsuspend), SCMP_SYS(sigaltstack),
    /* who and where am I */
    SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getppid), SCMP_SYS(getuid),
    SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(getpgrp),
    SCMP_SYS(getpgid), SCMP_SYS(getsid), SCMP_SYS(uname), SCMP_SYS(sysinfo),
    SCMP_SYS(getrusage), SCMP_SYS(sched_getaffinity), SCMP_SYS(getcpu),
    /* the end */
    SCMP_SYS(exit), SCMP_SYS(exit_group)};

/* A terminal: its modes, size and input queue; not TIOCSTI, which types. */
static const unsigned long terminal[] = {TCGETS, TCSETS, TCSETSW, TCSETSF,
    TCFLSH, TCSBRK, TIOCGWINSZ, TIOCGPGRP, TIOCGSID, FIONREAD};

static int
allow_calls(scmp_filter_ctx filter)
{
	size_t i;

	for (i = 0; i < COUNT(allowed); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0) < 0)
			return -1;
	return 0;
}

static int
allow_terminal(scmp_filter_ctx filter)
{
	size_t i;

	for (i = 0; i < COUNT(terminal); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
			SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, terminal[i])) <
		    0)
			return -1;
	return 0;
}

/* Memory may be mapped, but none that can be executed. */
static int
allow_data_maps(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp no_code = SCMP_A2(
	    SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);

	if (seccomp_rule_add(
		filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_code) < 0 ||
	    seccomp_rule_add(
		filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_code) < 0)
		return -1;
	return 0;
}

/* Signals to this process only; limits may be read, not set. */
static int
allow_own(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp to_self = SCMP_A0(
	    SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0);
	const struct scmp_arg_cmp only_read = SCMP_A2(SCMP_CMP_EQ, 0, 0);

	if (seccomp_rule_add(
		filter, SCMP_ACT_ALLOW, SCMP_SYS(kill), 1, to_self) < 0 ||
	    seccomp_rule_add(
		filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, to_self) < 0 ||
	    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
		only_read) < 0 ||
	    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(getrlimit), 0) <
		0)
		return -1;
	return 0;
}

int
sandbox_enter(struct err *err)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int ret = -1;

	if (filter == NULL)
		return err_memory(err);
	if (seccomp_attr_set(
		filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) < 0 ||
	    seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) < 0 ||
	    allow_calls(filter) < 0 || allow_terminal(filter) < 0 ||
	    allow_data_maps(filter) < 0 || allow_own(filter) < 0) {
		(void)err_set(
		    err, STATUS_FAILED, "cannot build the system call filter");
		goto out;
	}
	if (seccomp_load(filter) < 0) {
		(void)err_set(err, STATUS_FAILED,
		    "the kernel refuses the system call filter");
		(void)err_hint(err,
		    "run on a Linux kernel with seccomp "
		    "(CONFIG_SECCOMP_FILTER)");
		goto out;
	}
	ret = 0;
out:
	seccomp_release(filter);
	return ret;
}
