#include <stdio.h>
#include <string.h>

#include "policy.h"
#include "policy_form.h"
#include "text.h"

#define HEROKU_ARN "arn:aws:iam::" HEROKU_ACCOUNT ":root"
#define SIDS_MAX 99
#define SID_SIZE 128

struct wanted {
	const char *sid;
	const char *members; /* all but the Sid */
};

static const struct wanted heroku[] = {
    {"Allow use of the key",
	"\"Effect\":\"Allow\","
	"\"Principal\":{\"AWS\":\"" HEROKU_ARN "\"},"
	"\"Action\":[\"kms:Encrypt\",\"kms:Decrypt\",\"kms:ReEncrypt*\","
	"\"kms:GenerateDataKey*\",\"kms:DescribeKey\"],"
	"\"Resource\":\"*\""},
    {"Allow attachment of persistent resources",
	"\"Effect\":\"Allow\","
	"\"Principal\":{\"AWS\":\"" HEROKU_ARN "\"},"
	"\"Action\":[\"kms:CreateGrant\",\"kms:ListGrants\","
	"\"kms:RevokeGrant\"],"
	"\"Resource\":\"*\","
	"\"Condition\":{\"Bool\":"
	"{\"kms:GrantIsForAWSResource\":\"true\"}}"},
};

struct insertion { /* text put in front of the byte at that place */
	size_t at;
	const char *text;
};

static int
insert(const struct buf *in, const struct insertion *ins, size_t n,
    struct buf *out, struct err *err)
{
	size_t done = 0;

	for (size_t i = 0; i < n; i++) {
		if (buf_add(out, in->p + done, ins[i].at - done, err) < 0 ||
		    buf_addf(out, err, "%s", ins[i].text) < 0)
			return -1;
		done = ins[i].at;
	}
	return buf_add(out, in->p + done, in->len - done, err);
}

/* Add an item to a list, which may be a single value that is none yet. */
static int
insert_item(const struct buf *in, struct span list, const char *item,
    struct buf *out, struct err *err)
{
	int ret = -1;
	size_t start = (size_t)(list.p - (const char *)in->p), at = 0;
	bool is_list = span_kind(list) == '[';
	struct span first, name;
	struct buf text = BUF_EMPTY;
	struct insertion ins[2] = {{start, "["}, {start + list.len, NULL}};

	if (is_list)
		ins[1].at--; /* before its ']' */
	if (buf_addf(&text, err, "%s%s%s",
		is_list && !span_next(list, &at, &name, &first) ? "" : ",",
		item, is_list ? "" : "]") < 0)
		goto out;
	ins[1].text = (const char *)text.p;
	ret = insert(in, is_list ? ins + 1 : ins, is_list ? 1 : 2, out, err);
out:
	buf_free(&text);
	return ret;
}

static bool
sid_taken(struct span statements, const char *sid)
{
	struct span s, has;
	size_t at = 0;

	while (span_each(statements, &at, &s))
		if (span_member(s, "Sid", &has) && span_says(has, sid))
			return true;
	return false;
}

/* Blanks and letters only: a Sid allows little else. */
static int
choose_sid(struct span statements, const char *wanted,
    char sid[static SID_SIZE], struct err *err)
{
	(void)snprintf(sid, SID_SIZE, "%s", wanted);
	for (int i = 1; i <= SIDS_MAX && sid_taken(statements, sid); i++) {
		if (i == 1)
			(void)snprintf(sid, SID_SIZE, "%s for Heroku", wanted);
		else
			(void)snprintf(
			    sid, SID_SIZE, "%s for Heroku %d", wanted, i);
	}
	if (sid_taken(statements, sid))
		return err_set(err, STATUS_REJECTED,
		    "the key policy has no free Sid like '%s'", wanted);
	return 0;
}

static int
add_statement(const struct buf *in, struct span statements,
    const struct wanted *w, struct buf *out, struct err *err)
{
	int ret = -1;
	char sid[SID_SIZE];
	struct buf text = BUF_EMPTY;

	if (choose_sid(statements, w->sid, sid, err) == 0 &&
	    buf_addf(&text, err, "{\"Sid\":\"%s\",%s}", sid, w->members) == 0)
		ret = insert_item(
		    in, statements, (const char *)text.p, out, err);
	buf_free(&text);
	return ret;
}

enum fit {
	FIT_NOT,    /* gives other rights, or under other conditions */
	FIT_RIGHTS, /* the same rights, to others */
	FIT_WHOLE,  /* the same rights, to Heroku among others */
};

static int
fit(struct span statement, const struct buf *rights, enum fit *how,
    struct err *err)
{
	struct buf has;

	if (policy_form_rights(statement, &has, err) < 0)
		return -1;
	*how = FIT_NOT;
	if (has.len == rights->len && memcmp(has.p, rights->p, has.len) == 0)
		*how = policy_names_account(statement, HEROKU_ACCOUNT)
		    ? FIT_WHOLE
		    : FIT_RIGHTS;
	buf_free(&has);
	return 0;
}

static int
wanted_rights(const struct wanted *w, struct buf *rights, struct err *err)
{
	int ret = -1;
	struct buf text = BUF_EMPTY;

	*rights = BUF_EMPTY;
	if (buf_addf(&text, err, "{%s}", w->members) == 0)
		ret = policy_form_rights(span_root(&text), rights, err);
	buf_free(&text);
	return ret;
}

/*
 * Where Heroku's account may join a statement of that Sid: rights all the
 * same, and AWS principals to be one of. Else join stays empty.
 */
static int
look_for(const struct wanted *w, struct span statements, bool *there,
    struct span *join, struct err *err)
{
	int ret = -1;
	struct span s, sid, principal, aws;
	struct buf rights;
	enum fit how;
	size_t at = 0;

	*there = false;
	*join = (struct span){NULL, 0};
	if (wanted_rights(w, &rights, err) < 0)
		goto out;
	while (!*there && span_each(statements, &at, &s)) {
		if (fit(s, &rights, &how, err) < 0)
			goto out;
		*there = how == FIT_WHOLE;
		if (how == FIT_RIGHTS && span_member(s, "Sid", &sid) &&
		    span_says(sid, w->sid) &&
		    span_member(s, "Principal", &principal) &&
		    span_member(principal, "AWS", &aws))
			*join = aws;
	}
	ret = 0;
out:
	buf_free(&rights);
	return ret;
}

static int
merge(const struct buf *in, const struct wanted *w, struct buf *out,
    struct err *err)
{
	struct span statements, join;
	bool there;

	*out = BUF_EMPTY;
	if (!policy_statements(span_root(in), &statements))
		return err_set(err, STATUS_REJECTED,
		    "the key policy has no list of statements");
	if (look_for(w, statements, &there, &join, err) < 0)
		return -1;
	if (there)
		return buf_copy(out, in->p, in->len, err);
	if (join.len > 0)
		return insert_item(in, join, "\"" HEROKU_ARN "\"", out, err);
	return add_statement(in, statements, w, out, err);
}

static int
check_merged(const struct buf *after, struct err *err)
{
	if (after->len <= POLICY_MAX)
		return policy_check(after, err);
	err_set(err, STATUS_REJECTED,
	    "with Heroku's statements the key policy would have %zu bytes, "
	    "and KMS takes %d",
	    after->len, POLICY_MAX);
	return err_hint(err,
	    "remove what nobody needs from the key policy, "
	    "then run this again");
}

int
policy_merge_heroku(const struct buf *before, const char *key_arn,
    struct buf *after, struct err *err)
{
	int ret = -1;
	struct buf one = BUF_EMPTY;

	*after = BUF_EMPTY;
	if (!text_starts(key_arn, "arn:aws:kms:")) {
		err_set(err, STATUS_REJECTED,
		    "Heroku's account is in the partition aws, the key is "
		    "not: %s",
		    key_arn);
		err_hint(err,
		    "Heroku's data services can only use keys of "
		    "AWS's commercial regions");
		goto out;
	}
	if (policy_check(before, err) < 0 ||
	    merge(before, &heroku[0], &one, err) < 0 ||
	    merge(&one, &heroku[1], after, err) < 0 ||
	    check_merged(after, err) < 0)
		goto out;
	ret = 0;
out:
	buf_free(&one);
	if (ret < 0)
		buf_free(after);
	return ret;
}
