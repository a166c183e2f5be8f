/*
 * The kit of bad bundles: each is refused by the step that its sidecar names,
 * and by none before.
 */
#include "bundles.h"

#include <dirent.h>

#include "statements.h"

#define KIT "tests/vectors/refused/"

struct expected {
	char by[16];
	char says[96];
};

/* The value behind "NAME: " at the start of a line. */
static void
value_of(const char *text, const char *name, char *out, size_t size)
{
	const char *at = strstr(text, name);

	assert_non_null(at);
	at += strlen(name);
	(void)snprintf(out, size, "%.*s", (int)strcspn(at, "\n"), at);
}

static struct expected
read_sidecar(const char *path)
{
	struct expected e;
	struct buf text = load_file(path);
	const char *p = (const char *)text.p;

	assert_int_equal(strncmp(p, "expect: rejected\n", 17), 0);
	assert_non_null(strstr(p, "\nwhy: "));
	value_of(p, "\nby: ", e.by, sizeof(e.by));
	value_of(p, "\nsays: ", e.says, sizeof(e.says));
	buf_free(&text);
	return e;
}

static int
parse(enum kind kind, const struct buf *json, struct err *err)
{
	struct findings f = FINDINGS_NONE;
	struct request rq;
	struct tokens tk;
	struct transfer tr;
	struct receipt rc;
	struct plan p;
	int ret = -1;

	switch (kind) {
	case KIND_PLAN:
		ret = plan_read(json, &p, &f);
		(void)findings_to_err(&f, STATUS_REJECTED, err);
		plan_free(&p);
		findings_free(&f);
		break;
	case KIND_REQUEST:
		if ((ret = request_read(json, &rq, err)) == 0)
			request_free(&rq);
		break;
	case KIND_TOKENS:
		if ((ret = tokens_read(json, &tk, err)) == 0)
			tokens_free(&tk);
		break;
	case KIND_TRANSFER:
		if ((ret = transfer_read(json, &tr, err)) == 0)
			transfer_free(&tr);
		break;
	case KIND_RECEIPT:
		if ((ret = receipt_read(json, &rc, err)) == 0)
			receipt_free(&rc);
		break;
	}
	return ret;
}

/* All steps in their order; the name of the one that refuses, or "none". */
static const char *
refused_by(const struct buf *file, const struct plan *p, struct err *err)
{
	struct bundle b;
	struct quorum q;
	struct buf json = BUF_EMPTY;
	const char *by = "none";

	if (bundle_read(file, &b, err) < 0) {
		assert_null(b.payload.p);
		return "read";
	}
	if (quorum_count(&b, p, &q, err) < 0 ||
	    quorum_require_all(&q, p, b.kind, err) < 0) {
		by = "quorum";
	} else if (bundle_inflate(&b, &json, err) < 0) {
		assert_null(json.p);
		by = "inflate";
	} else if (parse(b.kind, &json, err) < 0) {
		by = "parse";
	}
	buf_free(&json);
	bundle_free(&b);
	return by;
}

static void
one_file(const char *name, const struct plan *p)
{
	char path[256];
	struct expected e;
	struct buf file;
	struct err err = {0};
	const char *by;

	(void)snprintf(path, sizeof(path), KIT "%s.txt", name);
	e = read_sidecar(path);
	(void)snprintf(path, sizeof(path), KIT "%s.gsb", name);
	file = load_file(path);
	by = refused_by(&file, p, &err);
	if (strcmp(by, e.by) != 0 || err.status != STATUS_REJECTED ||
	    strstr(err.msg, e.says) == NULL)
		fail_msg("%s: by %s, status %d, '%s'; wanted by %s, '%s'", name,
		    by, (int)err.status, err.msg, e.by, e.says);
	buf_free(&file);
}

static void
every_bad_bundle_is_refused_for_its_reason(void **state)
{
	struct plan p = open_plan_in("v1-plan.gsb");
	DIR *dir = opendir(KIT);
	struct dirent *entry;
	unsigned n = 0;

	(void)state;
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		char name[128] = "";
		size_t len = strlen(entry->d_name);

		if (len < 5 || len >= sizeof(name) ||
		    strcmp(entry->d_name + len - 4, ".gsb") != 0)
			continue;
		memcpy(name, entry->d_name, len - 4);
		one_file(name, &p);
		n++;
	}
	closedir(dir);
	plan_free(&p);
	assert_true(n >= 70);
}

static void
the_unchanged_bundle_is_not_refused(void **state)
{
	struct plan p = open_plan_in("v1-plan.gsb");
	struct buf file = load_file(BUNDLES "v1-transfer.gsb");
	struct err err = {0};

	(void)state;
	assert_string_equal(refused_by(&file, &p, &err), "none");
	buf_free(&file);
	plan_free(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_unchanged_bundle_is_not_refused),
	    cmocka_unit_test(every_bad_bundle_is_refused_for_its_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
