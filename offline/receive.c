#include "receive.h"

#include <assert.h>
#include <string.h>

#include "receive_forms.h"
#include "weak.h"

static const struct {
	const char *name;
	enum receive_format format;
} formats[] = {
    {"raw", RECEIVE_RAW},
    {"hex", RECEIVE_HEX},
    {"base64", RECEIVE_BASE64},
    {"pem", RECEIVE_PEM},
    {"vault", RECEIVE_VAULT},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

int
receive_format_find(
    const char *name, enum receive_format *format, struct err *err)
{
	for (size_t i = 0; i < COUNT(formats); i++) {
		if (strcmp(formats[i].name, name) != 0)
			continue;
		*format = formats[i].format;
		return 0;
	}
	return err_set(err, STATUS_USAGE,
	    "no format is called '%s': raw, hex, base64, pem or vault is "
	    "wanted",
	    name);
}

static const char *
format_name(enum receive_format format)
{
	for (size_t i = 0; i < COUNT(formats); i++)
		if (formats[i].format == format)
			return formats[i].name;
	return NULL;
}

bool
secret_starts(const struct secret *s, const char *text)
{
	size_t len = strlen(text);

	return s->len >= len && memcmp(s->p, text, len) == 0;
}

void
received_warn(struct received *r, const char *sentence)
{
	assert(r->n_warnings < RECEIVE_WARNINGS_MAX);
	r->warnings[r->n_warnings++] = sentence;
}

void
received_free(struct received *r)
{
	secret_free(&r->material);
	*r = (struct received){0};
}

/* No control characters but those of lines? Hardly ever so by chance. */
static bool
is_text(const struct secret *input)
{
	bool text = true;

	for (size_t i = 0; i < input->len; i++) {
		uint8_t c = input->p[i];

		text &= (c >= 0x20 && c != 0x7f) || c == '\t' || c == '\n' ||
		    c == '\r';
	}
	return text;
}

/*
 * What the input is by its looks. A form that asks for more comes before one
 * that asks for less: what consists of hex digits is hex, not by chance a key
 * whose base64 has no other characters.
 */
static enum receive_format
recognise(const struct secret *input, enum text_form form)
{
	if (!is_text(input))
		return RECEIVE_RAW;
	if (looks_like_json(input))
		return RECEIVE_VAULT;
	if (looks_like_pem(input))
		return RECEIVE_PEM;
	if (form == TEXT_HEX)
		return RECEIVE_HEX;
	return form == TEXT_BASE64 ? RECEIVE_BASE64 : RECEIVE_RAW;
}

/* Read bytes that text spells; a backup's base64 is told by its beginning. */
static int
receive_text(const struct secret *text, enum receive_format format,
    const struct key_spec *spec, struct secret *material, struct err *err)
{
	struct secret bytes = SECRET_EMPTY;
	int ret;

	ret = format == RECEIVE_HEX ? text_decode_hex(text, &bytes, err)
				    : text_decode_base64(text, &bytes, err);
	if (ret == 0 && secret_starts(&bytes, "{\"policy\":")) {
		(void)err_set(err, STATUS_REJECTED,
		    "it is a Vault backup, which this version does not read");
		ret = err_hint(
		    err, "export the key: transit/export/encryption-key/NAME");
	}
	if (ret == 0)
		ret = receive_bytes(&bytes, spec, material, err);
	secret_free(&bytes);
	return ret;
}

/* Named as Vault's, but not JSON: the bare value of one key. */
static int
receive_bare_value(const struct secret *input, const struct secret *text,
    enum text_form form, const struct key_spec *spec, struct secret *material,
    struct err *err)
{
	if (looks_like_pem(input))
		return receive_pem(input, spec, material, err);
	if (form != TEXT_NONE)
		return receive_text(text, RECEIVE_BASE64, spec, material, err);
	return err_set(err, STATUS_REJECTED,
	    "it is neither JSON nor the value of one key, which Vault's "
	    "answers are");
}

static int
receive_as(enum receive_format format, const struct secret *input,
    const struct secret *text, enum text_form form, const struct key_spec *spec,
    int64_t version, struct received *out, struct err *err)
{
	if (version != 0 && !looks_like_json(input))
		return err_set(err, STATUS_USAGE,
		    "only a Vault answer in JSON has versions of a key");
	out->way = "file";
	switch (format) {
	case RECEIVE_HEX:
	case RECEIVE_BASE64:
		return receive_text(text, format, spec, &out->material, err);
	case RECEIVE_PEM:
		return receive_pem(input, spec, &out->material, err);
	case RECEIVE_VAULT:
		out->way = "vault-export";
		if (looks_like_json(input))
			return receive_vault(input, spec, version, out, err);
		return receive_bare_value(
		    input, text, form, spec, &out->material, err);
	case RECEIVE_ANY:
	case RECEIVE_RAW:
	default:
		return receive_bytes(input, spec, &out->material, err);
	}
}

/*
 * The bytes as they are would fit too, or would be the only ones to fit: then
 * a person has to say which is meant.
 */
static int
refuse_two_readings(enum receive_format format, const struct secret *input,
    const struct secret *text, const struct key_spec *spec, struct err *err)
{
	bool raw_fits = spec->len > 0 && input->len == spec->len;
	bool base64_fits = format == RECEIVE_HEX && spec->len > 0 &&
	    text->len % 4 == 0 && text->len / 4 * 3 == spec->len;

	if (!raw_fits && !base64_fits)
		return 0;
	(void)err_set(err, STATUS_REJECTED,
	    "it can be read as %s, and as %s, and only the second has the "
	    "length of %s",
	    format_name(format), raw_fits ? "raw bytes" : "base64", spec->name);
	return err_hint(err, "name the one that is meant: --format %s|%s",
	    format_name(format), raw_fits ? "raw" : "base64");
}

static int
receive(const struct secret *input, const struct key_spec *spec,
    enum receive_format format, int64_t version, struct received *out,
    struct err *err)
{
	struct secret text = SECRET_EMPTY;
	enum text_form form;
	const char *refusal, *hint = NULL;
	int ret = -1;

	if (text_join(input, &text, &form, err) < 0)
		goto out;
	if ((format == RECEIVE_ANY || format == RECEIVE_VAULT) &&
	    is_text(input) && (refusal = vault_refusal(input, &hint)) != NULL) {
		(void)err_set(err, STATUS_REJECTED, "%s", refusal);
		(void)err_hint(err, "%s", hint);
		goto out;
	}
	if (format == RECEIVE_ANY) {
		format = recognise(input, form);
		if (format != RECEIVE_RAW &&
		    refuse_two_readings(format, input, &text, spec, err) < 0)
			goto out;
	}
	out->format = format_name(format);
	ret = receive_as(format, input, &text, form, spec, version, out, err);
out:
	secret_free(&text);
	return ret;
}

int
receive_key(const struct secret *input, const struct key_spec *spec,
    enum receive_format format, int64_t version, struct received *out,
    struct err *err)
{
	int ret;

	*out = (struct received){0};
	ret = receive(input, spec, format, version, out, err);
	if (ret == 0)
		ret = weak_check(&out->material, spec, err);
	if (ret < 0) {
		secret_free(&out->material);
		out->way = out->format = NULL;
		out->version = 0;
		out->n_warnings = 0;
		if (err->status != STATUS_USAGE)
			out->n_versions = 0;
	}
	return ret;
}
