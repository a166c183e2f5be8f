#include "state.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "json.h"
#include "json_write.h"

#define PATH_SIZE 4096
#define STATE_MAX (1u << 20)
#define SEALED_MAX 1000 /* renewed requests of one plan */

/* $XDG_STATE_HOME/gapseal/FOLDER/LEAF.json, its directories made. */
static int
state_path(char path[static PATH_SIZE], const char *folder, const char *leaf,
    struct err *err)
{
	const char *base = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	char dir[PATH_SIZE];
	int n;

	/* The XDG rule: a relative path there is to be ignored. */
	if (base != NULL && base[0] == '/')
		n = snprintf(dir, sizeof(dir), "%s/gapseal/%s", base, folder);
	else if (home != NULL && home[0] == '/')
		n = snprintf(dir, sizeof(dir), "%s/.local/state/gapseal/%s",
		    home, folder);
	else {
		err_set(err, STATUS_FAILED,
		    "neither XDG_STATE_HOME nor HOME names a directory for "
		    "what this machine must remember");
		return err_hint(err, "set HOME, then run this again");
	}
	if (n < 0 || (size_t)n >= sizeof(dir))
		return err_set(err, STATUS_FAILED, "HOME is too long");
	n = snprintf(path, PATH_SIZE, "%s/%s.json", dir, leaf);
	if (n < 0 || n >= PATH_SIZE)
		return err_set(err, STATUS_FAILED, "HOME is too long");
	return file_make_dirs(dir, err);
}

/* Read one of our own small files; doc's root is NULL when it is not there. */
static int
state_load(
    const char *path, struct json_doc *doc, struct findings *f, struct err *err)
{
	struct buf text;
	bool found;
	int ret = 0;

	*doc = (struct json_doc){0};
	if (file_read_if_there(path, STATE_MAX, &text, &found, err) < 0)
		return -1;
	if (found && json_parse(&text, JSON_INTEGERS, doc, f) < 0) {
		findings_to_err(f, STATUS_FAILED, err);
		ret = err_wrap(err, "this machine's own record '%s'", path);
		err_hint(err,
		    "it was damaged; restore it from a backup, or "
		    "move it away and anchor the plan again");
	}
	buf_free(&text);
	return ret;
}

static int
state_save(
    const char *path, struct buf *text, struct json_out *w, struct err *err)
{
	int ret = out_end(w, err);

	if (ret == 0)
		ret = file_replace(path, text, err);
	buf_free(text);
	return ret;
}

static const char *
anchors_of(bool practice)
{
	return practice ? "plans/practice" : "plans/real";
}

static int
anchor_read(const char *path, struct anchor *a, struct err *err)
{
	int ret = -1;
	struct json_doc doc = {0};
	struct findings f = FINDINGS_NONE;
	struct json j;

	*a = (struct anchor){0};
	if (state_load(path, &doc, &f, err) < 0)
		goto out;
	if (doc.root != NULL) {
		j = json_root(&doc, &f);
		(void)want_str(&j, "name");
		a->version = want_int(&j, "version", 1, INT32_MAX);
		want_hex(&j, "digest", a->digest, sizeof(a->digest));
		json_end(&j);
		if (findings_to_err(&f, STATUS_FAILED, err) < 0) {
			err_wrap(err, "this machine's own record '%s'", path);
			goto out;
		}
		a->there = true;
	}
	ret = 0;
out:
	findings_free(&f);
	json_doc_free(&doc);
	return ret;
}

int
state_anchor_get(
    const char *plan_name, bool practice, struct anchor *a, struct err *err)
{
	char path[PATH_SIZE];

	if (state_path(path, anchors_of(practice), plan_name, err) < 0)
		return -1;
	return anchor_read(path, a, err);
}

int
state_anchor_find(bool practice, const uint8_t digest[static SHA256_LEN],
    bool *there, bool *any, struct err *err)
{
	char path[PATH_SIZE];
	char *name;
	struct dirent *entry;
	DIR *dir;
	int ret = 0;

	*there = *any = false;
	if (state_path(path, anchors_of(practice), "", err) < 0)
		return -1;
	name = strrchr(path, '/') + 1;
	*name = '\0';
	if ((dir = opendir(path)) == NULL)
		return err_sys(err, "cannot list '%s'", path);
	while (ret == 0 && !*there && (entry = readdir(dir)) != NULL) {
		size_t left = PATH_SIZE - (size_t)(name - path);
		struct anchor a;

		if (entry->d_name[0] == '.' ||
		    snprintf(name, left, "%s", entry->d_name) >= (int)left)
			continue;
		ret = anchor_read(path, &a, err);
		*any = true;
		*there = ret == 0 && a.there &&
		    memcmp(a.digest, digest, SHA256_LEN) == 0;
	}
	closedir(dir);
	return ret;
}

int
state_anchor_put(const char *plan_name, bool practice, int64_t version,
    const uint8_t digest[static SHA256_LEN], struct err *err)
{
	char path[PATH_SIZE];
	struct buf text = BUF_EMPTY;
	struct json_out w = json_out(&text);

	if (state_path(path, anchors_of(practice), plan_name, err) < 0)
		return -1;
	out_object(&w, NULL);
	out_str(&w, "name", plan_name);
	out_int(&w, "version", version);
	out_hex(&w, "digest", digest, SHA256_LEN);
	out_close(&w);
	return state_save(path, &text, &w, err);
}

static int
digest_path(char path[static PATH_SIZE], const char *folder,
    const uint8_t digest[static SHA256_LEN], struct err *err)
{
	char leaf[HEX_LEN(SHA256_LEN)];

	hex_encode(digest, SHA256_LEN, leaf);
	return state_path(path, folder, leaf, err);
}

static int
read_sealed(struct json_doc *doc, struct findings *f, struct sealed **list,
    size_t *n, struct err *err)
{
	struct json j = json_root(doc, f);
	struct json array = want_array(&j, "sealed", 1, SEALED_MAX);

	json_end(&j);
	*list = calloc(json_count(&array) + 1, sizeof(**list));
	if (*list == NULL)
		return err_memory(err);
	for (; *n < json_count(&array); (*n)++) {
		struct json item = json_item(&array, *n);

		want_hex(&item, "request", (*list)[*n].request, SHA256_LEN);
		want_hex(&item, "transfer", (*list)[*n].transfer, SHA256_LEN);
		json_end(&item);
	}
	return findings_to_err(f, STATUS_FAILED, err);
}

int
state_sealed_get(const uint8_t plan[static SHA256_LEN], struct sealed **list,
    size_t *n, struct err *err)
{
	int ret = -1;
	char path[PATH_SIZE];
	struct json_doc doc = {0};
	struct findings f = FINDINGS_NONE;

	*list = NULL;
	*n = 0;
	if (digest_path(path, "sealed", plan, err) < 0 ||
	    state_load(path, &doc, &f, err) < 0)
		goto out;
	if (doc.root != NULL && read_sealed(&doc, &f, list, n, err) < 0) {
		err_wrap(err, "this machine's own record '%s'", path);
		goto out;
	}
	ret = 0;
out:
	if (ret < 0) {
		free(*list);
		*list = NULL;
		*n = 0;
	}
	findings_free(&f);
	json_doc_free(&doc);
	return ret;
}

static void
put_sealed(struct json_out *w, const struct sealed *s)
{
	out_object(w, NULL);
	out_hex(w, "request", s->request, SHA256_LEN);
	out_hex(w, "transfer", s->transfer, SHA256_LEN);
	out_close(w);
}

int
state_sealed_add(const uint8_t plan[static SHA256_LEN],
    const struct sealed *sealed, struct err *err)
{
	char path[PATH_SIZE];
	struct sealed *before;
	size_t n;
	struct buf text = BUF_EMPTY;
	struct json_out w = json_out(&text);

	if (digest_path(path, "sealed", plan, err) < 0 ||
	    state_sealed_get(plan, &before, &n, err) < 0)
		return -1;
	out_object(&w, NULL);
	out_array(&w, "sealed");
	for (size_t i = 0; i < n; i++)
		put_sealed(&w, &before[i]);
	put_sealed(&w, sealed);
	out_close(&w);
	out_close(&w);
	free(before);
	return state_save(path, &text, &w, err);
}

static int
read_alarm(
    struct json_doc *doc, struct findings *f, struct alarm *a, struct err *err)
{
	struct json j = json_root(doc, f);
	const char *target;

	want_hex(&j, "transfer", a->transfer, SHA256_LEN);
	target = want_str(&j, "target");
	json_end(&j);
	if (strlen(target) >= sizeof(a->target))
		json_fault(&j, "target", "is too long");
	else
		(void)snprintf(a->target, sizeof(a->target), "%s", target);
	return findings_to_err(f, STATUS_FAILED, err);
}

int
state_alarm_get(
    const uint8_t plan[static SHA256_LEN], struct alarm *a, struct err *err)
{
	int ret = -1;
	char path[PATH_SIZE];
	struct json_doc doc = {0};
	struct findings f = FINDINGS_NONE;

	*a = (struct alarm){0};
	if (digest_path(path, "alarms", plan, err) < 0 ||
	    state_load(path, &doc, &f, err) < 0)
		goto out;
	if (doc.root != NULL && read_alarm(&doc, &f, a, err) < 0) {
		err_wrap(err, "this machine's own record '%s'", path);
		goto out;
	}
	a->there = doc.root != NULL;
	ret = 0;
out:
	findings_free(&f);
	json_doc_free(&doc);
	return ret;
}

int
state_alarm_put(const uint8_t plan[static SHA256_LEN],
    const uint8_t transfer[static SHA256_LEN], const char *target,
    struct err *err)
{
	char path[PATH_SIZE];
	struct buf text = BUF_EMPTY;
	struct json_out w = json_out(&text);

	if (digest_path(path, "alarms", plan, err) < 0)
		return -1;
	out_object(&w, NULL);
	out_hex(&w, "transfer", transfer, SHA256_LEN);
	out_str(&w, "target", target);
	out_close(&w);
	return state_save(path, &text, &w, err);
}

int
state_journal_get(const uint8_t id[static SHA256_LEN], bool *there,
    int64_t *line, struct buf *text, struct err *err)
{
	int ret = -1;
	char path[PATH_SIZE];
	struct json_doc doc = {0};
	struct findings f = FINDINGS_NONE;
	struct json j;

	*there = false;
	*text = BUF_EMPTY;
	if (digest_path(path, "journals", id, err) < 0 ||
	    state_load(path, &doc, &f, err) < 0)
		goto out;
	if (doc.root != NULL) {
		const char *last;

		j = json_root(&doc, &f);
		*line = want_int(&j, "line", 1, INT32_MAX);
		last = want_str(&j, "text");
		json_end(&j);
		if (findings_to_err(&f, STATUS_FAILED, err) < 0) {
			err_wrap(err, "this machine's own record '%s'", path);
			goto out;
		}
		if (buf_copy(text, last, strlen(last), err) < 0)
			goto out;
		*there = true;
	}
	ret = 0;
out:
	findings_free(&f);
	json_doc_free(&doc);
	return ret;
}

int
state_journal_put(const uint8_t id[static SHA256_LEN], int64_t line,
    const struct buf *text, struct err *err)
{
	char path[PATH_SIZE];
	struct buf out = BUF_EMPTY;
	struct json_out w = json_out(&out);

	if (digest_path(path, "journals", id, err) < 0)
		return -1;
	out_object(&w, NULL);
	out_int(&w, "line", line);
	out_str(&w, "text", (const char *)text->p);
	out_close(&w);
	return state_save(path, &out, &w, err);
}
