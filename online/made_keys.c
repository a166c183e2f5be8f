#include "made_keys.h"

#include <stdlib.h>
#include <string.h>

/* One more entry, its strings copied; target and arn may be NULL. */
static int
add(struct made_keys *m, const struct target *t, const char *target,
    const char *arn, struct err *err)
{
	struct made_key *longer = realloc(
	    m->list, (m->n + 1) * sizeof(*longer));
	struct made_key *k;

	if (longer == NULL)
		return err_memory(err);
	m->list = longer;
	k = &longer[m->n++];
	*k = (struct made_key){.account = strdup(t->account),
	    .region = strdup(t->region),
	    .target = target == NULL ? NULL : strdup(target),
	    .arn = arn == NULL ? NULL : strdup(arn)};
	if (k->account == NULL || k->region == NULL ||
	    (target != NULL && k->target == NULL) ||
	    (arn != NULL && k->arn == NULL))
		return err_memory(err);
	return 0;
}

static int
add_key(struct made_keys *m, struct aws *a, const char *arn,
    const char *target_tag, struct err *err)
{
	struct kms_tags tags;
	const char *target;
	int ret = 0;

	if (kms_list_tags(a, arn, &tags, err) < 0)
		return -1;
	target = kms_tag_value(&tags, target_tag);
	if (target != NULL)
		ret = add(m, a->target, target, arn, err);
	kms_tags_free(&tags);
	return ret;
}

static int
list_place(struct made_keys *m, struct aws *a, const struct kms_tag *tags,
    size_t n_tags, const char *target_tag, struct err *err)
{
	struct kms_keys found;
	int ret = 0;

	if (kms_find_keys(a, tags, n_tags, &found, err) < 0)
		return -1;
	for (size_t i = 0; ret == 0 && i < found.n; i++)
		ret = add_key(m, a, found.arns[i], target_tag, err);
	kms_keys_free(&found);
	/* Last, so that a place half listed is listed again. */
	return ret < 0 ? -1 : add(m, a->target, NULL, NULL, err);
}

static bool
is_here(const struct made_key *k, const struct target *t)
{
	return strcmp(k->account, t->account) == 0 &&
	    strcmp(k->region, t->region) == 0;
}

static bool
was_listed(const struct made_keys *m, const struct target *t)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->list[i].target == NULL && is_here(&m->list[i], t))
			return true;
	return false;
}

int
made_keys_find(struct made_keys *m, struct aws *a, const struct kms_tag *tags,
    size_t n_tags, const char *target_tag, const char **arn, size_t *n,
    struct err *err)
{
	const struct target *t = a->target;

	*arn = NULL;
	*n = 0;
	if (!was_listed(m, t) &&
	    list_place(m, a, tags, n_tags, target_tag, err) < 0)
		return -1;
	for (size_t i = 0; i < m->n; i++) {
		const struct made_key *k = &m->list[i];

		if (k->target == NULL || strcmp(k->target, t->name) != 0 ||
		    !is_here(k, t))
			continue;
		if ((*n)++ == 0)
			*arn = k->arn;
	}
	return 0;
}

void
made_keys_free(struct made_keys *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->list[i].account);
		free(m->list[i].region);
		free(m->list[i].target);
		free(m->list[i].arn);
	}
	free(m->list);
	*m = (struct made_keys){NULL, 0};
}
