#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "aws.h"
#include "text.h"
#include "xml.h"

static bool
is_in(const char *code, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(code, *list) == 0)
			return true;
	return false;
}

/*
 * What the AWS SDKs' "standard" retries take for throttling, but for
 * LimitExceededException: KMS means a hard quota by that.
 */
bool
aws_error_is_throttling(const struct aws_error *e)
{
	static const char *const codes[] = {"Throttling", "ThrottlingException",
	    "ThrottledException", "RequestThrottledException",
	    "TooManyRequestsException", "RequestLimitExceeded",
	    "RequestThrottled", "SlowDown", "BandwidthLimitExceeded",
	    "ProvisionedThroughputExceededException",
	    "TransactionInProgressException", "EC2ThrottledException", NULL};

	return is_in(e->code, codes);
}

bool
aws_error_is_transient(const struct aws_error *e)
{
	static const char *const codes[] = {"RequestTimeout",
	    "RequestTimeoutException", "PriorRequestNotComplete",
	    "DependencyTimeoutException", "KMSInternalException",
	    "KeyUnavailableException", NULL};

	return e->status == 500 || e->status == 502 || e->status == 503 ||
	    e->status == 504 || is_in(e->code, codes);
}

/* May mean that our clock is wrong; may as well mean a wrong secret. */
bool
aws_error_is_skew(const struct aws_error *e)
{
	static const char *const codes[] = {"InvalidSignatureException",
	    "SignatureDoesNotMatch", "RequestExpired", "RequestInTheFuture",
	    "RequestTimeTooSkewed", NULL};

	return is_in(e->code, codes);
}

/* What the person can do about it, by code. */
static const struct {
	const char *code, *hint;
} hints[] = {
    {"AccessDenied",
	"these credentials lack the right: see the roles in the "
	"manual, and the key's policy"},
    {"AccessDeniedException",
	"these credentials lack the right: see the roles in the "
	"manual, and the key's policy"},
    {"AlreadyExistsException",
	"somebody else made it: look at what is there before going "
	"on"},
    {"ConflictException", "a rotation is running: wait until it has ended"},
    {"DependencyTimeoutException", "run the same command again"},
    {"DisabledException", "enable the key (aws kms enable-key) first"},
    {"ExpiredImportTokenException",
	"parameters last 24 hours: run request --renew, and wrap "
	"again"},
    {"ExpiredToken", "get new credentials and run it again"},
    {"ExpiredTokenException", "get new credentials and run it again"},
    {"IncompleteSignature",
	"check the credentials, and that no proxy changes requests"},
    {"IncorrectKeyMaterialException",
	"the key is bound to other bytes: import nothing more, compare "
	"what was sealed"},
    {"InvalidAliasName", "correct the alias in the plan"},
    {"InvalidArnException",
	"the key's ARN must be of the plan's region and account"},
    {"InvalidCiphertextException",
	"KMS cannot open it: do not try again before you know why"},
    {"InvalidClientTokenId",
	"AWS does not know this access key: check the credentials"},
    {"InvalidImportTokenException",
	"check that tokens.gsb belongs to request.gsb"},
    {"InvalidSignatureException",
	"check the secret access key and this machine's clock"},
    {"KMSInternalException", "run the same command again"},
    {"KMSInvalidStateException",
	"look at the key's state: aws kms describe-key"},
    {"KeyUnavailableException", "run the same command again"},
    {"LimitExceededException",
	"a quota of the account is used up: have it raised"},
    {"MalformedPolicyDocumentException",
	"AWS refuses the policy: check its principals, and that it "
	"leaves you the right to change it"},
    {"MissingAuthenticationToken", "check the credentials"},
    {"MissingAuthenticationTokenException", "check the credentials"},
    {"NotFoundException",
	"check region and account; a new key can take minutes to be "
	"visible"},
    {"RequestExpired", "check this machine's clock"},
    {"SignatureDoesNotMatch",
	"check the secret access key and this machine's clock"},
    {"TagException", "correct the names in the plan"},
    {"UnrecognizedClientException",
	"AWS does not know these credentials: check AWS_PROFILE and "
	"the keys"},
    {"UnsupportedOperationException",
	"KMS does not do that with this key: compare its spec and "
	"origin "
	"with the plan"},
    {"ValidationException",
	"the plan asks for what KMS does not offer: correct it"},
};

const char *
aws_error_hint(const char *code)
{
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		if (strcmp(hints[i].code, code) == 0)
			return hints[i].hint;
	return NULL;
}

/* "prefix#Name:more" means Name; anything but a name means nothing. */
static void
set_code(struct aws_error *e, const char *text)
{
	const char *hash = strrchr(text, '#');
	size_t len;

	if (hash != NULL)
		text = hash + 1;
	len = strcspn(text, ":");
	if (len >= sizeof(e->code))
		return;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)text[i]) &&
		    strchr("._-", text[i]) == NULL)
			return;
	memcpy(e->code, text, len);
	e->code[len] = '\0';
}

static void
set_message(struct aws_error *e, const char *text)
{
	(void)text_visible(text, strlen(text), e->message, sizeof(e->message));
}

static bool
read_json(const struct buf *body, struct aws_error *e)
{
	struct json_doc doc = {NULL};
	struct findings f = FINDINGS_NONE;
	struct json j;
	bool read = false;

	if (json_parse(body, JSON_ANY_NUMBER, &doc, &f) == 0) {
		j = json_root(&doc, &f);
		if (json_has(&j, "__type"))
			set_code(e, want_str(&j, "__type"));
		if (json_has(&j, "message"))
			set_message(e, want_str(&j, "message"));
		else if (json_has(&j, "Message"))
			set_message(e, want_str(&j, "Message"));
		read = e->code[0] != '\0';
	}
	findings_free(&f);
	json_doc_free(&doc);
	return read;
}

static bool
read_xml(const struct buf *body, struct aws_error *e)
{
	char code[sizeof(e->code)], message[1024];

	if (xml_text(body, "ErrorResponse/Error/Code", code, sizeof(code)) == 0)
		(void)xml_text(body, "ErrorResponse/Error/Message", message,
		    sizeof(message));
	else if (xml_text(body, "Error/Code", code, sizeof(code)) == 0)
		(void)xml_text(body, "Error/Message", message, sizeof(message));
	else
		return false;
	set_code(e, code);
	set_message(e, message);
	return e->code[0] != '\0';
}

void
aws_error_read(const struct buf *body, int status, struct aws_error *e)
{
	const char *text = (const char *)body->p;
	size_t skip = 0, len;

	*e = (struct aws_error){.status = status};
	if (body->len == 0 || read_json(body, e) || read_xml(body, e))
		return;
	/* A proxy's page, or nonsense: its first line is better than none. */
	e->message[0] = '\0';
	while (skip < body->len && isspace((unsigned char)text[skip]))
		skip++;
	for (len = 0; skip + len < body->len && text[skip + len] != '\n';)
		len++;
	(void)text_visible(text + skip, len, e->message, sizeof(e->message));
}
