/*
 * Run a command and write what it cost: CPU seconds with its children's, wall
 * seconds, peak memory in KiB. A parent this small, because a child's peak is
 * at least what its parent held when it was forked.
 *
 *	spend FIGURES COMMAND [ARG...]
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	struct rusage used;
	double start = now();
	int status;
	FILE *f;
	pid_t child;

	if (argc < 3 || (child = fork()) < 0)
		return 125;
	if (child == 0) {
		execvp(argv[2], argv + 2);
		_exit(126);
	}
	if (wait4(child, &status, 0, &used) != child ||
	    (f = fopen(argv[1], "w")) == NULL)
		return 125;
	fprintf(f, "%.6f %.6f %ld\n",
	    seconds(used.ru_utime) + seconds(used.ru_stime), now() - start,
	    used.ru_maxrss);
	if (fclose(f) != 0)
		return 125;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 127;
}
