/*
 * Whole files, in and out. Every path appears in its message.
 *
 * Nothing half-written stays: files are made under a temporary name in the
 * same directory, 0600, written, fsynced and renamed, the directory fsynced.
 */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* Read all of a regular file of at most max bytes. The caller frees b. */
int file_read(const char *path, size_t max, struct buf *b, struct err *err);

/* The same; found says whether it was there, and absence is no error. */
int file_read_if_there(
    const char *path, size_t max, struct buf *b, bool *found, struct err *err);

/* Read a descriptor to its end, refusing more than max bytes. */
int file_read_fd(
    int fd, const char *name, size_t max, struct buf *b, struct err *err);

/* Create path, which must not exist: nothing is ever overwritten. */
int file_create(const char *path, const struct buf *b, struct err *err);

/*
 * Creating in two steps, for a file that must be promised before it is there:
 * stage writes b to stable storage beside path, commit puts it in its place
 * (and refuses to overwrite). What is staged survives a kill; staged_read
 * gives it back, found as in file_read_if_there().
 */
int file_stage(const char *path, const struct buf *b, struct err *err);
int file_commit(const char *path, struct err *err);
int file_staged_read(
    const char *path, size_t max, struct buf *b, bool *found, struct err *err);

/* Put b where path is (or is not yet), atomically. */
int file_replace(const char *path, const struct buf *b, struct err *err);

/* Append to a file that only this program writes, and fsync. */
int file_append(const char *path, const struct buf *b, struct err *err);

/* Rename, refusing to overwrite; the directory is fsynced. */
int file_move(const char *from, const char *to, struct err *err);

/* Make a directory and its parents, 0700. */
int file_make_dirs(const char *path, struct err *err);

bool file_exists(const char *path);

#endif
