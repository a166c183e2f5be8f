/*
 * Journals: one chain, believed only where this machine's own record of the
 * last line says so; what a crash left undone is finished, what somebody
 * else wrote or changed is kept out of the way.
 */
#include "scratch.h"

#include "bundles.h"
#include "encode.h"
#include "journal.h"
#include "says.h"
#include "state.h"

#define PATH "journal-online.jsonl"

static void
add(struct journal *j, const char *step, const char *result, const char *name,
    const char *value)
{
	struct err err = {0};

	if (journal_add(j, "alice", step, result,
		(const struct journal_fact[]){{name, value}, {0}}, &err) < 0)
		fail_msg("%s", err.msg);
}

static struct journal
open_own(void)
{
	struct journal j;
	struct err err = {0};

	if (journal_open(&j, PATH, &err) < 0)
		fail_msg("%s", err.msg);
	return j;
}

/* A journal of three lines, closed again. */
static struct journal_mark
three_lines(void)
{
	struct journal j = open_own();
	struct journal_mark m;

	add(&j, "request", "made", "target", "us");
	add(&j, "import", "intent", "target", "us");
	add(&j, "import", "done", "target", "us");
	journal_mark(&j, &m);
	journal_close(&j);
	return m;
}

static struct buf
whole(void)
{
	return load_file(PATH);
}

static void
write_back(const struct buf *b)
{
	struct err err = {0};

	assert_int_equal(file_replace(PATH, b, &err), 0);
}

static int64_t
lines_when_opened(bool *set_aside)
{
	struct journal j = open_own();
	int64_t n = j.lines;

	*set_aside = j.set_aside[0] != '\0';
	if (*set_aside) {
		assert_true(file_exists(j.set_aside));
		assert_false(file_exists(PATH));
		assert_int_equal(j.text.len, 0);
	}
	journal_close(&j);
	return n;
}

static void
chains_its_lines(void **state)
{
	struct journal_mark m = three_lines();
	struct buf text = whole();
	const char *p = (const char *)text.p;
	uint8_t hash[SHA256_LEN] = {0};
	char hex[HEX_LEN(SHA256_LEN)];
	int64_t lines;
	struct err err = {0};

	(void)state;
	assert_int_equal(m.line, 3);
	for (int n = 1; n <= 3; n++) {
		char begin[24];
		size_t len = strcspn(p, "\n");
		char *line = strndup(p, len);

		(void)snprintf(begin, sizeof(begin), "{\"n\":%d,", n);
		assert_int_equal(strncmp(line, begin, strlen(begin)), 0);
		hex_encode(hash, SHA256_LEN, hex);
		assert_non_null(strstr(line, hex));
		assert_int_equal(sha256(line, len, hash, &err), 0);
		free(line);
		p += len + 1;
	}
	assert_memory_equal(hash, m.head, SHA256_LEN);
	assert_int_equal(journal_verify(&text, &m, &lines, &err), 0);
	assert_int_equal(lines, 3);
	buf_free(&text);
}

static void
goes_on_where_it_ended(void **state)
{
	bool aside;
	struct journal j;

	(void)state;
	(void)three_lines();
	assert_int_equal(lines_when_opened(&aside), 3);
	assert_false(aside);
	j = open_own();
	add(&j, "grant", "asked", "target", "us");
	journal_close(&j);
	assert_int_equal(lines_when_opened(&aside), 4);
	assert_false(aside);
}

/* Killed while the last line was written: it is finished from our record. */
static void
finishes_a_torn_last_line(void **state)
{
	struct buf text;
	size_t last;

	(void)state;
	(void)three_lines();
	text = whole();
	last = text.len - 1;
	while (text.p[last - 1] != '\n')
		last--;
	for (size_t len = last; len < text.len; len++) {
		struct buf part = buf_view(text.p, len), now;
		bool aside;

		write_back(&part);
		assert_int_equal(lines_when_opened(&aside), 3);
		assert_false(aside);
		now = whole();
		assert_int_equal(now.len, text.len);
		assert_memory_equal(now.p, text.p, text.len);
		buf_free(&now);
	}
	buf_free(&text);
}

/* Killed before the very first line was on the disk: it begins again. */
static void
begins_again_after_an_empty_file(void **state)
{
	bool aside;

	(void)state;
	for (int i = 0; i < 2; i++) {
		put_file(PATH, "");
		assert_int_equal(lines_when_opened(&aside), 0);
		assert_false(aside);
	}
	(void)three_lines();
	assert_int_equal(lines_when_opened(&aside), 3);
	assert_false(aside);
}

static void
sets_a_foreign_journal_aside(void **state)
{
	char name[64], path[512];
	bool aside;
	struct buf text, kept;
	struct journal j;

	(void)state;
	(void)three_lines();
	text = whole();
	/* Another machine: the same file, but no record of its own. */
	assert_non_null(getcwd(path, 400));
	strcat(path, "/other");
	assert_int_equal(setenv("XDG_STATE_HOME", path, 1), 0);
	j = open_own();
	assert_int_equal(j.lines, 0);
	assert_int_equal(strncmp(j.set_aside, "journal-online-", 15), 0);
	memcpy(name, j.set_aside, sizeof(name));
	kept = load_file(name);
	assert_int_equal(kept.len, text.len);
	assert_memory_equal(kept.p, text.p, text.len);
	add(&j, "journal", "set-aside", "file", name);
	assert_int_equal(j.lines, 1);
	journal_close(&j);
	assert_int_equal(lines_when_opened(&aside), 1);
	assert_false(aside);
	buf_free(&kept);
	buf_free(&text);
}

/* Every byte of it, once. */
static void
sets_an_edited_journal_aside(void **state)
{
	struct buf text;

	(void)state;
	(void)three_lines();
	text = whole();
	for (size_t i = 0; i < text.len; i++) {
		bool aside;
		struct buf now;
		int64_t n;

		text.p[i] ^= 1;
		write_back(&text);
		n = lines_when_opened(&aside);
		text.p[i] ^= 1;
		if (aside) {
			assert_int_equal(n, 0);
			continue;
		}
		/* The last line is known here by heart, and put right. */
		assert_int_equal(n, 3);
		now = whole();
		assert_int_equal(now.len, text.len);
		assert_memory_equal(now.p, text.p, text.len);
		buf_free(&now);
	}
	buf_free(&text);
}

static void
sets_a_cut_or_prolonged_journal_aside(void **state)
{
	struct buf text, longer = BUF_EMPTY;
	struct err err = {0};
	size_t second;
	bool aside;

	(void)state;
	(void)three_lines();
	text = whole();
	second = (size_t)((uint8_t *)strchr((char *)text.p, '\n') - text.p) + 1;
	/* Only the first line is left: two are gone. */
	text.len = second;
	write_back(&text);
	assert_int_equal(lines_when_opened(&aside), 0);
	assert_true(aside);
	/* Bytes behind our last line are not ours. */
	(void)three_lines();
	buf_free(&text);
	text = whole();
	assert_int_equal(buf_add(&longer, text.p, text.len, &err), 0);
	assert_int_equal(buf_add(&longer, "x", 1, &err), 0);
	write_back(&longer);
	assert_int_equal(lines_when_opened(&aside), 0);
	assert_true(aside);
	buf_free(&longer);
	buf_free(&text);
}

/* A line with a number and a hash that fit, but that we never wrote. */
static void
sets_a_forged_line_aside(void **state)
{
	struct journal_mark m = three_lines();
	char line[256], hex[HEX_LEN(SHA256_LEN)];
	struct buf b = buf_view(line, 0);
	struct err err = {0};
	bool aside;

	(void)state;
	hex_encode(m.head, SHA256_LEN, hex);
	b.len = (size_t)snprintf(line, sizeof(line),
	    "{\"n\":4,\"step\":\"import\",\"result\":\"done\",\"prev\":\"%s\"}"
	    "\n",
	    hex);
	assert_int_equal(file_append(PATH, &b, &err), 0);
	assert_int_equal(lines_when_opened(&aside), 0);
	assert_true(aside);
}

static void
sets_garbage_aside(void **state)
{
	static const char *const garbage[] = {"\n", "x", "{}\n", "\xff\n",
	    "{\"n\":1}", "{\"n\":1,\"prev\":\"00\"}\n"};

	(void)state;
	for (unsigned i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++) {
		bool aside;

		put_file(PATH, garbage[i]);
		assert_int_equal(lines_when_opened(&aside), 0);
		assert_true(aside);
	}
}

static void
what_was_set_aside_is_never_overwritten(void **state)
{
	struct journal j;
	struct err err = {0};
	bool aside;

	(void)state;
	put_file(PATH, "garbage");
	assert_int_equal(lines_when_opened(&aside), 0);
	put_file(PATH, "garbage");
	assert_int_equal(journal_open(&j, PATH, &err), -1);
	says(&err, STATUS_FAILED, "cannot be set aside");
	file_holds(PATH, "garbage");
	journal_close(&j);
}

/* Where its record cannot be kept, no step is journalled, and none is done. */
static void
writes_its_own_record_first(void **state)
{
	struct journal j;
	struct err err = {0};

	(void)state;
	assert_int_equal(setenv("XDG_STATE_HOME", "/dev/null", 1), 0);
	j = open_own();
	assert_int_equal(
	    journal_add(&j, "alice", "seal", "made", NULL, &err), -1);
	says(&err, STATUS_FAILED, "the step cannot be journalled: cannot make");
	assert_int_equal(j.lines, 0);
	assert_false(file_exists(PATH));
	journal_close(&j);
}

static void
finds_the_last_line_that_fits(void **state)
{
	struct journal j = open_own();
	char value[32];
	const struct journal_fact us[] = {{"target", "us"}, {0}},
				  eu[] = {{"target", "eu"}, {0}},
				  odd[] = {{"target", "a\"b\\c\x01"}, {0}};

	(void)state;
	add(&j, "import", "intent", "target", "us");
	add(&j, "import", "done", "target", "us");
	add(&j, "import", "intent", "target", "eu");
	add(&j, "import", "done", "target", "a\"b\\c\x01");
	add(&j, "note", "made", "text", "import done us");
	assert_true(journal_find(&j, "import", NULL, us, "result", value, 32));
	assert_string_equal(value, "done");
	assert_true(journal_find(&j, "import", "intent", us, "n", NULL, 0) ==
	    journal_find(&j, "import", "intent", us, NULL, NULL, 0));
	assert_true(journal_find(&j, "import", NULL, eu, "result", value, 32));
	assert_string_equal(value, "intent");
	assert_false(journal_find(&j, "import", "done", eu, NULL, NULL, 0));
	assert_false(journal_find(&j, "impor", NULL, us, NULL, NULL, 0));
	assert_true(journal_find(&j, "import", "done", odd, NULL, NULL, 0));
	assert_true(journal_find(&j, "import", NULL, NULL, "target", value, 4));
	assert_string_equal(value, "a\"b");
	assert_true(journal_find(&j, "import", NULL, us, "nothing", value, 32));
	assert_string_equal(value, "");
	journal_close(&j);
}

/* For an auditor: text and mark alone, no record. */
static void
verify_wants_the_line_as_it_was_signed(void **state)
{
	struct journal_mark m = three_lines(), two = {.line = 2};
	struct buf text = whole(), part;
	struct err err = {0};
	int64_t lines;

	(void)state;
	m.head[0] ^= 1;
	assert_int_equal(journal_verify(&text, &m, &lines, &err), -1);
	says(&err, STATUS_REJECTED, "does not hold line 3 as it was signed");
	m.head[0] ^= 1;
	assert_int_equal(journal_verify(&text, &two, &lines, &err), -1);
	says(&err, STATUS_REJECTED, "line 2 as it was signed");
	m.line = 4;
	assert_int_equal(journal_verify(&text, &m, &lines, &err), -1);
	m.line = 3;
	part = buf_view(text.p, text.len - 1);
	assert_int_equal(journal_verify(&part, &m, &lines, &err), -1);
	says(&err, STATUS_REJECTED, "does not hold line 3");
	for (size_t i = 0; i < text.len; i++) {
		text.p[i] ^= 1;
		assert_int_equal(journal_verify(&text, &m, &lines, &err), -1);
		assert_int_equal(err.status, STATUS_REJECTED);
		text.p[i] ^= 1;
	}
	buf_free(&text);
}

static void
verify_wants_the_last_line_whole(void **state)
{
	struct journal j = open_own();
	struct journal_mark m;
	struct buf text;
	struct err err = {0};
	int64_t lines;

	(void)state;
	add(&j, "import", "intent", "target", "us");
	journal_mark(&j, &m);
	add(&j, "import", "done", "target", "us");
	text = buf_view(j.text.p, j.text.len - 1);
	assert_int_equal(journal_verify(&text, &m, &lines, &err), -1);
	says(&err, STATUS_REJECTED, "its last line is not finished");
	journal_close(&j);
}

/* Lines may follow the one that was signed; a cut or spliced one is noticed. */
static void
verify_allows_later_lines_only(void **state)
{
	struct journal_mark m = three_lines();
	struct journal j = open_own();
	struct buf text, spliced = BUF_EMPTY;
	struct err err = {0};
	const uint8_t *second, *third;
	int64_t lines;

	(void)state;
	add(&j, "grant", "done", "target", "us");
	journal_close(&j);
	text = whole();
	assert_int_equal(journal_verify(&text, &m, &lines, &err), 0);
	assert_int_equal(lines, 4);
	second = (uint8_t *)strchr((char *)text.p, '\n') + 1;
	third = (const uint8_t *)strchr((const char *)second, '\n') + 1;
	assert_int_equal(
	    buf_add(&spliced, text.p, (size_t)(second - text.p), &err), 0);
	assert_int_equal(
	    buf_add(&spliced, third, text.len - (size_t)(third - text.p), &err),
	    0);
	assert_int_equal(journal_verify(&spliced, &m, &lines, &err), -1);
	says(&err, STATUS_REJECTED, "line 2: n: ");
	buf_free(&spliced);
	buf_free(&text);
}

static void
holds_a_line_by_as_many_as_may_sign(void **state)
{
	char people[16 * HEX_LEN(SHA256_LEN)];
	struct journal j = open_own();
	struct err err = {0};
	bool aside;

	(void)state;
	memset(people, 'a', sizeof(people) - 1);
	people[sizeof(people) - 1] = '\0';
	assert_int_equal(
	    journal_add(&j, people, "cosign", "signed", NULL, &err), 0);
	journal_close(&j);
	assert_int_equal(lines_when_opened(&aside), 1);
	assert_false(aside);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    in_scratch(chains_its_lines),
	    in_scratch(goes_on_where_it_ended),
	    in_scratch(finishes_a_torn_last_line),
	    in_scratch(begins_again_after_an_empty_file),
	    in_scratch(sets_a_foreign_journal_aside),
	    in_scratch(sets_an_edited_journal_aside),
	    in_scratch(sets_a_cut_or_prolonged_journal_aside),
	    in_scratch(sets_a_forged_line_aside),
	    in_scratch(sets_garbage_aside),
	    in_scratch(what_was_set_aside_is_never_overwritten),
	    in_scratch(writes_its_own_record_first),
	    in_scratch(finds_the_last_line_that_fits),
	    in_scratch(verify_wants_the_line_as_it_was_signed),
	    in_scratch(verify_wants_the_last_line_whole),
	    in_scratch(verify_allows_later_lines_only),
	    in_scratch(holds_a_line_by_as_many_as_may_sign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
