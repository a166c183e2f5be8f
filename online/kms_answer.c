#include "kms_answer.h"

#include <string.h>

#include <openssl/crypto.h>

#include "statements.h"

#define TIME_LAST 253402300799.0 /* 9999-12-31T23:59:59Z */
#define BLOB_MAX 8192            /* a MAC, signature, ciphertext, plaintext */

void *
kms_grow(void *list, size_t n, size_t size, struct err *err)
{
	/* Doubling: at 1, 2, 4, 8 ... items there is no room for another. */
	if (n > 0 && (n & (n - 1)) != 0)
		return list;
	list = OPENSSL_realloc(list, (n == 0 ? 1 : 2 * n) * size);
	if (list == NULL)
		(void)err_memory(err);
	return list;
}

void
kms_want_key(struct json *j, const char *name, const char *key)
{
	const char *value = want_str(j, name), *id = strrchr(key, '/');

	if (strcmp(value, key) != 0 &&
	    (id == NULL || strcmp(value, id + 1) != 0))
		json_fault(j, name, "is not the key that was asked about");
}

int64_t
kms_want_time(struct json *j, const char *name)
{
	double t = want_number(j, name);

	if (t >= 0 && t <= TIME_LAST)
		return (int64_t)t;
	json_fault(j, name, "is not a time");
	return 0;
}

void
kms_want_material_id(
    struct json *j, const char *name, char out[static KMS_MATERIAL_ID])
{
	const char *value = kms_optional(j, name);

	out[0] = '\0';
	if (value[0] == '\0')
		return;
	if (strlen(value) == KMS_MATERIAL_ID - 1 &&
	    strspn(value, "0123456789abcdef") == KMS_MATERIAL_ID - 1)
		memcpy(out, value, KMS_MATERIAL_ID);
	else
		json_fault(j, name, "is not 64 hex digits");
}

const char *
kms_optional(struct json *j, const char *name)
{
	return json_has(j, name) ? want_str(j, name) : "";
}

/* KeyMetadata, as CreateKey and DescribeKey give it. */
void
kms_read_key(struct json *answer, struct kms_key *key)
{
	struct json j = want_object(answer, "KeyMetadata");

	key->arn = want_str(&j, "Arn");
	key->id = want_str(&j, "KeyId");
	key->state = want_str(&j, "KeyState");
	key->spec = want_str(&j, "KeySpec");
	key->usage = want_str(&j, "KeyUsage");
	key->origin = want_str(&j, "Origin");
	key->enabled = want_bool(&j, "Enabled");
	key->manager = kms_optional(&j, "KeyManager");
	key->description = kms_optional(&j, "Description");
	key->expiration_model = kms_optional(&j, "ExpirationModel");
	kms_want_material_id(&j, "CurrentKeyMaterialId", key->key_material_id);
	key->multi_region = json_has(&j, "MultiRegion") &&
	    want_bool(&j, "MultiRegion");
	key->has_valid_to = json_has(&j, "ValidTo");
	if (key->has_valid_to)
		key->valid_to = kms_want_time(&j, "ValidTo");
	if (json_has(&j, "CreationDate"))
		key->created = kms_want_time(&j, "CreationDate");
	if (key->arn[0] != '\0')
		kms_want_key(&j, "KeyId", key->arn);
}

void
kms_read_parameters(
    struct json *answer, const char *key, struct kms_parameters *p)
{
	kms_want_key(answer, "KeyId", key);
	want_base64(answer, "ImportToken", TOKEN_MAX, &p->token);
	want_base64(answer, "PublicKey", SPKI_MAX, &p->public_key);
	p->valid_to = kms_want_time(answer, "ParametersValidTo");
}

void
kms_read_imported(
    struct json *answer, const char *key, struct kms_imported *imported)
{
	kms_want_key(answer, "KeyId", key);
	kms_want_material_id(
	    answer, "KeyMaterialId", imported->key_material_id);
}

void
kms_read_blob(
    struct json *answer, const char *key, const char *member, struct buf *blob)
{
	kms_want_key(answer, "KeyId", key);
	want_base64(answer, member, BLOB_MAX, blob);
}

void
kms_read_decrypted(
    struct json *answer, const char *key, struct kms_decrypted *d)
{
	kms_read_blob(answer, key, "Plaintext", &d->plaintext);
	kms_want_material_id(answer, "KeyMaterialId", d->key_material_id);
}

int
kms_read_tag(void *arg, struct json *item, struct err *err)
{
	struct kms_tags *tags = arg;
	struct kms_tag tag = {
	    want_str(item, "TagKey"), want_str(item, "TagValue")};
	struct kms_tag *list = kms_grow(
	    tags->list, tags->n, sizeof(*list), err);

	if (list == NULL)
		return -1;
	tags->list = list;
	list[tags->n++] = tag;
	return 0;
}

int
kms_read_key_arn(void *arg, struct json *item, struct err *err)
{
	struct kms_keys *keys = arg;
	const char *arn = want_str(item, "KeyArn");
	const char **arns = kms_grow(keys->arns, keys->n, sizeof(*arns), err);

	if (arns == NULL)
		return -1;
	keys->arns = arns;
	arns[keys->n++] = arn;
	return 0;
}

int
kms_read_alias(void *arg, struct json *item, struct err *err)
{
	struct kms_alias_search *s = arg;
	const char *name = want_str(item, "AliasName");
	const char *key_id = kms_optional(item, "TargetKeyId");

	(void)err;
	if (strcmp(name, s->name) == 0) {
		s->out->found = true;
		s->out->key_id = key_id;
	}
	return 0;
}

static int
read_grant(struct json *item, struct kms_grant *grant, struct err *err)
{
	struct json operations, constraints;
	static const char none[] = "null";

	grant->id = want_str(item, "GrantId");
	grant->grantee = kms_optional(item, "GranteePrincipal");
	grant->name = kms_optional(item, "Name");
	grant->retiring = kms_optional(item, "RetiringPrincipal");
	grant->issuing_account = kms_optional(item, "IssuingAccount");
	operations = want_array(item, "Operations", 0, 64);
	for (size_t i = 0; i < json_count(&operations); i++) {
		const char **list = kms_grow(
		    grant->operations, grant->n_operations, sizeof(*list), err);

		if (list == NULL)
			return -1;
		grant->operations = list;
		list[grant->n_operations++] = json_item_str(&operations, i);
	}
	if (!json_has(item, "Constraints"))
		return buf_copy(
		    &grant->constraints, none, sizeof(none) - 1, err);
	constraints = want_object(item, "Constraints");
	return json_print(&constraints, &grant->constraints, err);
}

int
kms_read_grant(void *arg, struct json *item, struct err *err)
{
	struct kms_grants *grants = arg;
	struct kms_grant *list = kms_grow(
	    grants->list, grants->n, sizeof(*list), err);

	if (list == NULL)
		return -1;
	grants->list = list;
	list[grants->n] = (struct kms_grant){.id = ""};
	/* Counted in any case, so that it is freed with the others. */
	return read_grant(item, &list[grants->n++], err);
}

int
kms_read_rotation(void *arg, struct json *item, struct err *err)
{
	struct kms_rotations *r = arg;
	struct kms_rotation rotation = {.key_material_id = ""};
	struct kms_rotation *list = kms_grow(r->list, r->n, sizeof(*list), err);

	if (list == NULL)
		return -1;
	r->list = list;
	rotation.import_state = kms_optional(item, "ImportState");
	rotation.material_state = kms_optional(item, "KeyMaterialState");
	rotation.type = kms_optional(item, "RotationType");
	kms_want_material_id(item, "KeyMaterialId", rotation.key_material_id);
	rotation.has_valid_to = json_has(item, "ValidTo");
	if (rotation.has_valid_to)
		rotation.valid_to = kms_want_time(item, "ValidTo");
	list[r->n++] = rotation;
	return 0;
}
