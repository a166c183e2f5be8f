#include "prove_pair.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "kms.h"

#define NONCE 32

/* How KMS signs with each spec, and the digest to verify by (NULL: none). */
struct scheme {
	const char *spec_prefix;
	const char *algorithm;
	const char *hash;
	bool pss;
};

static const struct scheme schemes[] = {
    {"RSA_", "RSASSA_PSS_SHA_256", "SHA256", true},
    {"ECC_NIST_P256", "ECDSA_SHA_256", "SHA256", false},
    {"ECC_NIST_P384", "ECDSA_SHA_384", "SHA384", false},
    {"ECC_NIST_P521", "ECDSA_SHA_512", "SHA512", false},
    {"ECC_SECG_P256K1", "ECDSA_SHA_256", "SHA256", false},
    {"ECC_NIST_EDWARDS25519", "ED25519_SHA_512", NULL, false},
};

static const struct scheme *
find_scheme(const char *spec)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strncmp(spec, schemes[i].spec_prefix,
			strlen(schemes[i].spec_prefix)) == 0)
			return &schemes[i];
	return NULL;
}

static bool
begin_verify(EVP_MD_CTX *ctx, const struct scheme *s, EVP_PKEY *key)
{
	EVP_PKEY_CTX *pctx = NULL;

	if (EVP_DigestVerifyInit_ex(
		ctx, &pctx, s->hash, NULL, NULL, key, NULL) != 1)
		return false;
	return !s->pss ||
	    (EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING) == 1 &&
		EVP_PKEY_CTX_set_rsa_pss_saltlen(
		    pctx, RSA_PSS_SALTLEN_DIGEST) == 1);
}

/* 1 when sig is key's over nonce, 0 when not, -1 without an answer. */
static int
verify(const struct scheme *s, const struct buf *spki, const struct buf *nonce,
    const struct buf *sig, struct err *err)
{
	int ret = -1;
	const uint8_t *p = spki->p;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)spki->len);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (key == NULL || ctx == NULL || !begin_verify(ctx, s, key))
		err_crypto(err, "cannot verify what KMS signed");
	else
		ret = EVP_DigestVerify(
			  ctx, sig->p, sig->len, nonce->p, nonce->len) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return ret;
}

static int
prove_signature(struct aws *a, const char *key_arn, const struct key_spec *spec,
    const struct buf *spki, const struct buf *nonce, struct err *err)
{
	const struct scheme *s = find_scheme(spec->name);
	struct buf sig;
	int ret;

	if (s == NULL)
		return err_set(err, STATUS_FAILED,
		    "no signing scheme for %s is known", spec->name);
	if (kms_sign(a, key_arn, s->algorithm, nonce, &sig, err) < 0)
		return -1;
	ret = verify(s, spki, nonce, &sig, err);
	buf_free(&sig);
	return ret;
}

static int
prove_decryption(struct aws *a, const char *key_arn, const struct buf *nonce,
    struct err *err)
{
	static const char algorithm[] = "RSAES_OAEP_SHA_256";
	struct buf blob = BUF_EMPTY;
	struct kms_decrypted back = {0};
	int ret = -1;

	if (kms_encrypt(a, key_arn, algorithm, NULL, 0, nonce, &blob, err) ==
		0 &&
	    kms_decrypt(a, key_arn, algorithm, NULL, 0, &blob, &back, err) == 0)
		ret = back.plaintext.len == nonce->len &&
		    memcmp(back.plaintext.p, nonce->p, nonce->len) == 0;
	buf_free(&blob);
	kms_decrypted_free(&back);
	return ret;
}

int
prove_pair(struct aws *a, const char *key_arn, const struct key_spec *spec,
    const char *usage, const struct buf *spki, struct err *err)
{
	uint8_t bytes[NONCE] = {0};
	struct buf nonce = buf_view(bytes, sizeof(bytes));

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return err_crypto(err, "no random bytes");
	if (strcmp(usage, "SIGN_VERIFY") == 0)
		return prove_signature(a, key_arn, spec, spki, &nonce, err);
	if (strcmp(usage, "ENCRYPT_DECRYPT") == 0)
		return prove_decryption(a, key_arn, &nonce, err);
	return 1;
}
