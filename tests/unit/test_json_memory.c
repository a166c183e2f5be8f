/*
 * The reader's memory: nothing that was read is left in memory it gave back,
 * and every allocation that fails, one after another, ends in an error. Run
 * under LeakSanitizer this walks each way out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "json.h"

#define MARK "s3cr3t-0f-a-t0ken"

static const char text[] = "{\"token\":\"" MARK "\",\"list\":[\"" MARK
			   "\",{\"" MARK "\":1}],"
			   "\"base64\":\"AAECAwQF\"}";

/* Sizes stand in front of each piece, so that a free can look at all of it. */
struct piece {
	_Alignas(max_align_t) size_t size;
};

static bool found_mark;
static unsigned long n_freed;
static long fail_at = -1; /* how many allocations succeed; -1 for all */

static void *
watched_alloc(size_t size, const char *file, int line)
{
	struct piece *p;

	(void)file;
	(void)line;
	if (fail_at == 0 || (p = malloc(sizeof(*p) + size)) == NULL)
		return NULL;
	if (fail_at > 0)
		fail_at--;
	p->size = size;
	return p + 1;
}

static void
watched_free(void *old, const char *file, int line)
{
	struct piece *p = old;

	(void)file;
	(void)line;
	if (p-- == NULL)
		return;
	if (memmem(p + 1, p->size, MARK, strlen(MARK)) != NULL)
		found_mark = true;
	n_freed++;
	free(p);
}

static void *
watched_realloc(void *old, size_t size, const char *file, int line)
{
	const struct piece *p = old;
	void *new = watched_alloc(size, file, line);

	if (new != NULL && p != NULL)
		memcpy(new, old, (p - 1)->size < size ? (p - 1)->size : size);
	if (new != NULL)
		watched_free(old, file, line);
	return new;
}

/* Everything that allocates, once; 0 if all of it succeeded. */
static int
read_and_print(struct findings *f)
{
	struct buf b = buf_view(text, sizeof(text) - 1);
	struct buf printed = BUF_EMPTY, bytes = BUF_EMPTY;
	struct json_doc doc;
	struct err err;
	int ret = -1;

	if (json_parse(&b, JSON_INTEGERS, &doc, f) == 0) {
		struct json j = json_root(&doc, f);

		want_base64(&j, "base64", 6, &bytes);
		ret = json_print(&j, &printed, &err);
	}
	if (ret == 0) {
		assert_int_equal(printed.len, sizeof(text) - 1);
		assert_memory_equal(printed.p, text, printed.len);
	}
	buf_free(&bytes);
	buf_free(&printed);
	json_doc_free(&doc);
	return findings_failed(f) ? -1 : ret;
}

static void
what_is_freed_is_wiped(void **state)
{
	struct findings f = FINDINGS_NONE;
	void *p;

	(void)state;
	/* The search can find: a piece that is not wiped is noticed. */
	p = OPENSSL_malloc(sizeof(MARK));
	assert_non_null(p);
	memcpy(p, MARK, sizeof(MARK));
	found_mark = false;
	OPENSSL_free(p);
	assert_true(found_mark);

	found_mark = false;
	n_freed = 0;
	assert_int_equal(read_and_print(&f), 0);
	assert_true(n_freed > 10);
	assert_false(found_mark);
	findings_free(&f);
}

static void
every_failing_allocation_is_an_error(void **state)
{
	long n = 0;
	int ret = -1;

	(void)state;
	for (; ret < 0 && n < 1000; n++) {
		struct findings f = FINDINGS_NONE;
		struct err err;

		fail_at = n;
		ret = read_and_print(&f);
		fail_at = -1;
		if (findings_failed(&f)) {
			assert_int_equal(
			    findings_to_err(&f, STATUS_REJECTED, &err), -1);
			assert_int_equal(err.status, STATUS_FAILED);
			assert_string_equal(err.msg, "out of memory");
		}
		assert_false(found_mark);
		findings_free(&f);
	}
	assert_int_equal(ret, 0);
	assert_true(n > 15);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_freed_is_wiped),
	    cmocka_unit_test(every_failing_allocation_is_an_error),
	};

	/* Only before OpenSSL has allocated anything itself. */
	if (CRYPTO_set_mem_functions(
		watched_alloc, watched_realloc, watched_free) != 1)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
