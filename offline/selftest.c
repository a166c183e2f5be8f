#include "selftest.h"

#include "buf.h"
#include "json_write.h"
#include "known_answers.h"
#include "talk.h"

/* One line or object for each test; says how many failed. */
static int
report(const struct known_answer *test, struct json_out *json, bool as_json,
    unsigned *failed, struct err *err)
{
	struct err why = {0};
	bool ok = test->run(&why) == 0;

	if (!ok)
		++*failed;
	if (as_json) {
		out_object(json, NULL);
		out_str(json, "name", test->name);
		out_bool(json, "ok", ok);
		out_close(json);
		return 0;
	}
	if (ok)
		return result(err, "ok      %s\n", test->name);
	return result(err, "FAILED  %s: %s\n", test->name, why.msg);
}

static int
run_all(bool as_json, struct buf *text, unsigned *failed, struct err *err)
{
	const struct known_answer *test;
	struct buf list = BUF_EMPTY;
	struct json_out tests = json_out(&list), top = json_out(text);
	int ret = -1;

	out_array(&tests, NULL);
	for (size_t i = 0; (test = known_answer_at(i)) != NULL; i++)
		if (report(test, &tests, as_json, failed, err) < 0)
			goto out;
	out_close(&tests);
	if (out_end(&tests, err) < 0)
		goto out;
	out_object(&top, NULL);
	out_bool(&top, "ok", *failed == 0);
	out_raw(&top, "tests", &list);
	out_close(&top);
	ret = out_end(&top, err);
out:
	buf_free(&list);
	return ret;
}

int
cmd_selftest(const struct args *args, struct err *err)
{
	bool as_json = args_has(args, "json");
	struct buf text = BUF_EMPTY;
	unsigned failed = 0;
	int ret = -1;

	if (run_all(as_json, &text, &failed, err) < 0)
		goto out;
	if (as_json &&
	    (buf_add(&text, "\n", 1, err) < 0 || result_buf(&text, err) < 0))
		goto out;
	if (failed > 0) {
		(void)err_set(
		    err, STATUS_FAILED, "%u self-tests failed", failed);
		(void)err_hint(err, "do not use this machine for the ceremony");
		goto out;
	}
	if (!as_json)
		talk("all self-tests passed");
	ret = 0;
out:
	buf_free(&text);
	return ret;
}
