#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "clock.h"
#include "kms_call.h"

void
kms_key_free(struct kms_key *key)
{
	if (key == NULL)
		return;
	json_doc_free(&key->doc);
	*key = (struct kms_key){.arn = NULL};
}

/* Take the answer over; asked is the ARN that it must be about, or NULL. */
static int
take_key(
    struct kms_call *c, const char *asked, struct kms_key *key, struct err *err)
{
	kms_read_key(&c->answer, key);
	if (kms_check(c, err) < 0)
		return -1;
	if (kms_check_arn(c->aws->target, key->arn, err) < 0 ||
	    (asked != NULL && strcmp(asked, key->arn) != 0 &&
		err_set(err, STATUS_REMOTE, "it is about another key") < 0)) {
		err->status = STATUS_REMOTE;
		return aws_discount(c->aws, c->operation, err);
	}
	key->doc = c->doc;
	c->doc = (struct json_doc){NULL}; /* transferred */
	return 0;
}

int
kms_create_key(struct aws *a, const struct kms_new_key *new,
    struct kms_key *key, struct err *err)
{
	int ret = -1;
	struct kms_call c;

	*key = (struct kms_key){.arn = NULL};
	if (kms_begin(&c, a, "CreateKey", NULL, err) < 0)
		goto out;
	if (new->description[0] != '\0')
		out_str(&c.out, "Description", new->description);
	out_str(&c.out, "KeySpec", new->spec);
	out_str(&c.out, "KeyUsage", new->usage);
	out_str(&c.out, "Origin", "EXTERNAL");
	out_bool(&c.out, "MultiRegion", new->multi_region);
	kms_write_tags(&c.out, new->tags, new->n_tags);
	if (kms_send(&c, AWS_ONCE, err) < 0 || take_key(&c, NULL, key, err) < 0)
		goto out;
	a->settles_at = clock_ticks() + a->cloud->settle_ms;
	ret = 0;
out:
	if (ret < 0 && a->error.lost)
		err_hint(err,
		    "the key may have been made all the same: run the same "
		    "command again, it looks for it by its tags");
	kms_done(&c);
	if (ret < 0)
		kms_key_free(key);
	return ret;
}

int
kms_describe_key(
    struct aws *a, const char *key, struct kms_key *out, struct err *err)
{
	int ret = -1;
	struct kms_call c;

	*out = (struct kms_key){.arn = NULL};
	if (kms_begin(&c, a, "DescribeKey", key, err) == 0 &&
	    kms_send(&c, AWS_REPEATABLE, err) == 0)
		ret = take_key(&c, key, out, err);
	kms_done(&c);
	if (ret < 0)
		kms_key_free(out);
	return ret;
}

int
kms_list_tags(
    struct aws *a, const char *key, struct kms_tags *tags, struct err *err)
{
	struct kms_list list = {
	    .operation = "ListResourceTags", .key = key, .array = "Tags"};

	*tags = (struct kms_tags){.n = 0};
	if (kms_list(a, &list, &tags->pages, kms_read_tag, tags, err) == 0)
		return 0;
	kms_tags_free(tags);
	return -1;
}

void
kms_tags_free(struct kms_tags *tags)
{
	if (tags == NULL)
		return;
	kms_pages_free(&tags->pages);
	OPENSSL_free(tags->list);
	*tags = (struct kms_tags){.n = 0};
}

const char *
kms_tag_value(const struct kms_tags *tags, const char *name)
{
	for (size_t i = 0; i < tags->n; i++)
		if (strcmp(tags->list[i].name, name) == 0)
			return tags->list[i].value;
	return NULL;
}

/* Does the key carry all of them? readable: may we know? */
static int
has_tags(struct aws *a, const char *arn, const struct kms_tag *tags,
    size_t n_tags, bool *has, bool *readable, struct err *err)
{
	struct kms_tags there;

	*has = false;
	*readable = true;
	if (kms_list_tags(a, arn, &there, err) < 0) {
		/* A key that somebody keeps to himself is not ours. */
		*readable = !aws_failed_with(a, "AccessDeniedException");
		return *readable ? -1 : 0;
	}
	*has = true;
	for (size_t i = 0; i < n_tags; i++) {
		const char *value = kms_tag_value(&there, tags[i].name);

		*has &= value != NULL && strcmp(value, tags[i].value) == 0;
	}
	kms_tags_free(&there);
	return 0;
}

int
kms_find_keys(struct aws *a, const struct kms_tag *tags, size_t n_tags,
    struct kms_keys *found, struct err *err)
{
	struct kms_list list = {
	    .operation = "ListKeys", .array = "Keys", .limit = 1000};
	size_t total, kept = 0, unread = 0;

	*found = (struct kms_keys){.n = 0};
	if (kms_list(a, &list, &found->pages, kms_read_key_arn, found, err) < 0)
		goto fail;
	total = found->n;
	for (size_t i = 0; i < total; i++) {
		bool has, readable;

		if (has_tags(a, found->arns[i], tags, n_tags, &has, &readable,
			err) < 0)
			goto fail;
		unread += !readable;
		if (has)
			found->arns[kept++] = found->arns[i];
	}
	/* Not one: then the right is lacking, and "none" would be a guess. */
	if (total > 0 && unread == total)
		goto fail;
	found->n = kept;
	return 0;
fail:
	kms_keys_free(found);
	return -1;
}

void
kms_keys_free(struct kms_keys *keys)
{
	if (keys == NULL)
		return;
	kms_pages_free(&keys->pages);
	OPENSSL_free(keys->arns);
	*keys = (struct kms_keys){.n = 0};
}
