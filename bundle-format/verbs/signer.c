#include "signer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "bundle.h"
#include "digest.h"
#include "file.h"
#include "identity_file.h"
#include "text.h"
#include "tty.h"

/* How often a passphrase is asked for at the keyboard. */
#define TRIES 3

int
passphrase_read_fd(int fd, char out[static PASSPHRASE_MAX], struct err *err)
{
	size_t len = 0;

	/* No program that we start has any use for it. */
	if (fd > STDERR_FILENO)
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	for (;;) {
		char c;
		ssize_t n = read(fd, &c, 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err_sys(err,
			    "cannot read a passphrase from "
			    "descriptor %d",
			    fd);
			goto fail;
		}
		if (n == 0 || c == '\n')
			break;
		if (len + 1 == PASSPHRASE_MAX) {
			err_set(err, STATUS_REJECTED,
			    "the passphrase from descriptor %d is too long",
			    fd);
			goto fail;
		}
		out[len++] = c;
	}
	out[len] = '\0';
	/* Random bytes instead of text: they would be cut at the NUL. */
	if (strlen(out) != len) {
		err_set(err, STATUS_REJECTED,
		    "the passphrase from descriptor %d has a NUL in it", fd);
		goto fail;
	}
	if (len == 0) {
		err_set(err, STATUS_REJECTED,
		    "the passphrase from descriptor %d is empty", fd);
		goto fail;
	}
	return 0;
fail:
	OPENSSL_cleanse(out, PASSPHRASE_MAX);
	return err_hint_else(err,
	    "give the passphrase as one line, as in --passphrase-fd 3 3<FILE");
}

int
passphrase_fd(const char *text, int *fd, struct err *err)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (*text == '\0' || *end != '\0' || n < 0 || n > 1 << 20) {
		err_set(err, STATUS_USAGE,
		    "--passphrase-fd takes the number of a descriptor");
		return err_hint(err, "for example: --passphrase-fd 3 3<FILE");
	}
	*fd = (int)n;
	return 0;
}

int
passphrase_ask(
    const char *prompt, char out[static PASSPHRASE_MAX], struct err *err)
{
	int ret = tty_ask_hidden(prompt, out, PASSPHRASE_MAX, err);

	if (ret != TTY_TOO_LONG)
		return ret;
	err_set(err, STATUS_USAGE,
	    "the passphrase is too long: wanted at most %d bytes",
	    PASSPHRASE_MAX - 1);
	err_hint(err, "nothing was done; run this again");
	return ret;
}

static int
unlock_from_fd(const char *text, struct signer *s, struct err *err)
{
	char passphrase[PASSPHRASE_MAX];
	int ret, fd = -1;

	if (passphrase_fd(text, &fd, err) < 0 ||
	    passphrase_read_fd(fd, passphrase, err) < 0)
		return -1;
	ret = identity_unlock(s->path, passphrase, &s->key, err);
	OPENSSL_cleanse(passphrase, sizeof(passphrase));
	return ret;
}

static int
unlock_once(const char *prompt, struct signer *s, struct err *err)
{
	char passphrase[PASSPHRASE_MAX];
	int ret = passphrase_ask(prompt, passphrase, err);

	if (ret == 0)
		ret = identity_unlock(s->path, passphrase, &s->key, err);
	OPENSSL_cleanse(passphrase, sizeof(passphrase));
	return ret;
}

/* A person who mistypes is asked again: the words would be asked again too. */
static int
unlock_by_asking(struct signer *s, struct err *err)
{
	char prompt[256];
	int ret;

	(void)snprintf(prompt, sizeof(prompt),
	    "passphrase of '%s' (it is not shown): ", s->path);
	for (int tries = 1;; tries++) {
		ret = unlock_once(prompt, s, err);
		if (ret != IDENTITY_LOCKED && ret != TTY_TOO_LONG)
			return ret;
		if (tries == TRIES)
			break;
		if (tty_show(ret == IDENTITY_LOCKED
			    ? "that was not it; once more\n"
			    : "that is too long for a passphrase; once more\n",
			err) < 0)
			return -1;
	}
	return err_hint(err,
	    "nothing was signed; run the whole command again, and never type "
	    "a passphrase at the shell's prompt");
}

static int
unlock(const struct args *args, unsigned i, struct signer *s, struct err *err)
{
	const char *fd = args_nth(args, "passphrase-fd", i);
	int ret;

	s->path = args_nth(args, "as", i);
	ret = fd != NULL ? unlock_from_fd(fd, s, err)
			 : unlock_by_asking(s, err);
	if (ret < 0 || key_spki(s->key, s->spki, err) < 0 ||
	    sha256(s->spki, sizeof(s->spki), s->key_id, err) < 0)
		return err_wrap(err, "'%s' is not unlocked", s->path);
	return 0;
}

static int
same_twice(const char *a, const char *b, struct err *err)
{
	err_set(
	    err, STATUS_REJECTED, "'%s' and '%s' are the same identity", a, b);
	return err_hint(err, "a person counts once; name the other person's");
}

static int
refuse_twice(const struct signers *s, struct err *err)
{
	for (unsigned i = 0; i < s->n; i++)
		for (unsigned k = 0; k < i; k++)
			if (memcmp(s->list[i].key_id, s->list[k].key_id,
				SHA256_LEN) == 0)
				return same_twice(
				    s->list[k].path, s->list[i].path, err);
	return 0;
}

/* The private key that was meant when path is NAME, or NAME.pub. */
static bool
meant_key(const char *path, char *out, size_t size)
{
	size_t len = strlen(path);
	int n;

	if (text_ends(path, ".key"))
		return false;
	if (text_ends(path, ".pub"))
		len -= strlen(".pub");
	n = snprintf(out, size, "%.*s.key", (int)len, path);
	return n > 0 && (size_t)n < size && file_exists(out);
}

static int
check_one(const char *path, struct err *err)
{
	char meant[256];

	if (!file_exists(path)) {
		errno = ENOENT;
		err_sys(err, "cannot open '%s'", path);
		err_hint(err,
		    "name the file of your identity with --as; a stick may "
		    "not be mounted");
	} else if (identity_check(path, err) == 0) {
		return 0;
	}
	if (meant_key(path, meant, sizeof(meant)))
		err_hint(err, "did you mean '%s'?", meant);
	return err_wrap(err, "'%s' is not unlocked", path);
}

int
signers_check(const struct args *args, struct err *err)
{
	unsigned n = args_count(args, "as");
	unsigned n_fds = args_count(args, "passphrase-fd");
	int fd;

	if (n == 0) {
		err_set(err, STATUS_USAGE, "%s: who signs is not said",
		    args->cmd->name);
		return err_hint(err, "name your identity with --as NAME.key");
	}
	if (n > SIGNERS_MAX || n_fds > n) {
		err_set(err, STATUS_USAGE,
		    "%s: each --passphrase-fd belongs to one --as, in order",
		    args->cmd->name);
		return err_hint(err,
		    "--as A.key --passphrase-fd 3 --as B.key --passphrase-fd "
		    "4");
	}
	for (unsigned i = 0; i < n_fds; i++)
		if (passphrase_fd(
			args_nth(args, "passphrase-fd", i), &fd, err) < 0)
			return -1;
	for (unsigned i = 0; i < n; i++)
		if (check_one(args_nth(args, "as", i), err) < 0)
			return -1;
	return 0;
}

int
signers_open(const struct args *args, struct signers *s, struct err *err)
{
	unsigned n = args_count(args, "as");

	*s = (struct signers){0};
	if (signers_check(args, err) < 0)
		return -1;
	while (s->n < n) {
		/* Counted first, so that a failure frees it too. */
		struct signer *next = &s->list[s->n];

		if (unlock(args, s->n++, next, err) < 0) {
			signers_close(s);
			return -1;
		}
	}
	if (refuse_twice(s, err) < 0) {
		signers_close(s);
		return -1;
	}
	return 0;
}

void
signers_close(struct signers *s)
{
	for (unsigned i = 0; i < s->n; i++)
		EVP_PKEY_free(s->list[i].key);
	*s = (struct signers){0};
}

static int
require_one(struct signer *s, const struct plan *p, unsigned roles,
    const struct program *program, struct err *err)
{
	s->person = plan_key_holder(p, s->key_id);
	if (s->person == NULL) {
		err_set(err, STATUS_REJECTED,
		    "the identity '%s' is nobody's in the plan '%s'", s->path,
		    p->name);
		return err_hint(err,
		    "sign with the identity whose public key the plan names");
	}
	if (!program->offline && !p->practice &&
	    (s->person->roles & ROLE_OFFICER) != 0) {
		err_set(err, STATUS_REJECTED,
		    "'%s' is an officer, whose identity must never be "
		    "unlocked on a networked machine",
		    s->person->name);
		return err_hint(err,
		    "an operator does this step; officers sign in the room. "
		    "Treat this identity as exposed and replace it");
	}
	if ((s->person->roles & roles) == 0) {
		err_set(err, STATUS_REJECTED,
		    "'%s' has no role in the plan that may do this",
		    s->person->name);
		return err_hint(err, "the plan's 'people' say who may");
	}
	return 0;
}

int
signers_require(struct signers *s, const struct plan *p, unsigned roles,
    const struct program *program, struct err *err)
{
	for (unsigned i = 0; i < s->n; i++)
		if (require_one(&s->list[i], p, roles, program, err) < 0)
			return -1;
	return 0;
}

int
signers_sign(const struct signers *s, struct bundle *b, struct err *err)
{
	for (unsigned i = 0; i < s->n; i++)
		if (bundle_sign(b, s->list[i].key, err) < 0)
			return -1;
	return 0;
}

static bool
has_signed(const struct signer *s, const struct bundle *b)
{
	for (unsigned i = 0; i < b->n_signatures; i++)
		if (memcmp(b->signatures[i].key_id, s->key_id, SHA256_LEN) == 0)
			return true;
	return false;
}

bool
signers_have_signed(const struct signers *s, const struct bundle *b)
{
	for (unsigned i = 0; i < s->n; i++)
		if (!has_signed(&s->list[i], b))
			return false;
	return true;
}

void
signers_have(const struct signers *s, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < s->n && used < size; i++) {
		int n = snprintf(out + used, size - used, "%s%s",
		    i == 0              ? ""
			: i + 1 == s->n ? " and "
					: ", ",
		    s->list[i].person->name);

		used += n < 0 ? size : (size_t)n;
	}
	if (used < size)
		(void)snprintf(out + used, size - used, "%s",
		    s->n == 1 ? " has" : " have");
}

void
signers_ids(const struct signers *s, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < s->n; i++) {
		char hex[HEX_LEN(SHA256_LEN)];
		int n;

		hex_encode(s->list[i].key_id, SHA256_LEN, hex);
		n = snprintf(
		    out + used, size - used, "%s%s", i == 0 ? "" : ",", hex);
		if (n < 0 || (size_t)n >= size - used)
			return;
		used += (size_t)n;
	}
}
