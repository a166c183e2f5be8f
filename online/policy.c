#include "policy.h"

#include <string.h>

#include "json.h"
#include "policy_form.h"

static void
check_statement(struct span s, size_t number, struct findings *f)
{
	struct span effect;

	if (span_kind(s) != '{')
		findings_error(
		    f, "Statement", "statement %zu is no object", number);
	else if (!span_member(s, "Effect", &effect) ||
	    (!span_says(effect, "Allow") && !span_says(effect, "Deny")))
		findings_error(f, "Statement",
		    "statement %zu neither allows nor denies", number);
}

static void
check_statements(const struct buf *policy, struct findings *f)
{
	struct span statements, s;
	size_t at = 0, number = 0;

	if (!policy_statements(span_root(policy), &statements)) {
		findings_error(f, "Statement", "a list of statements wanted");
		return;
	}
	while (span_each(statements, &at, &s))
		check_statement(s, ++number, f);
}

int
policy_check(const struct buf *policy, struct err *err)
{
	int ret = -1;
	struct findings f = FINDINGS_NONE;
	struct json_doc doc = {NULL};

	if (policy->len > POLICY_MAX) {
		err_set(err, STATUS_REJECTED,
		    "the key policy has %zu bytes, at most %d wanted",
		    policy->len, POLICY_MAX);
		goto out;
	}
	if (json_parse(policy, JSON_ANY_NUMBER, &doc, &f) == 0)
		check_statements(policy, &f);
	if (findings_to_err(&f, STATUS_REJECTED, err) < 0) {
		err_wrap(err, "the key policy cannot be understood");
		err_hint(err,
		    "read it with `aws kms get-key-policy` and "
		    "repair it before granting anything");
		goto out;
	}
	ret = 0;
out:
	json_doc_free(&doc);
	findings_free(&f);
	return ret;
}

int
policy_same(
    const struct buf *a, const struct buf *b, bool *same, struct err *err)
{
	int ret = -1;
	struct buf x = BUF_EMPTY, y = BUF_EMPTY;

	*same = false;
	if (policy_check(a, err) < 0 || policy_check(b, err) < 0 ||
	    policy_form(span_root(a), &x, err) < 0 ||
	    policy_form(span_root(b), &y, err) < 0)
		goto out;
	*same = x.len == y.len && memcmp(x.p, y.p, x.len) == 0;
	ret = 0;
out:
	buf_free(&x);
	buf_free(&y);
	return ret;
}
