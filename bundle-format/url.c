#include "url.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "text.h"

#define HOST_SIZE 254
#define PLACEHOLDER "{region}"

/* Public suffixes of every partition, and what a bare host would be. */
static const char *const clouds[] = {".amazonaws.com", ".amazonaws.com.cn",
    ".amazonaws.eu", ".api.aws", ".amazonwebservices.com.cn",
    ".amazonwebservices.eu", ".aws.dev", ".aws", ".c2s.ic.gov",
    ".sc2s.sgov.gov", ".adc-e.uk", ".hci.ic.gov", ".aws.ic.gov", ".aws.scloud",
    ".cloud-aws.adc-e.uk", ".aws.hci.ic.gov", ".heroku.com", ".herokuapp.com"};

struct url {
	bool tls;
	char host[HOST_SIZE]; /* placeholder filled in; IPv6 with its [] */
	const char *rest;     /* "" or ":PORT" and whatever follows */
};

/* Copy host, with a Region for the placeholder; false if it does not fit. */
static bool
copy_host(const char *p, size_t len, char out[static HOST_SIZE])
{
	static const char region[] = "us-east-1";
	size_t n = 0;

	for (size_t i = 0; i < len; n++) {
		if (n + sizeof(region) >= HOST_SIZE)
			return false;
		if (strncmp(p + i, PLACEHOLDER, strlen(PLACEHOLDER)) == 0) {
			memcpy(out + n, region, strlen(region));
			n += strlen(region) - 1;
			i += strlen(PLACEHOLDER);
			continue;
		}
		out[n] = p[i++];
	}
	out[n] = '\0';
	return n > 0;
}

/* Labels of a-z, 0-9 and "-", none empty and none ending in "-". */
static bool
is_host_name(const char *host)
{
	char before = '.';

	for (; *host != '\0'; host++) {
		bool edge = *host == '.' || *host == '-';

		if (!edge &&
		    strspn(host,
			"abcdefghijklmnopqrstuvwxyz"
			"0123456789") == 0)
			return false;
		if ((edge && before == '.') || (*host == '.' && before == '-'))
			return false;
		before = *host;
	}
	return before != '.' && before != '-';
}

static bool
split(const char *text, struct url *u)
{
	const char *host;
	size_t len;
	bool six;

	*u = (struct url){.tls = text_starts(text, "https://")};
	if (!u->tls && !text_starts(text, "http://"))
		return false;
	host = strchr(text, ':') + 3;
	six = host[0] == '[';
	if (six) {
		len = 1 + strspn(host + 1, "0123456789abcdef:.");
		if (len == 1 || host[len++] != ']')
			return false;
	} else {
		len = strcspn(host, ":/?#@");
	}
	u->rest = host + len;
	return copy_host(host, len, u->host) && (six || is_host_name(u->host));
}

static bool
is_port(const char *text)
{
	size_t len = strspn(text, "0123456789");

	return len >= 1 && len <= 5 && text[len] == '\0' && text[0] != '0' &&
	    strtol(text, NULL, 10) <= 65535;
}

/* Skip a number below 256, written in the one way it can be; NULL if none. */
static const char *
skip_byte(const char *p)
{
	size_t n = strspn(p, "0123456789");
	char digits[4] = "";

	if (n == 0 || n > 3 || (n > 1 && p[0] == '0'))
		return NULL;
	memcpy(digits, p, n);
	return strtoul(digits, NULL, 10) < 256 ? p + n : NULL;
}

bool
host_is_loopback(const char *host)
{
	const char *p = host;

	if (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
		return true;
	if (strncmp(host, "127.", 4) != 0)
		return false;
	for (int i = 0; i < 3; i++) {
		p = skip_byte(p);
		if (p == NULL || *p++ != '.')
			return false;
	}
	p = skip_byte(p);
	return p != NULL && *p == '\0';
}

static bool
is_cloud(const struct url *u)
{
	for (size_t i = 0; i < sizeof(clouds) / sizeof(clouds[0]); i++)
		if (text_ends(u->host, clouds[i]) ||
		    strcmp(u->host, clouds[i] + 1) == 0)
			return true;
	return false;
}

const char *
url_refusal(const char *url, bool with_region, bool practice)
{
	struct url u;

	if (!with_region && strstr(url, PLACEHOLDER) != NULL)
		return "has no Region to put in place of {region}";
	if (!split(url, &u))
		return "must be https://HOST or https://HOST:PORT, the host "
		       "in lower case";
	if (u.rest[0] != '\0' && (u.rest[0] != ':' || !is_port(u.rest + 1)))
		return "must end after the host or a port: no user, no path, "
		       "no query";
	if (!u.tls && !practice)
		return "must be https";
	if (!u.tls && !host_is_loopback(u.host))
		return "must be https: plain http is for loopback only";
	if (practice && is_cloud(&u))
		return "is a real cloud's host: a practice plan names none";
	return NULL;
}

bool
url_is_cloud(const char *url)
{
	struct url u;

	return split(url, &u) && is_cloud(&u);
}
