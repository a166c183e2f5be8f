/*
 * The address of a service, "https://HOST[:PORT]", in one way of writing it:
 * a user, a path, a query or a fragment have no business there.
 */
#ifndef URL_H
#define URL_H

#include <stdbool.h>

#define URL_MAX 256

struct url {
	bool https;              /* else http */
	char host[URL_MAX];      /* lower case, without the port */
	char authority[URL_MAX]; /* with :port when it is not the scheme's */
	char text[URL_MAX];      /* scheme, "://" and authority */
};

/* -1 without a message when text is anything else. */
int url_read(const char *text, struct url *url);

/* The same for a plan's text, in which {region} stands for one. */
int url_read_template(const char *text, const char *region, struct url *url);

#endif
