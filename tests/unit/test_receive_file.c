/*
 * receive_key on what people have in files: raw bytes, hex, base64, DER and
 * PEM. What can be read in two ways is refused until somebody names one.
 */
#include "secrets.h"

#include <openssl/core_names.h>
#include <openssl/encoder.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "receive.h"

#define KEY "b15ead28c2cdaefe533a5d50284576a4522af15e1f9111b0260e841e65a03b23"
#define KEY_BASE64 "sV6tKMLNrv5TOl1QKEV2pFIq8V4fkRGwJg6EHmWgOyM="

static void
takes(const struct secret *input, const char *name, enum receive_format format,
    const char *read_as, const char *right)
{
	struct received r;
	struct err err = {0};

	if (receive_key(input, spec(name), format, 0, &r, &err) < 0)
		fail_msg("%s", err.msg);
	assert_string_equal(r.format, read_as);
	assert_string_equal(r.way, "file");
	assert_int_equal(r.version, 0);
	assert_secret_hex(&r.material, right);
	received_free(&r);
}

static void
takes_text(const char *text, const char *name, enum receive_format format,
    const char *read_as, const char *right)
{
	struct secret s = secret_text(text);

	takes(&s, name, format, read_as, right);
	secret_free(&s);
}

static void
refuses(const struct secret *input, const char *name,
    enum receive_format format, const char *text, const char *hint)
{
	struct received r;
	struct err err = {0};

	assert_int_equal(
	    receive_key(input, spec(name), format, 0, &r, &err), -1);
	assert_null(r.material.p);
	assert_int_equal(err.status, STATUS_REJECTED);
	if (strstr(err.msg, text) == NULL)
		fail_msg("'%s' is not in: %s", text, err.msg);
	if (hint != NULL && strstr(err.hint, hint) == NULL)
		fail_msg("'%s' is not in: %s", hint, err.hint);
}

static void
refuses_text(const char *input, const char *name, enum receive_format format,
    const char *text, const char *hint)
{
	struct secret s = secret_text(input);

	refuses(&s, name, format, text, hint);
	secret_free(&s);
}

static void
takes_the_exact_bytes(void **state)
{
	struct secret key = secret_hex(KEY), more;

	(void)state;
	takes(&key, "SYMMETRIC_DEFAULT", RECEIVE_ANY, "raw", KEY);
	takes(&key, "HMAC_256", RECEIVE_RAW, "raw", KEY);
	refuses(&key, "HMAC_224", RECEIVE_ANY,
	    "it holds 32 bytes, and HMAC_224 wants exactly 28", NULL);
	more = secret_of(key.p, 33);
	refuses(&more, "SYMMETRIC_DEFAULT", RECEIVE_ANY,
	    "it holds 33 bytes, and SYMMETRIC_DEFAULT wants exactly 32", NULL);
	more.p[32] = '\n';
	refuses(&more, "SYMMETRIC_DEFAULT", RECEIVE_RAW, "it holds 33 bytes",
	    "its last byte is a line feed");
	secret_free(&more);
	more = secret_of(key.p, 31);
	refuses(
	    &more, "SYMMETRIC_DEFAULT", RECEIVE_ANY, "it holds 31 bytes", NULL);
	secret_free(&more);
	secret_free(&key);
}

/* One raw key in 256 begins like JSON, one in 65536 like a token. */
static void
takes_bytes_that_begin_like_something_else(void **state)
{
	static const char *const starts[] = {"{", "s.", "-----", "hvs.", " {"};
	char hex[HEX_LEN(32)];

	(void)state;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		struct secret key = secret_hex(KEY);

		memcpy(key.p, starts[i], strlen(starts[i]));
		hex_encode(key.p, key.len, hex);
		takes(&key, "SYMMETRIC_DEFAULT", RECEIVE_ANY, "raw", hex);
		secret_free(&key);
	}
}

static void
takes_hex_of_either_case(void **state)
{
	(void)state;
	takes_text(KEY, "SYMMETRIC_DEFAULT", RECEIVE_ANY, "hex", KEY);
	takes_text(KEY "\n", "SYMMETRIC_DEFAULT", RECEIVE_ANY, "hex", KEY);
	takes_text(KEY "\r\n", "SYMMETRIC_DEFAULT", RECEIVE_HEX, "hex", KEY);
	takes_text("B15EAD28C2CDAEFE533A5D50284576A4"
		   "522AF15E1F9111B0260E841E65A03B23",
	    "SYMMETRIC_DEFAULT", RECEIVE_ANY, "hex", KEY);
	/* xxd -p breaks the line after 30 bytes */
	takes_text(
	    "b15ead28c2cdaefe533a5d50284576a4522af15e1f9111b0260e841e65a0\n"
	    "3b23\n",
	    "SYMMETRIC_DEFAULT", RECEIVE_ANY, "hex", KEY);
}

static void
takes_base64_with_and_without_line_ends(void **state)
{
	(void)state;
	takes_text(KEY_BASE64, "SYMMETRIC_DEFAULT", RECEIVE_ANY, "base64", KEY);
	takes_text(
	    KEY_BASE64 "\n", "SYMMETRIC_DEFAULT", RECEIVE_ANY, "base64", KEY);
	takes_text(KEY_BASE64 "\r\n", "SYMMETRIC_DEFAULT", RECEIVE_BASE64,
	    "base64", KEY);
	/* openssl base64 breaks the line after 64 characters */
	takes_text(
	    "sV6tKMLNrv5TOl1QKEV2pFIq8V4fkRGwJg6EHmWgOyOFLfagF6pEuMsbYSC+4rqS"
	    "\nugllOLhtF8BCAudOOiEF7g==\n",
	    "HMAC_512", RECEIVE_BASE64, "base64",
	    KEY "852df6a017aa44b8cb1b6120bee2ba92"
		"ba096538b86d17c04202e74e3a2105ee");
}

static void
refuses_text_that_is_not_quite_so(void **state)
{
	static const char *const hex[] = {" " KEY, KEY " ", KEY "\n\n",
	    "0x" KEY, "b1:5e:ad:28", "b15ead28c2cdaefe533a5d50284576a4522af1g",
	    KEY "\n1", KEY "\nb15ead\n" KEY};
	static const char *const base64[] = {KEY_BASE64 " ", KEY_BASE64 "\n\n",
	    "sV6tKMLNrv5TOl1QKEV2pFIq8V4fkRGwJg6EHmWgOyM",
	    "sV6tKMLNrv5TOl1QKEV2pFIq8V4fkRGwJg6EHmWgOyN=",
	    "sV6tKMLNrv5TOl1QKEV2pFIq8V4fkRGwJg6EHmWg-y_=",
	    "sV6tKMLN\nrv5T\nOl1QKEV2pFIq8V4fkRGwJg6EHmWgOyM="};

	(void)state;
	for (size_t i = 0; i < sizeof(hex) / sizeof(hex[0]); i++)
		refuses_text(hex[i], "SYMMETRIC_DEFAULT", RECEIVE_HEX,
		    "not all hex digits", NULL);
	for (size_t i = 0; i < sizeof(base64) / sizeof(base64[0]); i++)
		refuses_text(base64[i], "SYMMETRIC_DEFAULT", RECEIVE_BASE64,
		    "it is not base64", NULL);
}

static void
refuses_two_readings_until_one_is_named(void **state)
{
	(void)state;
	/* 64 hex digits: also 64 bytes, and base64 of 48 */
	refuses_text(KEY, "HMAC_512", RECEIVE_ANY,
	    "it can be read as hex, and as raw bytes, and only the second has "
	    "the length of HMAC_512",
	    "--format hex|raw");
	refuses_text(KEY, "HMAC_384", RECEIVE_ANY,
	    "it can be read as hex, and as base64", "--format hex|base64");
	refuses_text("sV6tKMLNrv5TOl1QKEV2pFIq8V4fkRGw", "SYMMETRIC_DEFAULT",
	    RECEIVE_ANY, "it can be read as base64, and as raw bytes",
	    "--format base64|raw");
	/* named, it is read so; and judged on its own */
	takes_text(KEY, "HMAC_384", RECEIVE_BASE64, "base64",
	    "6f5e5e69ddbc73671d69e7dee77ddae5de74dbce39efa6b8"
	    "e76d9a7f5e5ed5ff75d756f4dbad1ef38d5eeb96b4ddbdb7");
	refuses_text(
	    KEY, "HMAC_512", RECEIVE_RAW, "is text, like a passphrase", NULL);
	refuses_text(KEY, "HMAC_512", RECEIVE_HEX, "it holds 32 bytes", NULL);
}

static void
knows_the_names_of_formats(void **state)
{
	enum receive_format format;
	struct err err = {0};

	(void)state;
	assert_int_equal(receive_format_find("pem", &format, &err), 0);
	assert_int_equal(format, RECEIVE_PEM);
	assert_int_equal(receive_format_find("PEM", &format, &err), -1);
	assert_int_equal(err.status, STATUS_USAGE);
	assert_string_equal(err.msg,
	    "no format is called 'PEM': raw, hex, base64, pem or vault is "
	    "wanted");
}

/* A key in the named structure, as PEM or DER. */
static struct secret
written(
    EVP_PKEY *key, const char *type, const char *structure, const char *cipher)
{
	OSSL_ENCODER_CTX *ctx = OSSL_ENCODER_CTX_new_for_pkey(
	    key, EVP_PKEY_KEYPAIR, type, structure, NULL);
	unsigned char *p = NULL;
	size_t len = 0;
	struct secret s;

	assert_non_null(ctx);
	if (cipher != NULL) {
		assert_int_equal(
		    OSSL_ENCODER_CTX_set_cipher(ctx, cipher, NULL), 1);
		assert_int_equal(OSSL_ENCODER_CTX_set_passphrase(
				     ctx, (const unsigned char *)"secret", 6),
		    1);
	}
	assert_int_equal(OSSL_ENCODER_to_data(ctx, &p, &len), 1);
	s = secret_of(p, len);
	OPENSSL_free(p);
	OSSL_ENCODER_CTX_free(ctx);
	return s;
}

static void
takes_every_structure_to_the_same_pkcs8(void **state)
{
	static const struct {
		const char *type, *group, *spec, *structure;
	} cases[] = {
	    {"RSA", NULL, "RSA_2048", "type-specific"},
	    {"EC", "prime256v1", "ECC_NIST_P256", "type-specific"},
	    {"EC", "secp384r1", "ECC_NIST_P384", "type-specific"},
	    {"EC", "secp521r1", "ECC_NIST_P521", "type-specific"},
	    {"EC", "secp256k1", "ECC_SECG_P256K1", "type-specific"},
	    {"ED25519", NULL, "ECC_NIST_EDWARDS25519", NULL},
	};
	static const char *const types[] = {"PEM", "DER"};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		EVP_PKEY *key = cases[i].group != NULL
		    ? EVP_PKEY_Q_keygen(NULL, NULL, "EC", cases[i].group)
		    : EVP_PKEY_Q_keygen(
			  NULL, NULL, cases[i].type, (size_t)2048);
		struct secret right = written(
		    key, "DER", "PrivateKeyInfo", NULL);
		char *hex = malloc(HEX_LEN(right.len));

		assert_non_null(hex);
		hex_encode(right.p, right.len, hex);
		for (size_t k = 0; k < 4; k++) {
			const char *structure = k < 2 ? "PrivateKeyInfo"
						      : cases[i].structure;
			struct secret s;

			if (structure == NULL)
				continue;
			s = written(key, types[k % 2], structure, NULL);
			takes(&s, cases[i].spec, RECEIVE_ANY,
			    k % 2 == 0 ? "pem" : "raw", hex);
			secret_free(&s);
		}
		free(hex);
		secret_free(&right);
		EVP_PKEY_free(key);
	}
}

static void
refuses_encrypted_keys(void **state)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "prime256v1");
	struct secret pem = written(
	    key, "PEM", "PrivateKeyInfo", "AES-256-CBC");
	struct secret der = written(
	    key, "DER", "PrivateKeyInfo", "AES-256-CBC");

	(void)state;
	refuses(&pem, "ECC_NIST_P256", RECEIVE_ANY, "an encrypted private key",
	    "openssl pkcs8");
	refuses(&der, "ECC_NIST_P256", RECEIVE_ANY, "an encrypted private key",
	    NULL);
	refuses_text("-----BEGIN RSA PRIVATE KEY-----\n"
		     "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n"
		     "AAAA\n-----END RSA PRIVATE KEY-----\n",
	    "RSA_2048", RECEIVE_ANY, "an encrypted private key", NULL);
	secret_free(&pem);
	secret_free(&der);
	EVP_PKEY_free(key);
}

/* What openssl ecparam -genkey writes, and the forms of EC that are not. */
static void
refuses_unnamed_curves_and_makes_points_whole(void **state)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "prime256v1");
	struct secret right = written(key, "DER", "PrivateKeyInfo", NULL);
	char hex[HEX_LEN(138)];
	struct secret s, both;

	(void)state;
	assert_int_equal(right.len, 138);
	hex_encode(right.p, right.len, hex);
	s = written(key, "PEM", "type-specific", NULL);
	both = secret_of(s.p, s.len);
	secret_free(&both);
	assert_int_equal(secret_alloc(&both, s.len + 76, &(struct err){0}), 0);
	memcpy(both.p,
	    "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n"
	    "-----END EC PARAMETERS-----\n",
	    75);
	memcpy(both.p + 75, s.p, s.len);
	secret_shorten(&both, s.len + 75);
	takes(&both, "ECC_NIST_P256", RECEIVE_ANY, "pem", hex);
	secret_free(&both);
	secret_free(&s);

	assert_int_equal(
	    EVP_PKEY_set_utf8_string_param(
		key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed"),
	    1);
	s = written(key, "PEM", "PrivateKeyInfo", NULL);
	takes(&s, "ECC_NIST_P256", RECEIVE_ANY, "pem", hex);
	secret_free(&s);
	assert_int_equal(EVP_PKEY_set_utf8_string_param(
			     key, OSSL_PKEY_PARAM_EC_ENCODING, "explicit"),
	    1);
	s = written(key, "PEM", "PrivateKeyInfo", NULL);
	refuses(
	    &s, "ECC_NIST_P256", RECEIVE_ANY, "spelled out in numbers", NULL);
	secret_free(&s);
	secret_free(&right);
	EVP_PKEY_free(key);
}

static void
refuses_rsa_of_three_primes(void **state)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *key = NULL;
	struct secret s;

	(void)state;
	assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, 2048), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_keygen_primes(ctx, 3), 1);
	assert_int_equal(EVP_PKEY_generate(ctx, &key), 1);
	s = written(key, "PEM", "PrivateKeyInfo", NULL);
	refuses(&s, "RSA_2048", RECEIVE_ANY, "more than two primes", NULL);
	secret_free(&s);
	EVP_PKEY_free(key);
	EVP_PKEY_CTX_free(ctx);
}

static void
refuses_a_public_half_of_another_key(void **state)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "prime256v1");
	EVP_PKEY *other = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "prime256v1");
	struct secret a = written(key, "DER", "PrivateKeyInfo", NULL);
	struct secret b = written(other, "DER", "PrivateKeyInfo", NULL);

	(void)state;
	memcpy(a.p + a.len - 65, b.p + b.len - 65, 65);
	refuses(&a, "ECC_NIST_P256", RECEIVE_ANY,
	    "its public and private half do not belong together", NULL);
	secret_free(&a);
	secret_free(&b);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
}

static void
refuses_pem_that_is_not_one_private_key(void **state)
{
#define BODY                                                                   \
	"MC4CAQAwBQYDK2VwBCIEIOk4ZqnSjdIq8m0eYtoBTQ2XnNHCnRcRFHzm6b9g3bcB\n"
#define PRIVATE                                                                \
	"-----BEGIN PRIVATE KEY-----\n" BODY "-----END PRIVATE KEY-----\n"
	static const struct {
		const char *pem, *text;
	} cases[] = {
	    {PRIVATE PRIVATE, "119 bytes follow its 'PRIVATE KEY' block"},
	    {PRIVATE "x", "1 bytes follow"},
	    {PRIVATE "\n", "1 bytes follow"},
	    {"-----BEGIN PRIVATE KEY-----\n" BODY
	     "-----END RSA PRIVATE KEY-----\n",
		"not a whole PEM block"},
	    {"-----BEGIN PRIVATE KEY-----\n" BODY, "not a whole PEM block"},
	    {"-----BEGIN RSA PRIVATE KEY-----\n" BODY
	     "-----END RSA PRIVATE KEY-----\n",
		"says 'RSA PRIVATE KEY' and holds something else"},
	    {"-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----\n",
		"not lines of base64"},
	    {"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
		"it is a public key"},
	    {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
		"it is a certificate"},
	    {"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"
	     "-----END OPENSSH PRIVATE KEY-----\n",
		"OpenSSH's own format"},
	    {"-----BEGIN DSA PRIVATE KEY-----\nAAAA\n"
	     "-----END DSA PRIVATE KEY-----\n",
		"'DSA PRIVATE KEY' holds no private key that KMS takes"},
	    {"-----BEGIN PRIV\033[2JATE KEY-----\n", "not a whole PEM block"},
	};
	struct secret good = secret_text(PRIVATE);
	struct received r;
	struct err err = {0};

	(void)state;
	if (receive_key(&good, spec("ECC_NIST_EDWARDS25519"), RECEIVE_ANY, 0,
		&r, &err) < 0)
		fail_msg("%s", err.msg);
	received_free(&r);
	secret_free(&good);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		refuses_text(cases[i].pem, "ECC_NIST_EDWARDS25519", RECEIVE_PEM,
		    cases[i].text, NULL);
}

static void
checks_the_public_half_of_an_ed25519_pair(void **state)
{
	/* RFC 8032 would be a published key: this one is OpenBao's */
	struct secret pair = secret_hex(
	    "c4c7cb9552169d933b21eb79fa21f7c7e1fa86a9dcaeef6f30ab9053a463f98c"
	    "6311937f6e2a9744b8a8765f257508d5e27994900431d6f471ac4167f47af191");
	struct secret half = secret_of(pair.p, 32);
	struct received r;
	struct err err = {0};

	(void)state;
	assert_int_equal(receive_key(&pair, spec("ECC_NIST_EDWARDS25519"),
			     RECEIVE_ANY, 0, &r, &err),
	    0);
	assert_int_equal(r.material.len, 48);
	received_free(&r);
	pair.p[63] ^= 1;
	refuses(&pair, "ECC_NIST_EDWARDS25519", RECEIVE_ANY,
	    "its second half is not the public key of its first", NULL);
	refuses(&half, "ECC_NIST_EDWARDS25519", RECEIVE_ANY,
	    "32 bytes may be a seed or anything else", "PKCS#8");
	secret_free(&pair);
	secret_free(&half);
}

static void
refuses_every_truncation_and_addition_of_der(void **state)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "prime256v1");
	struct secret der = written(key, "DER", "PrivateKeyInfo", NULL);
	struct secret more = secret_of(der.p, der.len + 1);

	(void)state;
	for (size_t len = 1; len < der.len; len++) {
		struct secret part = secret_of(der.p, len);

		refuses(&part, "ECC_NIST_P256", RECEIVE_RAW,
		    "is not one DER structure", NULL);
		secret_free(&part);
	}
	refuses(&more, "ECC_NIST_P256", RECEIVE_RAW, "is not one DER structure",
	    NULL);
	secret_free(&more);
	secret_free(&der);
	EVP_PKEY_free(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_the_exact_bytes),
	    cmocka_unit_test(takes_bytes_that_begin_like_something_else),
	    cmocka_unit_test(takes_hex_of_either_case),
	    cmocka_unit_test(takes_base64_with_and_without_line_ends),
	    cmocka_unit_test(refuses_text_that_is_not_quite_so),
	    cmocka_unit_test(refuses_two_readings_until_one_is_named),
	    cmocka_unit_test(knows_the_names_of_formats),
	    cmocka_unit_test(takes_every_structure_to_the_same_pkcs8),
	    cmocka_unit_test(refuses_encrypted_keys),
	    cmocka_unit_test(refuses_unnamed_curves_and_makes_points_whole),
	    cmocka_unit_test(refuses_rsa_of_three_primes),
	    cmocka_unit_test(refuses_a_public_half_of_another_key),
	    cmocka_unit_test(refuses_pem_that_is_not_one_private_key),
	    cmocka_unit_test(checks_the_public_half_of_an_ed25519_pair),
	    cmocka_unit_test(refuses_every_truncation_and_addition_of_der),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
