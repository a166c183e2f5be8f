#include "address.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define HOST_MAX 200
#define HOLE "{region}"

/* "example.org", "127.0.0.1", "[::1]"; its length, or 0. */
static size_t
host_length(const char *p)
{
	size_t n;

	if (*p == '[') {
		n = 1 + strspn(p + 1, "0123456789abcdefABCDEF:.");
		return n > 1 && p[n] == ']' ? n + 1 : 0;
	}
	for (n = 0; isalnum((unsigned char)p[n]) || p[n] == '-' || p[n] == '.';
	     n++)
		if (p[n] == '.' && (n == 0 || p[n - 1] == '.'))
			return 0;
	return n > 0 && p[n - 1] != '.' ? n : 0;
}

/* What is behind the host: 0 without a port, -1 for other text. */
static int
port_of(const char *p)
{
	size_t digits;
	long port;

	if (*p == '\0' || strcmp(p, "/") == 0)
		return 0;
	if (*p != ':')
		return -1;
	digits = strspn(++p, "0123456789");
	if (digits == 0 || digits > 5 ||
	    (p[digits] != '\0' && strcmp(p + digits, "/") != 0))
		return -1;
	port = strtol(p, NULL, 10);
	return port > 0 && port < 65536 ? (int)port : -1;
}

int
address_read(const char *text, struct address *address)
{
	const char *p;
	size_t len;
	int port;

	*address = (struct address){.https = text_starts(text, "https://")};
	if (!address->https && !text_starts(text, "http://"))
		return -1;
	p = text + (address->https ? strlen("https://") : strlen("http://"));
	if ((len = host_length(p)) == 0 || len > HOST_MAX ||
	    (port = port_of(p + len)) < 0)
		return -1;
	for (size_t i = 0; i < len; i++)
		address->host[i] = (char)tolower((unsigned char)p[i]);
	memcpy(address->authority, address->host, len + 1);
	if (port != 0 && port != (address->https ? 443 : 80))
		(void)snprintf(
		    address->authority + len, ADDRESS_MAX - len, ":%d", port);
	(void)snprintf(address->text, ADDRESS_MAX, "%s://%.240s",
	    address->https ? "https" : "http", address->authority);
	return 0;
}

int
address_read_template(
    const char *text, const char *region, struct address *address)
{
	const char *hole = strstr(text, HOLE);
	char filled[ADDRESS_MAX];
	int n;

	if (hole == NULL)
		return address_read(text, address);
	n = snprintf(filled, sizeof(filled), "%.*s%s%s", (int)(hole - text),
	    text, region, hole + strlen(HOLE));
	if (n < 0 || (size_t)n >= sizeof(filled))
		return -1;
	return address_read(filled, address);
}
