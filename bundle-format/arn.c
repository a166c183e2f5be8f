#include "arn.h"

#include <string.h>

#include "text.h"

#define ARN_FIELDS 6
#define REGION_MAX 32

/* Longer prefixes before the shorter ones that they begin with. */
static const struct {
	const char *prefix;
	const char *partition;
} partitions[] = {
    {"cn-", "aws-cn"},
    {"us-gov-", "aws-us-gov"},
    {"eusc-de-", "aws-eusc"},
    {"us-iso-", "aws-iso"},
    {"us-isob-", "aws-iso-b"},
    {"eu-isoe-", "aws-iso-e"},
    {"us-isof-", "aws-iso-f"},
    {"us-", "aws"},
    {"eu-", "aws"},
    {"ap-", "aws"},
    {"sa-", "aws"},
    {"ca-", "aws"},
    {"me-", "aws"},
    {"af-", "aws"},
    {"il-", "aws"},
    {"mx-", "aws"},
};

/* ^([a-z]+-){2,3}[0-9]+$ */
static bool
is_region(const char *text)
{
	unsigned words = 0;
	size_t n;

	if (strlen(text) > REGION_MAX)
		return false;
	while ((n = strspn(text, "abcdefghijklmnopqrstuvwxyz")) > 0) {
		if (text[n] != '-')
			return false;
		text += n + 1;
		words++;
	}
	n = strspn(text, "0123456789");
	return (words == 2 || words == 3) && n > 0 && text[n] == '\0';
}

const char *
region_partition(const char *region)
{
	if (!is_region(region))
		return NULL;
	for (size_t i = 0; i < sizeof(partitions) / sizeof(partitions[0]); i++)
		if (text_starts(region, partitions[i].prefix))
			return partitions[i].partition;
	return NULL;
}

bool
is_account(const char *account)
{
	return strlen(account) == 12 && strspn(account, "0123456789") == 12;
}

struct field {
	const char *p;
	size_t len;
};

/* arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE, the last with any colons. */
static bool
split(const char *arn, struct field f[static ARN_FIELDS])
{
	for (unsigned i = 0; i < ARN_FIELDS - 1; i++) {
		size_t n = strcspn(arn, ":");

		if (arn[n] != ':')
			return false;
		f[i] = (struct field){arn, n};
		arn += n + 1;
	}
	f[ARN_FIELDS - 1] = (struct field){arn, strlen(arn)};
	return true;
}

static bool
is(struct field f, const char *text)
{
	return f.len == strlen(text) && memcmp(f.p, text, f.len) == 0;
}

/* "key/" and a UUID, or "key/mrk-" and 32 digits. */
static bool
is_key_id(struct field f)
{
	static const char uuid[] = "key/xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	static const char multi_region[] =
	    "key/mrk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
	const char *form = uuid;

	if (f.len != strlen(uuid))
		return false;
	if (strncmp(f.p, "key/mrk-", 8) == 0)
		form = multi_region;
	for (size_t i = 0; i < f.len; i++) {
		bool hex = i >= 4 && form[i] == 'x';

		if (hex ? strchr("0123456789abcdef", f.p[i]) == NULL
			: f.p[i] != form[i])
			return false;
	}
	return true;
}

const char *
arn_refusal(const char *arn, const char *account, const char *region)
{
	const char *partition = region_partition(region);
	struct field f[ARN_FIELDS];

	if (!split(arn, f) || !is(f[0], "arn") || !is(f[2], "kms") ||
	    !is_key_id(f[5]))
		return "is not a KMS key "
		       "(arn:PARTITION:kms:REGION:ACCOUNT:key/ID)";
	if (partition == NULL || !is(f[1], partition))
		return "is in another partition than the target's Region";
	if (!is(f[3], region))
		return "is in another Region than the target's";
	if (!is(f[4], account))
		return "belongs to another account than the target's";
	return NULL;
}

const char *
principal_refusal(const char *arn, const char *account)
{
	struct field f[ARN_FIELDS];

	if (!split(arn, f) || !is(f[0], "arn") || f[5].len == 0 ||
	    (!is(f[2], "iam") && !is(f[2], "sts")))
		return "is not an identity "
		       "(arn:PARTITION:iam::ACCOUNT:... or sts)";
	if (!is(f[4], account))
		return "belongs to another account than the target's";
	return NULL;
}
