#include "journal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "clock.h"
#include "digest.h"
#include "file.h"
#include "json.h"
#include "json_write.h"
#include "state.h"

#define JOURNAL_MAX (64u << 20)

/* The next line of text from *at, without its newline; false at the end. */
static bool
next_line(const struct buf *text, size_t *at, struct buf *line)
{
	const uint8_t *end;

	if (*at >= text->len)
		return false;
	end = memchr(text->p + *at, '\n', text->len - *at);
	if (end == NULL)
		return false; /* torn: no newline, so it was never finished */
	*line = buf_view(text->p + *at, (size_t)(end - (text->p + *at)));
	*at += line->len + 1;
	return true;
}

/* Is line number n, and does it name prev as the hash of the one before? */
static int
check_line(
    const struct buf *line, int64_t n, const uint8_t *prev, struct err *err)
{
	struct json_doc doc = {0};
	struct findings f = FINDINGS_NONE;
	uint8_t named[SHA256_LEN];
	int ret = -1;

	if (json_parse(line, JSON_INTEGERS, &doc, &f) == 0) {
		struct json j = json_root(&doc, &f);

		(void)want_int(&j, "n", n, n);
		want_hex(&j, "prev", named, sizeof(named));
		if (!findings_failed(&f) &&
		    memcmp(named, prev, SHA256_LEN) != 0)
			json_fault(
			    &j, "prev", "is not the hash of the line before");
	}
	if (findings_to_err(&f, STATUS_REJECTED, err) == 0)
		ret = 0;
	else
		err_wrap(err, "line %lld", (long long)n);
	findings_free(&f);
	json_doc_free(&doc);
	return ret;
}

/*
 * Follow the chain through text. *at ends behind the last whole line; mark,
 * when given, must be met on the way.
 */
static int
follow(const struct buf *text, struct journal *j, size_t *at,
    const struct journal_mark *mark, struct err *err)
{
	struct buf line;
	bool met = mark == NULL;

	*at = 0;
	j->lines = 0;
	memset(j->head, 0, sizeof(j->head));
	while (next_line(text, at, &line)) {
		if (check_line(&line, j->lines + 1, j->head, err) < 0 ||
		    sha256(line.p, line.len, j->head, err) < 0)
			return -1;
		if (j->lines++ == 0)
			memcpy(j->id, j->head, sizeof(j->id));
		if (mark != NULL && mark->line == j->lines)
			met = memcmp(mark->head, j->head, SHA256_LEN) == 0;
	}
	if (!met)
		return err_set(err, STATUS_REJECTED,
		    "it does not hold line %lld as it was signed",
		    (long long)mark->line);
	return 0;
}

int
journal_verify(const struct buf *text, const struct journal_mark *m,
    int64_t *lines, struct err *err)
{
	struct journal j = {0};
	size_t at;

	if (follow(text, &j, &at, m, err) < 0)
		return -1;
	*lines = j.lines;
	if (at != text->len)
		return err_set(
		    err, STATUS_REJECTED, "its last line is not finished");
	return 0;
}

/* Another machine's journal, or an altered one: keep it, out of the way. */
static int
set_aside(struct journal *j, struct err *err)
{
	uint8_t digest[SHA256_LEN];
	char hex[HEX_LEN(SHA256_LEN)];

	if (sha256(j->text.p, j->text.len, digest, err) < 0)
		return -1;
	hex_encode(digest, SHA256_LEN, hex);
	(void)snprintf(j->set_aside, sizeof(j->set_aside), "%.*s-%.8s.jsonl",
	    (int)strcspn(j->path, "."), j->path, hex);
	if (file_move(j->path, j->set_aside, err) < 0)
		return err_wrap(err,
		    "'%s' was not written by this machine, and cannot be "
		    "set aside",
		    j->path);
	buf_free(&j->text);
	j->lines = 0;
	memset(j->head, 0, sizeof(j->head));
	return 0;
}

/*
 * Cut at byte `at` and put last behind it: what a crash between our own
 * record and the journal left undone.
 */
static int
finish_last_line(
    struct journal *j, size_t at, const struct buf *last, struct err *err)
{
	struct buf whole = BUF_EMPTY;

	if (buf_add(&whole, j->text.p, at, err) < 0 ||
	    buf_add(&whole, last->p, last->len, err) < 0 ||
	    buf_add(&whole, "\n", 1, err) < 0 ||
	    file_replace(j->path, &whole, err) < 0) {
		buf_free(&whole);
		return -1;
	}
	buf_free(&j->text);
	j->text = whole;
	j->lines++;
	return sha256(last->p, last->len, j->head, err);
}

/* Does the journal end where our own record says, or one line before? */
static int
meet_own_record(struct journal *j, size_t at, struct err *err)
{
	struct buf last = BUF_EMPTY;
	struct err reason;
	uint8_t hash[SHA256_LEN];
	int64_t line;
	bool there;
	int ret = -1;

	if (state_journal_get(j->id, &there, &line, &last, err) < 0)
		return -1;
	if (there && sha256(last.p, last.len, hash, err) < 0)
		goto out;
	if (there && line == j->lines && at == j->text.len &&
	    memcmp(hash, j->head, SHA256_LEN) == 0) {
		ret = 0;
	} else if (there && line == j->lines + 1 &&
	    check_line(&last, line, j->head, &reason) == 0) {
		ret = finish_last_line(j, at, &last, err);
	} else {
		ret = set_aside(j, err);
	}
out:
	buf_free(&last);
	return ret;
}

int
journal_open(struct journal *j, const char *path, struct err *err)
{
	struct err reason = {0};
	bool found;
	size_t at;
	int ret = -1;

	*j = (struct journal){.path = path};
	if (file_read_if_there(path, JOURNAL_MAX, &j->text, &found, err) < 0)
		return -1;
	/* An empty one was begun here, or by nobody: there is no line in it. */
	if (!found || j->text.len == 0)
		return 0;
	if (follow(&j->text, j, &at, NULL, &reason) == 0 && j->lines > 0)
		ret = meet_own_record(j, at, err);
	else if (j->lines == 0 || reason.status == STATUS_REJECTED)
		ret = set_aside(j, err);
	else
		*err = reason; /* memory: no word on whose it is */
	if (ret < 0)
		journal_close(j);
	return ret;
}

void
journal_close(struct journal *j)
{
	buf_free(&j->text);
}

static int
make_line(const struct journal *j, const char *person, const char *step,
    const char *result, const struct journal_fact *facts, struct buf *line,
    struct err *err)
{
	char machine[65] = "";
	uint8_t unique[16];
	struct json_out w;

	if (gethostname(machine, sizeof(machine) - 1) < 0)
		return err_sys(err, "cannot learn this machine's name");
	/* Two journals begun in one second must still differ. */
	if (j->lines == 0 && RAND_bytes(unique, sizeof(unique)) != 1)
		return err_crypto(err, "no random bytes");
	*line = BUF_EMPTY;
	w = json_out(line);
	out_object(&w, NULL);
	out_int(&w, "n", j->lines + 1);
	out_time(&w, "time", clock_now());
	out_str(&w, "person", person);
	out_str(&w, "machine", machine);
	out_str(&w, "step", step);
	out_str(&w, "result", result);
	for (; facts != NULL && facts->name != NULL; facts++)
		out_str(&w, facts->name, facts->value);
	if (j->lines == 0)
		out_hex(&w, "journal", unique, sizeof(unique));
	out_hex(&w, "prev", j->head, sizeof(j->head));
	out_close(&w);
	return out_end(&w, err);
}

int
journal_add(struct journal *j, const char *person, const char *step,
    const char *result, const struct journal_fact *facts, struct err *err)
{
	int ret = -1;
	struct buf line = BUF_EMPTY, ended = BUF_EMPTY;
	uint8_t hash[SHA256_LEN];

	if (make_line(j, person, step, result, facts, &line, err) < 0 ||
	    sha256(line.p, line.len, hash, err) < 0 ||
	    buf_add(&ended, line.p, line.len, err) < 0 ||
	    buf_add(&ended, "\n", 1, err) < 0)
		goto out;
	if (j->lines == 0)
		memcpy(j->id, hash, sizeof(j->id));
	if (state_journal_put(j->id, j->lines + 1, &line, err) < 0 ||
	    file_append(j->path, &ended, err) < 0 ||
	    buf_add(&j->text, ended.p, ended.len, err) < 0)
		goto out;
	j->lines++;
	memcpy(j->head, hash, sizeof(j->head));
	ret = 0;
out:
	if (ret < 0)
		err_wrap(err, "the step cannot be journalled");
	buf_free(&line);
	buf_free(&ended);
	return ret;
}

/*
 * A cheap look before parsing: 1000 targets make long journals. A value that
 * JSON may write in another way is left to the parser.
 */
static bool
may_fit(const struct buf *line, const struct journal_fact *facts)
{
	for (; facts != NULL && facts->name != NULL; facts++)
		if (strpbrk(facts->value, "\"\\") == NULL &&
		    memmem(line->p, line->len, facts->value,
			strlen(facts->value)) == NULL)
			return false;
	return true;
}

static bool
line_fits(struct json *j, const char *step, const char *result,
    const struct journal_fact *facts)
{
	if (strcmp(want_str(j, "step"), step) != 0 ||
	    (result != NULL && strcmp(want_str(j, "result"), result) != 0))
		return false;
	for (; facts != NULL && facts->name != NULL; facts++)
		if (!json_has(j, facts->name) ||
		    strcmp(want_str(j, facts->name), facts->value) != 0)
			return false;
	return true;
}

bool
journal_find(const struct journal *j, const char *step, const char *result,
    const struct journal_fact *facts, const char *name, char *value,
    size_t size)
{
	struct buf line;
	size_t at = 0;
	bool found = false;

	while (next_line(&j->text, &at, &line)) {
		struct json_doc doc = {0};
		struct findings f = FINDINGS_NONE;

		if (may_fit(&line, facts) &&
		    json_parse(&line, JSON_INTEGERS, &doc, &f) == 0) {
			struct json o = json_root(&doc, &f);

			if (line_fits(&o, step, result, facts)) {
				found = true;
				if (name != NULL)
					(void)snprintf(value, size, "%s",
					    json_has(&o, name)
						? want_str(&o, name)
						: "");
			}
		}
		findings_free(&f);
		json_doc_free(&doc);
	}
	return found;
}

void
journal_mark(const struct journal *j, struct journal_mark *m)
{
	m->line = j->lines;
	memcpy(m->head, j->head, sizeof(m->head));
}
