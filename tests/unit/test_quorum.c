/*
 * Persons are counted, never signatures; only in a role for the kind; and a
 * person's bad signature ends everything.
 */
#include "bundles.h"

static int
setup(void **state)
{
	static struct plan p;

	p = open_plan_in("v1-plan.gsb");
	*state = &p;
	return 0;
}

static int
teardown(void **state)
{
	plan_free(*state);
	return 0;
}

/* A new bundle of that kind, signed by names ("alice bob"), counted. */
static struct quorum
count(const struct plan *p, enum kind kind, const char *names)
{
	struct bundle b = make_bundle(kind, p->practice, "{}");
	struct quorum q;
	struct err err = {0};
	char list[128], *save = NULL;

	(void)snprintf(list, sizeof(list), "%s", names);
	for (char *name = strtok_r(list, " ", &save); name != NULL;
	     name = strtok_r(NULL, " ", &save))
		sign_as(&b, name);
	if (quorum_count(&b, p, &q, &err) < 0)
		fail_msg("%s", err.msg);
	bundle_free(&b);
	return q;
}

/* What each kind wants, and what some signers bring. */
static const struct {
	enum kind kind;
	const char *names;
	unsigned have[2]; /* of roles[0] and roles[1] */
	unsigned unknown, other;
	const char *missing; /* "": the quorum is there */
} cases[] = {
    {KIND_PLAN, "", {0, 0}, 0, 0, "0 of 2 signatures by officers"},
    {KIND_PLAN, "alice", {1, 0}, 0, 0, "1 of 2 signatures by officers"},
    {KIND_PLAN, "alice bob", {2, 0}, 0, 0, ""},
    {KIND_PLAN, "alice oscar", {1, 0}, 0, 1, "1 of 2"},
    {KIND_PLAN, "alice ann", {1, 0}, 0, 1, "1 of 2"},
    {KIND_PLAN, "alice dave", {1, 0}, 0, 1, "1 of 2"},
    {KIND_PLAN, "alice mallory", {1, 0}, 1, 0, "1 of 2"},
    {KIND_PLAN, "mallory trudy eve", {0, 0}, 3, 0, "0 of 2"},
    {KIND_REQUEST, "oscar", {1, 0}, 0, 0, "0 of 2 signatures by officers"},
    {KIND_REQUEST, "alice bob", {0, 2}, 0, 0, "0 of 1 signatures by operators"},
    {KIND_REQUEST, "oscar alice", {1, 1}, 0, 0, "1 of 2 signatures by"},
    {KIND_REQUEST, "oscar alice bob", {1, 2}, 0, 0, ""},
    {KIND_REQUEST, "olga alice bob", {1, 2}, 0, 0, ""},
    {KIND_REQUEST, "ann alice bob", {0, 2}, 0, 1, "0 of 1"},
    {KIND_TOKENS, "oscar", {1, 0}, 0, 0, ""},
    {KIND_TOKENS, "alice bob", {0, 0}, 0, 2, "0 of 1"},
    {KIND_TRANSFER, "alice bob", {2, 0}, 0, 0, ""},
    {KIND_TRANSFER, "oscar olga", {0, 0}, 0, 2, "0 of 2"},
    {KIND_TRANSFER, "carol", {0, 0}, 1, 0, "0 of 2"}, /* has no key in it */
    {KIND_RECEIPT, "oscar", {1, 0}, 0, 0, ""},
    {KIND_RECEIPT, "ann", {0, 0}, 0, 0, "0 of 1 signatures by operators"},
    {KIND_RECEIPT, "oscar ann", {1, 0}, 0, 0, ""},
    {KIND_RECEIPT, "alice bob", {0, 0}, 0, 2, "0 of 1"},
};

static void
counts_each_role_for_its_kind(void **state)
{
	const struct plan *p = *state;

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct quorum q = count(p, cases[i].kind, cases[i].names);
		struct err err = {0};
		int ret = quorum_require_all(&q, p, cases[i].kind, &err);

		assert_int_equal(q.n, cases[i].kind == KIND_REQUEST ? 2 : 1);
		assert_int_equal(q.roles[0].have, cases[i].have[0]);
		assert_int_equal(q.roles[1].have, cases[i].have[1]);
		assert_int_equal(q.unknown, cases[i].unknown);
		assert_int_equal(q.other, cases[i].other);
		assert_int_equal(ret, cases[i].missing[0] == '\0' ? 0 : -1);
		if (ret < 0)
			says(&err, STATUS_REJECTED, cases[i].missing);
	}
}

static void
counts_a_person_once_and_in_every_role(void **state)
{
	struct plan p = open_plan_in("v1-practice-plan.gsb");
	struct quorum q = count(&p, KIND_REQUEST, "alice");
	struct err err = {0};

	(void)state;
	/* One person who is officer and operator, as practice allows. */
	assert_int_equal(q.roles[0].have, 1);
	assert_int_equal(q.roles[1].have, 1);
	assert_int_equal(quorum_require_all(&q, &p, KIND_REQUEST, &err), 0);
	plan_free(&p);
}

/* Two keys of one name cannot be in a plan; one key under two names can be
 * only in a plan that nobody linted, and counts for the first. */
static void
one_key_is_one_person(void **state)
{
	struct plan p = open_plan_in("v1-plan.gsb");
	struct quorum q;

	(void)state;
	memcpy(p.people[1].spki, p.people[0].spki, SPKI_LEN);
	memcpy(p.people[1].key_id, p.people[0].key_id, SHA256_LEN);
	q = count(&p, KIND_TRANSFER, "alice");
	assert_int_equal(q.roles[0].have, 1);
	plan_free(&p);
}

/* No reader lets this through; the count does not rely on it. */
static void
a_signature_twice_is_one_person(void **state)
{
	const struct plan *p = *state;
	struct bundle b = make_bundle(KIND_TRANSFER, false, "{}");
	struct quorum q;
	struct err err = {0};

	sign_as(&b, "alice");
	b.signatures[1] = b.signatures[0];
	b.n_signatures = 2;
	assert_int_equal(quorum_count(&b, p, &q, &err), 0);
	assert_int_equal(q.roles[0].have, 1);
	bundle_free(&b);
}

static void
practice_and_real_never_meet(void **state)
{
	struct plan practice = open_plan_in("v1-practice-plan.gsb");
	const struct plan *real = *state;
	struct bundle b = make_bundle(KIND_TRANSFER, true, "{}");
	struct quorum q;
	struct err err = {0};

	sign_as(&b, "alice");
	assert_int_equal(quorum_count(&b, real, &q, &err), -1);
	says(&err, STATUS_REJECTED,
	    "this transfer is from a practice ceremony, the plan is real");
	b.practice = false;
	assert_int_equal(quorum_count(&b, &practice, &q, &err), -1);
	says(&err, STATUS_REJECTED,
	    "this transfer is real, the plan is for practice");
	assert_string_not_equal(err.hint, "");
	bundle_free(&b);
	plan_free(&practice);
}

static void
a_known_persons_bad_signature_is_a_rejection(void **state)
{
	static const char *const names[] = {"alice", "oscar", "ann", "dave"};
	const struct plan *p = *state;

	for (unsigned i = 0; i < 4; i++) {
		struct bundle b = make_bundle(KIND_TRANSFER, false, "{}");
		struct quorum q;
		struct err err = {0};
		char text[64];

		sign_as(&b, names[i]);
		b.signatures[0].sig[10] ^= 4;
		assert_int_equal(quorum_count(&b, p, &q, &err), -1);
		(void)snprintf(text, sizeof(text),
		    "the signature of '%s' on the transfer does not verify",
		    names[i]);
		says(&err, STATUS_REJECTED, text);
		bundle_free(&b);
	}
}

static void
a_strangers_bad_signature_counts_nothing(void **state)
{
	const struct plan *p = *state;
	struct bundle b = make_bundle(KIND_TRANSFER, false, "{}");
	struct quorum q;
	struct err err = {0};

	sign_as(&b, "mallory");
	b.signatures[0].sig[10] ^= 4;
	assert_int_equal(quorum_count(&b, p, &q, &err), 0);
	assert_int_equal(q.unknown, 1);
	assert_int_equal(q.roles[0].have, 0);
	bundle_free(&b);
}

static void
names_who_can_still_sign(void **state)
{
	const struct plan *p = *state;
	struct quorum q = count(p, KIND_TRANSFER, "alice");
	struct err err = {0};
	char names[32], tight[4];

	quorum_missing(&q, 0, p, names, sizeof(names));
	assert_string_equal(names, "bob");
	assert_int_equal(quorum_require(&q, 0, p, KIND_TRANSFER, &err), -1);
	assert_string_equal(err.hint,
	    "can still sign, with 'cosign': bob; if they have, this is an "
	    "older copy: fetch the one that came back from where it was "
	    "signed");
	q = count(p, KIND_RECEIPT, "");
	quorum_missing(&q, 0, p, names, sizeof(names));
	assert_string_equal(names, "oscar, olga");
	quorum_missing(&q, 0, p, tight, sizeof(tight));
	assert_string_equal(tight, "osc");
	q = count(p, KIND_PLAN, "bob");
	assert_int_equal(quorum_require(&q, 0, p, KIND_PLAN, &err), -1);
	assert_non_null(
	    strstr(err.hint, "can still sign, with 'plan approve': alice; "));
}

static void
a_quorum_of_nobody_is_never_met(void **state)
{
	struct plan p = open_plan_in("v1-plan.gsb");
	struct quorum q;
	struct err err = {0};

	(void)state;
	p.quorum.receipt = 0;
	q = count(&p, KIND_RECEIPT, "oscar");
	assert_int_equal(quorum_require_all(&q, &p, KIND_RECEIPT, &err), -1);
	says(&err, STATUS_REJECTED, "has no quorum");
	plan_free(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_each_role_for_its_kind),
	    cmocka_unit_test(counts_a_person_once_and_in_every_role),
	    cmocka_unit_test(one_key_is_one_person),
	    cmocka_unit_test(a_signature_twice_is_one_person),
	    cmocka_unit_test(practice_and_real_never_meet),
	    cmocka_unit_test(a_known_persons_bad_signature_is_a_rejection),
	    cmocka_unit_test(a_strangers_bad_signature_counts_nothing),
	    cmocka_unit_test(names_who_can_still_sign),
	    cmocka_unit_test(a_quorum_of_nobody_is_never_met),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
