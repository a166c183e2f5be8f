/* The key policy: what is added, what stays, what two texts mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"
#include "span.h"

#define KEY "arn:aws:kms:eu-central-1:111122223333:key/1234"
#define OWN "arn:aws:iam::111122223333:root"
#define HEROKU "arn:aws:iam::021876802972:root"
#define ROOT                                                                   \
	"{\"Sid\":\"Enable IAM User Permissions\",\"Effect\":\"Allow\","       \
	"\"Principal\":{\"AWS\":\"" OWN "\"},\"Action\":\"kms:*\","            \
	"\"Resource\":\"*\"}"
#define USE_RIGHTS                                                             \
	"\"Action\":[\"kms:Encrypt\",\"kms:Decrypt\",\"kms:ReEncrypt*\","      \
	"\"kms:GenerateDataKey*\",\"kms:DescribeKey\"],\"Resource\":\"*\""
#define ATTACH_RIGHTS                                                          \
	"\"Action\":[\"kms:CreateGrant\",\"kms:ListGrants\","                  \
	"\"kms:RevokeGrant\"],\"Resource\":\"*\",\"Condition\":{\"Bool\":"     \
	"{\"kms:GrantIsForAWSResource\":\"true\"}}"
#define USE_SID "\"Sid\":\"Allow use of the key\","
#define ATTACH_SID "\"Sid\":\"Allow attachment of persistent resources\","
#define BY(arn) "\"Effect\":\"Allow\",\"Principal\":{\"AWS\":" arn "},"
#define USE "{" USE_SID BY("\"" HEROKU "\"") USE_RIGHTS "}"
#define ATTACH "{" ATTACH_SID BY("\"" HEROKU "\"") ATTACH_RIGHTS "}"
#define POLICY(statements)                                                     \
	"{\"Version\":\"2012-10-17\",\"Statement\":[" statements "]}"

static struct buf
text(const char *s)
{
	return buf_view(s, strlen(s));
}

/* Each test's policies in memory of their own, so that ASan sees over-reads. */
static struct buf
merge(const char *before)
{
	struct err err = {0};
	struct buf in, out;

	assert_int_equal(buf_copy(&in, before, strlen(before), &err), 0);
	if (policy_merge_heroku(&in, KEY, &out, &err) < 0)
		fail_msg("%s", err.msg);
	buf_free(&in);
	return out;
}

static void
merges_to(const char *before, const char *wanted)
{
	struct buf after = merge(before);

	assert_string_equal((const char *)after.p, wanted);
	buf_free(&after);
}

static void
stays(const char *before)
{
	merges_to(before, before);
}

static bool
same(const char *a, const char *b)
{
	struct buf x = text(a), y = text(b);
	struct err err = {0};
	bool is_same;

	if (policy_same(&x, &y, &is_same, &err) < 0)
		fail_msg("%s", err.msg);
	return is_same;
}

static void
adds_both_statements_behind_the_others(void **state)
{
	(void)state;
	merges_to(POLICY(ROOT), POLICY(ROOT "," USE "," ATTACH));
}

static void
adds_only_the_one_that_is_missing(void **state)
{
	(void)state;
	merges_to(POLICY(ATTACH "," ROOT), POLICY(ATTACH "," ROOT "," USE));
}

static void
makes_a_single_statement_a_list(void **state)
{
	(void)state;
	merges_to("{\"Statement\":" ROOT ",\"Id\":\"x\"}",
	    "{\"Statement\":[" ROOT "," USE "," ATTACH "],\"Id\":\"x\"}");
}

static void
fills_an_empty_list(void **state)
{
	(void)state;
	merges_to(POLICY(" "), POLICY(" " USE "," ATTACH));
}

static void
leaves_a_policy_alone_that_has_both(void **state)
{
	(void)state;
	stays(POLICY(ROOT "," USE "," ATTACH));
	stays(" \n" POLICY(ATTACH " , " USE) "\n");
}

static void
knows_its_statements_under_any_sid(void **state)
{
	(void)state;
	stays(POLICY("{" BY("\"" HEROKU "\"") USE_RIGHTS
	    "},"
	    "{\"Sid\":\"2\"," BY("\"" HEROKU "\"") ATTACH_RIGHTS "}"));
}

static void
knows_its_statements_in_other_words(void **state)
{
	(void)state;
	stays(POLICY(
	    "{\"Resource\":[\"*\"],\"Action\":[\"kms:DescribeKey\","
	    "\"kms:Decrypt\",\"kms:Encrypt\",\"kms:GenerateDataKey*\","
	    "\"kms:ReEncrypt*\",\"kms:Decrypt\"],"
	    "\"Principal\":{\"AWS\":[\"021876802972\"]},"
	    "\"Effect\":\"Allow\"},"
	    "{" BY("\"" HEROKU
		   "\"") "\"Action\":[\"kms:ListGrants\","
			 "\"kms:RevokeGrant\",\"kms:Create\\u0047rant\"],"
			 "\"Resource\":\"*\",\"Condition\":{\"Bool\":"
			 "{\"kms:GrantIsForAWSResource\":[true]}}}"));
}

static void
counts_heroku_among_other_principals(void **state)
{
	(void)state;
	stays(POLICY("{" USE_SID BY("[\"" OWN "\",\"" HEROKU "\"]") USE_RIGHTS
	    "}," ATTACH));
}

static void
joins_a_statement_of_its_sid(void **state)
{
	(void)state;
	merges_to(POLICY("{" USE_SID BY("\"" OWN "\"") USE_RIGHTS "}," ATTACH),
	    POLICY("{" USE_SID BY("[\"" OWN "\",\"" HEROKU "\"]") USE_RIGHTS
		"}," ATTACH));
	merges_to(
	    POLICY("{" USE_SID BY("[\"" OWN "\"]") USE_RIGHTS "}," ATTACH),
	    POLICY("{" USE_SID BY("[\"" OWN "\",\"" HEROKU "\"]") USE_RIGHTS
		"}," ATTACH));
	merges_to(POLICY("{" USE_SID BY("[ ]") USE_RIGHTS "}," ATTACH),
	    POLICY("{" USE_SID BY("[ \"" HEROKU "\"]") USE_RIGHTS "}," ATTACH));
}

static void
takes_another_sid_when_its_own_means_something_else(void **state)
{
	(void)state;
	/* More rights, and a condition: neither is what was asked for. */
	merges_to(
	    POLICY("{" USE_SID BY("\"" OWN "\"") "\"Action\":\"kms:*\","
						 "\"Resource\":\"*\"}," ATTACH),
	    POLICY("{" USE_SID BY(
		"\"" OWN
		"\"") "\"Action\":\"kms:*\","
		      "\"Resource\":\"*\"}," ATTACH
		      ",{\"Sid\":\"Allow use of the key for Heroku\"," BY(
			  "\"" HEROKU "\"") USE_RIGHTS "}"));
	merges_to(POLICY("{" USE_SID BY("\"" HEROKU "\"") USE_RIGHTS
		      ",\"Condition\":{}},"
		      "{\"Sid\":\"Allow use of the key for Heroku\","
		      "\"Effect\":\"Deny\"}," ATTACH),
	    POLICY("{" USE_SID BY("\"" HEROKU "\"") USE_RIGHTS
		",\"Condition\":{}},"
		"{\"Sid\":\"Allow use of the key for Heroku\","
		"\"Effect\":\"Deny\"}," ATTACH
		",{\"Sid\":\"Allow use of the key for Heroku 2\"," BY(
		    "\"" HEROKU "\"") USE_RIGHTS "}"));
}

static void
never_joins_a_deny_nor_everybody(void **state)
{
	struct buf after;

	(void)state;
	after = merge(POLICY("{" USE_SID "\"Effect\":\"Deny\",\"Principal\":"
			     "{\"AWS\":\"" OWN "\"}," USE_RIGHTS "}"));
	assert_non_null(strstr((char *)after.p, "for Heroku\""));
	buf_free(&after);
	after = merge(POLICY("{" USE_SID "\"Effect\":\"Allow\","
			     "\"Principal\":\"*\"," USE_RIGHTS "}"));
	assert_non_null(strstr((char *)after.p, "\"Principal\":\"*\""));
	assert_non_null(strstr((char *)after.p, "for Heroku\""));
	buf_free(&after);
}

static void
keeps_every_byte_that_is_not_its_own(void **state)
{
	static const char before[] =
	    "{ \"Id\" : \"key-\\u00fc\",\n  \"Statement\" : [ {\n"
	    "\t\"Sid\" : \"x\", \"Effect\" : \"Allow\", \"Odd\" : [1.50, "
	    "null, {\"a\" : 1e2}],\n \"Principal\" : {\"Service\" : "
	    "\"a.amazonaws.com\", \"AWS\" : \"AROAEXAMPLE\"}\n} ] }\r\n";
	struct buf after = merge(before);
	const char *end = strstr(before, " ] }");
	size_t head = (size_t)(end + 1 - before);

	(void)state;
	assert_memory_equal(after.p, before, head);
	assert_string_equal(
	    (char *)after.p + after.len - strlen(end + 1), end + 1);
	buf_free(&after);
}

static void
merging_twice_is_merging_once(void **state)
{
	static const char *const policies[] = {
	    POLICY(""),
	    POLICY(ROOT),
	    POLICY(USE),
	    POLICY(ATTACH "," ROOT),
	    "{\"Statement\":" ROOT "}",
	    POLICY("{" USE_SID BY("\"" OWN "\"") USE_RIGHTS "}"),
	    POLICY("{" USE_SID BY("\"" OWN "\"") ATTACH_RIGHTS "}"),
	    POLICY("{" USE_SID "\"Effect\":\"Allow\"}"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(policies) / sizeof(*policies); i++) {
		struct buf once = merge(policies[i]);

		stays((const char *)once.p);
		buf_free(&once);
	}
}

/* Cut the statements out again that say Heroku, with their commas. */
static void
cut_ours(struct buf *policy)
{
	char *p = (char *)policy->p, *ours, *start, *end;

	while ((ours = strstr(p, HEROKU)) != NULL) {
		for (start = ours; *start != 'S' || start[-2] != '{'; start--)
			;
		start -= 2;
		end = strstr(ours, "\"*\"") + 3;
		if (*end == ',') /* the condition */
			end = strstr(end, "}}") + 2;
		end++;
		if (start[-1] == ',')
			start--;
		memmove(start, end, strlen(end) + 1);
	}
	policy->len = strlen(p);
}

static void
without_our_statements_the_meaning_is_the_old_one(void **state)
{
	static const char *const policies[] = {
	    POLICY(""),
	    POLICY(ROOT),
	    POLICY(ROOT "," ROOT ",{\"Effect\":\"Deny\"}"),
	    "{\"Statement\":" ROOT "}",
	    POLICY("{" USE_SID BY("\"" OWN "\"") ATTACH_RIGHTS "}"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(policies) / sizeof(*policies); i++) {
		struct buf after = merge(policies[i]);

		assert_false(same((char *)after.p, policies[i]));
		cut_ours(&after);
		assert_true(same((char *)after.p, policies[i]));
		buf_free(&after);
	}
}

static void
means_the_same_in_any_writing(void **state)
{
	(void)state;
	assert_true(same(POLICY(ROOT),
	    "{\"Statement\":" ROOT ",\"Version\":\"2012-10-17\"}"));
	assert_true(same(POLICY(ROOT "," USE), POLICY(USE "," ROOT)));
	assert_true(same(POLICY("{" BY("\"111122223333\"") "\"A\":true}"),
	    POLICY("{" BY("\"" OWN "\"") "\"A\":[\"true\"]}")));
	assert_true(same(POLICY("{" BY("[\"a\",\"b\",\"a\"]") "\"A\":1}"),
			POLICY("{\"A\":\"1\"," BY(
			    "[\"b\",\"\\u0061\"]") "\"B\":2}")) == false);
	assert_true(same(POLICY("{" BY("[\"a\",\"b\",\"a\"]") "\"A\":1}"),
	    POLICY("{\"A\":\"1\",\"Effect\":\"Allow\",\"Principal\":"
		   "{\"AWS\":[\"b\",\"\\u0061\"]}}")));
}

static void
tells_different_meanings_apart(void **state)
{
	static const char *const different[] = {
	    POLICY(ROOT),
	    POLICY(""),
	    POLICY(USE),
	    POLICY(ATTACH),
	    POLICY("{" BY("\"" OWN "\"") USE_RIGHTS "}"),
	    POLICY("{" BY("\"111122223334\"") USE_RIGHTS "}"),
	    POLICY("{" BY("\"arn:aws:iam::111122223333:user/root\"") USE_RIGHTS
		"}"),
	    POLICY("{" BY("[\"a\",\"bc\"]") USE_RIGHTS "}"),
	    POLICY("{" BY("[\"ab\",\"c\"]") USE_RIGHTS "}"),
	    POLICY("{" BY("[]") USE_RIGHTS "}"),
	    POLICY("{\"Effect\":\"Allow\",\"Principal\":\"*\"}"),
	    POLICY("{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"*\"}}"),
	    POLICY("{\"Effect\":\"Deny\",\"Principal\":{\"AWS\":\"*\"}}"),
	    POLICY("{\"Effect\":\"Deny\",\"NotPrincipal\":{\"AWS\":\"*\"}}"),
	    POLICY("{\"Effect\":\"Deny\",\"Resource\":"
		   "\"111122223333\"}"),
	    POLICY("{\"Effect\":\"Deny\",\"Resource\":\"" OWN "\"}"),
	};
	size_t n = sizeof(different) / sizeof(*different);

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			assert_int_equal(
			    same(different[i], different[j]), i == j);
}

static void
refused(const char *policy, size_t len, const char *why)
{
	struct err err = {0};
	struct buf in, out;

	assert_int_equal(buf_copy(&in, policy, len, &err), 0);
	assert_int_equal(policy_merge_heroku(&in, KEY, &out, &err), -1);
	assert_int_equal(err.status, STATUS_REJECTED);
	if (strstr(err.msg, why) == NULL)
		fail_msg("'%s' is not in '%s'", why, err.msg);
	assert_null(out.p);
	buf_free(&in);
}

static void
refuses_what_is_no_policy(void **state)
{
	static const struct {
		const char *policy, *why;
	} cases[] = {
	    {"", "key policy"},
	    {"[]", "list of statements wanted"},
	    {"{}", "list of statements wanted"},
	    {"{\"Statement\":\"x\"}", "list of statements wanted"},
	    {"{\"statement\":[]}", "list of statements wanted"},
	    {POLICY("1"), "statement 1 is no object"},
	    {POLICY(ROOT ",[" ROOT "]"), "statement 2 is no object"},
	    {POLICY(ROOT ",{}"), "statement 2 neither allows nor denies"},
	    {POLICY("{\"Effect\":\"allow\"}"), "neither allows nor denies"},
	    {POLICY("{\"Effect\":\"Allow\",\"Effect\":\"Allow\"}"), "Effect"},
	    {POLICY(ROOT) "x", "key policy"},
	    {POLICY(ROOT) POLICY(ROOT), "key policy"},
	    {"{\"Statement\":[],\"Statement\":[]}", "Statement"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		refused(cases[i].policy, strlen(cases[i].policy), cases[i].why);
}

static void
refuses_every_truncation(void **state)
{
	static const char whole[] = POLICY(ROOT "," USE "," ATTACH);

	(void)state;
	for (size_t n = 0; n < strlen(whole); n++)
		refused(whole, n, "key policy");
}

static void
no_flipped_bit_goes_unnoticed(void **state)
{
	char whole[] = POLICY(ROOT "," USE "," ATTACH);
	size_t len = strlen(whole);
	struct err err = {0};
	bool is_same = true;

	(void)state;
	for (size_t bit = 0; bit < 8 * len; bit++) {
		struct buf now = text(whole),
			   then = text(POLICY(ROOT "," USE "," ATTACH));

		whole[bit / 8] ^= (char)(1u << bit % 8);
		if (policy_same(&now, &then, &is_same, &err) == 0)
			assert_false(is_same);
		whole[bit / 8] ^= (char)(1u << bit % 8);
	}
}

static void
refuses_what_kms_would_not_take(void **state)
{
	struct err err = {0};
	struct buf in = BUF_EMPTY, out;

	(void)state;
	assert_int_equal(
	    buf_addf(&in, &err, "{\"Statement\":[" ROOT "],\"Id\":\"%*s\"}",
		POLICY_MAX - 600, "x"),
	    0);
	assert_int_equal(policy_merge_heroku(&in, KEY, &out, &err), -1);
	assert_int_equal(err.status, STATUS_REJECTED);
	assert_non_null(strstr(err.msg, "KMS takes 32768"));
	assert_null(out.p);
	buf_free(&in);
}

static void
heroku_is_in_the_partition_aws_only(void **state)
{
	struct err err = {0};
	struct buf in = text(POLICY(ROOT)), out;

	(void)state;
	assert_int_equal(
	    policy_merge_heroku(
		&in, "arn:aws-us-gov:kms:us-gov-west-1:1:key/1", &out, &err),
	    -1);
	assert_int_equal(err.status, STATUS_REJECTED);
	assert_non_null(strstr(err.msg, "partition aws"));
}

static void
shows(const char *before, const char *after, const char *wanted)
{
	struct buf a = text(before), b = text(after), out;
	struct err err = {0};
	char *digest;

	if (policy_diff(&a, &b, &out, &err) < 0)
		fail_msg("%s", err.msg);
	if (out.len > 0) {
		digest = strstr((char *)out.p, "the whole new policy has");
		assert_non_null(digest);
		*digest = '\0';
		assert_string_equal((char *)out.p, wanted);
	} else {
		assert_string_equal(wanted, "");
	}
	buf_free(&out);
}

static void
shows_a_new_statement_whole(void **state)
{
	(void)state;
	shows(POLICY(ROOT "," USE), POLICY(ROOT "," USE "," ATTACH),
	    "+ Statement: Allow attachment of persistent resources\n"
	    "+   Effect: Allow\n"
	    "+   Principal AWS: " HEROKU "\n"
	    "+   Action: kms:CreateGrant\n"
	    "+   Action: kms:ListGrants\n"
	    "+   Action: kms:RevokeGrant\n"
	    "+   Resource: *\n"
	    "+   Condition Bool kms:GrantIsForAWSResource: true\n");
}

static void
shows_a_new_principal_under_its_statement(void **state)
{
	(void)state;
	shows(POLICY(ROOT ",{" USE_SID BY("\"" OWN "\"") USE_RIGHTS "}"),
	    POLICY(ROOT ",{" USE_SID BY("[\"" OWN "\",\"" HEROKU "\"]")
		    USE_RIGHTS "}"),
	    "  Statement: Allow use of the key\n"
	    "+   Principal AWS: " HEROKU "\n");
}

static void
shows_what_goes_and_what_comes(void **state)
{
	(void)state;
	shows(POLICY("{\"Effect\":\"Deny\",\"Action\":\"a\"}"),
	    POLICY("{\"Effect\":\"Deny\",\"Action\":\"b\"}"),
	    "  Statement without a Sid\n"
	    "-   Action: a\n"
	    "+   Action: b\n");
	shows(POLICY(ROOT), POLICY(ROOT), "");
}

static void
shows_nothing_that_steers_a_terminal(void **state)
{
	(void)state;
	shows(POLICY(""),
	    POLICY("{\"Sid\":\"\\u001b[2J\",\"Effect\":\"Deny\"}"),
	    "+ Statement: \\x1b[2J\n+   Effect: Deny\n");
}

static void
shows_lines_of_at_most_80_columns(void **state)
{
	struct err err = {0};
	struct buf a = text(POLICY("")), b = BUF_EMPTY, out;
	const char *p;

	(void)state;
	assert_int_equal(buf_addf(&b, &err,
			     "{\"Statement\":{\"Effect\":\"Deny\","
			     "\"Action\":\"%0300d\",\"%0400d\":1}}",
			     0, 0),
	    0);
	assert_int_equal(policy_diff(&a, &b, &out, &err), 0);
	for (p = (char *)out.p; *p != '\0'; p += strcspn(p, "\n") + 1)
		assert_true(strcspn(p, "\n") <= 80);
	buf_free(&b);
	buf_free(&out);
}

static void
ends_with_the_digest_of_the_whole_policy(void **state)
{
	struct buf a = text(POLICY("")), b = text(POLICY(ROOT)), out;
	struct err err = {0};

	(void)state;
	assert_int_equal(policy_diff(&a, &b, &out, &err), 0);
	assert_non_null(strstr((char *)out.p,
	    "the whole new policy has 178 bytes and the SHA-256\n"
	    "  250ede6294785d9d7ae8ecdc2174875167f1370c572788e11ed13c4d2da829"
	    "ac\n"));
	buf_free(&out);
}

static void
noted(const char *policy, const char *where, const char *what)
{
	struct buf in = text(policy);
	struct findings notes = FINDINGS_NONE;
	struct err err = {0};
	bool found = false;

	assert_int_equal(policy_notes(&in, "111122223333", &notes, &err), 0);
	for (size_t i = 0; i < notes.n; i++)
		found = found ||
		    (strstr(notes.list[i].message, what) != NULL &&
			strcmp(notes.list[i].path, where) == 0);
	if (!found)
		fail_msg("no note says '%s' at '%s'", what, where);
	findings_free(&notes);
}

static void
notes_who_else_gets_rights(void **state)
{
	(void)state;
	noted(POLICY(ROOT ",{" USE_SID BY("\"999988887777\"") USE_RIGHTS "}"),
	    "statement 2, 'Allow use of the key'",
	    "gives rights to 999988887777");
	noted(POLICY("{" BY("\"arn:aws:iam::999988887777:role/x\"")
		      ATTACH_RIGHTS "}"),
	    "statement 1",
	    "gives rights to arn:aws:iam::999988887777:role/x, under a "
	    "condition");
	noted(POLICY("{\"Effect\":\"Allow\",\"Principal\":\"*\"}"),
	    "statement 1", "gives rights to *");
	noted(POLICY("{\"Effect\":\"Allow\",\"Principal\":{\"Service\":[\"a\","
		     "\"b\"]}}"),
	    "statement 1", "gives rights to Service b");
	noted(POLICY("{\"Effect\":\"Allow\",\"NotPrincipal\":\"*\"}"),
	    "statement 1", "everybody but those");
}

static void
notes_what_has_no_effect_or_is_dead(void **state)
{
	(void)state;
	noted(POLICY("{\"Effect\":\"Deny\",\"Action\":\"*\"}"), "statement 1",
	    "names no resource: it has no effect");
	noted(POLICY("{\"Effect\":\"Deny\",\"Resource\":\"*\"}"), "statement 1",
	    "names no action: it has no effect");
	noted(POLICY("{" BY("\"AROAEXAMPLE\"") USE_RIGHTS "}"), "statement 1",
	    "'AROAEXAMPLE' is what is left of a deleted user or role");
}

static void
notes_nothing_in_an_ordinary_policy(void **state)
{
	struct buf in = text(POLICY(ROOT "," USE "," ATTACH ",{" BY(
	    "[\"111122223333\",\"arn:aws:iam::111122223333:user/x\"]")
		USE_RIGHTS "}"));
	struct findings notes = FINDINGS_NONE;
	struct err err = {0};

	(void)state;
	assert_int_equal(policy_notes(&in, "111122223333", &notes, &err), 0);
	assert_int_equal(notes.n, 0);
	findings_free(&notes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(adds_both_statements_behind_the_others),
	    cmocka_unit_test(adds_only_the_one_that_is_missing),
	    cmocka_unit_test(makes_a_single_statement_a_list),
	    cmocka_unit_test(fills_an_empty_list),
	    cmocka_unit_test(leaves_a_policy_alone_that_has_both),
	    cmocka_unit_test(knows_its_statements_under_any_sid),
	    cmocka_unit_test(knows_its_statements_in_other_words),
	    cmocka_unit_test(counts_heroku_among_other_principals),
	    cmocka_unit_test(joins_a_statement_of_its_sid),
	    cmocka_unit_test(
		takes_another_sid_when_its_own_means_something_else),
	    cmocka_unit_test(never_joins_a_deny_nor_everybody),
	    cmocka_unit_test(keeps_every_byte_that_is_not_its_own),
	    cmocka_unit_test(merging_twice_is_merging_once),
	    cmocka_unit_test(without_our_statements_the_meaning_is_the_old_one),
	    cmocka_unit_test(means_the_same_in_any_writing),
	    cmocka_unit_test(tells_different_meanings_apart),
	    cmocka_unit_test(refuses_what_is_no_policy),
	    cmocka_unit_test(refuses_every_truncation),
	    cmocka_unit_test(no_flipped_bit_goes_unnoticed),
	    cmocka_unit_test(refuses_what_kms_would_not_take),
	    cmocka_unit_test(heroku_is_in_the_partition_aws_only),
	    cmocka_unit_test(shows_a_new_statement_whole),
	    cmocka_unit_test(shows_a_new_principal_under_its_statement),
	    cmocka_unit_test(shows_what_goes_and_what_comes),
	    cmocka_unit_test(shows_nothing_that_steers_a_terminal),
	    cmocka_unit_test(shows_lines_of_at_most_80_columns),
	    cmocka_unit_test(ends_with_the_digest_of_the_whole_policy),
	    cmocka_unit_test(notes_who_else_gets_rights),
	    cmocka_unit_test(notes_what_has_no_effect_or_is_dead),
	    cmocka_unit_test(notes_nothing_in_an_ordinary_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
