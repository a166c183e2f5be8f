/* Response headers, line by line: what is kept can be shown as it is. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
check_text(const char *text)
{
	if (strnlen(text, HTTP_VALUE_MAX) == HTTP_VALUE_MAX)
		abort();
	for (; *text != '\0'; text++)
		if (*text < 0x20 || *text > 0x7e)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct http_head head = {.length = -1};
	struct http_response res = {.retry_after_ms = -1};
	struct err err;

	while (len > 0) {
		const uint8_t *end = memchr(data, '\n', len);
		size_t n = end != NULL ? (size_t)(end - data) + 1 : len;
		/* Each line by itself, so that an over-read is seen. */
		char *line = malloc(n);

		if (line == NULL)
			abort();
		memcpy(line, data, n);
		http_head_line(&head, &res, line, n);
		free(line);
		data += n;
		len -= n;
	}
	check_text(res.request_id);
	check_text(res.content_type);
	check_text(res.confirmation_required);
	check_text(res.bucket_region);
	if (res.retry_after_ms < -1 || res.retry_after_ms > 3600000)
		abort();
	if (http_head_check(&head, 200, 2, &err) == 0 &&
	    (!head.ended || head.failed || (head.length != 2 && !head.chunked)))
		abort();
	return 0;
}
