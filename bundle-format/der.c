#include "der.h"

struct der
der_take(struct der *d, uint8_t *tag)
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

struct der
der_want(struct der *d, uint8_t tag)
{
	uint8_t found;
	struct der in = der_take(d, &found);

	if (found == tag)
		return in;
	d->failed = true;
	return (struct der){.failed = true};
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
	if (tag == DER_SEQUENCE && small(version) >= 0)
		return DER_PKCS8;
	if (tag == DER_OCTETS && small(version) == 1)
		return DER_SEC1;
	if (tag != DER_INTEGER)
		return DER_OTHER;
	/* 1 announces more than two primes; a modulus is no small number */
	return small(version) >= 0 ? DER_PKCS1 : DER_PUBLIC;
}

enum der_kind
der_kind(const uint8_t *der, size_t len)
{
	struct der all = {.p = der, .left = len}, body, first;
	uint8_t tag, first_tag, second_tag;

	body = der_take(&all, &tag);
	if (all.failed || tag != DER_SEQUENCE || all.left != 0)
		return DER_NONE;
	first = der_take(&body, &first_tag);
	(void)der_take(&body, &second_tag);
	if (body.failed)
		return DER_OTHER;
	if (first_tag == DER_INTEGER)
		return after_integer(&first, second_tag);
	if (first_tag != DER_SEQUENCE)
		return DER_OTHER;
	(void)der_take(&first, &tag);
	if (first.failed || tag != DER_OID)
		return DER_OTHER;
	if (second_tag == DER_BITS)
		return DER_PUBLIC;
	return second_tag == DER_OCTETS ? DER_ENCRYPTED : DER_OTHER;
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
