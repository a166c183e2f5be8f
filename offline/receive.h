/*
 * A key that already exists: from a file or a pipe, in one of the forms in
 * which people and Vault (or OpenBao) hand out keys.
 *
 * What comes out fits the spec to the byte and is not obviously weak. Input
 * that can be read in two ways is refused until somebody names the format:
 * a guess would import another key than the one that was meant.
 */
#ifndef RECEIVE_H
#define RECEIVE_H

#include <stddef.h>
#include <stdint.h>

#include "key_spec.h"
#include "secret.h"

#define RECEIVE_MAX (SECRET_MAX - 1)
#define RECEIVE_VERSIONS_MAX 64
#define RECEIVE_WARNINGS_MAX 4

enum receive_format {
	RECEIVE_ANY, /* nobody named one */
	RECEIVE_RAW,
	RECEIVE_HEX,
	RECEIVE_BASE64,
	RECEIVE_PEM,
	RECEIVE_VAULT,
};

struct received {
	struct secret material;
	const char *way;    /* for the transfer: "file" or "vault-export" */
	const char *format; /* how it was read: "hex", "vault", ... */
	int64_t version;    /* the one that was taken; 0: no such thing */
	int64_t versions[RECEIVE_VERSIONS_MAX]; /* ascending */
	size_t n_versions;
	const char *warnings[RECEIVE_WARNINGS_MAX]; /* sentences to show */
	size_t n_warnings;
};

/* STATUS_USAGE when there is no such format. */
int receive_format_find(
    const char *name, enum receive_format *format, struct err *err);

/*
 * version 0: nobody named one. When a Vault answer then holds several, this
 * fails with STATUS_USAGE and out has nothing but the list of versions, so
 * that the caller can ask. The caller frees out in every case.
 */
int receive_key(const struct secret *input, const struct key_spec *spec,
    enum receive_format format, int64_t version, struct received *out,
    struct err *err);
void received_free(struct received *r);

#endif
