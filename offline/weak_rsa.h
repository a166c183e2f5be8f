/*
 * RSA keys that fall to known attacks: primes too close (Fermat), equal or too
 * unequal, the Infineon generator (ROCA, CVE-2017-15361), moduli whose primes
 * are published. What FIPS 186-5 section A.1.1 asks of e, p and q is asked
 * here too; with e limited to 256 bits, d cannot be small (Wiener).
 */
#ifndef WEAK_RSA_H
#define WEAK_RSA_H

#include <openssl/types.h>

#include "err.h"

/* key has passed private_key_test(): its primes are prime and give n. */
int weak_rsa_check(EVP_PKEY *key, struct err *err);

#endif
