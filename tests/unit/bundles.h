/*
 * Golden bundles, the persons who signed them, and files read whole. Keys are
 * derived from names as tests/vectors/bundles/README says.
 */
#ifndef BUNDLES_H
#define BUNDLES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "bundle.h"
#include "digest.h"
#include "file.h"
#include "plan.h"
#include "quorum.h"
#include "says.h"

#define BUNDLES "tests/vectors/bundles/"

static inline struct buf
load_file(const char *path)
{
	struct buf b = BUF_EMPTY;
	struct err err = {0};

	if (file_read(path, BUNDLE_MAX + 1, &b, &err) < 0)
		fail_msg("%s", err.msg);
	return b;
}

static inline struct bundle
open_bundle(const char *name)
{
	char path[128];
	struct buf file;
	struct bundle b;
	struct err err = {0};

	(void)snprintf(path, sizeof(path), BUNDLES "%.80s", name);
	file = load_file(path);
	if (bundle_read(&file, &b, &err) < 0)
		fail_msg("%s: %s", path, err.msg);
	buf_free(&file);
	return b;
}

static inline struct plan
open_plan_in(const char *name)
{
	struct bundle b = open_bundle(name);
	struct findings f = FINDINGS_NONE;
	struct buf json;
	struct plan p;
	struct err err = {0};

	if (bundle_inflate(&b, &json, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(plan_read(&json, &p, &f), 0);
	findings_free(&f);
	buf_free(&json);
	bundle_free(&b);
	return p;
}

static inline EVP_PKEY *
key_of(const char *name)
{
	char text[128];
	uint8_t seed[SHA256_LEN];
	struct err err;
	EVP_PKEY *key;

	(void)snprintf(text, sizeof(text), "gapseal test vector %s", name);
	assert_int_equal(sha256(text, strlen(text), seed, &err), 0);
	key = EVP_PKEY_new_raw_private_key_ex(
	    NULL, "ED25519", NULL, seed, sizeof(seed));
	assert_non_null(key);
	return key;
}

static inline void
sign_as(struct bundle *b, const char *name)
{
	EVP_PKEY *key = key_of(name);
	struct err err = {0};

	if (bundle_sign(b, key, &err) < 0)
		fail_msg("%s", err.msg);
	EVP_PKEY_free(key);
}

static inline struct bundle
make_bundle(enum kind kind, bool practice, const char *json)
{
	struct buf text = buf_view(json, strlen(json));
	struct bundle b;
	struct err err = {0};

	if (bundle_make(kind, practice, &text, &b, &err) < 0)
		fail_msg("%s", err.msg);
	return b;
}

#endif
