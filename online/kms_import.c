#include <string.h>

#include "clock.h"
#include "kms_call.h"

/* Wait until the quota of the account and region allows another call. */
static void
keep_pace(struct aws *a)
{
	const struct pace *p = &a->cloud->pace;
	const struct target *t = a->target;

	cloud_sleep(a->cloud, "AWS allows one set of parameters in 4 s",
	    pace_left(p, t->account, t->region, clock_ticks()));
}

/*
 * Counted from the answer: AWS counts from when the request arrived, and one
 * that took longer on its way than the next would seem too early.
 */
static int
send_paced(struct kms_call *c, struct err *err)
{
	struct aws *a = c->aws;
	int ret;

	keep_pace(a);
	ret = kms_send(c, AWS_REPEATABLE, err);
	if (pace_mark(&a->cloud->pace, a->target->account, a->target->region,
		clock_ticks(), err) < 0)
		return -1;
	return ret;
}

static void
take_call(
    const struct kms_call *c, char id[static HTTP_VALUE_MAX], int64_t *date)
{
	const struct call *call = aws_last_call(c->aws);

	memcpy(id, call->request_id, sizeof(call->request_id));
	*date = call->date;
}

int
kms_get_parameters(struct aws *a, const char *key,
    const char *wrapping_algorithm, const char *wrapping_key_spec,
    struct kms_parameters *out, struct err *err)
{
	int ret = -1;
	struct kms_call c;

	*out = (struct kms_parameters){.valid_to = 0};
	if (kms_begin(&c, a, "GetParametersForImport", key, err) < 0)
		goto out;
	out_str(&c.out, "WrappingAlgorithm", wrapping_algorithm);
	out_str(&c.out, "WrappingKeySpec", wrapping_key_spec);
	if (send_paced(&c, err) < 0)
		goto out;
	kms_read_parameters(&c.answer, key, out);
	if (kms_check(&c, err) < 0)
		goto out;
	take_call(&c, out->request_id, &out->date);
	ret = 0;
out:
	kms_done(&c);
	if (ret < 0)
		kms_parameters_free(out);
	return ret;
}

void
kms_parameters_free(struct kms_parameters *p)
{
	if (p == NULL)
		return;
	buf_free(&p->token);
	buf_free(&p->public_key);
	*p = (struct kms_parameters){.valid_to = 0};
}

static void
write_import(struct json_out *out, const struct kms_import *in)
{
	out_base64(out, "ImportToken", in->token.p, in->token.len);
	out_base64(out, "EncryptedKeyMaterial", in->wrapped.p, in->wrapped.len);
	/* Absent would mean KEY_MATERIAL_EXPIRES: always said. */
	out_str(out, "ExpirationModel",
	    in->expires ? "KEY_MATERIAL_EXPIRES"
			: "KEY_MATERIAL_DOES_NOT_EXPIRE");
	if (in->expires)
		out_int(out, "ValidTo", in->expires_at);
	if (in->key_material_id != NULL) {
		out_str(out, "ImportType", "EXISTING_KEY_MATERIAL");
		out_str(out, "KeyMaterialId", in->key_material_id);
	}
}

int
kms_import_material(struct aws *a, const struct kms_import *in,
    struct kms_imported *out, struct err *err)
{
	int ret = -1;
	struct kms_call c;

	*out = (struct kms_imported){.date = 0};
	if (kms_begin(&c, a, "ImportKeyMaterial", in->key, err) < 0)
		goto out;
	write_import(&c.out, in);
	if (kms_send(&c, AWS_REPEATABLE, err) < 0)
		goto out;
	kms_read_imported(&c.answer, in->key, out);
	if (kms_check(&c, err) < 0)
		goto out;
	take_call(&c, out->request_id, &out->date);
	a->settles_at = clock_ticks() + a->cloud->settle_ms;
	ret = 0;
out:
	kms_done(&c);
	if (ret < 0)
		*out = (struct kms_imported){.date = 0};
	return ret;
}
