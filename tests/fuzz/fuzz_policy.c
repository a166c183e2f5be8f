/*
 * A key policy from outside. What the merge takes, it changes at most once,
 * and the diff and the notes can show all of it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"

#define KEY "arn:aws:kms:eu-central-1:111122223333:key/1234"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf in, once = BUF_EMPTY, twice = BUF_EMPTY, lines = BUF_EMPTY;
	struct findings notes = FINDINGS_NONE;
	struct err err;

	if (buf_copy(&in, data, len, &err) < 0)
		abort();
	if (policy_merge_heroku(&in, KEY, &once, &err) == 0) {
		if (policy_merge_heroku(&once, KEY, &twice, &err) == 0 &&
		    (twice.len != once.len ||
			memcmp(twice.p, once.p, once.len) != 0))
			abort();
		if (twice.p == NULL ||
		    policy_diff(&in, &once, &lines, &err) < 0 ||
		    policy_notes(&once, "111122223333", &notes, &err) < 0)
			abort();
	}
	findings_free(&notes);
	buf_free(&lines);
	buf_free(&twice);
	buf_free(&once);
	buf_free(&in);
	return 0;
}
