#include "exposure.h"

#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "json_write.h"
#include "policy.h"

int
exposure_policy(struct aws *a, const char *key,
    uint8_t sha256_out[static SHA256_LEN], struct err *err)
{
	struct buf policy;
	int ret;

	if (kms_get_key_policy(a, key, &policy, err) < 0)
		return -1;
	ret = sha256(policy.p, policy.len, sha256_out, err);
	buf_free(&policy);
	return ret;
}

static int
by_id(const void *x, const void *y)
{
	const struct kms_grant *a = x, *b = y;

	return strcmp(a->id, b->id);
}

static int
by_text(const void *x, const void *y)
{
	const char *const *a = x, *const *b = y;

	return strcmp(*a, *b);
}

static int
put_operations(struct json_out *w, const struct kms_grant *g)
{
	const char **sorted = calloc(g->n_operations + 1, sizeof(*sorted));

	if (sorted == NULL)
		return -1;
	for (size_t i = 0; i < g->n_operations; i++)
		sorted[i] = g->operations[i];
	qsort(sorted, g->n_operations, sizeof(*sorted), by_text);
	out_array(w, "Operations");
	for (size_t i = 0; i < g->n_operations; i++)
		out_str(w, NULL, sorted[i]);
	out_close(w);
	free(sorted);
	return 0;
}

/* The text that is hashed. */
static int
grants_text(const struct kms_grants *grants, struct buf *text, struct err *err)
{
	/* Copies that borrow: only their order is this function's own. */
	struct kms_grant *sorted = calloc(grants->n + 1, sizeof(*sorted));
	struct json_out w;
	int ret = 0;

	*text = BUF_EMPTY;
	if (sorted == NULL)
		return err_memory(err);
	for (size_t i = 0; i < grants->n; i++)
		sorted[i] = grants->list[i];
	qsort(sorted, grants->n, sizeof(*sorted), by_id);
	w = json_out(text);
	out_array(&w, NULL);
	for (size_t i = 0; ret == 0 && i < grants->n; i++) {
		out_object(&w, NULL);
		out_str(&w, "GrantId", sorted[i].id);
		out_str(&w, "GranteePrincipal", sorted[i].grantee);
		out_str(&w, "RetiringPrincipal", sorted[i].retiring);
		ret = put_operations(&w, &sorted[i]);
		out_raw(&w, "Constraints", &sorted[i].constraints);
		out_close(&w);
	}
	out_close(&w);
	free(sorted);
	if (ret < 0) {
		buf_free(text);
		return err_memory(err);
	}
	return out_end(&w, err);
}

int
exposure_grants(struct aws *a, const char *key,
    uint8_t sha256_out[static SHA256_LEN], size_t *n, struct err *err)
{
	struct kms_grants grants;
	struct buf text = BUF_EMPTY;
	int ret = -1;

	if (kms_list_grants(a, key, &grants, err) < 0)
		return -1;
	*n = grants.n;
	if (grants_text(&grants, &text, err) == 0)
		ret = sha256(text.p, text.len, sha256_out, err);
	buf_free(&text);
	kms_grants_free(&grants);
	return ret;
}

static int
policy_to_lines(struct aws *a, const char *key, const char *account,
    struct buf *lines, struct err *err)
{
	struct buf policy;
	struct findings notes = FINDINGS_NONE;
	int ret = -1;

	if (kms_get_key_policy(a, key, &policy, err) < 0)
		return -1;
	if (policy_notes(&policy, account, &notes, err) < 0)
		goto out;
	for (size_t i = 0; i < notes.n; i++)
		if (buf_addf(lines, err, "policy: %s%s%s\n", notes.list[i].path,
			notes.list[i].path[0] ? ": " : "",
			notes.list[i].message) < 0)
			goto out;
	ret = 0;
out:
	findings_free(&notes);
	buf_free(&policy);
	return ret;
}

static int
grant_to_line(const struct kms_grant *g, struct buf *lines, struct err *err)
{
	if (buf_addf(lines, err, "grant %s: to %s:", g->id, g->grantee) < 0)
		return -1;
	for (size_t i = 0; i < g->n_operations; i++)
		if (buf_addf(lines, err, " %s", g->operations[i]) < 0)
			return -1;
	return buf_addf(lines, err, "\n");
}

int
exposure_lines(struct aws *a, const char *key, const char *account,
    struct buf *lines, struct err *err)
{
	struct kms_grants grants;
	int ret = 0;

	*lines = BUF_EMPTY;
	if (policy_to_lines(a, key, account, lines, err) < 0)
		goto fail;
	if (kms_list_grants(a, key, &grants, err) < 0)
		goto fail;
	for (size_t i = 0; ret == 0 && i < grants.n; i++)
		ret = grant_to_line(&grants.list[i], lines, err);
	kms_grants_free(&grants);
	if (ret == 0)
		return 0;
fail:
	buf_free(lines);
	return -1;
}
