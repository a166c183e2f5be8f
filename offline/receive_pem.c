#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "private_key.h"
#include "receive_forms.h"

#define LABEL_MAX 40
#define BEGIN "-----BEGIN "
#define END "-----END "
#define DASHES "-----"

/* One block (RFC 7468): views into the text, which is all kept. */
struct block {
	char label[LABEL_MAX + 1]; /* capitals, digits and blanks only */
	const uint8_t *body;
	size_t body_len;
	const uint8_t *next; /* behind the block and its line end */
};

static const struct {
	const char *label;
	enum der_kind kind; /* what has to be in it, unless refused */
	const char *refusal, *hint;
} labels[] = {
    {"PRIVATE KEY", DER_PKCS8, NULL, NULL},
    {"RSA PRIVATE KEY", DER_PKCS1, NULL, NULL},
    {"EC PRIVATE KEY", DER_SEC1, NULL, NULL},
    {"ENCRYPTED PRIVATE KEY", DER_NONE,
	"it is an encrypted private key: this version reads only plain ones",
	"decrypt it on this machine, to memory: openssl pkcs8 -in FILE | "
	"gapseal-offline seal --from - ..."},
    {"OPENSSH PRIVATE KEY", DER_NONE, "it is a key in OpenSSH's own format",
	"convert a copy on this machine: ssh-keygen -p -m PKCS8 -f COPY"},
    {"PUBLIC KEY", DER_NONE, "it is a public key: the private half is wanted",
	NULL},
    {"RSA PUBLIC KEY", DER_NONE,
	"it is a public key: the private half is wanted", NULL},
    {"CERTIFICATE", DER_NONE, "it is a certificate: the private key is wanted",
	NULL},
};

bool
looks_like_pem(const struct secret *input)
{
	return secret_starts(input, DASHES);
}

static const uint8_t *
find(const uint8_t *p, const uint8_t *stop, const char *text)
{
	return memmem(p, (size_t)(stop - p), text, strlen(text));
}

/* The label between "-----BEGIN " and "-----"; NULL when there is none. */
static const uint8_t *
read_label(const uint8_t *p, const uint8_t *stop, char label[LABEL_MAX + 1])
{
	size_t n = 0;

	for (; p < stop && *p != '-' && n < LABEL_MAX; p++) {
		if (!(*p >= 'A' && *p <= 'Z') && !(*p >= '0' && *p <= '9') &&
		    *p != ' ')
			return NULL;
		label[n++] = (char)*p;
	}
	label[n] = '\0';
	if ((size_t)(stop - p) < strlen(DASHES) ||
	    memcmp(p, DASHES, strlen(DASHES)) != 0)
		return NULL;
	return p + strlen(DASHES);
}

/* Skip one line end; NULL when something else is there. */
static const uint8_t *
line_end(const uint8_t *p, const uint8_t *stop)
{
	if (p < stop && *p == '\r')
		p++;
	if (p == stop)
		return p;
	return *p == '\n' ? p + 1 : NULL;
}

static bool
next_block(const uint8_t *p, const uint8_t *stop, struct block *b)
{
	char label[LABEL_MAX + 1];
	const uint8_t *end;

	if ((size_t)(stop - p) < strlen(BEGIN) ||
	    memcmp(p, BEGIN, strlen(BEGIN)) != 0 ||
	    (p = read_label(p + strlen(BEGIN), stop, b->label)) == NULL ||
	    (p = line_end(p, stop)) == NULL ||
	    (end = find(p, stop, END)) == NULL)
		return false;
	b->body = p;
	b->body_len = (size_t)(end - p);
	p = read_label(end + strlen(END), stop, label);
	return p != NULL && strcmp(label, b->label) == 0 &&
	    (b->next = line_end(p, stop)) != NULL;
}

/* The one block; "openssl ecparam -genkey" puts the curve before the key. */
static int
only_block(const struct secret *input, struct block *b, struct err *err)
{
	const uint8_t *p = input->p, *stop = input->p + input->len;

	if (!next_block(p, stop, b))
		return err_set(err, STATUS_REJECTED,
		    "it is not a whole PEM block from its first byte on");
	if (strcmp(b->label, "EC PARAMETERS") == 0 &&
	    !next_block(b->next, stop, b))
		return err_set(
		    err, STATUS_REJECTED, "no key follows its EC PARAMETERS");
	if (b->next != stop) {
		(void)err_set(err, STATUS_REJECTED,
		    "%td bytes follow its '%s' block", stop - b->next,
		    b->label);
		return err_hint(err, "give a file with that block alone");
	}
	return 0;
}

/* Is that label one of a private key that we read? */
static int
check_label(const char *label, enum der_kind *kind, struct err *err)
{
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		if (strcmp(labels[i].label, label) != 0)
			continue;
		*kind = labels[i].kind;
		if (labels[i].refusal == NULL)
			return 0;
		(void)err_set(err, STATUS_REJECTED, "%s", labels[i].refusal);
		if (labels[i].hint != NULL)
			(void)err_hint(err, "%s", labels[i].hint);
		return -1;
	}
	return err_set(err, STATUS_REJECTED,
	    "a PEM block called '%s' holds no private key that KMS takes",
	    label);
}

static int
decode_body(const struct block *b, struct secret *der, struct err *err)
{
	struct secret body = SECRET_EMPTY, text = SECRET_EMPTY;
	enum text_form form;
	int ret = -1;

	*der = SECRET_EMPTY;
	if (b->body_len > 0 &&
	    find(b->body, b->body + b->body_len, "Proc-Type:") != NULL) {
		(void)err_set(err, STATUS_REJECTED,
		    "it is an encrypted private key: this version reads only "
		    "plain ones");
		goto out;
	}
	if (secret_copy(&body, b->body, b->body_len, err) < 0 ||
	    text_join(&body, &text, &form, err) < 0)
		goto out;
	if (form == TEXT_NONE) {
		(void)err_set(err, STATUS_REJECTED,
		    "its PEM block is not lines of base64");
		goto out;
	}
	ret = text_decode_base64(&text, der, err);
out:
	secret_free(&body);
	secret_free(&text);
	return ret;
}

int
receive_pem(const struct secret *input, const struct key_spec *spec,
    struct secret *material, struct err *err)
{
	struct secret der = SECRET_EMPTY;
	enum der_kind kind = DER_NONE;
	struct block b = {0};
	int ret = -1;

	*material = SECRET_EMPTY;
	if (only_block(input, &b, err) < 0 ||
	    check_label(b.label, &kind, err) < 0 ||
	    decode_body(&b, &der, err) < 0)
		goto out;
	if (der_kind(der.p, der.len) != kind) {
		(void)err_set(err, STATUS_REJECTED,
		    "its PEM block says '%s' and holds something else",
		    b.label);
		goto out;
	}
	if (spec->len > 0) {
		(void)err_set(err, STATUS_REJECTED,
		    "it is an asymmetric private key, and the plan wants %s",
		    spec->name);
		goto out;
	}
	ret = receive_bytes(&der, spec, material, err);
out:
	secret_free(&der);
	return ret;
}
