#include "netrc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"

struct word {
	const char *p; /* not terminated; NULL past the last one */
	size_t len;
};

struct reader {
	const char *p, *end;
	size_t line; /* of the last word */
	size_t next_line;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void
skip_blanks(struct reader *r)
{
	for (; r->p < r->end && is_blank(*r->p); r->p++)
		r->next_line += *r->p == '\n';
}

static struct word
next_word(struct reader *r)
{
	struct word w = {NULL, 0};

	skip_blanks(r);
	r->line = r->next_line;
	if (r->p == r->end)
		return w;
	w.p = r->p;
	while (r->p < r->end && !is_blank(*r->p))
		r->p++;
	w.len = (size_t)(r->p - w.p);
	return w;
}

static bool
is(struct word w, const char *text)
{
	return w.len == strlen(text) && memcmp(w.p, text, w.len) == 0;
}

static void
skip_line(struct reader *r)
{
	while (r->p < r->end && *r->p != '\n')
		r->p++;
}

/* A macro ends at an empty line. */
static void
skip_macro(struct reader *r)
{
	const char *start;

	do {
		skip_line(r);
		if (r->p < r->end) {
			r->p++;
			r->next_line++;
		}
		start = r->p;
	} while (r->p < r->end && *start != '\n');
}

static int
fault(const struct reader *r, struct err *err, const char *wanted)
{
	return err_set(err, STATUS_REJECTED, "~/.netrc, line %zu: %s wanted",
	    r->line, wanted);
}

/* Where we are: in the entry that is asked for, or in another. */
struct entry {
	bool any; /* a machine or default came before */
	bool ours;
	bool seen; /* ours, here or before */
};

static int
start_entry(struct reader *r, struct word key, const char *machine,
    struct entry *e, struct err *err)
{
	e->any = true;
	e->ours = false;
	if (is(key, "default"))
		return 0;
	key = next_word(r);
	if (key.p == NULL)
		return fault(r, err, "a machine's name");
	e->ours = is(key, machine);
	if (e->ours && e->seen)
		return err_set(err, STATUS_REJECTED,
		    "~/.netrc, line %zu: '%s' is there twice", r->line,
		    machine);
	e->seen = e->seen || e->ours;
	return 0;
}

/* A token that a header can carry, and no quotes that hide what it is. */
static int
take_password(const struct reader *r, struct word value, struct buf *password,
    struct err *err)
{
	if (password->p != NULL)
		return fault(r, err, "a single password");
	for (size_t i = 0; i < value.len; i++)
		if (value.p[i] <= ' ' || value.p[i] > '~' ||
		    value.p[i] == '"' || value.p[i] == '\\')
			return fault(
			    r, err, "a password of printable characters");
	return buf_copy(password, value.p, value.len, err);
}

static int
read_member(struct reader *r, struct word key, const struct entry *e,
    struct buf *password, struct err *err)
{
	bool secret = is(key, "password");
	struct word value;

	if (!secret && !is(key, "login") && !is(key, "account"))
		return fault(r, err,
		    "'machine', 'login', 'password', 'account' or 'macdef'");
	if (!e->any)
		return fault(r, err, "'machine' before anything else");
	value = next_word(r);
	if (value.p == NULL)
		return fault(r, err, "a value");
	if (e->ours && secret)
		return take_password(r, value, password, err);
	return 0;
}

int
netrc_find(const struct buf *text, const char *machine, struct buf *password,
    bool *found, struct err *err)
{
	const char *p = text->len > 0 ? (const char *)text->p : "";
	struct reader r = {.p = p, .end = p + text->len, .next_line = 1};
	struct entry e = {false, false, false};
	struct word key;

	*password = BUF_EMPTY;
	*found = false;
	for (key = next_word(&r); key.p != NULL; key = next_word(&r)) {
		int done = 0;

		if (*key.p == '#')
			skip_line(&r);
		else if (is(key, "macdef"))
			skip_macro(&r);
		else if (is(key, "machine") || is(key, "default"))
			done = start_entry(&r, key, machine, &e, err);
		else
			done = read_member(&r, key, &e, password, err);
		if (done < 0) {
			buf_free(password);
			return -1;
		}
	}
	*found = password->p != NULL;
	return 0;
}

static void
check_mode(const char *path, char *warning, size_t size)
{
	struct stat st;

	if (stat(path, &st) == 0 && (st.st_mode & 077) != 0)
		(void)snprintf(warning, size,
		    "others can read '%s', which holds a token: chmod 600 it",
		    path);
}

int
netrc_load(const char *machine, struct buf *password, bool *found,
    char *warning, size_t size, struct err *err)
{
	int ret = -1;
	const char *home = getenv("HOME");
	struct buf path = BUF_EMPTY, text = BUF_EMPTY;

	*password = BUF_EMPTY;
	*found = false;
	warning[0] = '\0';
	if (home == NULL || home[0] != '/')
		return 0;
	if (buf_addf(&path, err, "%s/.netrc", home) < 0 ||
	    file_read_if_there(
		(const char *)path.p, NETRC_MAX, &text, found, err) < 0)
		goto out;
	if (*found) {
		check_mode((const char *)path.p, warning, size);
		if (netrc_find(&text, machine, password, found, err) < 0)
			goto out;
	}
	ret = 0;
out:
	buf_free(&path);
	buf_free(&text);
	return ret;
}
