/*
 * A published RSA-2048 key and what it must decrypt, in base64. Key and
 * SHA-256 ciphertext are case 4 of C2SP/wycheproof,
 * rsa_oaep_2048_sha256_mgf1sha256_test.json (Apache-2.0); PyCryptodome made
 * the SHA-1 ciphertext of the same text with the same key.
 */
#ifndef KNOWN_RSA_H
#define KNOWN_RSA_H

#define KNOWN_OAEP_TEXT "123400"

extern const char known_rsa_key[]; /* PKCS#8 DER */
extern const char known_oaep_sha1[];
extern const char known_oaep_sha256[];

#endif
