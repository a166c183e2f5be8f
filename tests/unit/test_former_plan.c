/*
 * A plan that replaces another: the former one lies beside under the digest
 * that the new one names, and its officers agree as well.
 */
#include "scratch.h"

#include "bundles.h"
#include "ceremony.h"
#include "former_plan.h"
#include "says.h"

/* The golden plan under the name that its successor looks for. */
static void
lay_former(void *const *state, const char *file, uint8_t digest[SHA256_LEN])
{
	const struct scratch *s = *state;
	struct bundle b;
	struct buf bytes;
	struct err err = {0};
	char path[64];

	assert_int_equal(fchdir(s->before), 0);
	b = open_bundle(file);
	assert_int_equal(chdir(s->dir), 0);
	memcpy(digest, b.digest, SHA256_LEN);
	ceremony_aside("plan", digest, path, sizeof(path));
	assert_int_equal(bundle_write(&b, &bytes, &err), 0);
	assert_int_equal(file_replace(path, &bytes, &err), 0);
	buf_free(&bytes);
	bundle_free(&b);
}

static struct plan
successor(const uint8_t digest[SHA256_LEN])
{
	struct plan p = {
	    .name = "payments-2026-11", .version = 2, .has_previous = true};

	memcpy(p.previous, digest, SHA256_LEN);
	return p;
}

static void
refuses(const struct plan *p, enum status status, const char *text)
{
	struct former_plan former;
	struct err err = {0};

	assert_int_equal(former_plan_read(p, &former, &err), -1);
	says(&err, status, text);
	assert_false(former.there);
	assert_null(former.plan.people);
}

static void
a_first_version_has_none(void **state)
{
	struct plan p = {.name = "payments-2026-11", .version = 1};
	struct bundle b = make_bundle(KIND_PLAN, false, "{}");
	struct former_plan former;
	struct err err = {0};

	(void)state;
	assert_int_equal(former_plan_read(&p, &former, &err), 0);
	assert_false(former.there);
	assert_int_equal(former_plan_require(&former, &b, &err), 0);
	bundle_free(&b);
}

static void
is_the_one_that_is_named(void **state)
{
	uint8_t digest[SHA256_LEN];
	struct former_plan former;
	struct err err = {0};
	struct plan p;

	lay_former(state, "v1-plan.gsb", digest);
	p = successor(digest);
	assert_int_equal(former_plan_read(&p, &former, &err), 0);
	assert_true(former.there);
	assert_int_equal(former.plan.version, 1);
	former_plan_free(&former);
	/* The file's name has eight digits; all 64 must fit. */
	p.previous[31] ^= 1;
	refuses(&p, STATUS_REJECTED, "it is not the plan that the new one");
	p = successor(digest);
	p.version = 1;
	refuses(&p, STATUS_REJECTED, "the same name and a higher number");
	p = successor(digest);
	p.name = "payments-2026-12";
	refuses(&p, STATUS_REJECTED, "the same name and a higher number");
	p = successor(digest);
	p.practice = true;
	refuses(&p, STATUS_REJECTED, "it is not the plan that the new one");
	p = successor(digest);
	p.previous[0] ^= 1;
	refuses(&p, STATUS_FAILED, "cannot open 'plan-");
	lay_former(state, "v1-transfer.gsb", digest);
	p = successor(digest);
	refuses(&p, STATUS_REJECTED, "it is not the plan that the new one");
}

static void
its_officers_agree_too(void **state)
{
	struct bundle b = make_bundle(KIND_PLAN, false, "{}");
	uint8_t digest[SHA256_LEN];
	struct former_plan former;
	struct err err = {0};
	struct plan p;

	lay_former(state, "v1-plan.gsb", digest);
	p = successor(digest);
	assert_int_equal(former_plan_read(&p, &former, &err), 0);
	/* New officers alone, however many, replace nobody. */
	sign_as(&b, "mallory");
	sign_as(&b, "trudy");
	sign_as(&b, "alice");
	assert_int_equal(former_plan_require(&former, &b, &err), -1);
	says(&err, STATUS_REJECTED,
	    "by the officers of the plan before: the plan has no quorum: 1 of");
	sign_as(&b, "bob");
	assert_int_equal(former_plan_require(&former, &b, &err), 0);
	former_plan_free(&former);
	former_plan_free(&former);
	bundle_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    in_scratch(a_first_version_has_none),
	    in_scratch(is_the_one_that_is_named),
	    in_scratch(its_officers_agree_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
