/*
 * Identities: what opens, what does not and why, and that a prepared file
 * cannot keep the machine busy. Other tools' keys are made by openssl.
 */
#include "scratch.h"

#include <time.h>

#include <openssl/evp.h>

#include "bundle.h"
#include "cmd.h"
#include "digest.h"
#include "identity_file.h"
#include "says.h"
#include "signer.h"

/* Run a command of the shell, for its exit status. */
static int
shell(const char *command)
{
	return system(command); /* NOLINT(cert-env33-c) */
}

static int
unlock(const char *path, const char *passphrase, struct err *err)
{
	EVP_PKEY *key;
	int ret;

	*err = (struct err){0};
	ret = identity_unlock(path, passphrase, &key, err);
	assert_true((ret == 0) == (key != NULL));
	EVP_PKEY_free(key);
	return ret < 0 ? -1 : 0;
}

static void
makes_a_pair_that_openssl_opens(void **state)
{
	uint8_t spki[SPKI_LEN], theirs[SPKI_LEN + 1];
	struct err err;
	struct stat st;
	FILE *f;

	(void)state;
	assert_int_equal(identity_create("alice", "pass word", spki, &err), 0);
	assert_int_equal(stat("alice.key", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(
	    shell("openssl pkey -in alice.key -passin 'pass:pass word' "
		  "-pubout -outform DER -out a.der && "
		  "openssl pkey -pubin -in alice.pub -outform DER -out b.der "
		  "&& cmp a.der b.der"),
	    0);
	assert_non_null(f = fopen("a.der", "rb"));
	assert_int_equal(fread(theirs, 1, sizeof(theirs), f), SPKI_LEN);
	fclose(f);
	assert_memory_equal(theirs, spki, SPKI_LEN);
	assert_int_equal(unlock("alice.key", "pass word", &err), 0);
	/* Scrypt, and no cheaper than said. */
	assert_int_equal(shell("openssl asn1parse -in alice.key | "
			       "grep -A6 ':scrypt' | grep -q ':4000'"),
	    0);
}

static void
never_overwrites_an_identity(void **state)
{
	uint8_t spki[SPKI_LEN];
	struct err err = {0};

	(void)state;
	put_file("alice.pub", "precious");
	assert_int_equal(identity_create("alice", "x", spki, &err), -1);
	says(&err, STATUS_FAILED, "'alice.pub' is already there");
	assert_int_equal(names_in("."), 1);
	put_file("bob.key", "precious");
	assert_int_equal(identity_create("bob", "x", spki, &err), -1);
	says(&err, STATUS_FAILED, "'bob.key' is already there");
	assert_int_equal(names_in("."), 2);
	assert_int_equal(identity_create("no/eve", "x", spki, &err), -1);
	says(&err, STATUS_FAILED, "cannot make a file in 'no/'");
}

static void
refuses_a_wrong_passphrase(void **state)
{
	static const char *const wrong[] = {
	    "right ", "Right", "", "r", "right\n", "a long one that is not it"};
	uint8_t spki[SPKI_LEN];
	EVP_PKEY *key;
	struct err err;

	(void)state;
	assert_int_equal(identity_create("a", "right", spki, &err), 0);
	/* Told from a file that no passphrase opens: it may be asked again. */
	assert_int_equal(
	    identity_unlock("a.key", "wrong", &key, &err), IDENTITY_LOCKED);
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(unlock("a.key", wrong[i], &err), -1);
		says(&err, STATUS_REJECTED, "wrong passphrase for 'a.key'");
		assert_null(strstr(err.msg, wrong[5]));
	}
}

#define MAKE                                                                   \
	"openssl genpkey -algorithm ed25519 -out plain.pem 2>&1 && "           \
	"openssl pkcs8 -topk8 -in plain.pem -passout pass:pw -out k.pem "

static void
opens_keys_that_openssl_made(void **state)
{
	static const char *const how[] = {
	    MAKE "-scrypt",
	    MAKE "-scrypt -scrypt_N 16384 -scrypt_r 8 -scrypt_p 4",
	    MAKE "-v2 aes-256-cbc -iter 600000 -v2prf hmacWithSHA256",
	    MAKE,
	};
	struct err err;

	(void)state;
	for (unsigned i = 0; i < sizeof(how) / sizeof(how[0]); i++) {
		assert_int_equal(shell(how[i]), 0);
		if (unlock("k.pem", "pw", &err) < 0)
			fail_msg("%s: %s", how[i], err.msg);
		assert_int_equal(unlock("k.pem", "pq", &err), -1);
		says(&err, STATUS_REJECTED, "wrong passphrase");
	}
}

static void
refuses_what_is_no_protected_key(void **state)
{
	static const struct {
		const char *make, *says;
	} bad[] = {
	    {"openssl genpkey -algorithm ed25519 -out k.pem",
		"'k.pem' holds no encrypted private key"},
	    {"openssl genpkey -algorithm ed25519 -out p.pem && "
	     "openssl pkey -in p.pem -pubout -out k.pem",
		"'k.pem' holds no encrypted private key"},
	    {": >k.pem", "'k.pem' holds no encrypted private key"},
	    {"echo garbage >k.pem", "'k.pem' holds no encrypted private key"},
	    {"head -c 9000 /dev/zero >k.pem", "at most 8192 are allowed"},
	    {MAKE "-v1 PBE-SHA1-3DES",
		"not protected by scrypt or PBKDF2 within limits"},
	    {"openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:1024 "
	     "-out p.pem 2>/dev/null && "
	     "openssl pkcs8 -topk8 -in p.pem -passout pass:pw -out k.pem",
		"'k.pem' does not hold an Ed25519 key"},
	    {"openssl genpkey -algorithm x25519 -out p.pem && "
	     "openssl pkcs8 -topk8 -in p.pem -passout pass:pw -out k.pem",
		"'k.pem' does not hold an Ed25519 key"},
	};
	struct err err;

	(void)state;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(shell(bad[i].make), 0);
		assert_int_equal(unlock("k.pem", "pw", &err), -1);
		says(&err, STATUS_REJECTED, bad[i].says);
	}
	assert_int_equal(unlock("none.pem", "pw", &err), -1);
	says(&err, STATUS_FAILED, "cannot open 'none.pem'");
}

/* Put other numbers where the file says how hard its passphrase is to try. */
static void
refuses_to_be_kept_busy(void **state)
{
	/* DER of N, and of r, p behind the salt in the scrypt parameters. */
	static const char *const edits[] = {
	    "s/\\x02\\x02\\x40\\x00\\x02\\x01\\x08\\x02\\x01\\x05/"
	    "\\x02\\x02\\x7f\\xff\\x02\\x01\\x7f\\x02\\x01\\x7f/",
	    "s/\\x02\\x02\\x40\\x00\\x02\\x01\\x08\\x02\\x01\\x05/"
	    "\\x02\\x02\\x40\\x00\\x02\\x01\\x08\\x02\\x01\\x41/",
	    "s/\\x02\\x02\\x40\\x00\\x02\\x01\\x08\\x02\\x01\\x05/"
	    "\\x02\\x02\\x40\\x00\\x02\\x01\\x10\\x02\\x01\\x05/",
	    "s/\\x02\\x02\\x40\\x00\\x02\\x01\\x08\\x02\\x01\\x05/"
	    "\\x02\\x02\\x40\\x00\\x02\\x01\\x08\\x02\\x01\\xff/",
	    "s/\\x02\\x02\\x40\\x00\\x02\\x01\\x08\\x02\\x01\\x05/"
	    "\\x02\\x02\\x40\\x00\\x02\\x01\\x00\\x02\\x01\\x05/",
	    "s/\\x02\\x02\\x40\\x00\\x02\\x01\\x08\\x02\\x01\\x05/"
	    "\\x02\\x02\\x80\\x00\\x02\\x01\\x08\\x02\\x01\\x05/",
	};
	uint8_t spki[SPKI_LEN];
	struct err err;

	(void)state;
	assert_int_equal(identity_create("a", "pw", spki, &err), 0);
	for (unsigned i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		char command[512];
		struct timespec before, after;

		(void)snprintf(command, sizeof(command),
		    "grep -v -- - a.key | base64 -d >a.der && "
		    "LC_ALL=C sed '%s' a.der >b.der && ! cmp -s a.der b.der && "
		    "{ echo '-----BEGIN ENCRYPTED PRIVATE KEY-----'; "
		    "base64 -w 64 b.der; "
		    "echo '-----END ENCRYPTED PRIVATE KEY-----'; } >k.pem",
		    edits[i]);
		assert_int_equal(shell(command), 0);
		clock_gettime(CLOCK_MONOTONIC, &before);
		assert_int_equal(unlock("k.pem", "pw", &err), -1);
		clock_gettime(CLOCK_MONOTONIC, &after);
		says(&err, STATUS_REJECTED,
		    "not protected by scrypt or PBKDF2 within limits");
		assert_true(after.tv_sec - before.tv_sec <= 1);
	}
	assert_int_equal(shell(MAKE "-iter 10000001"), 0);
	assert_int_equal(unlock("k.pem", "pw", &err), -1);
	says(&err, STATUS_REJECTED, "within limits");
}

/* No damaged file crashes the reader; it opens a key or says why not. */
static void
survives_every_changed_byte(void **state)
{
	struct buf good = BUF_EMPTY;
	uint8_t spki[SPKI_LEN];
	struct err err;

	(void)state;
	assert_int_equal(
	    shell(MAKE "-scrypt -scrypt_N 16 -scrypt_r 1 -scrypt_p 1"), 0);
	assert_int_equal(file_read("k.pem", 8192, &good, &err), 0);
	for (size_t i = 0; i < good.len; i++) {
		EVP_PKEY *key;
		FILE *f = fopen("x.pem", "wb");

		assert_non_null(f);
		good.p[i] ^= 2;
		assert_int_equal(fwrite(good.p, 1, good.len, f), good.len);
		assert_int_equal(fclose(f), 0);
		if (identity_unlock("x.pem", "pw", &key, &err) == 0) {
			/* CBC proves nothing: another key is nobody's. */
			assert_int_equal(key_spki(key, spki, &err), 0);
			EVP_PKEY_free(key);
		} else {
			assert_int_equal(err.status, STATUS_REJECTED);
			assert_null(key);
		}
		good.p[i] ^= 2;
	}
	buf_free(&good);
}

static int
read_passphrase(const void *text, size_t len, char *out, struct err *err)
{
	int fds[2], ret;

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], text, len), (ssize_t)len);
	close(fds[1]);
	ret = passphrase_read_fd(fds[0], out, err);
	close(fds[0]);
	return ret;
}

static void
reads_a_passphrase_of_one_line(void **state)
{
	char out[PASSPHRASE_MAX], text[PASSPHRASE_MAX + 2];
	struct err err;

	(void)state;
	assert_int_equal(read_passphrase("pass word\nmore", 14, out, &err), 0);
	assert_string_equal(out, "pass word");
	assert_int_equal(read_passphrase("end", 3, out, &err), 0);
	assert_string_equal(out, "end");
	assert_int_equal(read_passphrase("", 0, out, &err), -1);
	says(&err, STATUS_REJECTED, "is empty");
	assert_int_equal(read_passphrase("\nx", 2, out, &err), -1);
	says(&err, STATUS_REJECTED, "is empty");
	assert_int_equal(read_passphrase("ab\0cd\n", 6, out, &err), -1);
	says(&err, STATUS_REJECTED, "has a NUL in it");
	assert_memory_equal(out, "\0\0\0\0\0", 5);
	memset(text, 'x', sizeof(text));
	assert_int_equal(
	    read_passphrase(text, PASSPHRASE_MAX - 1, out, &err), 0);
	assert_int_equal(strlen(out), PASSPHRASE_MAX - 1);
	assert_int_equal(read_passphrase(text, PASSPHRASE_MAX, out, &err), -1);
	says(&err, STATUS_REJECTED, "is too long");
	assert_int_equal(out[0], '\0');
	assert_int_equal(passphrase_read_fd(-1, out, &err), -1);
	says(&err, STATUS_FAILED, "cannot read a passphrase");
}

static void
takes_the_number_of_a_descriptor(void **state)
{
	static const char *const bad[] = {
	    "", "x", "3x", "-1", "99999999999999999999", "0x3", "3 "};
	struct err err;
	int fd = -1;

	(void)state;
	assert_int_equal(passphrase_fd("12", &fd, &err), 0);
	assert_int_equal(fd, 12);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(passphrase_fd(bad[i], &fd, &err), -1);
		says(&err, STATUS_USAGE, "takes the number of a descriptor");
	}
}

static const struct opt as = {"as", "KEY", "", true};
static const struct opt with_fd = {"passphrase-fd", "N", "", true};
static const struct cmd cmd = {.name = "cosign"};

/* --as for each path, its passphrase on a pipe. */
static struct args
arguments(unsigned n, const char *const *paths, const char *const *phrases,
    char text[][8])
{
	struct args args = {.cmd = &cmd};

	for (unsigned i = 0; i < n; i++) {
		int fds[2];

		assert_int_equal(pipe(fds), 0);
		assert_int_equal(write(fds[1], phrases[i], strlen(phrases[i])),
		    (ssize_t)strlen(phrases[i]));
		close(fds[1]);
		(void)snprintf(text[i], 8, "%d", fds[0]);
		args.opts[args.n_opts].opt = &as;
		args.opts[args.n_opts++].value = paths[i];
		args.opts[args.n_opts].opt = &with_fd;
		args.opts[args.n_opts++].value = text[i];
	}
	return args;
}

static void
close_all(const struct args *args)
{
	for (unsigned i = 0; i < args->n_opts; i++)
		if (args->opts[i].opt == &with_fd)
			close((int)strtol(args->opts[i].value, NULL, 10));
}

static void
unlocks_each_signer_with_its_own_passphrase(void **state)
{
	static const char *const paths[] = {"a.key", "b.key"};
	static const char *const right[] = {"one", "two"},
				 *const swapped[] = {"two", "one"};
	char fds[2][8], ids[200];
	uint8_t spki[SPKI_LEN];
	struct signers s;
	struct args args;
	struct err err;

	(void)state;
	assert_int_equal(identity_create("a", "one", spki, &err), 0);
	assert_int_equal(identity_create("b", "two", spki, &err), 0);
	args = arguments(2, paths, right, fds);
	assert_int_equal(signers_open(&args, &s, &err), 0);
	close_all(&args);
	assert_int_equal(s.n, 2);
	assert_memory_equal(s.list[1].spki, spki, SPKI_LEN);
	signers_ids(&s, ids, sizeof(ids));
	assert_int_equal(strlen(ids), 129);
	assert_int_equal(ids[64], ',');
	signers_close(&s);
	args = arguments(2, paths, swapped, fds);
	assert_int_equal(signers_open(&args, &s, &err), -1);
	close_all(&args);
	says(&err, STATUS_REJECTED,
	    "'a.key' is not unlocked: wrong passphrase for 'a.key'");
	assert_int_equal(s.n, 0);
}

static void
refuses_one_person_twice(void **state)
{
	static const char *const paths[] = {"a.key", "copy.key"},
				 *const phrases[] = {"one", "one"};
	char fds[2][8];
	uint8_t spki[SPKI_LEN];
	struct signers s;
	struct args args;
	struct err err;

	(void)state;
	assert_int_equal(identity_create("a", "one", spki, &err), 0);
	assert_int_equal(shell("cp a.key copy.key"), 0);
	args = arguments(2, paths, phrases, fds);
	assert_int_equal(signers_open(&args, &s, &err), -1);
	close_all(&args);
	says(&err, STATUS_REJECTED,
	    "'a.key' and 'copy.key' are the same identity");
	args = (struct args){.cmd = &cmd};
	assert_int_equal(signers_open(&args, &s, &err), -1);
	says(&err, STATUS_USAGE, "who signs is not said");
	args = arguments(2, paths, phrases, fds);
	args.opts[2].opt = &with_fd;
	assert_int_equal(signers_open(&args, &s, &err), -1);
	says(&err, STATUS_USAGE, "each --passphrase-fd belongs to one --as");
	args.opts[2].opt = &as;
	close_all(&args);
}

/* What --as names is looked at before anybody is asked anything. */
static void
checks_identities_without_asking(void **state)
{
	struct args args = {.cmd = &cmd, .n_opts = 1};
	uint8_t spki[SPKI_LEN];
	struct err err;

	(void)state;
	assert_int_equal(identity_create("a", "one", spki, &err), 0);
	args.opts[0].opt = &as;
	args.opts[0].value = "a.key";
	assert_int_equal(signers_check(&args, &err), 0);
	args.opts[0].value = "a";
	assert_int_equal(signers_check(&args, &err), -1);
	says(&err, STATUS_FAILED, "'a' is not unlocked: cannot open 'a'");
	assert_string_equal(err.hint, "did you mean 'a.key'?");
	args.opts[0].value = "a.pub";
	assert_int_equal(signers_check(&args, &err), -1);
	says(&err, STATUS_REJECTED, "'a.pub' holds no encrypted private key");
	assert_string_equal(err.hint, "did you mean 'a.key'?");
	args.opts[0].value = "b";
	assert_int_equal(signers_check(&args, &err), -1);
	says(&err, STATUS_FAILED, "cannot open 'b'");
	assert_non_null(strstr(err.hint, "a stick may not be mounted"));
	args.n_opts = 0;
	assert_int_equal(signers_check(&args, &err), -1);
	says(&err, STATUS_USAGE, "who signs is not said");
}

/* Roles, and the officer's identity that must not be unlocked online. */
static void
requires_a_role_and_the_right_machine(void **state)
{
	static const struct program offline = {.offline = true}, online = {0};
	struct person people[] = {
	    {.name = "alice", .roles = ROLE_OFFICER | ROLE_OPERATOR},
	    {.name = "oscar", .roles = ROLE_OPERATOR}};
	struct plan p = {.name = "p", .people = people, .n_people = 2};
	struct signers s = {.n = 1, .list = {{.path = "x.key"}}};
	struct err err;

	(void)state;
	memset(people[0].key_id, 1, SHA256_LEN);
	memset(people[1].key_id, 2, SHA256_LEN);
	people[0].has_key = people[1].has_key = true;
	assert_int_equal(
	    signers_require(&s, &p, ROLE_OFFICER, &offline, &err), -1);
	says(&err, STATUS_REJECTED, "'x.key' is nobody's in the plan 'p'");
	memset(s.list[0].key_id, 1, SHA256_LEN);
	assert_int_equal(
	    signers_require(&s, &p, ROLE_OFFICER, &offline, &err), 0);
	assert_string_equal(s.list[0].person->name, "alice");
	assert_int_equal(
	    signers_require(&s, &p, ROLE_OPERATOR, &online, &err), -1);
	says(&err, STATUS_REJECTED,
	    "'alice' is an officer, whose identity must never be unlocked");
	p.practice = true;
	assert_int_equal(
	    signers_require(&s, &p, ROLE_OPERATOR, &online, &err), 0);
	p.practice = false;
	memset(s.list[0].key_id, 2, SHA256_LEN);
	assert_int_equal(
	    signers_require(&s, &p, ROLE_OPERATOR, &online, &err), 0);
	assert_int_equal(
	    signers_require(&s, &p, ROLE_OFFICER, &offline, &err), -1);
	says(&err, STATUS_REJECTED, "'oscar' has no role in the plan");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    in_scratch(makes_a_pair_that_openssl_opens),
	    in_scratch(never_overwrites_an_identity),
	    in_scratch(refuses_a_wrong_passphrase),
	    in_scratch(opens_keys_that_openssl_made),
	    in_scratch(refuses_what_is_no_protected_key),
	    in_scratch(refuses_to_be_kept_busy),
	    in_scratch(survives_every_changed_byte),
	    in_scratch(reads_a_passphrase_of_one_line),
	    in_scratch(takes_the_number_of_a_descriptor),
	    in_scratch(unlocks_each_signer_with_its_own_passphrase),
	    in_scratch(refuses_one_person_twice),
	    in_scratch(checks_identities_without_asking),
	    in_scratch(requires_a_role_and_the_right_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
