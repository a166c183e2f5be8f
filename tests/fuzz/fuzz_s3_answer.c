/* S3's answer about a bucket: what we take for ours names our key. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "s3.h"

#define KEY "arn:aws:kms:r-1:111122223333:key/1"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct s3_encryption e;
	struct buf in;
	struct err err;

	if (buf_copy(&in, data, len, &err) < 0)
		abort();
	if (s3_encryption_read(&in, &e, &err) < 0 && e.is_set)
		abort();
	if (s3_encrypts_with(&e, KEY) &&
	    memmem(data, len, "KMSMasterKeyID", 14) == NULL)
		abort();
	buf_free(&in);
	return 0;
}
