#include "digest.h"

#include <openssl/evp.h>

int
sha256(
    const void *p, size_t len, uint8_t out[static SHA256_LEN], struct err *err)
{
	if (EVP_Digest(p, len, out, NULL, EVP_sha256(), NULL) != 1)
		return err_crypto(err, "cannot hash %zu bytes", len);
	return 0;
}

int
hmac_sha256(const void *key, size_t key_len, const void *p, size_t len,
    uint8_t out[static SHA256_LEN], struct err *err)
{
	size_t n = 0;

	if (EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, key, key_len, p, len,
		out, SHA256_LEN, &n) == NULL ||
	    n != SHA256_LEN)
		return err_crypto(err, "cannot authenticate %zu bytes", len);
	return 0;
}
