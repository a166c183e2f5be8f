/* Who STS says we are, in XML or JSON, and the XML reader behind it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sts.h"
#include "xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct sts_identity id;
	struct buf in;
	struct err err;
	char text[16];

	if (buf_copy(&in, data, len, &err) < 0)
		abort();
	if (sts_identity_read(&in, &id, &err) == 0) {
		if (strlen(id.account) != 12 ||
		    strstr(id.arn, id.account) == NULL ||
		    strncmp(id.arn, id.principal, strlen(id.principal)) != 0)
			abort();
	} else if (id.arn[0] != '\0' || id.account[0] != '\0')
		abort();
	if (xml_text(&in, "a/b", text, sizeof(text)) < 0 && text[0] != '\0')
		abort();
	buf_free(&in);
	return 0;
}
