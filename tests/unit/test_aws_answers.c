/*
 * What AWS answers: whole answers are read, and of every cut, doubled or
 * mistyped one nothing is believed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <openssl/crypto.h>

#include "kms_answer.h"
#include "sts.h"
#include "xml.h"

#define ID "1234abcd-12ab-34cd-56ef-1234567890ab"
#define KEY "arn:aws:kms:us-east-1:111122223333:key/" ID
#define MATERIAL                                                               \
	"56c154774745ab49ec6c86b1518df275565b695960aa4d75ed959d8bf1f8cb34"

/* What a reader makes of an answer; true when it found nothing amiss. */
typedef void reader(struct json *answer);

static bool
is_read(const char *text, size_t len, reader *read)
{
	char *exact = malloc(len + 1);
	struct buf b;
	struct json_doc doc = {NULL};
	struct findings f = FINDINGS_NONE;
	struct json j;
	bool ok;

	assert_non_null(exact);
	memcpy(exact, text, len);
	b = buf_view(exact, len);
	(void)json_parse(&b, JSON_ANY_NUMBER, &doc, &f);
	free(exact);
	j = json_root(&doc, &f);
	read(&j);
	ok = !findings_failed(&f);
	findings_free(&f);
	json_doc_free(&doc);
	return ok;
}

/* The answers, as real KMS and its model have them. */
static const char metadata[] =
    "{\"KeyMetadata\":{\"AWSAccountId\":\"111122223333\",\"KeyId\":\"" ID
    "\",\"Arn\":\"" KEY "\",\"CreationDate\":1.7953522775E9,"
    "\"Enabled\":true,\"Description\":\"\",\"KeyUsage\":"
    "\"ENCRYPT_DECRYPT\",\"KeyState\":\"Enabled\",\"ValidTo\":"
    "1798761600.999,\"Origin\":\"EXTERNAL\",\"ExpirationModel\":"
    "\"KEY_MATERIAL_EXPIRES\",\"KeyManager\":\"CUSTOMER\",\"KeySpec\":"
    "\"SYMMETRIC_DEFAULT\",\"EncryptionAlgorithms\":"
    "[\"SYMMETRIC_DEFAULT\"],\"MultiRegion\":false,"
    "\"CurrentKeyMaterialId\":\"" MATERIAL "\",\"Tomorrow\":{}}}";
static const char parameters[] =
    "{\"KeyId\":\"" KEY "\",\"ImportToken\":\"dG9rZW4=\",\"PublicKey\":"
    "\"AAEC\",\"ParametersValidTo\":1798761600}";
static const char imported[] = "{\"KeyId\":\"" KEY
			       "\",\"KeyMaterialId\":\"" MATERIAL "\"}";
static const char decrypted[] =
    "{\"KeyId\":\"" KEY "\",\"Plaintext\":\"aGVsbG8=\","
    "\"EncryptionAlgorithm\":\"SYMMETRIC_DEFAULT\",\"KeyMaterialId\":"
    "\"" MATERIAL "\"}";
static const char mac[] = "{\"KeyId\":\"" ID "\",\"Mac\":\"aGVsbG8=\","
			  "\"MacAlgorithm\":\"HMAC_SHA_256\"}";
static const char grant[] =
    "{\"Grants\":[{\"KeyId\":\"" KEY "\",\"GrantId\":\"g\",\"Name\":\"\","
    "\"CreationDate\":1.7E9,\"GranteePrincipal\":"
    "\"arn:aws:iam::111122223333:root\",\"RetiringPrincipal\":\"r\","
    "\"IssuingAccount\":\"i\",\"Operations\":[\"Decrypt\",\"Encrypt\"],"
    "\"Constraints\":{\"EncryptionContextSubset\":{\"a\":\"b\"}}}]}";
static const char rotation[] =
    "{\"Rotations\":[{\"KeyId\":\"" ID "\",\"KeyMaterialId\":\"" MATERIAL
    "\",\"ImportState\":\"IMPORTED\",\"KeyMaterialState\":\"CURRENT\","
    "\"ExpirationModel\":\"KEY_MATERIAL_DOES_NOT_EXPIRE\",\"ValidTo\":"
    "1.5,\"RotationType\":\"ON_DEMAND\"}]}";

static void
read_metadata(struct json *answer)
{
	struct kms_key key;

	kms_read_key(answer, &key);
	if (key.arn[0] == '\0' || findings_failed(answer->f))
		return;
	assert_string_equal(key.arn, KEY);
	assert_string_equal(key.id, ID);
	assert_string_equal(key.state, "Enabled");
	assert_string_equal(key.spec, "SYMMETRIC_DEFAULT");
	assert_string_equal(key.usage, "ENCRYPT_DECRYPT");
	assert_string_equal(key.origin, "EXTERNAL");
	assert_string_equal(key.manager, "CUSTOMER");
	assert_string_equal(key.description, "");
	assert_string_equal(key.expiration_model, "KEY_MATERIAL_EXPIRES");
	assert_string_equal(key.key_material_id, MATERIAL);
	assert_true(key.enabled);
	assert_false(key.multi_region);
	assert_true(key.has_valid_to);
	assert_int_equal(key.valid_to, 1798761600);
	assert_int_equal(key.created, 1795352277);
}

static void
read_parameters(struct json *answer)
{
	struct kms_parameters p = {.valid_to = 0};

	kms_read_parameters(answer, KEY, &p);
	if (!findings_failed(answer->f)) {
		assert_int_equal(p.token.len, 5);
		assert_int_equal(p.public_key.len, 3);
		assert_int_equal(p.valid_to, 1798761600);
	}
	kms_parameters_free(&p);
}

static void
read_imported(struct json *answer)
{
	struct kms_imported i;

	kms_read_imported(answer, KEY, &i);
	if (!findings_failed(answer->f))
		assert_string_equal(i.key_material_id, MATERIAL);
}

static void
read_decrypted(struct json *answer)
{
	struct kms_decrypted d = {.plaintext = BUF_EMPTY};

	kms_read_decrypted(answer, KEY, &d);
	if (!findings_failed(answer->f)) {
		assert_string_equal((char *)d.plaintext.p, "hello");
		assert_string_equal(d.key_material_id, MATERIAL);
	}
	kms_decrypted_free(&d);
}

static void
read_mac(struct json *answer)
{
	struct buf b = BUF_EMPTY;

	kms_read_blob(answer, KEY, "Mac", &b);
	buf_free(&b);
}

static void
read_items(struct json *answer, const char *name, kms_item *item, void *arg)
{
	struct json array = want_array(answer, name, 1, 10);
	struct err err = {0};

	for (size_t i = 0; i < json_count(&array); i++) {
		struct json place = json_item(&array, i);

		assert_int_equal(item(arg, &place, &err), 0);
	}
}

static void
read_grants(struct json *answer)
{
	struct kms_grants g = {.n = 0};

	read_items(answer, "Grants", kms_read_grant, &g);
	if (!findings_failed(answer->f)) {
		assert_int_equal(g.n, 1);
		assert_string_equal(g.list[0].id, "g");
		assert_int_equal(g.list[0].n_operations, 2);
		assert_string_equal(g.list[0].operations[1], "Encrypt");
		assert_string_equal(g.list[0].retiring, "r");
		assert_string_equal((char *)g.list[0].constraints.p,
		    "{\"EncryptionContextSubset\":{\"a\":\"b\"}}");
	}
	kms_grants_free(&g);
}

static void
read_rotations(struct json *answer)
{
	struct kms_rotations r = {.n = 0};

	read_items(answer, "Rotations", kms_read_rotation, &r);
	if (!findings_failed(answer->f)) {
		assert_string_equal(r.list[0].key_material_id, MATERIAL);
		assert_string_equal(r.list[0].import_state, "IMPORTED");
		assert_string_equal(r.list[0].material_state, "CURRENT");
		assert_string_equal(r.list[0].type, "ON_DEMAND");
		assert_int_equal(r.list[0].valid_to, 1);
	}
	kms_rotations_free(&r);
}

/* text, who reads it, and the members whose type or presence matters. */
static const struct {
	const char *text;
	reader *read;
	const char *needed[10];
	const char *optional[8];
} answers[] = {
    {metadata, read_metadata,
	{"KeyMetadata", "Arn", "KeyId", "KeyState", "KeySpec", "KeyUsage",
	    "Origin", "Enabled"},
	{"Description", "ValidTo", "ExpirationModel", "MultiRegion",
	    "KeyManager", "CurrentKeyMaterialId", "CreationDate"}},
    {parameters, read_parameters,
	{"KeyId", "ImportToken", "PublicKey", "ParametersValidTo"}, {NULL}},
    {imported, read_imported, {"KeyId"}, {"KeyMaterialId"}},
    {decrypted, read_decrypted, {"KeyId", "Plaintext"}, {"KeyMaterialId"}},
    {mac, read_mac, {"KeyId", "Mac"}, {NULL}},
    {grant, read_grants, {"Grants", "GrantId", "Operations"},
	{"Name", "GranteePrincipal", "RetiringPrincipal", "IssuingAccount",
	    "Constraints"}},
    {rotation, read_rotations, {"Rotations"},
	{"KeyMaterialId", "ImportState", "KeyMaterialState", "ValidTo",
	    "RotationType"}},
};

#define N_ANSWERS (sizeof(answers) / sizeof(answers[0]))

static void
reads_whole_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ANSWERS; i++)
		if (!is_read(answers[i].text, strlen(answers[i].text),
			answers[i].read))
			fail_msg("refused %s", answers[i].text);
}

static void
refuses_every_truncation(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ANSWERS; i++)
		for (size_t n = 0; n < strlen(answers[i].text); n++)
			if (is_read(answers[i].text, n, answers[i].read))
				fail_msg(
				    "took %zu bytes of %s", n, answers[i].text);
}

/* The object that has the member, at any depth. */
static cJSON *
parent_of(cJSON *node, const char *name)
{
	cJSON *child, *found;

	if (cJSON_GetObjectItemCaseSensitive(node, name) != NULL)
		return node;
	cJSON_ArrayForEach(child, node)
	{
		found = parent_of(child, name);
		if (found != NULL)
			return found;
	}
	return NULL;
}

enum change { TYPE, ABSENT, TWICE };

static bool
is_read_changed(size_t i, const char *name, enum change change)
{
	cJSON *root = cJSON_Parse(answers[i].text);
	cJSON *parent = parent_of(root, name);
	char *text;
	bool ok;

	assert_non_null(parent);
	if (change == TYPE)
		assert_true(cJSON_ReplaceItemInObjectCaseSensitive(
		    parent, name, cJSON_CreateRaw("[[1]]")));
	else if (change == ABSENT)
		cJSON_DeleteItemFromObjectCaseSensitive(parent, name);
	else
		assert_true(cJSON_AddItemToObject(parent, name,
		    cJSON_Duplicate(
			cJSON_GetObjectItemCaseSensitive(parent, name), true)));
	text = cJSON_PrintUnformatted(root);
	assert_non_null(text);
	ok = is_read(text, strlen(text), answers[i].read);
	cJSON_free(text);
	cJSON_Delete(root);
	return ok;
}

static void
refuses_wrong_types_and_duplicates(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ANSWERS; i++) {
		const char *const *names = answers[i].needed;

		for (size_t k = 0; k < 10 && names[k] != NULL; k++)
			if (is_read_changed(i, names[k], TYPE) ||
			    is_read_changed(i, names[k], ABSENT) ||
			    is_read_changed(i, names[k], TWICE))
				fail_msg("%s", names[k]);
		names = answers[i].optional;
		for (size_t k = 0; k < 8 && names[k] != NULL; k++)
			if (is_read_changed(i, names[k], TYPE) ||
			    is_read_changed(i, names[k], TWICE))
				fail_msg("%s", names[k]);
	}
}

/* Those that compare what they read want all of it. */
static void
read_metadata_bare(struct json *answer)
{
	struct kms_key key;

	kms_read_key(answer, &key);
	if (findings_failed(answer->f))
		return;
	assert_string_equal(key.description, "");
	assert_string_equal(key.expiration_model, "");
	assert_string_equal(key.key_material_id, "");
	assert_false(key.has_valid_to);
}

static void
does_without_what_is_optional(void **state)
{
	static const char bare[] =
	    "{\"KeyMetadata\":{\"KeyId\":\"" ID "\",\"Arn\":\"" KEY
	    "\",\"Enabled\":false,\"KeyUsage\":\"x\",\"KeyState\":"
	    "\"Unheard\",\"Origin\":\"y\",\"KeySpec\":\"z\"}}";

	(void)state;
	assert_true(is_read(bare, strlen(bare), read_metadata_bare));
}

static void
refuses_answers_about_other_keys(void **state)
{
	static const char *const texts[] = {
	    "{\"KeyId\":\"arn:aws:kms:us-east-1:111122223333:key/x\"}",
	    "{\"KeyId\":\"\"}",
	    "{\"KeyId\":\"arn:aws:kms:us-east-1:444455556666:key/" ID "\"}",
	    "{\"KeyId\":\"" KEY "\",\"KeyMaterialId\":\"ab\"}",
	    "{\"KeyId\":\"" KEY "\",\"KeyMaterialId\":\"" MATERIAL "0\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_false(
		    is_read(texts[i], strlen(texts[i]), read_imported));
}

static void
read_time(struct json *answer)
{
	(void)kms_want_time(answer, "t");
}

static void
refuses_times_that_are_none(void **state)
{
	static const char *const good[] = {
	    "{\"t\":0}", "{\"t\":1.7E9}", "{\"t\":253402300799}"};
	static const char *const bad[] = {"{\"t\":-1}", "{\"t\":1e300}",
	    "{\"t\":253402300801}", "{\"t\":\"2026-01-01\"}", "{\"t\":1e999}",
	    "{}"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_true(is_read(good[i], strlen(good[i]), read_time));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(is_read(bad[i], strlen(bad[i]), read_time));
}

#define XML(account, arn)                                                      \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                         \
	"<GetCallerIdentityResponse xmlns='x'>\n"                              \
	"  <GetCallerIdentityResult>\n    <Arn>" arn "</Arn>\n"                \
	"    <UserId>AIDA</UserId>\n    <Account>" account "</Account>\n"      \
	"  </GetCallerIdentityResult>\n  <ResponseMetadata>"                   \
	"<RequestId>r</RequestId></ResponseMetadata>\n"                        \
	"</GetCallerIdentityResponse>\n"
#define STS_JSON(account, arn)                                                 \
	"{\"GetCallerIdentityResponse\":{\"GetCallerIdentityResult\":"         \
	"{\"Account\":\"" account "\",\"Arn\":\"" arn                          \
	"\",\"UserId\":\"AIDA\"},\"ResponseMetadata\":{\"RequestId\":"         \
	"\"r\"}}}"
#define USER "arn:aws:iam::111122223333:user/oscar"
#define ROLE "arn:aws:sts::111122223333:assumed-role/ceremony/"

static int
read_identity(const char *text, size_t len, struct sts_identity *id)
{
	char *exact = malloc(len + 1);
	struct buf b;
	struct err err = {0};
	int ret;

	assert_non_null(exact);
	memcpy(exact, text, len);
	b = buf_view(exact, len);
	ret = sts_identity_read(&b, id, &err);
	free(exact);
	if (ret < 0) {
		assert_int_equal(err.status, STATUS_REMOTE);
		assert_string_equal(id->arn, "");
		assert_string_equal(id->account, "");
	}
	return ret;
}

static void
reads_who_we_are(void **state)
{
	static const char *const texts[] = {
	    XML("111122223333", USER), STS_JSON("111122223333", USER)};
	struct sts_identity id;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		size_t len = strlen(texts[i]);

		assert_int_equal(read_identity(texts[i], len, &id), 0);
		assert_string_equal(id.account, "111122223333");
		assert_string_equal(id.arn, USER);
		assert_string_equal(id.principal, USER);
		/* The last newline may be missing. */
		for (size_t n = 0; n < len - 1; n++)
			assert_int_equal(read_identity(texts[i], n, &id), -1);
	}
}

static void
refuses_identities_that_are_none(void **state)
{
	static const char *const texts[] = {
	    XML("111122223333", "arn:aws:iam::444455556666:user/x"),
	    XML("11112222333", "arn:aws:iam::11112222333:user/x"),
	    XML("111122223333", "oscar"),
	    XML("111122223333", "arn:aws:kms::111122223333:user/x"),
	    XML("111122223333", "arn:aws:iam::111122223333:a b"),
	    XML("111122223333", "arn:aws:iam::111122223333:user/&#7;"),
	    XML("111122223333", ""), XML("", USER),
	    XML("<b>111122223333</b>", USER),
	    XML("111122223333</Account><Account>111122223333", USER),
	    XML("111122223333", USER) "x", "<a></b>", "[]",
	    STS_JSON("111122223333", "arn:aws:iam::444455556666:user/x"),
	    STS_JSON("111122223333", USER) "}", "{}"};
	struct sts_identity id;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (read_identity(texts[i], strlen(texts[i]), &id) == 0)
			fail_msg("took %s", texts[i]);
}

static void
principals_have_no_session_name(void **state)
{
	static const char *const cases[][2] = {
	    {ROLE "oscar", "arn:aws:sts::111122223333:assumed-role/ceremony"},
	    {ROLE, "arn:aws:sts::111122223333:assumed-role/ceremony"},
	    {USER, USER},
	    {"arn:aws:iam::111122223333:user/a/b/c",
		"arn:aws:iam::111122223333:user/a/b/c"},
	    {"arn:aws:sts::111122223333:federated-user/x",
		"arn:aws:sts::111122223333:federated-user/x"},
	    {"nonsense", "nonsense"}};
	char out[STS_ARN_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		sts_principal(cases[i][0], out, sizeof(out));
		assert_string_equal(out, cases[i][1]);
	}
}

/* The text at the path, or "(none)". */
static const char *
xml(const char *text, const char *path)
{
	static char out[64];
	char *exact = malloc(strlen(text) + 1);
	struct buf b;
	int ret;

	assert_non_null(exact);
	memcpy(exact, text, strlen(text));
	b = buf_view(exact, strlen(text));
	ret = xml_text(&b, path, out, sizeof(out));
	free(exact);
	if (ret < 0)
		assert_string_equal(out, "");
	return ret < 0 ? "(none)" : out;
}

static void
reads_xml_strictly(void **state)
{
	static const char *const bad[] = {"", "x", "<a>", "<a>x", "<a>x</a",
	    "<a>x</b>", "</a>", "<a>x</a>y", "<a>x</a><a>y</a>", "<a><b/>x</a>",
	    "<a><!-- -->x</a>", "<a><![CDATA[x]]></a>", "<!DOCTYPE a><a>x</a>",
	    "<a>&x;</a>", "<a>&#7;</a>", "<a>&#300;</a>", "<a>&#x41;</a>",
	    "<a>&amp</a>", "<a b>x</a>", "<a b=c>x</a>", "<a b='c>x</a>",
	    "<a b='c'd='e'>x</a>", "<?xml version='1.0'><a>x</a>",
	    "<a>x</a>\n<?x?>", "< a>x</a>", "<a>x</ a>", "<1>x</1>",
	    /* one more than there is room for */
	    "<a>"
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA</"
	    "a>"};

	(void)state;
	assert_string_equal(xml("<a>x</a>", "a"), "x");
	assert_string_equal(xml("<a> x\n</a>", "a"), " x\n");
	assert_string_equal(xml("<a></a>", "a"), "");
	assert_string_equal(xml("<a/>", "a"), "");
	assert_string_equal(
	    xml("<?xml version=\"1.0\"?>\n<a b='c>' d = \"e\"/>", "a"),
	    "(none)");
	assert_string_equal(
	    xml("<?xml version=\"1.0\"?>\n<a b='c>' d=\"e\"/>\n", "a"), "");
	assert_string_equal(xml("<a><b>x</b><c>y</c></a>", "a/c"), "y");
	assert_string_equal(xml("<a><b><c>x</c></b><c>y</c></a>", "a/c"), "y");
	assert_string_equal(xml("<a><c>x</c><c>y</c></a>", "a/c"), "(none)");
	assert_string_equal(xml("<a><b>x</b></a>", "a/c"), "(none)");
	assert_string_equal(
	    xml("<a>&lt;&gt;&amp;&quot;&apos;&#65;</a>", "a"), "<>&\"'A");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (strcmp(xml(bad[i], "a"), "(none)") != 0)
			fail_msg("took %s", bad[i]);
}

static void
refuses_xml_that_is_too_deep(void **state)
{
	char text[8 * 40] = "";

	(void)state;
	for (int i = 0; i < XML_DEPTH + 1; i++)
		strcat(text, "<a>");
	for (int i = 0; i < XML_DEPTH + 1; i++)
		strcat(text, "</a>");
	assert_string_equal(xml(text, "b"), "(none)");
	assert_string_equal(xml(text, "a/a"), "(none)");
}

static struct aws_error
error_of(const char *text, int status)
{
	struct aws_error e;
	struct buf b = buf_view(text, strlen(text));

	aws_error_read(&b, status, &e);
	assert_int_equal(e.status, status);
	return e;
}

static void
reads_errors_in_every_form(void **state)
{
	static const struct {
		const char *text, *code, *message;
	} cases[] = {
	    {"{\"__type\":\"NotFoundException\",\"message\":\"m\"}",
		"NotFoundException", "m"},
	    {"{\"__type\":\"a.b#InvalidCiphertextException\",\"Message\":\"\""
	     "}",
		"InvalidCiphertextException", ""},
	    {"{\"__type\":\"X:http://y\"}", "X", ""},
	    {"<ErrorResponse xmlns='x'><Error><Type>Sender</Type><Code>"
	     "InvalidClientTokenId</Code><Message>m &amp; n</Message></Error>"
	     "<RequestId>r</RequestId></ErrorResponse>",
		"InvalidClientTokenId", "m & n"},
	    {"<?xml version=\"1.0\"?><Error><Code>NoSuchBucket</Code>"
	     "<Message>m</Message><RequestId>r</RequestId></Error>",
		"NoSuchBucket", "m"},
	    {"{\"__type\":\"a b\",\"message\":\"m\"}", "",
		"{\"__type\":\"a b\",\"message\":\"m\"}"},
	    {"{\"__type\":7}", "", "{\"__type\":7}"},
	    {"\n\n<html>\nx", "", "<html>"},
	    {"plain\x1b[0m", "", "plain\\x1b[0m"},
	    {"", "", ""},
	    {"   ", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct aws_error e = error_of(cases[i].text, 400);

		assert_string_equal(e.code, cases[i].code);
		assert_string_equal(e.message, cases[i].message);
	}
}

static void
sorts_errors(void **state)
{
	struct aws_error e = error_of("{\"__type\":\"SlowDown\"}", 400);

	(void)state;
	assert_true(aws_error_is_throttling(&e));
	assert_false(aws_error_is_transient(&e));
	assert_false(aws_error_is_skew(&e));
	e = error_of("{\"__type\":\"LimitExceededException\"}", 400);
	assert_false(aws_error_is_throttling(&e));
	e = error_of("", 502);
	assert_true(aws_error_is_transient(&e));
	e = error_of("", 501);
	assert_false(aws_error_is_transient(&e));
	e = error_of("{\"__type\":\"RequestTimeTooSkewed\"}", 403);
	assert_true(aws_error_is_skew(&e));
	assert_non_null(aws_error_hint("AccessDeniedException"));
	assert_null(aws_error_hint(""));
	assert_null(aws_error_hint("NeverHeardOf"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_whole_answers),
	    cmocka_unit_test(refuses_every_truncation),
	    cmocka_unit_test(refuses_wrong_types_and_duplicates),
	    cmocka_unit_test(does_without_what_is_optional),
	    cmocka_unit_test(refuses_answers_about_other_keys),
	    cmocka_unit_test(refuses_times_that_are_none),
	    cmocka_unit_test(reads_who_we_are),
	    cmocka_unit_test(refuses_identities_that_are_none),
	    cmocka_unit_test(principals_have_no_session_name),
	    cmocka_unit_test(reads_xml_strictly),
	    cmocka_unit_test(refuses_xml_that_is_too_deep),
	    cmocka_unit_test(reads_errors_in_every_form),
	    cmocka_unit_test(sorts_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
