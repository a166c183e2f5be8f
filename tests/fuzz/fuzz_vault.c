/*
 * Vault's answers. Each key that is found lies inside the text, each version
 * is found once, and what several versions have in common with one is that
 * naming it takes exactly that one.
 */
#include <assert.h>

#include "receive.h"
#include "vault_answer.h"

static void
check_places(const struct vault_answer *a, const struct secret *input)
{
	for (size_t i = 0; i < a->n; i++) {
		assert(a->keys[i].p >= input->p);
		assert(a->keys[i].p + a->keys[i].len <= input->p + input->len);
		assert(a->versions[i] > 0);
		for (size_t k = 0; k < i; k++)
			assert(a->versions[i] != a->versions[k]);
	}
}

static void
check_version(const struct secret *input, int64_t version)
{
	struct received r;
	struct err err;

	if (receive_key(input, key_spec_find("SYMMETRIC_DEFAULT"),
		RECEIVE_VAULT, version, &r, &err) == 0) {
		assert(r.material.len == 32);
		assert(version == 0 || r.version == version);
	}
	received_free(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vault_answer a;
	struct secret input;
	struct err err;

	if (size == 0 || size > RECEIVE_MAX ||
	    secret_copy(&input, data, size, &err) < 0)
		return 0;
	if (vault_answer_read(&input, &a, &err) == 0)
		check_places(&a, &input);
	check_version(&input, 0);
	check_version(&input, 2);
	secret_free(&input);
	return 0;
}
