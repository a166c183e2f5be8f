/* A netrc: what is found is a word of the text, fit for a header. */
#include <stdint.h>
#include <stdlib.h>

#include "netrc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf in, password;
	struct err err;
	bool found;

	if (buf_copy(&in, data, len, &err) < 0)
		abort();
	if (netrc_find(&in, "m", &password, &found, &err) == 0 && found)
		for (size_t i = 0; i < password.len; i++)
			if (password.p[i] <= ' ' || password.p[i] > '~')
				abort();
	buf_free(&password);
	buf_free(&in);
	return 0;
}
