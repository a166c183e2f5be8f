#include <stdio.h>
#include <string.h>

#include "policy.h"
#include "policy_form.h"
#include "text.h"

#define SHOWN 160

struct reader {
	const char *account;
	struct findings *notes;
	char statement[SHOWN]; /* "statement 3, 'Allow admins'" */
	bool allows;
	bool conditional;
};

static bool
has(struct span statement, const char *name, const char *not_name)
{
	struct span v;

	return span_member(statement, name, &v) ||
	    span_member(statement, not_name, &v);
}

/* Field five of an ARN is the account that it belongs to. */
static bool
arn_of_account(const char *arn, const char *account)
{
	const char *p = arn;

	for (int colons = 0; colons < 4; colons++) {
		if ((p = strchr(p, ':')) == NULL)
			return false;
		p++;
	}
	return text_starts(p, account) && p[strlen(account)] == ':';
}

static bool
is_of_account(const char *principal, const char *account)
{
	const char *is = policy_account(principal, strlen(principal));

	if (is != NULL)
		return strncmp(is, account, strlen(account)) == 0;
	return arn_of_account(principal, account);
}

static void
note_principal(struct reader *r, const char *kind, const char *principal)
{
	char shown[SHOWN];

	text_visible(principal, strlen(principal), shown, sizeof(shown));
	if (text_starts(principal, "AIDA") || text_starts(principal, "AROA"))
		findings_warn(r->notes, r->statement,
		    "'%s' is what is left of a deleted user or role: KMS may "
		    "refuse to store it again",
		    shown);
	else if (r->allows && !is_of_account(principal, r->account) &&
	    !is_of_account(principal, HEROKU_ACCOUNT))
		findings_warn(r->notes, r->statement,
		    "gives rights to %s%s%s%s", kind,
		    kind[0] == '\0' ? "" : " ", shown,
		    r->conditional ? ", under a condition" : "");
}

static int
note_list(struct reader *r, const char *kind, struct span list, struct err *err)
{
	struct span one;
	size_t at = 0;

	while (span_each(list, &at, &one)) {
		struct buf text;

		if (span_text(one, &text, err) < 0)
			return -1;
		note_principal(r, kind, (const char *)text.p);
		buf_free(&text);
	}
	return 0;
}

static int
note_principals(struct reader *r, struct span principal, struct err *err)
{
	struct span name, list;
	size_t at = 0;

	if (span_kind(principal) != '{')
		return note_list(r, "", principal, err);
	while (span_next(principal, &at, &name, &list)) {
		struct buf kind;
		char shown[SHOWN];

		if (span_text(name, &kind, err) < 0)
			return -1;
		text_visible(
		    (const char *)kind.p, kind.len, shown, sizeof(shown));
		buf_free(&kind);
		if (note_list(r, strcmp(shown, "AWS") == 0 ? "" : shown, list,
			err) < 0)
			return -1;
	}
	return 0;
}

static int
name_statement(struct reader *r, struct span s, size_t number, struct err *err)
{
	struct span sid;
	struct buf text;
	char shown[SHOWN / 2];

	(void)snprintf(
	    r->statement, sizeof(r->statement), "statement %zu", number);
	if (!span_member(s, "Sid", &sid))
		return 0;
	if (span_text(sid, &text, err) < 0)
		return -1;
	text_visible((const char *)text.p, text.len, shown, sizeof(shown));
	(void)snprintf(r->statement, sizeof(r->statement),
	    "statement %zu, '%s'", number, shown);
	buf_free(&text);
	return 0;
}

static int
note_statement(struct reader *r, struct span s, size_t number, struct err *err)
{
	struct span v;

	if (name_statement(r, s, number, err) < 0)
		return -1;
	r->allows = span_member(s, "Effect", &v) && span_says(v, "Allow");
	r->conditional = span_member(s, "Condition", &v);
	if (!has(s, "Action", "NotAction"))
		findings_warn(r->notes, r->statement,
		    "names no action: it has no effect");
	if (!has(s, "Resource", "NotResource"))
		findings_warn(r->notes, r->statement,
		    "names no resource: it has no effect");
	if (r->allows && span_member(s, "NotPrincipal", &v))
		findings_warn(r->notes, r->statement,
		    "gives rights to everybody but those it names");
	if (span_member(s, "Principal", &v))
		return note_principals(r, v, err);
	return 0;
}

int
policy_notes(const struct buf *policy, const char *account,
    struct findings *notes, struct err *err)
{
	struct reader r = {.account = account, .notes = notes};
	struct span statements, s;
	size_t at = 0, number = 0;

	if (policy_check(policy, err) < 0)
		return -1;
	if (!policy_statements(span_root(policy), &statements))
		return 0;
	while (span_each(statements, &at, &s))
		if (note_statement(&r, s, ++number, err) < 0)
			return -1;
	return 0;
}
