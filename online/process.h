/*
 * A credential_process: its line is split as a POSIX shell would, and run
 * without one. What it prints is a secret and stays in one buffer.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include <stddef.h>

#include "buf.h"

#define PROCESS_WORDS_MAX 64

/* Words point into store, which the caller frees; argv ends with NULL. */
struct process_words {
	char *argv[PROCESS_WORDS_MAX + 1];
	size_t n;
	struct buf store;
};

/*
 * Quotes and backslashes as in sh(1), everything else as it stands: nothing
 * is expanded. STATUS_REJECTED for an open quote and for nothing at all.
 */
int process_split(
    const char *line, size_t len, struct process_words *words, struct err *err);
void process_words_free(struct process_words *words);

/*
 * Run it, with its stderr as ours, for at most a minute. STATUS_FAILED when
 * it cannot be run or does not exit with 0. The caller frees out.
 */
int process_run(const struct process_words *words, size_t max, struct buf *out,
    struct err *err);

#endif
