/*
 * KMS's answers and errors. The first byte picks the reader; what is read
 * without a finding keeps its promises.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kms_answer.h"

#define KEY                                                                    \
	"arn:aws:kms:us-east-1:111122223333:key/"                              \
	"1234abcd-12ab-34cd-56ef-1234567890ab"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
check(bool promise)
{
	if (!promise)
		abort();
}

static void
check_key(struct json *j)
{
	struct kms_key key;

	kms_read_key(j, &key);
	if (findings_failed(j->f))
		return;
	/* Every string is one. */
	check(strlen(key.state) + strlen(key.spec) + strlen(key.usage) +
		strlen(key.origin) <
	    SIZE_MAX);
	check(key.key_material_id[0] == '\0' ||
	    strlen(key.key_material_id) == KMS_MATERIAL_ID - 1);
	check(!key.has_valid_to || key.valid_to >= 0);
}

static void
check_parameters(struct json *j)
{
	struct kms_parameters p = {.valid_to = 0};

	kms_read_parameters(j, KEY, &p);
	if (!findings_failed(j->f))
		check(p.token.len > 0 && p.token.len <= 6144 &&
		    p.public_key.len > 0 && p.public_key.len <= 8192 &&
		    p.valid_to >= 0);
	kms_parameters_free(&p);
}

static void
check_decrypted(struct json *j)
{
	struct kms_decrypted d = {.plaintext = BUF_EMPTY};
	struct kms_imported i;

	kms_read_decrypted(j, KEY, &d);
	kms_read_imported(j, KEY, &i);
	if (!findings_failed(j->f))
		check(d.plaintext.len > 0);
	kms_decrypted_free(&d);
}

static void
read_items(struct json *j, const char *name, kms_item *item, void *arg)
{
	struct json array = want_array(j, name, 0, 100);
	struct err err;

	for (size_t i = 0; i < json_count(&array); i++) {
		struct json place = json_item(&array, i);

		check(item(arg, &place, &err) == 0);
	}
}

static void
check_lists(struct json *j)
{
	struct kms_tags tags = {.n = 0};
	struct kms_keys keys = {.n = 0};
	struct kms_grants grants = {.n = 0};
	struct kms_rotations rotations = {.n = 0};
	struct kms_alias alias = {.key_id = ""};
	struct kms_alias_search search = {"alias/a", &alias};

	read_items(j, "Tags", kms_read_tag, &tags);
	read_items(j, "Keys", kms_read_key_arn, &keys);
	read_items(j, "Grants", kms_read_grant, &grants);
	read_items(j, "Rotations", kms_read_rotation, &rotations);
	read_items(j, "Aliases", kms_read_alias, &search);
	(void)kms_tag_value(&tags, "a");
	kms_tags_free(&tags);
	kms_keys_free(&keys);
	kms_grants_free(&grants);
	kms_rotations_free(&rotations);
	kms_alias_free(&alias);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static void (*const readers[])(struct json *) = {
	    check_key, check_parameters, check_decrypted, check_lists};
	struct json_doc doc = {NULL};
	struct findings f = FINDINGS_NONE;
	struct aws_error e;
	struct buf in;
	struct err err;
	struct json j;

	if (len == 0)
		return 0;
	check(buf_copy(&in, data + 1, len - 1, &err) == 0);
	(void)json_parse(&in, JSON_ANY_NUMBER, &doc, &f);
	j = json_root(&doc, &f);
	readers[data[0] % (sizeof(readers) / sizeof(readers[0]))](&j);
	aws_error_read(&in, 400, &e);
	for (const char *p = e.message; *p != '\0'; p++)
		check(*p < 0 || *p >= 0x20);
	findings_free(&f);
	json_doc_free(&doc);
	buf_free(&in);
	return 0;
}
