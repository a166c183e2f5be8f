#include "json_path.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

static bool
is_plain(const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (name[i] <= ' ' || name[i] > '~' ||
		    strchr(".[]\"\\", name[i]) != NULL)
			return false;
	return len > 0;
}

void
json_path_name(char path[static JSON_PATH], const char *name, size_t len)
{
	size_t used = strlen(path);
	char shown[JSON_PATH];
	bool plain = is_plain(name, len);

	(void)text_visible(name, len, shown, sizeof(shown));
	(void)snprintf(path + used, JSON_PATH - used, "%s%s%s",
	    !plain          ? "[\""
		: used == 0 ? ""
			    : ".",
	    shown, plain ? "" : "\"]");
}

void
json_path_index(char path[static JSON_PATH], size_t index)
{
	size_t used = strlen(path);

	(void)snprintf(path + used, JSON_PATH - used, "[%zu]", index);
}
