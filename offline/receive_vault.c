#include <stdio.h>
#include <string.h>

#include "private_key.h"
#include "receive_forms.h"
#include "text.h"
#include "vault_answer.h"

/* Vault's names of key types, and what they are to KMS. */
static const struct vault_type {
	const char *name;
	enum material material;
	const char *spec;    /* the only one that fits, or NULL */
	const char *warning; /* or NULL */
} types[] = {
    {"aes256-gcm96", MATERIAL_SYMMETRIC, NULL, NULL},
    {"chacha20-poly1305", MATERIAL_SYMMETRIC, NULL,
	"Vault used this key with ChaCha20-Poly1305; KMS will use it with "
	"AES-256-GCM, and cannot decrypt what Vault encrypted."},
    {"xchacha20-poly1305", MATERIAL_SYMMETRIC, NULL,
	"Vault used this key with XChaCha20-Poly1305; KMS will use it with "
	"AES-256-GCM, and cannot decrypt what Vault encrypted."},
    {"hmac", MATERIAL_HMAC, NULL, NULL},
    {"rsa-2048", MATERIAL_RSA, "RSA_2048", NULL},
    {"rsa-3072", MATERIAL_RSA, "RSA_3072", NULL},
    {"rsa-4096", MATERIAL_RSA, "RSA_4096", NULL},
    {"ecdsa-p256", MATERIAL_EC, "ECC_NIST_P256", NULL},
    {"ecdsa-p384", MATERIAL_EC, "ECC_NIST_P384", NULL},
    {"ecdsa-p521", MATERIAL_EC, "ECC_NIST_P521", NULL},
    {"ed25519", MATERIAL_ED25519, NULL, NULL},
};

static const char which_key[] =
    "A Vault answer does not say which path was asked: export/hmac-key gives "
    "another secret that looks the same, and a derived key's parent is not "
    "what encrypted the data. Compare the path with the operator's record.";

static const char no_type[] =
    "This input does not name the key's type; its length is all that was "
    "compared with the plan.";

bool
looks_like_json(const struct secret *input)
{
	size_t i = 0;

	while (i < input->len && input->p[i] != '\0' &&
	    strchr(" \t\r\n", input->p[i]) != NULL)
		i++;
	return i < input->len && input->p[i] == '{';
}

const char *
vault_refusal(const struct secret *input, const char **hint)
{
	if (secret_starts(input, "s.") || secret_starts(input, "hvs.")) {
		*hint = "unwrap it where Vault can be reached, and bring the "
			"answer; the token works once";
		return "it is a token (for response wrapping, say), and holds "
		       "no key";
	}
	if (secret_starts(input, "data:\n") || secret_starts(input, "keys:")) {
		*hint = "read the key with -format=json";
		return "it is YAML, which is not read here";
	}
	if (secret_starts(input, "Key ")) {
		*hint = "read the key with -format=json";
		return "it is a table for people, which is not read here";
	}
	return NULL;
}

static const struct vault_type *
find_type(const struct vault_string *name)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strlen(types[i].name) == name->len &&
		    memcmp(types[i].name, name->p, name->len) == 0)
			return &types[i];
	return NULL;
}

static bool
type_fits(const struct vault_type *type, const struct key_spec *spec)
{
	return type != NULL && type->material == spec->material &&
	    (type->spec == NULL || strcmp(type->spec, spec->name) == 0);
}

static const char *
type_hint(const char *name, const struct key_spec *spec)
{
	if (strcmp(name, "aes128-gcm96") == 0)
		return "KMS imports AES keys of 256 bits only";
	if (strcmp(name, "hmac") == 0)
		return "an hmac-key export cannot become another kind of key: "
		       "change the plan, or export another key";
	if (spec->material == MATERIAL_HMAC)
		return "the HMAC key that Vault keeps beside a key of another "
		       "type is not that key: only type 'hmac' is taken here";
	return "export the key that the plan means, or change the plan";
}

static int
check_type(const struct vault_answer *a, const struct key_spec *spec,
    struct received *out, struct err *err)
{
	const struct vault_type *type;
	char name[64];

	if (!vault_has(a, VAULT_TYPE) && spec->material == MATERIAL_HMAC) {
		(void)err_set(err, STATUS_REJECTED,
		    "it does not name the key's type, and only type 'hmac' "
		    "is taken for %s",
		    spec->name);
		return err_hint(err, "give the whole answer");
	}
	if (!vault_has(a, VAULT_TYPE)) {
		received_warn(out, no_type);
		return 0;
	}
	type = find_type(&a->type);
	if (type_fits(type, spec)) {
		if (type->warning != NULL)
			received_warn(out, type->warning);
		return 0;
	}
	(void)text_visible(
	    (const char *)a->type.p, a->type.len, name, sizeof(name));
	(void)err_set(err, STATUS_REJECTED,
	    "Vault calls it a key of type '%s', and the plan wants %s", name,
	    spec->name);
	return err_hint(err, "%s", type_hint(name, spec));
}

/* Ascending, and few: a list that people read. */
static void
sort_versions(const struct vault_answer *a, struct received *out)
{
	for (size_t i = 0; i < a->n; i++) {
		size_t k = i;

		for (; k > 0 && out->versions[k - 1] > a->versions[i]; k--)
			out->versions[k] = out->versions[k - 1];
		out->versions[k] = a->versions[i];
	}
	out->n_versions = a->n;
}

static void
print_versions(const struct received *r, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < r->n_versions && used + 16 < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%lld",
		    i == 0 ? "" : ", ", (long long)r->versions[i]);
}

/* The one that was named, or the only one. */
static int
choose(const struct vault_answer *a, int64_t version, struct received *out,
    const struct vault_string **key, struct err *err)
{
	char list[256];

	sort_versions(a, out);
	print_versions(out, list, sizeof(list));
	if (version == 0 && a->n > 1) {
		(void)err_set(err, STATUS_USAGE,
		    "it holds %zu versions of the key: %s", a->n, list);
		return err_hint(err, "name the one: --key-version N");
	}
	for (size_t i = 0; i < a->n; i++) {
		if (version != 0 && a->versions[i] != version)
			continue;
		out->version = a->versions[i];
		*key = &a->keys[i];
		return 0;
	}
	return err_set(err, STATUS_REJECTED,
	    "it holds no version %lld of the key, only %s", (long long)version,
	    list);
}

/* An RSA block and a key wrap, whose length is even in blocks of 8? */
static bool
looks_wrapped(const struct secret *bytes)
{
	return bytes->len >= 256 + 24 && bytes->len % 8 == 0 &&
	    der_kind(bytes->p, bytes->len) == DER_NONE;
}

/* A better reason than the one in err, if bytes look like something known. */
static void
name_bytes(
    const struct secret *bytes, const struct key_spec *spec, struct err *err)
{
	if (spec->len == 0 && bytes->len == 32) {
		(void)err_set(err, STATUS_REJECTED,
		    "32 bytes are no %s: this is an hmac-key export, another "
		    "secret that Vault keeps beside the key",
		    spec->name);
		(void)err_hint(err,
		    "export the key itself: transit/export/signing-key/NAME");
	} else if (looks_wrapped(bytes)) {
		(void)err_set(err, STATUS_REJECTED,
		    "%zu bytes look like a byok-export, which is encrypted to "
		    "another key and which this version does not open",
		    bytes->len);
		(void)err_hint(
		    err, "export the key: transit/export/encryption-key/NAME");
	}
}

static int
receive_base64(const struct secret *text, const struct key_spec *spec,
    struct secret *material, struct err *err)
{
	struct secret bytes = SECRET_EMPTY;
	int ret = -1;

	if (text_decode_base64(text, &bytes, err) < 0)
		return -1;
	if ((ret = receive_bytes(&bytes, spec, material, err)) < 0)
		name_bytes(&bytes, spec, err);
	secret_free(&bytes);
	return ret;
}

int
receive_vault(const struct secret *input, const struct key_spec *spec,
    int64_t version, struct received *out, struct err *err)
{
	const struct vault_string *key = NULL;
	struct secret text = SECRET_EMPTY;
	struct vault_answer a = {0};
	int ret = -1;

	if (vault_answer_read(input, &a, err) < 0 ||
	    vault_answer_check(&a, err) < 0 ||
	    check_type(&a, spec, out, err) < 0 ||
	    choose(&a, version, out, &key, err) < 0 ||
	    vault_string_read(key, &text, err) < 0)
		goto out;
	ret = looks_like_pem(&text)
	    ? receive_pem(&text, spec, &out->material, err)
	    : receive_base64(&text, spec, &out->material, err);
	if (ret < 0)
		goto out;
	if (spec->len > 0)
		received_warn(out, which_key);
out:
	secret_free(&text);
	return ret;
}
