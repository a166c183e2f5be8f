#include "known_answers.h"

#include <string.h>

#include <openssl/crypto.h>

#include "encode.h"
#include "secret.h"

static const struct known_answer answers[] = {
    {"secure heap", known_secure_heap, false},
    {"SHA-256", known_sha256, false},
    {"HMAC-SHA-2", known_hmac, false},
    {"HKDF-SHA-256", known_hkdf, false},
    {"CTR-DRBG", known_ctr_drbg, false},
    {"AES-256-KWP", known_aes_kwp, false},
    {"base64", known_base64, false},
    {"inflate", known_inflate, false},
    {"RSAES-OAEP", known_oaep, false},
    {"Ed25519", known_ed25519, false},
    {"AES-256-CBC", known_aes_cbc, false},
    {"scrypt", known_scrypt, true},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const struct known_answer *
known_answer_at(size_t i)
{
	return i < COUNT(answers) ? &answers[i] : NULL;
}

int
known_answers_start(struct err *err)
{
	for (size_t i = 0; i < COUNT(answers); i++) {
		if (answers[i].slow || answers[i].run(err) == 0)
			continue;
		(void)err_wrap(err, "self-test of %s", answers[i].name);
		err->status = STATUS_FAILED;
		return err_hint(err,
		    "do not use this machine for the ceremony; "
		    "'gapseal-offline selftest' shows every test");
	}
	return 0;
}

int
known_compare(const uint8_t *p, size_t len, const char *hex, struct err *err)
{
	char text[HEX_LEN(64)];

	if (len <= 64) {
		hex_encode(p, len, text);
		if (strcmp(text, hex) == 0)
			return 0;
	}
	return err_set(err, STATUS_FAILED, "the answer is wrong");
}

void
known_count_up(uint8_t *p, size_t len, uint8_t first)
{
	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)(first + i);
}

int
known_secure_heap(struct err *err)
{
	struct secret s;
	int locked;

	if (secret_alloc(&s, 32, err) < 0)
		return -1;
	locked = CRYPTO_secure_allocated(s.p);
	secret_free(&s);
	if (locked != 1)
		return err_set(
		    err, STATUS_FAILED, "secrets are not on the secure heap");
	return 0;
}
