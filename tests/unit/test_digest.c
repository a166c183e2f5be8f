/* digest: the published answers, and empty inputs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "digest.h"

static void
expect_sha256(const char *text, const char *want)
{
	uint8_t out[SHA256_LEN];
	char hex[HEX_LEN(SHA256_LEN)];
	struct err err;

	assert_int_equal(sha256(text, strlen(text), out, &err), 0);
	hex_encode(out, sizeof(out), hex);
	assert_string_equal(hex, want);
}

/* FIPS 180-4's examples. */
static void
sha256_gives_the_published_digests(void **state)
{
	(void)state;
	expect_sha256("",
	    "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
	expect_sha256("abc",
	    "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	expect_sha256(
	    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	    "248d6a61d20638b8e5c026930c3e6039"
	    "a33ce45964ff2167f6ecedd419db06c1");
}

static void
expect_hmac(const void *key, size_t key_len, const void *text, size_t len,
    const char *want)
{
	uint8_t out[SHA256_LEN];
	char hex[HEX_LEN(SHA256_LEN)];
	struct err err;

	assert_int_equal(hmac_sha256(key, key_len, text, len, out, &err), 0);
	hex_encode(out, sizeof(out), hex);
	assert_string_equal(hex, want);
}

/* RFC 4231 test cases 1, 2 and 6. */
static void
hmac_gives_the_published_answers(void **state)
{
	uint8_t key[131];

	(void)state;
	memset(key, 0x0b, sizeof(key));
	expect_hmac(key, 20, "Hi There", 8,
	    "b0344c61d8db38535ca8afceaf0bf12b"
	    "881dc200c9833da726e9376c2e32cff7");
	expect_hmac("Jefe", 4, "what do ya want for nothing?", 28,
	    "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	expect_hmac(key, sizeof(key),
	    "Test Using Larger Than Block-Size Key - Hash Key First", 54,
	    "60e431591ee0b67f0d8a26aacbf5b77f"
	    "8e0bc6213728c5140546040f0ee37f54");
}

static void
hmac_takes_empty_inputs(void **state)
{
	(void)state;
	expect_hmac("", 0, "", 0,
	    "b613679a0814d9ec772f95d778c35fc5"
	    "ff1697c493715653c6c712144292c5ad");
	expect_hmac("", 0, NULL, 0,
	    "b613679a0814d9ec772f95d778c35fc5"
	    "ff1697c493715653c6c712144292c5ad");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sha256_gives_the_published_digests),
	    cmocka_unit_test(hmac_gives_the_published_answers),
	    cmocka_unit_test(hmac_takes_empty_inputs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
