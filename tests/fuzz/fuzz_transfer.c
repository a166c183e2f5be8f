/* The reader of transfers, behind signature and inflate. */
#include "round.h"

static int
round_transfer(const struct buf *in, struct buf *out, struct err *err)
{
	struct transfer s;
	int ret;

	if (transfer_read(in, &s, err) < 0)
		return -1;
	ret = transfer_write(&s, out, err);
	transfer_free(&s);
	return ret;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	goes_round(round_transfer, data, len);
	return 0;
}
