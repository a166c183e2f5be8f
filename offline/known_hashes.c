#include <string.h>

#include <openssl/evp.h>

#include "commitment.h"
#include "digest.h"
#include "gzip.h"
#include "known_answers.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* FIPS 180-4, the example of one block */
int
known_sha256(struct err *err)
{
	uint8_t out[SHA256_LEN];

	if (sha256("abc", 3, out, err) < 0)
		return -1;
	return known_compare(out, sizeof(out),
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	    err);
}

/* RFC 4231 section 4.3, with the call that makes our MACs */
int
known_hmac(struct err *err)
{
	static const struct {
		const char *hash, *mac;
	} cases[] = {
	    {"SHA224",
		"a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44"},
	    {"SHA256",
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec38"
		"43"},
	    {"SHA384",
		"af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec373632244"
		"5e"
		"8e2240ca5e69e2c78b3239ecfab21649"},
	    {"SHA512",
		"164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505"
		"54"
		"9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce7"
		"37"},
	};
	static const char text[] = "what do ya want for nothing?";
	uint8_t mac[EVP_MAX_MD_SIZE];
	size_t n;

	for (size_t i = 0; i < COUNT(cases); i++) {
		if (EVP_Q_mac(NULL, "HMAC", NULL, cases[i].hash, NULL, "Jefe",
			4, (const unsigned char *)text, strlen(text), mac,
			sizeof(mac), &n) == NULL)
			return err_crypto(err, "cannot compute");
		if (known_compare(mac, n, cases[i].mac, err) < 0)
			return -1;
	}
	return 0;
}

/* RFC 5869 appendix A.1 */
int
known_hkdf(struct err *err)
{
	uint8_t salt[13] = {0}, info[10] = {0};
	struct buf salt_view = buf_view(salt, sizeof(salt));
	struct buf info_view = buf_view(info, sizeof(info));
	struct secret ikm = SECRET_EMPTY, okm = SECRET_EMPTY;
	int ret = -1;

	known_count_up(salt, sizeof(salt), 0x00);
	known_count_up(info, sizeof(info), 0xf0);
	if (secret_alloc(&ikm, 22, err) < 0 || secret_alloc(&okm, 42, err) < 0)
		goto out;
	memset(ikm.p, 0x0b, ikm.len);
	if (hkdf_sha256(&ikm, &salt_view, &info_view, &okm, err) < 0)
		goto out;
	ret = known_compare(okm.p, okm.len,
	    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
	    "34007208d5b887185865",
	    err);
out:
	secret_free(&ikm);
	secret_free(&okm);
	return ret;
}

/* RFC 4648 section 10 */
int
known_base64(struct err *err)
{
	struct buf text = BUF_EMPTY;
	uint8_t out[8];
	int ret = -1;

	if (base64_encode((const uint8_t *)"fooba", 5, &text, err) < 0)
		return -1;
	if (strcmp((const char *)text.p, "Zm9vYmE=") != 0 ||
	    base64_decode("Zm9vYmE=", 8, out) != 5 ||
	    memcmp(out, "fooba", 5) != 0 ||
	    base64_decode("Zm9vYmF=", 8, out) != -1)
		(void)err_set(err, STATUS_FAILED, "the answer is wrong");
	else
		ret = 0;
	buf_free(&text);
	return ret;
}

/* One member that Python's zlib made. */
int
known_inflate(struct err *err)
{
	static const char text[] = "gapseal gapseal gapseal\n";
	static const uint8_t member[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00,
	    0x00, 0x00, 0x02, 0xff, 0x4b, 0x4f, 0x2c, 0x28, 0x4e, 0x4d, 0xcc,
	    0x51, 0x48, 0x47, 0xa5, 0xb9, 0x00, 0xb4, 0xd2, 0x69, 0x97, 0x18,
	    0x00, 0x00, 0x00};
	struct buf in = buf_view(member, sizeof(member)), out;
	int ret = 0;

	if (gzip_inflate(&in, 64, &out, err) < 0)
		return -1;
	if (out.len != strlen(text) || memcmp(out.p, text, out.len) != 0)
		ret = err_set(err, STATUS_FAILED, "the answer is wrong");
	buf_free(&out);
	return ret;
}
