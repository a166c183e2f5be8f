/*
 * What the operations of KMS share: the body that is being written, the
 * answer that is being read, and lists that come in pages.
 */
#ifndef KMS_CALL_H
#define KMS_CALL_H

#include "json_write.h"
#include "kms.h"
#include "kms_answer.h"

struct kms_call {
	struct aws *aws;
	const char *operation;
	struct buf body;
	struct json_out out; /* write request members here */
	struct json_doc doc;
	struct findings f;
	struct json answer; /* ask for the answer's members here */
};

/* Begin the body, with "KeyId" unless key is NULL. */
int kms_begin(struct kms_call *c, struct aws *a, const char *operation,
    const char *key, struct err *err);

/* End the body, send it, and have the answer ready to be asked. */
int kms_send(struct kms_call *c, enum aws_repeat repeat, struct err *err);

/* Was everything there that was asked for? */
int kms_check(struct kms_call *c, struct err *err);

void kms_done(struct kms_call *c);

/* For operations that answer with nothing. Always ends with kms_done(). */
int kms_finish(struct kms_call *c, struct err *err);

void kms_write_tags(struct json_out *out, const struct kms_tag *tags, size_t n);

/* An operation that lists. */
struct kms_list {
	const char *operation;
	const char *key;          /* NULL: not about one key */
	const char *array;        /* "Aliases" */
	int64_t limit;            /* items in a page; 0: the default */
	const char *name, *value; /* one more member, or NULL */
};

/* Calls item for each item of every page; strings live in pages. */
int kms_list(struct aws *a, const struct kms_list *list,
    struct kms_pages *pages, kms_item *item, void *arg, struct err *err);
void kms_pages_free(struct kms_pages *pages);

#endif
