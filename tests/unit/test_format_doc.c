/* docs/bundle-format.md says what the program does: its example and vectors. */
#include "vectors.h"

#include <openssl/evp.h>

#include "bundle.h"
#include "digest.h"
#include "statements.h"

#define DOC "docs/bundle-format.md"

/* RFC 8032 section 7.1, test 1. */
static const char seed[] =
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

static struct buf
read_doc(void)
{
	struct buf b = BUF_EMPTY;
	struct err err = {0};

	if (file_read(DOC, 1 << 20, &b, &err) < 0)
		fail_msg("%s", err.msg);
	return b;
}

static bool
doc_has(const struct buf *doc, const char *text)
{
	return strstr((const char *)doc->p, text) != NULL;
}

/* The bytes of one line of xxd -g1 behind an indent; 0 for other lines. */
static size_t
dump_line(const char *line, size_t offset, uint8_t out[static 16])
{
	char start[32];
	size_t n = 0;

	(void)snprintf(start, sizeof(start), "    %08zx: ", offset);
	if (strncmp(line, start, strlen(start)) != 0)
		return 0;
	line += strlen(start);
	while (n < 16 && line[3 * n] != ' ' && line[3 * n] != '\n') {
		char digits[3] = {line[3 * n], line[3 * n + 1], '\0'};

		if (hex_decode(digits, &out[n], 1) < 0)
			break;
		n++;
	}
	return n;
}

static void
the_dump_is_the_example(void **state)
{
	struct buf doc = read_doc();
	struct buf example = load("example-tokens.gsb");
	const char *line = (const char *)doc.p;
	size_t at = 0;

	(void)state;
	while (line != NULL) {
		uint8_t bytes[16];
		size_t n = dump_line(line, at, bytes);

		assert_true(at + n <= example.len);
		assert_memory_equal(bytes, example.p + at, n);
		at += n;
		line = strchr(line, '\n');
		line = line == NULL ? NULL : line + 1;
	}
	assert_int_equal(at, example.len);
	buf_free(&example);
	buf_free(&doc);
}

static EVP_PKEY *
rfc_key(uint8_t spki[static SPKI_LEN])
{
	uint8_t raw[32];
	struct err err = {0};
	EVP_PKEY *key;

	assert_int_equal(hex_decode(seed, raw, sizeof(raw)), 0);
	key = EVP_PKEY_new_raw_private_key_ex(
	    NULL, "ED25519", NULL, raw, sizeof(raw));
	assert_non_null(key);
	assert_int_equal(key_spki(key, spki, &err), 0);
	return key;
}

static void
the_example_opens(void **state)
{
	struct buf doc = read_doc();
	struct buf example = load("example-tokens.gsb"), json, again;
	uint8_t spki[SPKI_LEN];
	EVP_PKEY *key = rfc_key(spki);
	char hex[HEX_LEN(SHA256_LEN)];
	struct bundle b;
	struct tokens t;
	struct err err = {0};

	(void)state;
	assert_int_equal(bundle_read(&example, &b, &err), 0);
	assert_true(b.practice && b.kind == KIND_TOKENS);
	assert_int_equal(b.n_signatures, 1);
	assert_int_equal(bundle_verify(&b, &b.signatures[0], spki, &err), 1);
	hex_encode(b.digest, SHA256_LEN, hex);
	assert_true(doc_has(&doc, hex));
	assert_int_equal(bundle_inflate(&b, &json, &err), 0);
	assert_int_equal(tokens_read(&json, &t, &err), 0);
	assert_string_equal(t.ceremony, "demo");
	assert_int_equal(tokens_write(&t, &again, &err), 0);
	assert_string_equal((char *)again.p, (char *)json.p);
	tokens_free(&t);
	buf_free(&again);
	buf_free(&json);
	bundle_free(&b);
	EVP_PKEY_free(key);
	buf_free(&example);
	buf_free(&doc);
}

static void
the_vectors_are_what_is_signed(void **state)
{
	static const char gz[] =
	    "1f8b08000000000002ffab562aa92c4855b2524a4f2c284e4dccd12fc849ccd3"
	    "2f3354aa0500914025861a000000";
	struct buf doc = read_doc();
	uint8_t payload[46], spki[SPKI_LEN];
	EVP_PKEY *key = rfc_key(spki);

	(void)state;
	assert_int_equal(hex_decode(gz, payload, sizeof(payload)), 0);
	assert_true(doc_has(&doc, gz));
	for (int practice = 0; practice < 2; practice++) {
		struct bundle b = {.practice = practice == 1,
		    .kind = KIND_PLAN,
		    .payload = buf_view(payload, sizeof(payload))};
		char hex[HEX_LEN(ED25519_SIG_LEN)];
		uint8_t digest[SHA256_LEN];
		struct buf json, bytes;
		struct err err = {0};

		assert_int_equal(bundle_signed_bytes(&b, &bytes, &err), 0);
		assert_int_equal(sha256(bytes.p, bytes.len, digest, &err), 0);
		hex_encode(digest, SHA256_LEN, hex);
		assert_true(doc_has(&doc, hex));
		assert_int_equal(bundle_sign(&b, key, &err), 0);
		hex_encode(b.signatures[0].sig, ED25519_SIG_LEN, hex);
		assert_true(doc_has(&doc, hex));
		assert_int_equal(bundle_inflate(&b, &json, &err), 0);
		assert_string_equal(
		    (char *)json.p, "{\"type\":\"gapseal/plan/v1\"}");
		buf_free(&json);
		buf_free(&bytes);
	}
	EVP_PKEY_free(key);
	buf_free(&doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_dump_is_the_example),
	    cmocka_unit_test(the_example_opens),
	    cmocka_unit_test(the_vectors_are_what_is_signed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
