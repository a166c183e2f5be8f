/*
 * The header bytes of DER (X.690), read strictly: definite lengths in their
 * shortest form, up to 16 MiB. For telling structures apart before a library
 * sees them, and for the one that is read here, an RSA public key.
 */
#ifndef DER_H
#define DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DER_INTEGER 0x02
#define DER_BITS 0x03
#define DER_OCTETS 0x04
#define DER_OID 0x06
#define DER_SEQUENCE 0x30

/* A cursor that remembers failure: after one, everything is empty. */
struct der {
	const uint8_t *p;
	size_t left;
	bool failed;
};

/* Take the next element, whatever it is; its contents are a cursor, too. */
struct der der_take(struct der *d, uint8_t *tag);

/* The same, which fails unless it has that tag. */
struct der der_want(struct der *d, uint8_t tag);

enum der_kind {
	DER_NONE,  /* not one DER structure from the first byte to the last */
	DER_PKCS8, /* PrivateKeyInfo */
	DER_PKCS1, /* RSAPrivateKey */
	DER_SEC1,  /* ECPrivateKey */
	DER_ENCRYPTED, /* EncryptedPrivateKeyInfo */
	DER_PUBLIC,    /* SubjectPublicKeyInfo, or a bare RSA public key */
	DER_OTHER,     /* a certificate, or whatever else */
};

enum der_kind der_kind(const uint8_t *der, size_t len);

/* NULL for the three kinds of private key, else why it is none. */
const char *der_refusal(enum der_kind kind);

#endif
