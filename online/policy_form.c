#include "policy_form.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "text.h"

#define ACCOUNT_LEN 12

struct forms {
	struct buf *list;
	size_t n;
};

static void
forms_free(struct forms *f)
{
	for (size_t i = 0; i < f->n; i++)
		buf_free(&f->list[i]);
	OPENSSL_free(f->list);
	*f = (struct forms){NULL, 0};
}

static int
compare(const void *a, const void *b)
{
	const struct buf *x = a, *y = b;
	size_t len = x->len < y->len ? x->len : y->len;
	int order = len > 0 ? memcmp(x->p, y->p, len) : 0;

	if (order != 0)
		return order;
	return (x->len > y->len) - (x->len < y->len);
}

const char *
policy_account(const char *text, size_t len)
{
	static const char middle[] = ":iam::", last[] = ":root";
	const char *p = text, *end = text + len;

	if (len > ACCOUNT_LEN) {
		if (strncmp(text, "arn:aws", 7) != 0)
			return NULL;
		for (p += 7; *p == '-' || (*p >= 'a' && *p <= 'z'); p++)
			;
		if (!text_starts(p, middle))
			return NULL;
		p += strlen(middle);
		end -= strlen(last);
		if (end - p != ACCOUNT_LEN || !text_starts(end, last))
			return NULL;
	}
	if (end - p != ACCOUNT_LEN || strspn(p, "0123456789") < ACCOUNT_LEN)
		return NULL;
	return p;
}

/* Length first: so no value can be mistaken for two. */
static int
form_scalar(struct span s, bool principal, struct buf *out, struct err *err)
{
	int ret = -1;
	struct buf text;
	const char *account = NULL;

	if (span_text(s, &text, err) < 0)
		return -1;
	if (principal)
		account = policy_account((const char *)text.p, text.len);
	if (account != NULL)
		ret = buf_addf(
		    out, err, "%d:%.*s", ACCOUNT_LEN, ACCOUNT_LEN, account);
	else if (buf_addf(out, err, "%zu:", text.len) == 0)
		ret = buf_add(out, text.p, text.len, err);
	buf_free(&text);
	return ret;
}

static int form(struct span s, bool principal, const char *const *except,
    struct buf *out, struct err *err);

static bool
is_one_of(struct span name, const char *const *names)
{
	for (; names != NULL && *names != NULL; names++)
		if (span_says(name, *names))
			return true;
	return false;
}

/* Forms of all members or items, but for members named in except. */
static int
collect(struct span outer, bool principal, const char *const *except,
    struct forms *f, struct err *err)
{
	struct span name, value;
	size_t n = 0, at;

	for (at = 0; span_next(outer, &at, &name, &value);)
		n++;
	if ((f->list = OPENSSL_zalloc((n + 1) * sizeof(*f->list))) == NULL)
		return err_memory(err);
	for (at = 0; span_next(outer, &at, &name, &value);) {
		bool below = principal || span_says(name, "Principal") ||
		    span_says(name, "NotPrincipal");
		struct buf *to = &f->list[f->n];

		if (is_one_of(name, except))
			continue;
		f->n++;
		if (name.len > 0 && form_scalar(name, false, to, err) < 0)
			return -1;
		if (form(value, below, NULL, to, err) < 0)
			return -1;
	}
	return 0;
}

static size_t
drop_repeated(struct forms *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->n; i++) {
		if (kept > 0 && compare(&f->list[kept - 1], &f->list[i]) == 0)
			buf_free(&f->list[i]);
		else
			f->list[kept++] = f->list[i];
	}
	return kept;
}

static int
form_container(struct span s, bool principal, const char *const *except,
    struct buf *out, struct err *err)
{
	int ret = -1;
	bool object = span_kind(s) == '{', alone;
	struct forms f = {NULL, 0};

	if (collect(s, principal, except, &f, err) < 0)
		goto out;
	if (f.n > 0)
		qsort(f.list, f.n, sizeof(f.list[0]), compare);
	if (!object)
		f.n = drop_repeated(&f);
	alone = !object && f.n == 1;
	if (!alone && buf_addf(out, err, object ? "{" : "[") < 0)
		goto out;
	for (size_t i = 0; i < f.n; i++)
		if (buf_add(out, f.list[i].p, f.list[i].len, err) < 0)
			goto out;
	if (!alone && buf_addf(out, err, object ? "}" : "]") < 0)
		goto out;
	ret = 0;
out:
	forms_free(&f);
	return ret;
}

static int
form(struct span s, bool principal, const char *const *except, struct buf *out,
    struct err *err)
{
	if (span_kind(s) == '{' || span_kind(s) == '[')
		return form_container(s, principal, except, out, err);
	return form_scalar(s, principal, out, err);
}

int
policy_form(struct span part, struct buf *out, struct err *err)
{
	*out = BUF_EMPTY;
	if (form(part, false, NULL, out, err) == 0)
		return 0;
	buf_free(out);
	return -1;
}

int
policy_form_rights(struct span statement, struct buf *out, struct err *err)
{
	static const char *const but[] = {"Sid", "Principal", NULL};

	*out = BUF_EMPTY;
	if (form(statement, false, but, out, err) == 0)
		return 0;
	buf_free(out);
	return -1;
}

bool
policy_names_account(struct span statement, const char *account)
{
	struct span principal, list, one;
	bool found = false;
	size_t at = 0;
	struct buf text;
	struct err err;

	if (!span_member(statement, "Principal", &principal) ||
	    !span_member(principal, "AWS", &list))
		return false;
	while (!found && span_each(list, &at, &one)) {
		const char *is;

		if (span_text(one, &text, &err) < 0)
			continue;
		is = policy_account((const char *)text.p, text.len);
		found = is != NULL && strncmp(is, account, ACCOUNT_LEN) == 0;
		buf_free(&text);
	}
	return found;
}

bool
policy_statements(struct span policy, struct span *statements)
{
	return span_member(policy, "Statement", statements) &&
	    (span_kind(*statements) == '{' || span_kind(*statements) == '[');
}
