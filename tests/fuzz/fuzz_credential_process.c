/*
 * What a credential_process prints, and the line that names it: what is taken
 * can be put into headers.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "credentials.h"
#include "process.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
check_text(const char *text)
{
	if (text == NULL || text[0] == '\0')
		abort();
	for (; *text != '\0'; text++)
		if (!isgraph((unsigned char)*text))
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct credentials c;
	struct process_words words;
	struct buf in;
	struct err err;

	if (buf_copy(&in, data, len, &err) < 0)
		abort();
	if (credentials_read_json(&in, "it", &c, &err) == 0) {
		check_text(c.access_key);
		check_text(c.secret_key);
		if (c.session_token != NULL)
			check_text(c.session_token);
		(void)credentials_check(&c, 0, &err);
	} else if (c.access_key != NULL || c.secret_key != NULL)
		abort();
	credentials_free(&c);
	if (process_split((const char *)in.p, in.len, &words, &err) == 0) {
		size_t all = 0;

		for (size_t i = 0; i < words.n; i++)
			all += strlen(words.argv[i]) + 1;
		if (words.n == 0 || words.argv[words.n] != NULL ||
		    all > in.len + 1)
			abort();
	}
	process_words_free(&words);
	buf_free(&in);
	return 0;
}
