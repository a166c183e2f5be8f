/*
 * The PEM reader and the DER behind it, for two types of key. What comes out
 * is PKCS#8 that reads and writes back to itself.
 */
#include <assert.h>
#include <string.h>

#include <openssl/evp.h>

#include "private_key.h"
#include "receive_forms.h"

static void
check(const struct secret *input, const struct key_spec *spec)
{
	struct secret material, again;
	EVP_PKEY *key;
	struct err err;

	if (receive_pem(input, spec, &material, &err) < 0) {
		assert(material.p == NULL && err.msg[0] != '\0');
		return;
	}
	assert(der_kind(material.p, material.len) == DER_PKCS8);
	assert(private_key_read(material.p, material.len, &key, &err) == 0);
	assert(private_key_write(key, &again, &err) == 0);
	assert(again.len == material.len);
	assert(memcmp(again.p, material.p, again.len) == 0);
	EVP_PKEY_free(key);
	secret_free(&again);
	secret_free(&material);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct secret input;
	struct err err;

	if (size == 0 || size > RECEIVE_MAX ||
	    secret_copy(&input, data, size, &err) < 0)
		return 0;
	check(&input, key_spec_find("ECC_NIST_P256"));
	check(&input, key_spec_find("ECC_NIST_EDWARDS25519"));
	secret_free(&input);
	return 0;
}
