/*
 * receive_key: what a real OpenBao and people's tools give, and what has to
 * be refused. The answers and their right bytes are in tests/vectors/vault.
 */
#include "secrets.h"

#include "digest.h"
#include "receive.h"

#define VAULT "tests/vectors/vault"
#define DEMO "b15ead28c2cdaefe533a5d50284576a4522af15e1f9111b0260e841e65a03b23"
#define HMAC_KEY                                                               \
	"a33d53b811214b09230803aff722e4d4ddc948defd4c5219b210636b82f66d3f"

static struct received
receives(const struct secret *input, const char *name,
    enum receive_format format, int64_t version)
{
	struct received r;
	struct err err = {0};

	if (receive_key(input, spec(name), format, version, &r, &err) < 0)
		fail_msg("%s", err.msg);
	return r;
}

/* Refused, with text in the message and hint (may be NULL) in the hint. */
static void
refuses(const struct secret *input, const char *name,
    enum receive_format format, const char *text, const char *hint)
{
	struct received r;
	struct err err = {0};

	assert_int_equal(
	    receive_key(input, spec(name), format, 0, &r, &err), -1);
	assert_null(r.material.p);
	assert_int_equal(r.n_warnings, 0);
	if (strstr(err.msg, text) == NULL)
		fail_msg("'%s' is not in: %s", text, err.msg);
	if (hint != NULL && strstr(err.hint, hint) == NULL)
		fail_msg("'%s' is not in: %s", hint, err.hint);
	received_free(&r);
}

static void
refuses_file(
    const char *file, const char *name, const char *text, const char *hint)
{
	struct secret input = secret_file(VAULT, file);

	refuses(&input, name, RECEIVE_ANY, text, hint);
	secret_free(&input);
}

static void
takes_every_form_of_a_vault_key(void **state)
{
	static const struct {
		const char *file, *spec, *way, *right;
		int64_t version;
	} cases[] = {
	    {"export-aes256.json", "SYMMETRIC_DEFAULT", "vault-export", DEMO,
		1},
	    {"export-aes256-v1.json", "SYMMETRIC_DEFAULT", "vault-export", DEMO,
		1},
	    {"export-aes256-latest.json", "SYMMETRIC_DEFAULT", "vault-export",
		DEMO, 1},
	    {"wrapped-unwrapped.json", "SYMMETRIC_DEFAULT", "vault-export",
		DEMO, 1},
	    {"cli-export-aes256.json", "SYMMETRIC_DEFAULT", "vault-export",
		DEMO, 1},
	    {"cli-export-field-keys.json", "SYMMETRIC_DEFAULT", "vault-export",
		DEMO, 1},
	    {"cli-field-key.b64", "SYMMETRIC_DEFAULT", "file", DEMO, 0},
	    {"export-aes256-rotated3-latest.json", "SYMMETRIC_DEFAULT",
		"vault-export",
		"f8b2991ca2e22a5f3318e4e55e0b709447ebdfb839aeeb1dc92cace2c06519"
		"55",
		3},
	    {"export-chacha20-poly1305.json", "SYMMETRIC_DEFAULT",
		"vault-export",
		"cdcfe57e8077459833dc57eddb2eb617546bcfe9271c3c85054b813ffcc73d"
		"8a",
		1},
	    {"export-xchacha20-poly1305.json", "SYMMETRIC_DEFAULT",
		"vault-export",
		"7a74cbc2262e0d81f95ca95e654745935443bb8e660860e217b3469c3c6563"
		"71",
		1},
	    {"export-imported.json", "SYMMETRIC_DEFAULT", "vault-export",
		"02981c942bd5bf5933606268212a448c7367c9355766eab4ac5204070642f8"
		"d8",
		1},
	    {"export-hmac.json", "HMAC_256", "vault-export", HMAC_KEY, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct secret input = secret_file(VAULT, cases[i].file);
		struct received r = receives(
		    &input, cases[i].spec, RECEIVE_ANY, 0);

		assert_secret_hex(&r.material, cases[i].right);
		assert_string_equal(r.way, cases[i].way);
		assert_int_equal(r.version, cases[i].version);
		received_free(&r);
		secret_free(&input);
	}
}

/* The "data" object alone. */
static void
takes_the_data_object(void **state)
{
	struct secret all = secret_file(VAULT, "export-aes256.json");
	const char *from = strstr((const char *)all.p, "\"data\":") + 7;
	const char *to = strstr(from, "},\"name\"");
	struct secret data;
	struct received r;

	(void)state;
	to = strchr(to + 2, '}') + 1;
	data = secret_of(from, (size_t)(to - from));
	r = receives(&data, "SYMMETRIC_DEFAULT", RECEIVE_ANY, 0);
	assert_secret_hex(&r.material, DEMO);
	received_free(&r);
	secret_free(&data);
	secret_free(&all);
}

static void
takes_one_key_of_each_asymmetric_type_in_every_format(void **state)
{
	static const struct {
		const char *type, *spec, *formats[4];
		size_t len;
	} cases[] = {
	    {"rsa-2048", "RSA_2048", {"", "-der", "-pem"}, 1218},
	    {"rsa-3072", "RSA_3072", {"", "-der"}, 1794},
	    {"rsa-4096", "RSA_4096", {"", "-der"}, 2375},
	    {"ecdsa-p256", "ECC_NIST_P256", {"", "-der", "-pem"}, 138},
	    {"ecdsa-p384", "ECC_NIST_P384", {"", "-der", "-pem"}, 185},
	    {"ecdsa-p521", "ECC_NIST_P521", {"", "-der", "-pem"}, 241},
	    {"ed25519", "ECC_NIST_EDWARDS25519", {"", "-der", "-pem", "-raw"},
		48},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct received first = {0};

		for (size_t k = 0; k < 4 && cases[i].formats[k] != NULL; k++) {
			char file[64];
			struct secret input;
			struct received r;

			(void)snprintf(file, sizeof(file), "export-%s%s.json",
			    cases[i].type, cases[i].formats[k]);
			input = secret_file(VAULT, file);
			r = receives(&input, cases[i].spec, RECEIVE_ANY, 0);
			secret_free(&input);
			if (k == 0) {
				first = r;
				continue;
			}
			assert_int_equal(r.material.len, first.material.len);
			assert_memory_equal(
			    r.material.p, first.material.p, r.material.len);
			received_free(&r);
		}
		assert_in_range(
		    first.material.len, cases[i].len - 2, cases[i].len + 2);
		received_free(&first);
	}
}

static void
assert_sha256_starts(const struct secret *s, const char *hex)
{
	uint8_t digest[SHA256_LEN];
	char text[HEX_LEN(SHA256_LEN)];
	struct err err = {0};

	assert_int_equal(sha256(s->p, s->len, digest, &err), 0);
	hex_encode(digest, sizeof(digest), text);
	assert_memory_equal(text, hex, strlen(hex));
}

static void
gives_the_pkcs8_that_the_server_gives(void **state)
{
	static const struct {
		const char *file, *spec, *right;
	} cases[] = {
	    {"export-ed25519.json", "ECC_NIST_EDWARDS25519",
		"e02736967a8b9eb6"},
	    {"export-ecdsa-p256.json", "ECC_NIST_P256", "057d7a10ce68a727"},
	    {"export-rsa-2048.json", "RSA_2048", "6b3519186d4151b1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct secret input = secret_file(VAULT, cases[i].file);
		struct received r = receives(
		    &input, cases[i].spec, RECEIVE_ANY, 0);

		assert_sha256_starts(&r.material, cases[i].right);
		received_free(&r);
		secret_free(&input);
	}
}

static void
asks_which_of_several_versions(void **state)
{
	static const char *const right[] = {
	    "e0df13c473bd704dc0d8d8a58cda34f4e78915bab8eb1999cebc050a013281a7",
	    "bcf970b72a316442c4ed1a91d79c541db5afcde48de4eab74bfbddc27f379d26",
	    "f8b2991ca2e22a5f3318e4e55e0b709447ebdfb839aeeb1dc92cace2c0651955"};
	struct secret input = secret_file(VAULT, "export-aes256-rotated3.json");
	struct received r;
	struct err err = {0};

	(void)state;
	assert_int_equal(receive_key(&input, spec("SYMMETRIC_DEFAULT"),
			     RECEIVE_ANY, 0, &r, &err),
	    -1);
	assert_int_equal(err.status, STATUS_USAGE);
	assert_string_equal(err.msg, "it holds 3 versions of the key: 1, 2, 3");
	assert_string_equal(err.hint, "name the one: --key-version N");
	assert_null(r.material.p);
	assert_int_equal(r.n_versions, 3);
	assert_int_equal(r.versions[0], 1);
	assert_int_equal(r.versions[2], 3);
	received_free(&r);

	for (int64_t v = 1; v <= 3; v++) {
		r = receives(&input, "SYMMETRIC_DEFAULT", RECEIVE_ANY, v);
		assert_secret_hex(&r.material, right[v - 1]);
		assert_int_equal(r.version, v);
		received_free(&r);
	}
	assert_int_equal(receive_key(&input, spec("SYMMETRIC_DEFAULT"),
			     RECEIVE_ANY, 4, &r, &err),
	    -1);
	assert_int_equal(err.status, STATUS_REJECTED);
	assert_string_equal(
	    err.msg, "it holds no version 4 of the key, only 1, 2, 3");
	assert_int_equal(r.n_versions, 0);
	secret_free(&input);
}

static void
refuses_a_version_of_what_has_none(void **state)
{
	struct secret input = secret_file(VAULT, "cli-field-key.b64");
	struct received r;
	struct err err = {0};

	(void)state;
	assert_int_equal(receive_key(&input, spec("SYMMETRIC_DEFAULT"),
			     RECEIVE_ANY, 1, &r, &err),
	    -1);
	assert_int_equal(err.status, STATUS_USAGE);
	assert_string_equal(
	    err.msg, "only a Vault answer in JSON has versions of a key");
	secret_free(&input);
}

static void
warns_of_what_an_answer_does_not_say(void **state)
{
	struct secret input = secret_file(VAULT, "export-aes256-hmacsub.json");
	struct received r = receives(
	    &input, "SYMMETRIC_DEFAULT", RECEIVE_ANY, 0);

	(void)state;
	assert_int_equal(r.n_warnings, 1);
	assert_non_null(strstr(r.warnings[0], "export/hmac-key"));
	received_free(&r);
	secret_free(&input);

	input = secret_file(VAULT, "export-chacha20-poly1305.json");
	r = receives(&input, "SYMMETRIC_DEFAULT", RECEIVE_ANY, 0);
	assert_int_equal(r.n_warnings, 2);
	assert_non_null(strstr(r.warnings[0], "ChaCha20-Poly1305"));
	received_free(&r);
	secret_free(&input);

	input = secret_file(VAULT, "cli-export-field-keys.json");
	r = receives(&input, "SYMMETRIC_DEFAULT", RECEIVE_ANY, 0);
	assert_int_equal(r.n_warnings, 2);
	assert_non_null(strstr(r.warnings[0], "does not name the key's type"));
	received_free(&r);
	secret_free(&input);
}

static void
refuses_what_holds_no_key(void **state)
{
	static const struct {
		const char *file, *text, *hint;
	} cases[] = {
	    {"wrapped-export-token.json",
		"response-wrapping token (made for: "
		"transit/export/encryption-key/byok-demo-key)",
		"unwrap it where Vault can be reached"},
	    {"cli-wrapped.json", "response-wrapping token", "works once"},
	    {"wrapped-second-unwrap-error.json",
		"an error that Vault answered: wrapping token is not valid",
		NULL},
	    {"error-403.json", "Vault answered: permission denied", NULL},
	    {"error-404.json", "Vault answered: no text", NULL},
	    {"error-not-exportable.json",
		"Vault answered: private key material is not exportable", NULL},
	    {"export-ecdsa-p256-raw.json", "unknown key format", NULL},
	    {"key-read.json", "describes a key", "transit/export"},
	    {"byok-destination-read.json", "describes a key", NULL},
	    {"backup-aes256.json", "a backup", "export the key"},
	    {"backup-aes256.decoded.json", "a backup", NULL},
	    {"backup-rsa-2048.decoded.json", "a backup", NULL},
	    {"cli-backup-field.txt", "a Vault backup", NULL},
	    {"byok-export-byok-demo-key.json", "look like a byok-export", NULL},
	    {"export-aes128-gcm96.json", "type 'aes128-gcm96'", "256 bits"},
	    {"export-hmac.json", "type 'hmac'", "hmac-key export"},
	    {"export-rsa-2048.json", "type 'rsa-2048'", NULL},
	    {"wrapping-key.json", "holds no exported key", NULL},
	    {"wrapping-lookup.json", "holds no exported key", NULL},
	    {"encrypt-probe.json", "holds no exported key", NULL},
	    {"import-request.json", "holds no exported key", NULL},
	    {"cli-export-aes256.yaml", "YAML", "-format=json"},
	    {"cli-export-aes256.txt", "table", "-format=json"},
	    {"byok-destination-private-TESTKEY.pem",
		"the plan wants SYMMETRIC_DEFAULT", NULL},
	    {"byok-destination-public.pem", "a public key", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		refuses_file(cases[i].file, "SYMMETRIC_DEFAULT", cases[i].text,
		    cases[i].hint);
}

static void
refuses_the_hmac_key_beside_another(void **state)
{
	struct secret text = secret_text(
	    "{\"keys\":{\"1\":\"oz1TuBEhSwkjCAOv9yLk1N3JSN79TFIZshBja4L2bT8="
	    "\"},\"name\":\"n\",\"type\":\"ed25519\"}");

	(void)state;
	refuses_file("export-aes256-hmacsub.json", "HMAC_256",
	    "type 'aes256-gcm96', and the plan wants HMAC_256",
	    "only type 'hmac' is taken");
	refuses_file("cli-export-field-keys.json", "HMAC_256",
	    "does not name the key's type", "whole answer");
	refuses(&text, "ECC_NIST_EDWARDS25519", RECEIVE_ANY,
	    "an hmac-key export", "transit/export/signing-key");
	secret_free(&text);
}

static void
refuses_asymmetric_keys_of_another_spec(void **state)
{
	(void)state;
	refuses_file("export-ecdsa-p256.json", "ECC_NIST_P384",
	    "type 'ecdsa-p256', and the plan wants ECC_NIST_P384", NULL);
	refuses_file("byok-destination-private-TESTKEY.pem", "RSA_2048",
	    "an RSA key of 4096 bits, and the plan wants RSA_2048", NULL);
	refuses_file("byok-destination-private-TESTKEY.pem", "ECC_NIST_P256",
	    "a key of type RSA, and the plan wants ECC_NIST_P256", NULL);
	refuses_file("byok-export-k-ecdsa-p256.json", "ECC_NIST_P256",
	    "look like a byok-export", NULL);
}

static void
refuses_vault_answers_that_contradict_themselves(void **state)
{
#define VALUE "\"sV6tKMLNrv5TOl1QKEV2pFIq8V4fkRGwJg6EHmWgOyM=\""
	static const struct {
		const char *json, *text;
	} cases[] = {
	    {"{\"keys\":{\"1\":" VALUE ",\"1\":" VALUE "}}", "more than once"},
	    {"{\"keys\":{},\"keys\":{\"1\":" VALUE "}}",
		"'keys' is in it more than once"},
	    {"{\"type\":\"hmac\",\"type\":\"aes256-gcm96\",\"keys\":{"
	     "\"1\":" VALUE "}}",
		"'type' is in it more than once"},
	    {"{\"keys\":{\"1\":" VALUE "},\"data\":{\"keys\":{\"1\":" VALUE
	     "}}}",
		"'data.keys' is in it more than once"},
	    {"{\"1\":" VALUE ",\"keys\":{\"2\":" VALUE "}}",
		"in more than one place"},
	    {"{\"keys\":{\"01\":" VALUE "}}", "holds no exported key"},
	    {"{\"keys\":{\"0\":" VALUE "}}", "holds no exported key"},
	    {"{\"data\":{\"1\":" VALUE "}}", "holds no exported key"},
	    {"{\"keys.1\":" VALUE "}", "holds no exported key"},
	    {"{\"keys\":{\"1\":" VALUE "}}x", "wanted nothing after"},
	    {"{\"keys\":{\"1\":" VALUE "}", "line 1"},
	    {"{\"keys\":{\"1\":\"\"}}", "not base64"},
	    {"{\"keys\":{\"1\":\"sV6t\\b\"}}", "an escape that no key needs"},
	    {"{\"keys\":{\"1\":" VALUE "},\"derived\":true}", "a derived one"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct secret s = secret_text(cases[i].json);

		refuses(
		    &s, "SYMMETRIC_DEFAULT", RECEIVE_ANY, cases[i].text, NULL);
		secret_free(&s);
	}
}

/* .NET writes '+' as \u002b, PHP writes '/' as \/. */
static void
undoes_the_escapes_of_other_writers(void **state)
{
	struct secret s = secret_text("{\"1\":\"sV6tKMLNrv5TOl1QKEV2pFIq8V4fk"
				      "RGwJg6EHmWgOy\\u004d\\u003D\"}");
	struct received r = receives(&s, "SYMMETRIC_DEFAULT", RECEIVE_ANY, 0);

	(void)state;
	assert_secret_hex(&r.material, DEMO);
	received_free(&r);
	secret_free(&s);
}

static void
refuses_every_truncation_of_an_answer(void **state)
{
	struct secret all = secret_file(VAULT, "export-ecdsa-p256.json");

	(void)state;
	/* the line feed at the end may be missing */
	for (size_t len = 1; len < all.len - 1; len++) {
		struct secret part = secret_of(all.p, len);

		refuses(&part, "ECC_NIST_P256", RECEIVE_VAULT, "", NULL);
		secret_free(&part);
	}
	secret_free(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_every_form_of_a_vault_key),
	    cmocka_unit_test(takes_the_data_object),
	    cmocka_unit_test(
		takes_one_key_of_each_asymmetric_type_in_every_format),
	    cmocka_unit_test(gives_the_pkcs8_that_the_server_gives),
	    cmocka_unit_test(asks_which_of_several_versions),
	    cmocka_unit_test(refuses_a_version_of_what_has_none),
	    cmocka_unit_test(warns_of_what_an_answer_does_not_say),
	    cmocka_unit_test(refuses_what_holds_no_key),
	    cmocka_unit_test(refuses_the_hmac_key_beside_another),
	    cmocka_unit_test(refuses_asymmetric_keys_of_another_spec),
	    cmocka_unit_test(refuses_vault_answers_that_contradict_themselves),
	    cmocka_unit_test(undoes_the_escapes_of_other_writers),
	    cmocka_unit_test(refuses_every_truncation_of_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
