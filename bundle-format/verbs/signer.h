/*
 * A personal signing identity: Ed25519, in NAME.key as PKCS#8 PEM encrypted
 * with scrypt, which `openssl pkey -in NAME.key` opens too.
 */
#ifndef SIGNER_H
#define SIGNER_H

#include "bundle.h"
#include "cmd.h"
#include "plan.h"

#define SIGNERS_MAX 16
#define PASSPHRASE_MAX 1024

struct signer {
	EVP_PKEY *key;
	const char *path; /* of --as */
	uint8_t spki[SPKI_LEN];
	uint8_t key_id[SHA256_LEN];
	const struct person *person; /* in the plan; NULL until looked up */
};

struct signers {
	unsigned n;
	struct signer list[SIGNERS_MAX];
};

/*
 * Before the first question: is each --as there, and an encrypted private
 * key? Nothing is asked, nothing unlocked.
 */
int signers_check(const struct args *args, struct err *err);

/*
 * Unlock every --as, in order, with its --passphrase-fd or by asking.
 * STATUS_USAGE when none is given, STATUS_REJECTED for a wrong passphrase.
 */
int signers_open(const struct args *args, struct signers *s, struct err *err);
void signers_close(struct signers *s);

/*
 * Look each one up in the plan and require the role (any of roles). Refuses
 * an officer's identity on the networked machine outside practice.
 */
int signers_require(struct signers *s, const struct plan *p, unsigned roles,
    const struct program *program, struct err *err);

/* Sign with all of them. */
int signers_sign(const struct signers *s, struct bundle *b, struct err *err);

/* Has each of them signed b already? Whether well is quorum_count()'s. */
bool signers_have_signed(const struct signers *s, const struct bundle *b);

/* "alice has", "alice and bob have": for what they did, by the plan's names. */
void signers_have(const struct signers *s, char *out, size_t size);

/* Their key ids, hex, joined by ','; what journals call the person. */
void signers_ids(const struct signers *s, char *out, size_t size);

/*
 * Ask for one at the keyboard. TTY_TOO_LONG, with an error, when it cannot be
 * one. The caller wipes out.
 */
int passphrase_ask(
    const char *prompt, char out[static PASSPHRASE_MAX], struct err *err);

/* The descriptor that a --passphrase-fd names. */
int passphrase_fd(const char *text, int *fd, struct err *err);

/* One line from a descriptor, newline stripped, not empty. Caller wipes. */
int passphrase_read_fd(
    int fd, char out[static PASSPHRASE_MAX], struct err *err);

#endif
