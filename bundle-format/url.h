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

/* 127.0.0.0/8, ::1 or localhost. False for what is no endpoint at all. */
bool url_is_loopback(const char *url);

/* A host of AWS or Heroku, where real keys live. */
bool url_is_cloud(const char *url);

#endif
