/*
 * NAME.key and NAME.pub: an Ed25519 key in files that stock tools open too
 * (`openssl pkey -in NAME.key`, `openssl pkey -pubin -in NAME.pub`).
 */
#ifndef IDENTITY_FILE_H
#define IDENTITY_FILE_H

#include <openssl/types.h>

#include "err.h"
#include "plan.h"

/*
 * Make a key and write both files; neither may exist. NAME.key is PKCS#8 PEM
 * under the passphrase: PBES2, scrypt, AES-256-CBC (RFC 8018, RFC 7914).
 */
int identity_create(const char *name, const char *passphrase,
    uint8_t spki[static SPKI_LEN], struct err *err);

/* STATUS_FAILED when one of the two files is there already. */
int identity_refuse_existing(const char *name, struct err *err);

/* Is there an encrypted private key at path, which a passphrase may open? */
int identity_check(const char *path, struct err *err);

/* What unlocking returns, with an error, for a wrong passphrase. */
#define IDENTITY_LOCKED (-3)

/* STATUS_REJECTED for a wrong passphrase. The caller frees key. */
int identity_unlock(
    const char *path, const char *passphrase, EVP_PKEY **key, struct err *err);

#endif
