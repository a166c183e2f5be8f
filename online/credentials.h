/*
 * Whose AWS account we act in: the environment, else the profile's keys in
 * the shared files, else what its credential_process prints.
 *
 * Profiles that need a login, a role or a web identity are refused with the
 * line that bridges them, and never skipped silently.
 */
#ifndef CREDENTIALS_H
#define CREDENTIALS_H

#include <stdint.h>

#include "buf.h"

struct credentials {
	char *access_key;
	char *secret_key;
	char *session_token; /* NULL when they are not temporary */
	int64_t expires;     /* 0: they do not say */
	char source[128];    /* "the environment", for messages */
};

#define CREDENTIALS_NONE ((struct credentials){0})

/* STATUS_FAILED when there are none. The caller frees c. */
int credentials_find(struct credentials *c, struct err *err);

/* STATUS_FAILED when they have expired or will within a minute. */
int credentials_check(
    const struct credentials *c, int64_t now, struct err *err);

/* Wipes. */
void credentials_free(struct credentials *c);

/* The JSON that a credential_process prints; name is for messages. */
int credentials_read_json(const struct buf *json, const char *name,
    struct credentials *c, struct err *err);

#endif
