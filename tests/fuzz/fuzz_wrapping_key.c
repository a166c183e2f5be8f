/*
 * The import key. What is accepted, libcrypto reads too, and writes back to
 * the same bytes.
 */
#include <assert.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "wrapping_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct buf spki = buf_view(data, size);
	const unsigned char *p = data;
	unsigned char *again = NULL;
	EVP_PKEY *key, *theirs;
	struct err err;

	if (wrapping_key_read(&spki, &key, &err) < 0)
		return 0;
	theirs = d2i_PUBKEY(NULL, &p, (long)size);
	assert(theirs != NULL && p == data + size);
	assert(EVP_PKEY_eq(key, theirs) == 1);
	assert(i2d_PUBKEY(key, &again) == (int)size);
	assert(memcmp(again, data, size) == 0);
	OPENSSL_free(again);
	EVP_PKEY_free(theirs);
	EVP_PKEY_free(key);
	return 0;
}
