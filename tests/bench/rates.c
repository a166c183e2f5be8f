/*
 * How fast the room wraps, and how long each kind of key takes to make; in
 * CPU time of this one process. Prints "name value unit" lines for run.py.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "generate.h"
#include "secret.h"
#include "wrap.h"
#include "wrapping_key.h"

#define SECONDS 2.0

static double
cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
must(int ret, const struct err *err)
{
	if (ret == 0)
		return;
	fprintf(stderr, "bench: %s\n", err->msg);
	exit(1);
}

/* An import key such as KMS gives. */
static struct buf
make_spki(size_t bits)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", bits);
	struct err err;
	struct buf spki;
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key, &der);

	must(buf_copy(&spki, der, len < 0 ? 0 : (size_t)len, &err), &err);
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	return spki;
}

/* Wraps a second: each under a key just read, or all under one. */
static void
wrap_rate(const char *name, const struct buf *spki, bool read_each)
{
	const struct wrapping *w = wrapping_find("RSAES_OAEP_SHA_256");
	EVP_PKEY *key = NULL;
	struct secret material;
	struct err err;
	double start;
	long n = 0;

	must(generate_key(key_spec_find("SYMMETRIC_DEFAULT"), &material, &err),
	    &err);
	must(wrapping_key_read(spki, &key, &err), &err);
	for (start = cpu(); cpu() - start < SECONDS; n++) {
		struct buf out;

		must(read_each ? wrap_key(&material, spki, w, &out, &err)
			       : wrap_under(&material, key, w, &out, &err),
		    &err);
		buf_free(&out);
	}
	printf("%s%d %.0f per_s\n", name, EVP_PKEY_get_bits(key),
	    (double)n / (cpu() - start));
	EVP_PKEY_free(key);
	secret_free(&material);
}

/* OpenSSL's own functions for the same job: read the key, then encrypt. */
static void
openssl_rate(const struct buf *spki)
{
	uint8_t in[32] = {1}, out[512];
	double start;
	long n = 0;
	int bits = 0;

	for (start = cpu(); cpu() - start < SECONDS; n++) {
		const uint8_t *p = spki->p;
		EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)spki->len);
		EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
		size_t len = sizeof(out);

		if (EVP_PKEY_encrypt_init(ctx) != 1 ||
		    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) !=
			1 ||
		    EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_sha256()) != 1 ||
		    EVP_PKEY_encrypt(ctx, out, &len, in, sizeof(in)) != 1)
			exit(1);
		bits = EVP_PKEY_get_bits(key);
		EVP_PKEY_CTX_free(ctx);
		EVP_PKEY_free(key);
	}
	printf("openssl_rsa%d %.0f per_s\n", bits, (double)n / (cpu() - start));
}

static void
wrap_rates(size_t bits)
{
	struct buf spki = make_spki(bits);

	wrap_rate("wrap_rsa", &spki, false);
	wrap_rate("fresh_rsa", &spki, true);
	openssl_rate(&spki);
	buf_free(&spki);
}

static void
make_time(const struct key_spec *spec)
{
	struct err err;
	double start = cpu();
	int n = 0;

	do {
		struct secret material;

		must(generate_key(spec, &material, &err), &err);
		secret_free(&material);
		n++;
	} while (cpu() - start < 0.5);
	printf("make_%s %.3f ms\n", spec->name, 1e3 * (cpu() - start) / n);
}

int
main(void)
{
	struct err err;

	must(secret_start(&err), &err);
	wrap_rates(2048);
	wrap_rates(3072);
	wrap_rates(4096);
	for (size_t i = 0; key_spec_at(i) != NULL; i++)
		make_time(key_spec_at(i));
	return 0;
}
