#include "pace.h"

#include <string.h>

#include <openssl/crypto.h>

#define NAME_MAX_LEN 64

struct pace_mark {
	char account[NAME_MAX_LEN], region[NAME_MAX_LEN];
	int64_t ticks; /* of the last call there */
};

static struct pace_mark *
find(const struct pace *p, const char *account, const char *region)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->marks[i].account, account) == 0 &&
		    strcmp(p->marks[i].region, region) == 0)
			return &p->marks[i];
	return NULL;
}

int64_t
pace_left(const struct pace *p, const char *account, const char *region,
    int64_t ticks)
{
	const struct pace_mark *mark = find(p, account, region);
	int64_t left;

	if (mark == NULL)
		return 0;
	left = mark->ticks + p->interval - ticks;
	return left > 0 ? left : 0;
}

static int
add(struct pace *p, const char *account, const char *region, struct err *err)
{
	struct pace_mark *longer;

	if (strlen(account) >= NAME_MAX_LEN || strlen(region) >= NAME_MAX_LEN)
		return err_set(err, STATUS_FAILED,
		    "the name of an account or region is too long");
	longer = OPENSSL_realloc(p->marks, (p->n + 1) * sizeof(*longer));
	if (longer == NULL)
		return err_memory(err);
	p->marks = longer;
	longer[p->n] = (struct pace_mark){.ticks = 0};
	memcpy(longer[p->n].account, account, strlen(account));
	memcpy(longer[p->n].region, region, strlen(region));
	p->n++;
	return 0;
}

int
pace_mark(struct pace *p, const char *account, const char *region,
    int64_t ticks, struct err *err)
{
	struct pace_mark *mark = find(p, account, region);

	if (mark == NULL) {
		if (add(p, account, region, err) < 0)
			return -1;
		mark = &p->marks[p->n - 1];
	}
	mark->ticks = ticks;
	return 0;
}

void
pace_free(struct pace *p)
{
	if (p == NULL)
		return;
	OPENSSL_free(p->marks);
	*p = (struct pace){.interval = p->interval};
}
