/*
 * How fast the room wraps, and how long each kind of key takes to make; in
 * CPU time of this one process. Prints "name value unit" lines for run.py.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "generate.h"
#include "secret.h"
#include "wrap.h"

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

static void
wrap_rate(size_t bits)
{
	struct buf spki = make_spki(bits);
	const struct wrapping *w = wrapping_find("RSAES_OAEP_SHA_256");
	struct secret material;
	struct err err;
	double start;
	long n = 0;

	must(generate_key(key_spec_find("SYMMETRIC_DEFAULT"), &material, &err),
	    &err);
	for (start = cpu(); cpu() - start < SECONDS; n++) {
		struct buf out;

		must(wrap_key(&material, &spki, w, &out, &err), &err);
		buf_free(&out);
	}
	printf("wrap_rsa%zu %.0f per_s\n", bits, (double)n / (cpu() - start));
	secret_free(&material);
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
	wrap_rate(2048);
	wrap_rate(3072);
	wrap_rate(4096);
	for (size_t i = 0; key_spec_at(i) != NULL; i++)
		make_time(key_spec_at(i));
	return 0;
}
