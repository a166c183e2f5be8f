/* The reader of receipts, behind signature and inflate. */
#include "round.h"

static int
round_receipt(const struct buf *in, struct buf *out, struct err *err)
{
	struct receipt s;
	int ret;

	if (receipt_read(in, &s, err) < 0)
		return -1;
	ret = receipt_write(&s, out, err);
	receipt_free(&s);
	return ret;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	goes_round(round_receipt, data, len);
	return 0;
}
