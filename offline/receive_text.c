#include <string.h>

#include "encode.h"
#include "receive_forms.h"

/* The line at p without its end; end is set behind that. */
static size_t
line_at(const uint8_t *p, const uint8_t *stop, const uint8_t **end)
{
	const uint8_t *lf = memchr(p, '\n', (size_t)(stop - p));
	size_t len = (size_t)((lf == NULL ? stop : lf) - p);

	*end = lf == NULL ? stop : lf + 1;
	return lf != NULL && len > 0 && p[len - 1] == '\r' ? len - 1 : len;
}

/* Copy all lines but their ends; false when they are not of one length. */
static bool
join(const struct secret *input, struct secret *text)
{
	const uint8_t *p = input->p, *stop = p + input->len, *end;
	size_t first = line_at(p, stop, &end), used = 0;

	for (; p < stop; p = end) {
		size_t len = line_at(p, stop, &end);

		if (len == 0 || len > first || (len < first && end < stop))
			return false;
		memcpy(text->p + used, p, len);
		used += len;
	}
	secret_shorten(text, used);
	return true;
}

static unsigned
within(unsigned c, unsigned lo, unsigned hi)
{
	return (unsigned)(c - lo <= hi - lo);
}

/* All of one alphabet? Looks at each in the same way: they spell a key. */
static bool
is_all(const struct secret *text, size_t len, enum text_form form)
{
	unsigned last = form == TEXT_HEX ? 'f' : 'z', good = 1;

	for (size_t i = 0; i < len; i++) {
		unsigned c = text->p[i], ok;

		ok = within(c, '0', '9') | within(c | 0x20u, 'a', last);
		if (form == TEXT_BASE64)
			ok |= within(c, '+', '+') | within(c, '/', '/');
		good &= ok;
	}
	return good != 0;
}

static enum text_form
text_form(const struct secret *text)
{
	size_t len = text->len;

	if (len < 16) /* too few not to be chance */
		return TEXT_NONE;
	if (len % 2 == 0 && is_all(text, len, TEXT_HEX))
		return TEXT_HEX;
	if (len % 4 != 0)
		return TEXT_NONE;
	while (len > text->len - 2 && text->p[len - 1] == '=')
		len--;
	return is_all(text, len, TEXT_BASE64) ? TEXT_BASE64 : TEXT_NONE;
}

int
text_join(const struct secret *input, struct secret *text, enum text_form *form,
    struct err *err)
{
	if (secret_alloc(text, input->len, err) < 0)
		return -1;
	*form = join(input, text) ? text_form(text) : TEXT_NONE;
	return 0;
}

int
text_decode_hex(const struct secret *text, struct secret *out, struct err *err)
{
	struct secret lower = SECRET_EMPTY;
	int ret = -1;

	*out = SECRET_EMPTY;
	if (text->len % 2 != 0 || !is_all(text, text->len, TEXT_HEX))
		return err_set(
		    err, STATUS_REJECTED, "it is not all hex digits");
	if (secret_copy(&lower, text->p, text->len, err) < 0 ||
	    secret_alloc(out, text->len / 2, err) < 0)
		goto out;
	for (size_t i = 0; i < lower.len; i++)
		lower.p[i] |= 0x20; /* changes no decimal digit */
	if (hex_decode((const char *)lower.p, out->p, out->len) < 0) {
		(void)err_set(err, STATUS_REJECTED, "it is not all hex digits");
		goto out;
	}
	ret = 0;
out:
	secret_free(&lower);
	if (ret < 0)
		secret_free(out);
	return ret;
}

int
text_decode_base64(
    const struct secret *text, struct secret *out, struct err *err)
{
	long n;

	if (secret_alloc(out, text->len / 4 * 3, err) < 0)
		return -1;
	n = base64_decode((const char *)text->p, text->len, out->p);
	if (n <= 0) {
		secret_free(out);
		return err_set(err, STATUS_REJECTED,
		    "it is not base64: standard alphabet, padded with '=', "
		    "lines of one length");
	}
	secret_shorten(out, (size_t)n);
	return 0;
}
