/* words HEX: the words of a digest, for reading aloud. */
#include "words.h"
#include "encode.h"
#include "talk.h"
#include "verbs.h"

#define BYTES_MAX 64

const struct opt opts_json[] = {
    {"json", NULL, "print the result as JSON", false},
    {0},
};

static int
print(const struct args *args, const uint8_t *p, size_t len, struct err *err)
{
	struct buf text = BUF_EMPTY;
	int ret = args_has(args, "json") ? words_line(p, len, &text, err)
					 : words_lines(p, len, "", &text, err);

	if (ret == 0 && args_has(args, "json"))
		ret = result(err, "{\"words\":\"%s\"}\n", (char *)text.p);
	else if (ret == 0)
		ret = result_buf(&text, err);
	buf_free(&text);
	return ret;
}

int
cmd_words(const struct args *args, struct err *err)
{
	const char *hex = args->operand[0];
	uint8_t bytes[BYTES_MAX];
	long len = hex_decode_typed(hex, bytes, sizeof(bytes));

	if (len <= 0) {
		err_set(err, STATUS_USAGE,
		    "words: wanted 1 to %d bytes as hex digits", BYTES_MAX);
		return err_hint(err, "give a digest as it was printed");
	}
	return print(args, bytes, (size_t)len, err);
}
