/* plan check FILE: what the cloud or the people would trip over later. */
#include <string.h>

#include "clock.h"
#include "digest.h"
#include "file.h"
#include "json_write.h"
#include "plan.h"
#include "plan_file.h"
#include "talk.h"
#include "verbs.h"

int
plan_file_read(
    const char *path, struct plan_file *p, struct findings *f, struct err *err)
{
	*p = (struct plan_file){0};
	if (file_read(path, PLAN_MAX, &p->json, err) < 0)
		return -1;
	if (sha256(p->json.p, p->json.len, p->sha256, err) < 0) {
		plan_file_free(p);
		return -1;
	}
	if (plan_read(&p->json, &p->plan, f) == 0)
		plan_lint(&p->plan, clock_now(), f);
	return 0;
}

int
plan_file_require(const char *path, struct plan_file *p, struct err *err)
{
	struct findings f = FINDINGS_NONE;
	int ret = -1;

	if (plan_file_read(path, p, &f, err) == 0) {
		ret = findings_to_err(&f, STATUS_REJECTED, err);
		if (ret < 0) {
			plan_file_free(p);
			err_wrap(err, "'%s'", path);
			err_hint(
			    err, "'plan check %s' lists every finding", path);
		}
	}
	findings_free(&f);
	return ret;
}

void
plan_file_free(struct plan_file *p)
{
	plan_free(&p->plan);
	buf_free(&p->json);
	*p = (struct plan_file){0};
}

static int
print_json(const struct plan_file *p, const struct findings *f, struct err *err)
{
	int ret = -1;
	struct buf text = BUF_EMPTY;
	struct json_out w = json_out(&text);

	out_object(&w, NULL);
	out_bool(&w, "ok", !findings_failed(f));
	out_hex(&w, "sha256", p->sha256, sizeof(p->sha256));
	out_array(&w, "findings");
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->list[i];

		out_object(&w, NULL);
		out_str(&w, "path", x->path);
		out_str(&w, "level", x->is_error ? "error" : "warning");
		out_str(&w, "message", x->message);
		out_close(&w);
	}
	out_close(&w);
	out_close(&w);
	if (out_end(&w, err) == 0 && buf_add(&text, "\n", 1, err) == 0)
		ret = result_buf(&text, err);
	buf_free(&text);
	return ret;
}

static int
print_text(const struct plan_file *p, const struct findings *f, struct err *err)
{
	char hex[HEX_LEN(SHA256_LEN)];

	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->list[i];

		if (result(err, "%s: %s%s%s\n",
			x->is_error ? "error" : "warning", x->path,
			x->path[0] ? ": " : "", x->message) < 0)
			return -1;
	}
	hex_encode(p->sha256, sizeof(p->sha256), hex);
	return result(err, "sha256 of the file: %s\n", hex);
}

int
cmd_plan_check(const struct args *args, struct err *err)
{
	const char *path = args->operand[0];
	struct findings f = FINDINGS_NONE;
	struct plan_file p;
	int ret = -1;

	if (plan_file_read(path, &p, &f, err) < 0)
		goto out;
	if ((args_has(args, "json") ? print_json(&p, &f, err)
				    : print_text(&p, &f, err)) < 0)
		goto out;
	if (findings_failed(&f)) {
		err_set(err, STATUS_REJECTED, "'%s' is not a good plan", path);
		err_hint(err,
		    "mend what stands above as error, then check "
		    "again");
		goto out;
	}
	talk("'%s' is a good plan.", path);
	talk_next("on an offline machine, each officer: gapseal-offline plan "
		  "approve %s --as NAME.key",
	    path);
	ret = 0;
out:
	findings_free(&f);
	plan_file_free(&p);
	return ret;
}
