/*
 * Places in a JSON document, as people write them: "targets[1].name".
 *
 * Names come from outside. One that is not plain stands in brackets and
 * quotes, with whatever a terminal should not see made visible, so that no
 * name can look like two.
 */
#ifndef JSON_PATH_H
#define JSON_PATH_H

#include <stddef.h>

#define JSON_PATH 160

/* Each appends to path, a string; what does not fit is cut. */
void json_path_name(char path[static JSON_PATH], const char *name, size_t len);
void json_path_index(char path[static JSON_PATH], size_t index);

#endif
