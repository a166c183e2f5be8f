/* A plan as people wrote it, in its JSON file, with the file's SHA-256. */
#ifndef PLAN_FILE_H
#define PLAN_FILE_H

#include "plan.h"

struct plan_file {
	struct buf json;
	uint8_t sha256[SHA256_LEN];
	struct plan plan;
};

/* Read and lint; findings go into f, and only an unreadable file is -1. */
int plan_file_read(
    const char *path, struct plan_file *p, struct findings *f, struct err *err);

/* The same, and any error among the findings is STATUS_REJECTED. */
int plan_file_require(const char *path, struct plan_file *p, struct err *err);

void plan_file_free(struct plan_file *p);

#endif
