/*
 * receive_key on anything, for a spec that the first byte picks. What is
 * accepted is accepted again as what it has become, byte for byte.
 */
#include <assert.h>
#include <string.h>

#include "receive.h"

static void
receive_again(const struct received *first, const struct key_spec *spec)
{
	struct received again;
	struct err err;

	assert(receive_key(
		   &first->material, spec, RECEIVE_RAW, 0, &again, &err) == 0);
	assert(again.material.len == first->material.len);
	assert(memcmp(again.material.p, first->material.p,
		   again.material.len) == 0);
	received_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct key_spec *spec;
	struct received r;
	struct secret input;
	struct err err;
	enum receive_format format;

	if (size < 2 || size > RECEIVE_MAX ||
	    (spec = key_spec_at(data[0] & 15)) == NULL || spec->bits > 0)
		return 0;
	format = (enum receive_format)(data[0] >> 4);
	if (format > RECEIVE_VAULT ||
	    secret_copy(&input, data + 1, size - 1, &err) < 0)
		return 0;
	if (receive_key(&input, spec, format, 0, &r, &err) == 0)
		receive_again(&r, spec);
	else
		assert(r.material.p == NULL && err.msg[0] != '\0');
	received_free(&r);
	secret_free(&input);
	return 0;
}
