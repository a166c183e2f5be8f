#include <stdbool.h>

#include "private_key.h"

#define TAG_INTEGER 0x02
#define TAG_BITS 0x03
#define TAG_OCTETS 0x04
#define TAG_OID 0x06
#define TAG_SEQUENCE 0x30

struct der {
	const uint8_t *p;
	size_t left;
	bool failed;
};

/* Take the next element; its contents become a cursor of their own. */
static struct der
take(struct der *d, uint8_t *tag)
{
	struct der in = {.failed = true};
	size_t len, i, n;

	*tag = 0;
	if (d->failed || d->left < 2)
		goto out;
	*tag = d->p[0];
	len = d->p[1];
	d->p += 2;
	d->left -= 2;
	if (len >= 0x80) {
		n = len & 0x7f;
		if (n == 0 || n > 3 || n > d->left || d->p[0] == 0)
			goto out;
		for (len = 0, i = 0; i < n; i++)
			len = len << 8 | d->p[i];
		if (len < 0x80)
			goto out;
		d->p += n;
		d->left -= n;
	}
	if (len > d->left)
		goto out;
	in = (struct der){.p = d->p, .left = len};
	d->p += len;
	d->left -= len;
out:
	d->failed = in.failed;
	return in;
}

/* The small number in an INTEGER's contents, or -1 for any other. */
static int
small(const struct der *integer)
{
	return integer->left == 1 && integer->p[0] < 0x80 ? integer->p[0] : -1;
}

/* After "SEQUENCE { INTEGER version": what does the second element say? */
static enum der_kind
after_integer(const struct der *version, uint8_t tag)
{
	if (tag == TAG_SEQUENCE && small(version) >= 0)
		return DER_PKCS8;
	if (tag == TAG_OCTETS && small(version) == 1)
		return DER_SEC1;
	if (tag != TAG_INTEGER)
		return DER_OTHER;
	/* 1 announces more than two primes; a modulus is no small number */
	return small(version) >= 0 ? DER_PKCS1 : DER_PUBLIC;
}

enum der_kind
der_kind(const uint8_t *der, size_t len)
{
	struct der all = {.p = der, .left = len}, body, first;
	uint8_t tag, first_tag, second_tag;

	body = take(&all, &tag);
	if (all.failed || tag != TAG_SEQUENCE || all.left != 0)
		return DER_NONE;
	first = take(&body, &first_tag);
	(void)take(&body, &second_tag);
	if (body.failed)
		return DER_OTHER;
	if (first_tag == TAG_INTEGER)
		return after_integer(&first, second_tag);
	if (first_tag != TAG_SEQUENCE)
		return DER_OTHER;
	(void)take(&first, &tag);
	if (first.failed || tag != TAG_OID)
		return DER_OTHER;
	if (second_tag == TAG_BITS)
		return DER_PUBLIC;
	return second_tag == TAG_OCTETS ? DER_ENCRYPTED : DER_OTHER;
}

const char *
der_refusal(enum der_kind kind)
{
	switch (kind) {
	case DER_PKCS8:
	case DER_PKCS1:
	case DER_SEC1:
		return NULL;
	case DER_ENCRYPTED:
		return "is an encrypted private key: this version reads only "
		       "plain ones";
	case DER_PUBLIC:
		return "is a public key: the private half is wanted";
	case DER_OTHER:
		return "is DER, but no private key";
	case DER_NONE:
	default:
		return "is not one DER structure from its first byte to its "
		       "last";
	}
}
