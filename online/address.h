/*
 * The address of a service, "https://HOST[:PORT]", in one way of writing it:
 * a user, a path, a query or a fragment have no business there.
 */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <stdbool.h>

#define ADDRESS_MAX 256

struct address {
	bool https;             /* else http */
	char host[ADDRESS_MAX]; /* lower case, without the port */
	char
	    authority[ADDRESS_MAX]; /* with :port when it is not the scheme's */
	char text[ADDRESS_MAX];     /* scheme, "://" and authority */
};

/* -1 without a message when text is anything else. */
int address_read(const char *text, struct address *address);

/* The same for a plan's text, in which {region} stands for one. */
int address_read_template(
    const char *text, const char *region, struct address *address);

#endif
