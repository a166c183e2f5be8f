#include <openssl/crypto.h>

#include "kms_call.h"

/* End a call whose result is one blob of bytes. */
static int
finish_blob(struct kms_call *c, const char *key, const char *member,
    struct buf *out, struct err *err)
{
	int ret = -1;

	if (kms_send(c, AWS_REPEATABLE, err) == 0) {
		kms_read_blob(&c->answer, key, member, out);
		ret = kms_check(c, err);
	}
	kms_done(c);
	if (ret < 0)
		buf_free(out);
	return ret;
}

int
kms_generate_mac(struct aws *a, const char *key, const char *algorithm,
    const struct buf *message, struct buf *mac, struct err *err)
{
	struct kms_call c;

	*mac = BUF_EMPTY;
	if (kms_begin(&c, a, "GenerateMac", key, err) < 0)
		return -1;
	out_base64(&c.out, "Message", message->p, message->len);
	out_str(&c.out, "MacAlgorithm", algorithm);
	return finish_blob(&c, key, "Mac", mac, err);
}

int
kms_get_public_key(
    struct aws *a, const char *key, struct buf *spki, struct err *err)
{
	struct kms_call c;

	*spki = BUF_EMPTY;
	if (kms_begin(&c, a, "GetPublicKey", key, err) < 0)
		return -1;
	return finish_blob(&c, key, "PublicKey", spki, err);
}

int
kms_sign(struct aws *a, const char *key, const char *algorithm,
    const struct buf *message, struct buf *signature, struct err *err)
{
	struct kms_call c;

	*signature = BUF_EMPTY;
	if (kms_begin(&c, a, "Sign", key, err) < 0)
		return -1;
	out_base64(&c.out, "Message", message->p, message->len);
	out_str(&c.out, "MessageType", "RAW");
	out_str(&c.out, "SigningAlgorithm", algorithm);
	return finish_blob(&c, key, "Signature", signature, err);
}

/* What Encrypt and Decrypt both take. */
static void
write_cipher(struct json_out *out, const char *algorithm,
    const struct kms_tag *context, size_t n_context)
{
	if (algorithm != NULL)
		out_str(out, "EncryptionAlgorithm", algorithm);
	if (n_context == 0)
		return;
	out_object(out, "EncryptionContext");
	for (size_t i = 0; i < n_context; i++)
		out_str(out, context[i].name, context[i].value);
	out_close(out);
}

int
kms_encrypt(struct aws *a, const char *key, const char *algorithm,
    const struct kms_tag *context, size_t n_context,
    const struct buf *plaintext, struct buf *ciphertext, struct err *err)
{
	struct kms_call c;

	*ciphertext = BUF_EMPTY;
	if (kms_begin(&c, a, "Encrypt", key, err) < 0)
		return -1;
	out_base64(&c.out, "Plaintext", plaintext->p, plaintext->len);
	write_cipher(&c.out, algorithm, context, n_context);
	return finish_blob(&c, key, "CiphertextBlob", ciphertext, err);
}

int
kms_decrypt(struct aws *a, const char *key, const char *algorithm,
    const struct kms_tag *context, size_t n_context,
    const struct buf *ciphertext, struct kms_decrypted *out, struct err *err)
{
	int ret = -1;
	struct kms_call c;

	*out = (struct kms_decrypted){.plaintext = BUF_EMPTY};
	if (kms_begin(&c, a, "Decrypt", key, err) < 0)
		return -1;
	out_base64(&c.out, "CiphertextBlob", ciphertext->p, ciphertext->len);
	write_cipher(&c.out, algorithm, context, n_context);
	if (kms_send(&c, AWS_REPEATABLE, err) == 0) {
		kms_read_decrypted(&c.answer, key, out);
		ret = kms_check(&c, err);
	}
	kms_done(&c);
	if (ret < 0)
		kms_decrypted_free(out);
	return ret;
}

void
kms_decrypted_free(struct kms_decrypted *d)
{
	if (d == NULL)
		return;
	buf_free(&d->plaintext);
	*d = (struct kms_decrypted){.plaintext = BUF_EMPTY};
}

int
kms_list_rotations(
    struct aws *a, const char *key, struct kms_rotations *out, struct err *err)
{
	struct kms_list list = {
	    .operation = "ListKeyRotations",
	    .key = key,
	    .array = "Rotations",
	    .name = "IncludeKeyMaterial",
	    .value = "ALL_KEY_MATERIAL",
	};

	*out = (struct kms_rotations){.n = 0};
	if (kms_list(a, &list, &out->pages, kms_read_rotation, out, err) == 0)
		return 0;
	kms_rotations_free(out);
	return -1;
}

void
kms_rotations_free(struct kms_rotations *r)
{
	if (r == NULL)
		return;
	OPENSSL_free(r->list);
	kms_pages_free(&r->pages);
	*r = (struct kms_rotations){.n = 0};
}
