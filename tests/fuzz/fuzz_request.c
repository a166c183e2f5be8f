/* The reader of requests, behind signature and inflate. */
#include "round.h"

static int
round_request(const struct buf *in, struct buf *out, struct err *err)
{
	struct request s;
	int ret;

	if (request_read(in, &s, err) < 0)
		return -1;
	ret = request_write(&s, out, err);
	request_free(&s);
	return ret;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	goes_round(round_request, data, len);
	return 0;
}
