#include "identity_file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include "bundle.h"
#include "file.h"

/*
 * 16 MiB and about a quarter of a second a guess. A larger N would need more
 * than the 32 MiB that the openssl command allows itself when it opens the
 * file; p raises the time alone.
 */
#define SCRYPT_N 16384
#define SCRYPT_R 8
#define SCRYPT_P 5

/* What a file may ask of us before its passphrase is even tried. */
#define SCRYPT_MEMORY_MAX (32 << 20) /* OpenSSL's own limit */
#define SCRYPT_P_MAX 64
#define PBKDF2_ITERATIONS_MAX 10000000

#define PEM_MAX 8192
#define PATH_SIZE 4096

static int
bio_to_buf(BIO *bio, struct buf *out, struct err *err)
{
	char *text;
	long len = BIO_get_mem_data(bio, &text);

	return buf_copy(out, text, len < 0 ? 0 : (size_t)len, err);
}

/* The encrypted private key as PEM. */
static int
encode_private(
    EVP_PKEY *key, const char *passphrase, struct buf *out, struct err *err)
{
	int ret = -1;
	X509_ALGOR *pbe = NULL;
	PKCS8_PRIV_KEY_INFO *plain = NULL;
	X509_SIG *sealed = NULL;
	BIO *bio = NULL;

	pbe = PKCS5_pbe2_set_scrypt(
	    EVP_aes_256_cbc(), NULL, 0, NULL, SCRYPT_N, SCRYPT_R, SCRYPT_P);
	plain = EVP_PKEY2PKCS8(key);
	if (pbe == NULL || plain == NULL ||
	    (sealed = PKCS8_set0_pbe(
		 passphrase, (int)strlen(passphrase), plain, pbe)) == NULL) {
		err_crypto(err, "cannot encrypt the identity");
		goto out;
	}
	pbe = NULL; /* transferred */
	if ((bio = BIO_new(BIO_s_mem())) == NULL ||
	    PEM_write_bio_PKCS8(bio, sealed) != 1) {
		err_crypto(err, "cannot encode the identity");
		goto out;
	}
	ret = bio_to_buf(bio, out, err);
out:
	BIO_free(bio);
	X509_SIG_free(sealed);
	PKCS8_PRIV_KEY_INFO_free(plain);
	X509_ALGOR_free(pbe);
	return ret;
}

static int
encode_public(EVP_PKEY *key, struct buf *out, struct err *err)
{
	BIO *bio = BIO_new(BIO_s_mem());
	int ret = -1;

	if (bio == NULL || PEM_write_bio_PUBKEY(bio, key) != 1)
		err_crypto(err, "cannot encode the public key");
	else
		ret = bio_to_buf(bio, out, err);
	BIO_free(bio);
	return ret;
}

static int
make_path(char path[static PATH_SIZE], const char *name, const char *ending,
    struct err *err)
{
	if (snprintf(path, PATH_SIZE, "%s%s", name, ending) >= PATH_SIZE)
		return err_set(err, STATUS_USAGE, "the name is too long");
	return 0;
}

/* Before a passphrase is asked for: can a file be made beside name? */
static int
require_directory(const char *name, struct err *err)
{
	char path[PATH_SIZE];
	const char *slash = strrchr(name, '/');

	if (slash == NULL)
		(void)snprintf(path, sizeof(path), ".");
	else if (make_path(path, name, "", err) < 0)
		return -1;
	else
		path[slash - name + 1] = '\0';
	if (access(path, W_OK | X_OK) < 0)
		return err_sys(err, "cannot make a file in '%s'", path);
	return 0;
}

int
identity_refuse_existing(const char *name, struct err *err)
{
	static const char *const endings[] = {".key", ".pub"};
	char path[PATH_SIZE];

	if (require_directory(name, err) < 0)
		return -1;

	for (int i = 0; i < 2; i++) {
		if (make_path(path, name, endings[i], err) < 0)
			return -1;
		if (!file_exists(path))
			continue;
		err_set(err, STATUS_FAILED, "'%s' is already there", path);
		return err_hint(err,
		    "an identity is never overwritten; choose another name");
	}
	return 0;
}

static int
write_both(const char *name, const struct buf *private,
    const struct buf *public, struct err *err)
{
	char key_path[PATH_SIZE], pub_path[PATH_SIZE];

	if (make_path(key_path, name, ".key", err) < 0 ||
	    make_path(pub_path, name, ".pub", err) < 0 ||
	    identity_refuse_existing(name, err) < 0 ||
	    file_create(key_path, private, err) < 0)
		return -1;
	if (file_create(pub_path, public, err) < 0) {
		(void)unlink(key_path);
		return -1;
	}
	return 0;
}

int
identity_create(const char *name, const char *passphrase,
    uint8_t spki[static SPKI_LEN], struct err *err)
{
	int ret = -1;
	struct buf private = BUF_EMPTY, public = BUF_EMPTY;
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	if (key == NULL) {
		err_crypto(err, "cannot make a key");
		goto out;
	}
	if (key_spki(key, spki, err) < 0 ||
	    encode_private(key, passphrase, &private, err) < 0 ||
	    encode_public(key, &public, err) < 0 ||
	    write_both(name, &private, &public, err) < 0)
		goto out;
	ret = 0;
out:
	EVP_PKEY_free(key);
	buf_free(&private);
	buf_free(&public);
	return ret;
}

/* Read PEM that must hold one encrypted PKCS#8 key. */
static X509_SIG *
read_sealed(const char *path, struct err *err)
{
	struct buf text;
	X509_SIG *sealed = NULL;
	BIO *bio;

	if (file_read(path, PEM_MAX, &text, err) < 0)
		return NULL;
	bio = BIO_new_mem_buf(text.p, (int)text.len);
	if (bio == NULL ||
	    (sealed = PEM_read_bio_PKCS8(bio, NULL, NULL, NULL)) == NULL) {
		err_crypto(err, "'%s' holds no encrypted private key", path);
		err->status = STATUS_REJECTED;
		err_hint(err,
		    "identities are made by 'identity NAME'; a key without a "
		    "passphrase is not taken");
	}
	BIO_free(bio);
	buf_free(&text);
	return sealed;
}

static bool
scrypt_is_bounded(const ASN1_TYPE *parameter)
{
	SCRYPT_PARAMS *p = ASN1_TYPE_unpack_sequence(
	    ASN1_ITEM_rptr(SCRYPT_PARAMS), parameter);
	bool good = false;

	if (p != NULL) {
		int64_t n = 0, r = 0, times = 0;

		good = ASN1_INTEGER_get_int64(&n, p->costParameter) == 1 &&
		    ASN1_INTEGER_get_int64(&r, p->blockSize) == 1 &&
		    ASN1_INTEGER_get_int64(
			&times, p->parallelizationParameter) == 1 &&
		    n >= 2 && n < SCRYPT_MEMORY_MAX && r >= 1 &&
		    r < SCRYPT_MEMORY_MAX && times >= 1 &&
		    times <= SCRYPT_P_MAX &&
		    128 * r * (n + 2 + times) <= SCRYPT_MEMORY_MAX;
	}
	SCRYPT_PARAMS_free(p);
	return good;
}

static bool
pbkdf2_is_bounded(const ASN1_TYPE *parameter)
{
	PBKDF2PARAM *p = ASN1_TYPE_unpack_sequence(
	    ASN1_ITEM_rptr(PBKDF2PARAM), parameter);
	int64_t iterations = 0;
	bool good = p != NULL &&
	    ASN1_INTEGER_get_int64(&iterations, p->iter) == 1 &&
	    iterations >= 1 && iterations <= PBKDF2_ITERATIONS_MAX;

	PBKDF2PARAM_free(p);
	return good;
}

/* A prepared file must not keep this machine busy for a year. */
static bool
kdf_is_bounded(const X509_SIG *sealed)
{
	const X509_ALGOR *pbe;
	PBE2PARAM *pbe2;
	bool good = false;

	X509_SIG_get0(sealed, &pbe, NULL);
	if (OBJ_obj2nid(pbe->algorithm) != NID_pbes2)
		return false;
	pbe2 = ASN1_TYPE_unpack_sequence(
	    ASN1_ITEM_rptr(PBE2PARAM), pbe->parameter);
	if (pbe2 != NULL &&
	    OBJ_obj2nid(pbe2->keyfunc->algorithm) == NID_id_scrypt)
		good = scrypt_is_bounded(pbe2->keyfunc->parameter);
	else if (pbe2 != NULL &&
	    OBJ_obj2nid(pbe2->keyfunc->algorithm) == NID_id_pbkdf2)
		good = pbkdf2_is_bounded(pbe2->keyfunc->parameter);
	PBE2PARAM_free(pbe2);
	return good;
}

/* What is worth asking a passphrase for; NULL on failure. */
static X509_SIG *
read_bounded(const char *path, struct err *err)
{
	X509_SIG *sealed = read_sealed(path, err);

	if (sealed == NULL || kdf_is_bounded(sealed))
		return sealed;
	X509_SIG_free(sealed);
	err_set(err, STATUS_REJECTED,
	    "'%s' is not protected by scrypt or PBKDF2 within limits", path);
	err_hint(err, "make an identity with 'identity NAME'");
	return NULL;
}

int
identity_check(const char *path, struct err *err)
{
	X509_SIG *sealed = read_bounded(path, err);

	X509_SIG_free(sealed);
	return sealed == NULL ? -1 : 0;
}

int
identity_unlock(
    const char *path, const char *passphrase, EVP_PKEY **key, struct err *err)
{
	int ret = -1;
	X509_SIG *sealed = read_bounded(path, err);
	PKCS8_PRIV_KEY_INFO *plain = NULL;

	*key = NULL;
	if (sealed == NULL)
		return -1;
	plain = PKCS8_decrypt(sealed, passphrase, (int)strlen(passphrase));
	if (plain == NULL) {
		ERR_clear_error();
		err_set(
		    err, STATUS_REJECTED, "wrong passphrase for '%s'", path);
		err_hint(err,
		    "nothing was signed; run this again with the right one");
		ret = IDENTITY_LOCKED;
		goto out;
	}
	if ((*key = EVP_PKCS82PKEY(plain)) == NULL ||
	    !EVP_PKEY_is_a(*key, "ED25519")) {
		err_set(err, STATUS_REJECTED,
		    "'%s' does not hold an Ed25519 key", path);
		err_hint(err, "make an identity with 'identity NAME'");
		goto out;
	}
	ret = 0;
out:
	if (ret < 0) {
		EVP_PKEY_free(*key);
		*key = NULL;
	}
	PKCS8_PRIV_KEY_INFO_free(plain);
	X509_SIG_free(sealed);
	return ret;
}
