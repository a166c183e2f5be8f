/* The AWS config files; a value lies inside the text, without a line end. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ini.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
look(const struct buf *in, const char *kind, const char *name, const char *key)
{
	const struct ini_section section = {kind, name};
	struct ini_value v;
	struct err err;
	char found[16];

	if (ini_find(in, "f", &section, key, &v, &err) < 0 && v.p != NULL)
		abort();
	if (v.p != NULL &&
	    (v.p < (const char *)in->p ||
		v.p + v.len > (const char *)in->p + in->len ||
		memchr(v.p, '\n', v.len) != NULL ||
		memchr(v.p, '\0', v.len) != NULL))
		abort();
	ini_find_prefix(in, &section, "s", found, sizeof(found));
	if (found[0] != '\0' && found[0] != 's' && found[0] != 'S')
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf in;
	struct err err;

	if (buf_copy(&in, data, len, &err) < 0)
		abort();
	look(&in, NULL, "default", "region");
	look(&in, "profile", "a b", "k");
	buf_free(&in);
	return 0;
}
