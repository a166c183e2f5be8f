#include "harden.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "dumps.h"
#include "sandbox.h"
#include "secret.h"

static bool all_locked;

/*
 * May this process lock more than its limit? Being root does not say so: in a
 * user namespace it may not. So try, with pages that are never touched.
 */
static bool
may_lock_everything(void)
{
	struct rlimit limit;
	size_t size;
	void *p;
	bool may;

	if (getrlimit(RLIMIT_MEMLOCK, &limit) < 0)
		return false;
	if (limit.rlim_cur == RLIM_INFINITY)
		return true;
	size = (size_t)limit.rlim_cur + (size_t)sysconf(_SC_PAGESIZE);
	p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return false;
	may = mlock2(p, size, MLOCK_ONFAULT) == 0;
	(void)munmap(p, size);
	return may;
}

/*
 * With a limit, mlockall() succeeds while there is little to lock and makes a
 * later malloc() fail, in the middle of a ceremony. Then the secure heap,
 * which is locked by itself, has to do.
 */
static void
lock_memory(void)
{
	all_locked = may_lock_everything() &&
	    mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
}

const char *
harden_locked(void)
{
	return all_locked ? "all" : "secure-heap";
}

/* Wipe the keys and die of the same signal: the caller must see which. */
static void
wipe_and_die(int number)
{
	secret_wipe_all();
	(void)raise(number); /* its action is the default one again */
}

static int
catch_signals(struct err *err)
{
	static const int numbers[] = {
	    SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGABRT, SIGPIPE};
	struct sigaction wipe = {.sa_handler = wipe_and_die}, old;
	size_t i;

	wipe.sa_flags = (int)SA_RESETHAND;
	(void)sigfillset(&wipe.sa_mask);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (sigaction(numbers[i], NULL, &old) < 0)
			return err_sys(err, "cannot look at signals");
		if (old.sa_handler == SIG_IGN)
			continue; /* nohup, or a shell's choice */
		if (sigaction(numbers[i], &wipe, NULL) < 0)
			return err_sys(err, "cannot catch signals");
	}
	return 0;
}

int
harden(struct err *err)
{
	if (dumps_forbid(err) < 0 || secret_start(err) < 0)
		return -1;
	/* Configuration can load code; this program's is all in the binary. */
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
		return err_crypto(err, "cannot start libcrypto");
	lock_memory();
	if (catch_signals(err) < 0)
		return -1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_sys(err, "cannot renounce new privileges");
	return dumps_sanitized() ? 0 : sandbox_enter(err);
}
