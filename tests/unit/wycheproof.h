/* Vectors of C2SP/wycheproof, which are in tests/vectors/wycheproof. */
#ifndef WYCHEPROOF_H
#define WYCHEPROOF_H

#include "secrets.h"

#include <cjson/cJSON.h>

#include "file.h"

static inline cJSON *
wycheproof(const char *name)
{
	char path[128];
	struct buf b;
	struct err err = {0};
	cJSON *root;

	(void)snprintf(path, sizeof(path), "tests/vectors/wycheproof/%s", name);
	if (file_read(path, 1 << 20, &b, &err) < 0)
		fail_msg("%s", err.msg);
	root = cJSON_ParseWithLength((const char *)b.p, b.len);
	assert_non_null(root);
	buf_free(&b);
	return root;
}

static inline const cJSON *
group_at(const cJSON *root, int i)
{
	const cJSON *group = cJSON_GetArrayItem(
	    cJSON_GetObjectItemCaseSensitive(root, "testGroups"), i);

	assert_non_null(group);
	return group;
}

static inline const char *
member(const cJSON *node, const char *name)
{
	const char *s = cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(node, name));

	assert_non_null(s);
	return s;
}

#endif
