/*
 * Endpoints, as plans and command lines name them: https://HOST[:PORT] and
 * nothing behind it. Whoever answers there can claim that an import
 * succeeded, so what is allowed depends on practice or real.
 */
#ifndef URL_H
#define URL_H

#include <stdbool.h>

#define URL_LEN_MAX 255

/* NULL when a plan may name it, else why not. "{region}" if with_region. */
const char *url_refusal(const char *url, bool with_region, bool practice);

/* Is host ("127.0.0.1", "[::1]", "localhost") this machine itself? */
bool host_is_loopback(const char *host);

/* A host of AWS or Heroku, where real keys live. */
bool url_is_cloud(const char *url);

#endif
