#include "kms_call.h"

#include <string.h>

#include <openssl/crypto.h>

#include "arn.h"
#include "text.h"

/* KMS gives 50 grants a page unless told otherwise, 50,000 grants a key. */
#define PAGES_MAX 1000
#define ITEMS_MAX 1000 /* in a page: the most that can be asked for */

int
kms_check_arn(const struct target *target, const char *arn, struct err *err)
{
	const char *refusal = arn_refusal(arn, target->account, target->region);
	char shown[200];

	if (refusal == NULL)
		return 0;
	(void)text_visible(arn, strlen(arn), shown, sizeof(shown));
	return err_set(err, STATUS_REJECTED, "target '%s': '%s' %s",
	    target->name, shown, refusal);
}

int
kms_begin(struct kms_call *c, struct aws *a, const char *operation,
    const char *key, struct err *err)
{
	*c = (struct kms_call){.aws = a, .operation = operation};
	a->error = (struct aws_error){.status = 0};
	if (key != NULL && kms_check_arn(a->target, key, err) < 0)
		return err_wrap(err, "%s", operation);
	c->out = json_out(&c->body);
	out_object(&c->out, NULL);
	if (key != NULL)
		out_str(&c->out, "KeyId", key);
	return 0;
}

int
kms_send(struct kms_call *c, enum aws_repeat repeat, struct err *err)
{
	out_close(&c->out);
	if (out_end(&c->out, err) < 0 ||
	    aws_kms_call(c->aws, c->operation, repeat, &c->body, &c->doc, err) <
		0)
		return -1;
	c->answer = json_root(&c->doc, &c->f);
	return 0;
}

int
kms_check(struct kms_call *c, struct err *err)
{
	return aws_answer_check(c->aws, c->operation, &c->f, err);
}

void
kms_done(struct kms_call *c)
{
	buf_free(&c->body);
	json_doc_free(&c->doc);
	findings_free(&c->f);
}

int
kms_finish(struct kms_call *c, struct err *err)
{
	int ret = kms_send(c, AWS_REPEATABLE, err);

	kms_done(c);
	return ret;
}

void
kms_write_tags(struct json_out *out, const struct kms_tag *tags, size_t n)
{
	out_array(out, "Tags");
	for (size_t i = 0; i < n; i++) {
		out_object(out, NULL);
		out_str(out, "TagKey", tags[i].name);
		out_str(out, "TagValue", tags[i].value);
		out_close(out);
	}
	out_close(out);
}

void
kms_pages_free(struct kms_pages *pages)
{
	for (size_t i = 0; i < pages->n; i++)
		json_doc_free(&pages->docs[i]);
	OPENSSL_free(pages->docs);
	*pages = (struct kms_pages){NULL, 0};
}

/* Ask for one page; its document ends up in pages. */
static int
fetch(struct kms_call *c, struct aws *a, const struct kms_list *list,
    const char *marker, struct kms_pages *pages, struct err *err)
{
	struct json_doc *docs;

	if (pages->n == PAGES_MAX)
		return err_set(err, STATUS_REMOTE, "%s: more than %d pages",
		    list->operation, PAGES_MAX);
	docs = kms_grow(pages->docs, pages->n, sizeof(*docs), err);
	if (docs == NULL)
		return -1;
	pages->docs = docs;
	if (kms_begin(c, a, list->operation, list->key, err) < 0)
		return -1;
	if (list->limit > 0)
		out_int(&c->out, "Limit", list->limit);
	if (list->name != NULL)
		out_str(&c->out, list->name, list->value);
	if (marker[0] != '\0')
		out_str(&c->out, "Marker", marker);
	return kms_send(c, AWS_REPEATABLE, err);
}

/*
 * Hand out the page's items; *marker is "" after the last page, and never the
 * one that was seen before.
 */
static int
read_page(struct kms_call *c, const struct kms_list *list, kms_item *item,
    void *arg, const char *seen, const char **marker, struct err *err)
{
	struct json array = want_array(&c->answer, list->array, 0, ITEMS_MAX);

	for (size_t i = 0; i < json_count(&array); i++) {
		struct json place = json_item(&array, i);

		if (item(arg, &place, err) < 0)
			return -1;
	}
	*marker = "";
	if (json_has(&c->answer, "Truncated") &&
	    want_bool(&c->answer, "Truncated")) {
		*marker = want_str(&c->answer, "NextMarker");
		if ((*marker)[0] == '\0' || strcmp(*marker, seen) == 0)
			json_fault(&c->answer, "NextMarker", "leads nowhere");
	}
	return kms_check(c, err);
}

int
kms_list(struct aws *a, const struct kms_list *list, struct kms_pages *pages,
    kms_item *item, void *arg, struct err *err)
{
	const char *marker = "", *seen = "";
	int ret;

	*pages = (struct kms_pages){NULL, 0};
	do {
		struct kms_call c = {.aws = a};

		ret = fetch(&c, a, list, marker, pages, err);
		if (ret == 0)
			ret = read_page(
			    &c, list, item, arg, seen, &marker, err);
		if (ret == 0) {
			pages->docs[pages->n++] = c.doc;
			c.doc = (struct json_doc){NULL}; /* transferred */
			/* Kept after 1, 2, 4 ... pages, it meets any circle. */
			if ((pages->n & (pages->n - 1)) == 0)
				seen = marker;
		}
		kms_done(&c);
	} while (ret == 0 && marker[0] != '\0');
	if (ret < 0)
		kms_pages_free(pages);
	return ret;
}
