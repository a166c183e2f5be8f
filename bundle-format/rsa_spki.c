#include "rsa_spki.h"

#include <stdbool.h>
#include <string.h>

#include "der.h"

/* AlgorithmIdentifier of rsaEncryption, whose parameters are NULL */
static const uint8_t rsa[] = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
    0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};

/* A positive INTEGER in its shortest form. */
static bool
is_positive(const struct der *d)
{
	if (d->left == 0 || d->p[0] >= 0x80)
		return false;
	return d->p[0] != 0 || (d->left > 1 && d->p[1] >= 0x80);
}

/* Without the zero byte that keeps a number positive. */
static struct buf
magnitude(const struct der *d)
{
	size_t zero = d->p[0] == 0;

	return buf_view(d->p + zero, d->left - zero);
}

static unsigned
count_bits(const struct buf *number)
{
	unsigned bits = (unsigned)(number->len - 1) * 8;

	for (unsigned top = number->p[0]; top != 0; top >>= 1)
		bits++;
	return bits;
}

const char *
rsa_spki_read(const struct buf *spki, struct rsa_spki *out)
{
	struct der all = {.p = spki->p, .left = spki->len};
	struct der body, bits, both, n, e;

	*out = (struct rsa_spki){.bits = 0};
	if (spki->len > RSA_SPKI_MAX)
		return "is not one public key in DER";
	body = der_want(&all, DER_SEQUENCE);
	if (!body.failed && all.left == 0 &&
	    (body.left < sizeof(rsa) || memcmp(body.p, rsa, sizeof(rsa)) != 0))
		return "is not an RSA key";
	(void)der_want(&body, DER_SEQUENCE);
	bits = der_want(&body, DER_BITS);
	if (bits.left > 0 && *bits.p == 0) { /* unused bits in the last byte */
		bits.p++;
		bits.left--;
	} else {
		bits.failed = true;
	}
	both = der_want(&bits, DER_SEQUENCE);
	n = der_want(&both, DER_INTEGER);
	e = der_want(&both, DER_INTEGER);
	if (both.failed || all.left + body.left + bits.left + both.left != 0 ||
	    !is_positive(&n) || !is_positive(&e))
		return "is not one public key in DER";
	out->n = magnitude(&n);
	out->e = magnitude(&e);
	out->bits = count_bits(&out->n);
	return NULL;
}

const char *
rsa_exponent_refusal(const struct rsa_spki *key)
{
	unsigned bits = count_bits(&key->e);

	if ((key->e.p[key->e.len - 1] & 1) == 0 || bits < 17 || bits > 256)
		return "has an exponent that is even, or below 65537";
	return NULL;
}
