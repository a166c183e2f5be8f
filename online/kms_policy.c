#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "kms_call.h"

/* An alias that is looked for among all. */
struct search {
	const char *name;
	struct kms_alias *out;
};

static int
look_at_alias(void *arg, struct json *item, struct err *err)
{
	struct search *s = arg;
	const char *name = want_str(item, "AliasName");
	const char *key_id = kms_optional(item, "TargetKeyId");

	(void)err;
	if (strcmp(name, s->name) == 0) {
		s->out->found = true;
		s->out->key_id = key_id;
	}
	return 0;
}

int
kms_find_alias(
    struct aws *a, const char *alias, struct kms_alias *out, struct err *err)
{
	struct kms_list list = {.operation = "ListAliases", .array = "Aliases"};
	struct search search = {alias, out};

	*out = (struct kms_alias){.key_id = ""};
	if (kms_list(a, &list, &out->pages, look_at_alias, &search, err) == 0)
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

static int
set_alias(struct aws *a, const char *operation, const char *alias,
    const char *key, struct err *err)
{
	struct kms_call c;

	if (kms_check_arn(a->target, key, err) < 0 ||
	    kms_begin(&c, a, operation, NULL, err) < 0)
		return -1;
	out_str(&c.out, "AliasName", alias);
	out_str(&c.out, "TargetKeyId", key);
	return kms_finish(&c, err);
}

int
kms_create_alias(
    struct aws *a, const char *alias, const char *key, struct err *err)
{
	return set_alias(a, "CreateAlias", alias, key, err);
}

int
kms_update_alias(
    struct aws *a, const char *alias, const char *key, struct err *err)
{
	return set_alias(a, "UpdateAlias", alias, key, err);
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

static void
grant_free(struct kms_grant *grant)
{
	OPENSSL_free(grant->operations);
	buf_free(&grant->constraints);
}

static int
read_grant(struct json *item, struct kms_grant *grant, struct err *err)
{
	struct json operations, constraints;
	static const char none[] = "null";

	grant->id = want_str(item, "GrantId");
	grant->grantee = kms_optional(item, "GranteePrincipal");
	grant->name = kms_optional(item, "Name");
	grant->retiring = kms_optional(item, "RetiringPrincipal");
	grant->issuing_account = kms_optional(item, "IssuingAccount");
	operations = want_array(item, "Operations", 0, 64);
	for (size_t i = 0; i < json_count(&operations); i++) {
		const char *text = json_item_str(&operations, i);

		if (kms_grow(&grant->operations, grant->n_operations,
			sizeof(*grant->operations), err) < 0)
			return -1;
		grant->operations[grant->n_operations++] = text;
	}
	if (!json_has(item, "Constraints"))
		return buf_copy(
		    &grant->constraints, none, sizeof(none) - 1, err);
	constraints = want_object(item, "Constraints");
	return json_print(&constraints, &grant->constraints, err);
}

static int
add_grant(void *arg, struct json *item, struct err *err)
{
	struct kms_grants *grants = arg;
	struct kms_grant grant = {.id = ""};

	if (read_grant(item, &grant, err) < 0 ||
	    kms_grow(&grants->list, grants->n, sizeof(*grants->list), err) <
		0) {
		grant_free(&grant);
		return -1;
	}
	grants->list[grants->n++] = grant;
	return 0;
}

int
kms_list_grants(
    struct aws *a, const char *key, struct kms_grants *grants, struct err *err)
{
	struct kms_list list = {
	    .operation = "ListGrants", .key = key, .array = "Grants"};

	*grants = (struct kms_grants){.n = 0};
	if (kms_list(a, &list, &grants->pages, add_grant, grants, err) == 0)
		return 0;
	kms_grants_free(grants);
	return -1;
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
