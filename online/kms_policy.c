#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "kms_call.h"

int
kms_find_alias(
    struct aws *a, const char *alias, struct kms_alias *out, struct err *err)
{
	struct kms_list list = {.operation = "ListAliases", .array = "Aliases"};
	struct kms_alias_search search = {.name = alias};

	*out = (struct kms_alias){.key_id = ""};
	search.out = out;
	if (kms_list(a, &list, &out->pages, kms_read_alias, &search, err) == 0)
		return 0;
	kms_alias_free(out);
	return -1;
}

void
kms_alias_free(struct kms_alias *alias)
{
	if (alias == NULL)
		return;
	kms_pages_free(&alias->pages);
	*alias = (struct kms_alias){.key_id = ""};
}

int
kms_create_alias(
    struct aws *a, const char *alias, const char *key, struct err *err)
{
	struct kms_call c;

	if (kms_check_arn(a->target, key, err) < 0 ||
	    kms_begin(&c, a, "CreateAlias", NULL, err) < 0)
		return -1;
	out_str(&c.out, "AliasName", alias);
	out_str(&c.out, "TargetKeyId", key);
	return kms_finish(&c, err);
}

int
kms_get_key_policy(
    struct aws *a, const char *key, struct buf *policy, struct err *err)
{
	int ret = -1;
	struct kms_call c;
	const char *text;

	*policy = BUF_EMPTY;
	if (kms_begin(&c, a, "GetKeyPolicy", key, err) < 0)
		return -1;
	out_str(&c.out, "PolicyName", "default");
	if (kms_send(&c, AWS_REPEATABLE, err) < 0)
		goto out;
	text = want_str(&c.answer, "Policy");
	if (kms_check(&c, err) < 0)
		goto out;
	ret = buf_copy(policy, text, strlen(text), err);
out:
	kms_done(&c);
	return ret;
}

int
kms_put_key_policy(
    struct aws *a, const char *key, const struct buf *policy, struct err *err)
{
	struct kms_call c;

	if (kms_begin(&c, a, "PutKeyPolicy", key, err) < 0)
		return -1;
	out_str(&c.out, "PolicyName", "default");
	out_str(&c.out, "Policy", (const char *)policy->p);
	return kms_finish(&c, err);
}

int
kms_list_grants(
    struct aws *a, const char *key, struct kms_grants *grants, struct err *err)
{
	struct kms_list list = {
	    .operation = "ListGrants", .key = key, .array = "Grants"};

	*grants = (struct kms_grants){.n = 0};
	if (kms_list(a, &list, &grants->pages, kms_read_grant, grants, err) ==
	    0)
		return 0;
	kms_grants_free(grants);
	return -1;
}

static void
grant_free(struct kms_grant *grant)
{
	OPENSSL_free(grant->operations);
	buf_free(&grant->constraints);
}

void
kms_grants_free(struct kms_grants *grants)
{
	if (grants == NULL)
		return;
	for (size_t i = 0; i < grants->n; i++)
		grant_free(&grants->list[i]);
	OPENSSL_free(grants->list);
	kms_pages_free(&grants->pages);
	*grants = (struct kms_grants){.n = 0};
}
