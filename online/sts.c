#include "sts.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "arn.h"
#include "text.h"
#include "xml.h"

#define OPERATION "GetCallerIdentity"
#define XML_RESULT "GetCallerIdentityResponse/GetCallerIdentityResult/"

/* Of "arn:PARTITION:SERVICE:REGION:ACCOUNT:REST", NULL when it is none. */
static const char *
arn_field(const char *arn, unsigned n)
{
	for (; n > 0; n--) {
		arn = strchr(arn, ':');
		if (arn == NULL)
			return NULL;
		arn++;
	}
	return arn;
}

void
sts_principal(const char *arn, char *out, size_t size)
{
	const char *rest = arn_field(arn, 5), *slash = NULL;
	size_t len = strlen(arn);

	if (rest != NULL && text_starts(rest, "assumed-role/"))
		slash = strchr(rest + strlen("assumed-role/"), '/');
	if (slash != NULL)
		len = (size_t)(slash - arn);
	(void)snprintf(out, size, "%.*s", (int)len, arn);
}

static bool
is_printable(const char *text)
{
	for (; *text != '\0'; text++)
		if (!isgraph((unsigned char)*text))
			return false;
	return true;
}

static int
read_json(const struct buf *body, struct sts_identity *id, struct err *err)
{
	struct json_doc doc = {NULL};
	struct findings f = FINDINGS_NONE;
	struct json root, response, result;
	const char *arn;
	int ret = -1;

	(void)json_parse(body, JSON_ANY_NUMBER, &doc, &f);
	root = json_root(&doc, &f);
	response = want_object(&root, "GetCallerIdentityResponse");
	result = want_object(&response, "GetCallerIdentityResult");
	arn = want_str(&result, "Arn");
	(void)snprintf(id->account, sizeof(id->account), "%s",
	    want_str(&result, "Account"));
	if (strlen(arn) >= sizeof(id->arn))
		findings_error(&f, "Arn", "too long");
	else
		memcpy(id->arn, arn, strlen(arn) + 1);
	ret = findings_to_err(&f, STATUS_REMOTE, err);
	findings_free(&f);
	json_doc_free(&doc);
	return ret;
}

static int
read_xml(const struct buf *body, struct sts_identity *id, struct err *err)
{
	if (xml_text(body, XML_RESULT "Arn", id->arn, sizeof(id->arn)) == 0 &&
	    xml_text(body, XML_RESULT "Account", id->account,
		sizeof(id->account)) == 0)
		return 0;
	return err_set(err, STATUS_REMOTE,
	    "wanted whole XML with one Arn and one Account");
}

int
sts_identity_read(
    const struct buf *body, struct sts_identity *id, struct err *err)
{
	int ret;

	*id = (struct sts_identity){.account = ""};
	if (body->len > 0 && body->p[0] == '{')
		ret = read_json(body, id, err);
	else
		ret = read_xml(body, id, err);
	if (ret == 0 &&
	    (!is_account(id->account) || !is_printable(id->arn) ||
		principal_refusal(id->arn, id->account) != NULL))
		ret = err_set(err, STATUS_REMOTE,
		    "wanted an account of 12 digits and an ARN in it");
	if (ret < 0) {
		*id = (struct sts_identity){.account = ""};
		return -1;
	}
	sts_principal(id->arn, id->principal, sizeof(id->principal));
	return 0;
}

int
sts_get_caller_identity(struct aws *a, struct sts_identity *id, struct err *err)
{
	static const char form[] = "Action=" OPERATION "&Version=2011-06-15";
	int ret = -1;
	struct http_response res = {.fate = HTTP_REFUSED};
	struct aws_request req = {
	    .endpoint = &a->sts,
	    .operation = OPERATION,
	    .method = "POST",
	    .path = "/",
	    .query = "",
	    .headers = {{"content-type",
		"application/x-www-form-urlencoded; charset=utf-8"}},
	    .n_headers = 1,
	    .body = buf_view(form, sizeof(form) - 1),
	    .repeat = AWS_REPEATABLE,
	};

	*id = (struct sts_identity){.account = ""};
	if (aws_send(a, &req, &res, err) < 0)
		goto out;
	if (sts_identity_read(&res.body, id, err) < 0) {
		(void)aws_discount(a, OPERATION, err);
		goto out;
	}
	ret = 0;
out:
	http_response_free(&res);
	return ret;
}

int
sts_require_account(struct aws *a, struct sts_identity *id, struct err *err)
{
	const struct target *t = a->target;

	if (sts_get_caller_identity(a, id, err) < 0)
		return -1;
	if (strcmp(id->account, t->account) == 0)
		return 0;
	err_set(err, STATUS_REJECTED,
	    "target '%s' is in account %s, but the credentials from %s are "
	    "'%.200s' of account %s",
	    t->name, t->account, a->cloud->credentials.source, id->arn,
	    id->account);
	return err_hint(err,
	    "unset AWS_ACCESS_KEY_ID, which goes first, and set AWS_PROFILE "
	    "to a profile of account %s",
	    t->account);
}
