#include "statements.h"

#include <stdlib.h>

#include "json_write.h"
#include "members.h"

#define TYPE "gapseal/tokens/v1"

static void
read_tokens(struct tokens *t, struct json *j)
{
	struct json array;

	want_exactly(j, "type", TYPE);
	t->ceremony = want_text(j, "ceremony", NAME_MAX_LEN);
	want_hex(j, "plan", t->plan, SHA256_LEN);
	want_hex(j, "request", t->request, SHA256_LEN);
	array = want_array(j, "targets", 1, PLAN_TARGETS_MAX);
	t->targets = alloc_items(&array, sizeof(*t->targets), &t->n_targets);
	for (size_t i = 0; i < t->n_targets; i++) {
		struct json item = json_item(&array, i);

		t->targets[i].name = want_text(&item, "name", NAME_MAX_LEN);
		want_base64(&item, "token", TOKEN_MAX, &t->targets[i].token);
		json_end(&item);
	}
	json_end(j);
}

int
tokens_read(const struct buf *json, struct tokens *t, struct err *err)
{
	struct findings f = FINDINGS_NONE;
	int ret;

	*t = (struct tokens){0};
	if (json_parse(json, JSON_INTEGERS, &t->doc, &f) == 0) {
		struct json j = json_root(&t->doc, &f);

		read_tokens(t, &j);
	}
	if ((ret = findings_to_err(&f, STATUS_REJECTED, err)) < 0)
		tokens_free(t);
	findings_free(&f);
	return ret;
}

int
tokens_write(const struct tokens *t, struct buf *json, struct err *err)
{
	struct json_out w;

	*json = BUF_EMPTY;
	w = json_out(json);
	out_object(&w, NULL);
	out_str(&w, "type", TYPE);
	out_str(&w, "ceremony", t->ceremony);
	out_hex(&w, "plan", t->plan, SHA256_LEN);
	out_hex(&w, "request", t->request, SHA256_LEN);
	out_array(&w, "targets");
	for (size_t i = 0; i < t->n_targets; i++) {
		const struct buf *token = &t->targets[i].token;

		out_object(&w, NULL);
		out_str(&w, "name", t->targets[i].name);
		out_base64(&w, "token", token->p, token->len);
		out_close(&w);
	}
	out_close(&w);
	out_close(&w);
	return out_end(&w, err);
}

void
tokens_free(struct tokens *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->n_targets; i++)
		buf_free(&t->targets[i].token);
	free(t->targets);
	json_doc_free(&t->doc);
	*t = (struct tokens){0};
}
