#include <string.h>

#include "json_scan.h"

static size_t
count_digits(const uint8_t *p, size_t len)
{
	size_t n = 0;

	while (n < len && p[n] >= '0' && p[n] <= '9')
		n++;
	return n;
}

/* RFC 8259 section 6: is [p, p + len) a number, all of it? */
static bool
is_number(const uint8_t *p, size_t len, bool *is_whole)
{
	const uint8_t *end = p + len;
	size_t n;

	*is_whole = true;
	if (p < end && *p == '-')
		p++;
	n = count_digits(p, (size_t)(end - p));
	if (n == 0 || (n > 1 && *p == '0'))
		return false;
	p += n;
	if (p < end && *p == '.') {
		*is_whole = false;
		p++;
		if ((n = count_digits(p, (size_t)(end - p))) == 0)
			return false;
		p += n;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		*is_whole = false;
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		if ((n = count_digits(p, (size_t)(end - p))) == 0)
			return false;
		p += n;
	}
	return p == end;
}

/* Up to 2^53 - 1 every reader of JSON means the same integer. */
static bool
is_exact(const uint8_t *p, size_t len)
{
	static const char largest[] = "9007199254740991";
	bool negative = *p == '-';
	size_t digits = len - negative;

	if (negative && p[1] == '0')
		return false;
	if (digits != strlen(largest))
		return digits < strlen(largest);
	return memcmp(p + negative, largest, digits) <= 0;
}

const char *
json_number_fault(const uint8_t *p, size_t len, enum json_numbers numbers)
{
	bool is_whole;

	if (len > JSON_NUMBER_MAX)
		return "wanted a number of at most 63 characters";
	if (!is_number(p, len, &is_whole))
		return "wanted a number as JSON writes it";
	if (numbers == JSON_ANY_NUMBER)
		return NULL;
	if (!is_whole || !is_exact(p, len))
		return "wanted an integer within +-(2^53 - 1), in digits only";
	return NULL;
}

struct walk {
	enum json_numbers numbers;
	json_visit *fn;
	void *arg;
	struct err *err;
};

static int
walk_one(void *arg, const struct json_token *t)
{
	const struct walk *w = arg;
	const char *fault = NULL;

	if (t->type == '0')
		fault = json_number_fault(t->p, t->len, w->numbers);
	if (fault != NULL)
		return err_set(w->err, STATUS_REJECTED, "%s%s%s", t->path,
		    t->path[0] == '\0' ? "" : ": ", fault);
	return w->fn(w->arg, t);
}

int
json_walk(const struct buf *text, enum json_numbers numbers, json_visit *fn,
    void *arg, struct err *err)
{
	struct walk w = {numbers, fn, arg, err};
	struct json_syntax at;
	int ret = json_scan(text, walk_one, &w, &at);

	if (at.wanted != NULL)
		return err_set(err, STATUS_REJECTED,
		    "%s%sline %zu, column %zu: %s", at.path,
		    at.path[0] == '\0' ? "" : ": ", at.line, at.column,
		    at.wanted);
	return ret;
}
