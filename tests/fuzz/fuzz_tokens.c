/* The reader of tokens, behind signature and inflate. */
#include "round.h"

static int
round_tokens(const struct buf *in, struct buf *out, struct err *err)
{
	struct tokens s;
	int ret;

	if (tokens_read(in, &s, err) < 0)
		return -1;
	ret = tokens_write(&s, out, err);
	tokens_free(&s);
	return ret;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	goes_round(round_tokens, data, len);
	return 0;
}
