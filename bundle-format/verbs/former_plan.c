#include "former_plan.h"

#include <string.h>

#include "ceremony.h"
#include "file.h"
#include "quorum.h"

static int
parse(const struct buf *file, const struct plan *p, struct plan *former,
    struct err *err)
{
	int ret = -1;
	struct bundle b;
	struct buf json = BUF_EMPTY;
	struct findings f = FINDINGS_NONE;

	if (bundle_read(file, &b, err) < 0)
		return -1;
	if (b.kind != KIND_PLAN || b.practice != p->practice ||
	    memcmp(b.digest, p->previous, SHA256_LEN) != 0) {
		err_set(err, STATUS_REJECTED,
		    "it is not the plan that the new one names as 'previous'");
		goto out;
	}
	if (bundle_inflate(&b, &json, err) < 0)
		goto out;
	(void)plan_read(&json, former, &f);
	if (findings_to_err(&f, STATUS_REJECTED, err) < 0)
		goto out;
	if (former->version >= p->version ||
	    strcmp(former->name, p->name) != 0) {
		err_set(err, STATUS_REJECTED,
		    "a new version has the same name and a higher number");
		goto out;
	}
	ret = 0;
out:
	bundle_free(&b);
	buf_free(&json);
	findings_free(&f);
	return ret;
}

int
former_plan_read(
    const struct plan *p, struct former_plan *former, struct err *err)
{
	char path[64];
	struct buf file;

	*former = (struct former_plan){0};
	if (!p->has_previous)
		return 0;
	ceremony_aside("plan", p->previous, path, sizeof(path));
	if (file_read(path, BUNDLE_MAX, &file, err) < 0)
		return err_hint(err,
		    "this plan replaces an earlier one: rename that one's "
		    "'plan.gsb' to '%s' and keep it here",
		    path);
	former->there = parse(&file, p, &former->plan, err) == 0;
	buf_free(&file);
	if (!former->there) {
		former_plan_free(former);
		return err_wrap(err, "'%s'", path);
	}
	return 0;
}

void
former_plan_free(struct former_plan *former)
{
	plan_free(&former->plan);
	*former = (struct former_plan){0};
}

int
former_plan_require(
    const struct former_plan *former, const struct bundle *b, struct err *err)
{
	struct quorum q;

	if (!former->there)
		return 0;
	if (quorum_count(b, &former->plan, &q, err) < 0 ||
	    quorum_require_all(&q, &former->plan, KIND_PLAN, err) < 0)
		return err_wrap(err, "by the officers of the plan before");
	return 0;
}
