/*
 * AES-256 key wrap with padding: Wycheproof's vectors in both directions, and
 * every flipped bit and every truncation of one of our own.
 */
#include "secrets.h"

#include "kwp.h"
#include "wycheproof.h"

static void
agrees_with(const cJSON *test)
{
	struct secret key = secret_hex(member(test, "key"));
	struct secret msg = secret_hex(member(test, "msg"));
	struct secret ct = secret_hex(member(test, "ct")), out;
	struct err err = {0};
	uint8_t *made = malloc(kwp_length(msg.len));

	assert_non_null(made);
	if (strcmp(member(test, "result"), "valid") == 0) {
		assert_int_equal(kwp_unwrap(&key, ct.p, ct.len, &out, &err), 0);
		assert_int_equal(out.len, msg.len);
		assert_memory_equal(out.p, msg.p, msg.len);
		assert_int_equal(kwp_wrap(&key, &msg, made, &err), 0);
		assert_int_equal(kwp_length(msg.len), ct.len);
		assert_memory_equal(made, ct.p, ct.len);
	} else {
		assert_int_equal(
		    kwp_unwrap(&key, ct.p, ct.len, &out, &err), -1);
		assert_int_equal(err.status, STATUS_REJECTED);
		assert_null(out.p);
	}
	free(made);
	secret_free(&out);
	secret_free(&key);
	secret_free(&msg);
	secret_free(&ct);
}

static void
agrees_with_wycheproof(void **state)
{
	cJSON *root = wycheproof("aes_kwp_test.json");
	const cJSON *group, *test;
	unsigned done = 0;

	(void)state;
	cJSON_ArrayForEach(group, cJSON_GetObjectItem(root, "testGroups"))
	{
		if (cJSON_GetObjectItem(group, "keySize")->valueint != 256)
			continue;
		cJSON_ArrayForEach(test, cJSON_GetObjectItem(group, "tests"))
		{
			agrees_with(test);
			done++;
		}
	}
	assert_int_equal(done, 94);
	cJSON_Delete(root);
}

static void
finds_every_flipped_bit_and_truncation(void **state)
{
	struct secret key = secret_text("a key of AES-256: 32 bytes of it");
	struct secret in = secret_text("what is wrapped"), out;
	uint8_t made[24];
	struct err err = {0};

	(void)state;
	assert_int_equal(kwp_wrap(&key, &in, made, &err), 0);
	for (unsigned bit = 0; bit < 8 * sizeof(made); bit++) {
		made[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(
		    kwp_unwrap(&key, made, sizeof(made), &out, &err), -1);
		assert_null(out.p);
		made[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t len = 0; len < sizeof(made); len++)
		assert_int_equal(kwp_unwrap(&key, made, len, &out, &err), -1);
	assert_int_equal(kwp_unwrap(&key, made, sizeof(made), &out, &err), 0);
	secret_free(&out);
	secret_free(&in);
	secret_free(&key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(agrees_with_wycheproof),
	    cmocka_unit_test(finds_every_flipped_bit_and_truncation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
