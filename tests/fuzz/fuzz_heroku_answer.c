/* Whatever Heroku answers; the first byte picks who reads it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "heroku_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
all_printable(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			abort();
}

static void
read_it(int reader, const struct buf *in)
{
	struct addon a;
	struct heroku_place p;
	struct heroku_error e;
	enum heroku_key key;
	char arn[HEROKU_ARN];
	struct err err;

	if (reader == 0 && heroku_addon_read(in, &a, &err) == 0)
		all_printable(a.message);
	if (reader == 1)
		(void)heroku_app_read(in, &p, &err);
	if (reader == 2)
		(void)heroku_space_read(in, &p, &err);
	if (reader == 3)
		(void)heroku_region_read(in, &p, &err);
	if (reader == 4)
		(void)heroku_key_read(in, "heroku-postgresql", &key, arn, &err);
	if (reader == 5)
		(void)heroku_key_read(in, "heroku-redis", &key, arn, &err);
	if (reader == 6) {
		heroku_error_read(in, 422, &e);
		all_printable(e.message);
		all_printable(e.id);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf in;
	struct err err;

	if (len == 0 || buf_copy(&in, data + 1, len - 1, &err) < 0)
		return 0;
	read_it(data[0] - '0', &in);
	buf_free(&in);
	return 0;
}
