#include "plan.h"

#include <string.h>

#include "clock.h"
#include "digest.h"
#include "members.h"

#define SLUG_FIRST "a-z0-9"
#define SLUG_REST "a-z0-9-"
#define SLUG_WORDS                                                             \
	"1 to 63 of a-z, 0-9 and \"-\", beginning with a letter or digit"
#define PERSON_WORDS                                                           \
	"1 to 63 letters, digits and \" ._@-\", beginning with a letter or "   \
	"digit"
#define SPKI_BASE64 60
#define VERSION_MAX 1000000

static const char *const roles[] = {
    "officer", "operator", "custodian", "auditor", NULL};
static const char *const sources[] = {
    "generate", "receive", "components", "escrow", NULL};
static const char *const methods[] = {"dice", "coins", NULL};
static const char *const schemes[] = {"slip39", NULL};
static const char *const services[] = {"aws-kms", NULL};
static const char *const imports[] = {
    "same-operator", "independent-operator", NULL};

static unsigned
role_of(const char *name)
{
	for (unsigned i = 0; roles[i] != NULL; i++)
		if (strcmp(roles[i], name) == 0)
			return 1u << i;
	return 0;
}

static unsigned
read_roles(struct json *j)
{
	struct json array = want_array(j, "roles", 1, 4);
	unsigned all = 0;

	for (size_t i = 0; i < json_count(&array); i++) {
		size_t before = j->f->n;
		const char *name = json_item_str(&array, i);
		unsigned role = role_of(name);

		if (j->f->n != before)
			continue;
		if (role == 0)
			item_fault(&array, i,
			    "wanted \"officer\", \"operator\", "
			    "\"custodian\" or \"auditor\"");
		else if (all & role)
			item_fault(&array, i, "stands twice");
		all |= role;
	}
	return all;
}

/* The SPKI in exactly the 60 characters that encode it, and its hash. */
static void
read_key(struct json *j, struct person *person)
{
	uint8_t spki[SPKI_BASE64 / 4 * 3];
	size_t before = j->f->n;
	const char *text = want_str(j, "key");
	const char *refusal;
	struct err err;

	if (j->f->n != before)
		return;
	if (strlen(text) != SPKI_BASE64 ||
	    base64_decode(text, SPKI_BASE64, spki) != SPKI_LEN) {
		json_fault(j, "key",
		    "wanted base64 of a 44-byte public key (60 characters), "
		    "as the identity command prints it");
		return;
	}
	memcpy(person->spki, spki, SPKI_LEN);
	if ((refusal = spki_refusal(person->spki)) != NULL)
		json_fault(j, "key", "%s", refusal);
	else if (sha256(person->spki, SPKI_LEN, person->key_id, &err) < 0)
		j->f->lost = true; /* no fault of the plan's: memory */
	else
		person->has_key = true;
}

static void
read_people(struct plan *p, struct json *j)
{
	struct json array = want_array(j, "people", 1, PLAN_PEOPLE_MAX);

	p->people = alloc_items(&array, sizeof(*p->people), &p->n_people);
	for (size_t i = 0; i < p->n_people; i++) {
		struct person *person = &p->people[i];
		struct json item = json_item(&array, i);

		person->name = want_match(&item, "name", PERSON_FIRST,
		    PERSON_REST, NAME_MAX_LEN, PERSON_WORDS);
		person->roles = read_roles(&item);
		if (has_member(&item, "key"))
			read_key(&item, person);
		json_end(&item);
	}
}

static void
read_quorum(struct plan *p, struct json *j)
{
	struct json q = want_object(j, "quorum");

	p->quorum.plan = want_int(&q, "plan", 1, BUNDLE_SIGNATURES_MAX);
	p->quorum.request = want_int(&q, "request", 1, BUNDLE_SIGNATURES_MAX);
	p->quorum.transfer = want_int(&q, "transfer", 1, BUNDLE_SIGNATURES_MAX);
	p->quorum.receipt = want_int(&q, "receipt", 1, BUNDLE_SIGNATURES_MAX);
	json_end(&q);
}

static void
read_key_and_custody(struct plan *p, struct json *j)
{
	struct json key = want_object(j, "key");

	p->key_spec = want_text(&key, "spec", NAME_MAX_LEN);
	p->key_usage = want_text(&key, "usage", NAME_MAX_LEN);
	p->source = want_one_of(&key, "source", sources);
	json_end(&key);

	if (has_member(j, "entropy")) {
		struct json e = want_object(j, "entropy");

		p->entropy.method = want_one_of(&e, "method", methods);
		p->entropy.contributors = want_texts(&e, "contributors", 1,
		    PLAN_PEOPLE_MAX, NAME_MAX_LEN, &p->entropy.n);
		json_end(&e);
	}
	if (has_member(j, "escrow")) {
		struct json e = want_object(j, "escrow");

		p->escrow.scheme = want_one_of(&e, "scheme", schemes);
		p->escrow.threshold = want_int(&e, "threshold", 1, 16);
		p->escrow.custodians = want_texts(
		    &e, "custodians", 1, 16, NAME_MAX_LEN, &p->escrow.n);
		json_end(&e);
	}
	if (has_member(j, "recovers")) {
		struct json r = want_object(j, "recovers");

		want_hex(&r, "transfer", p->recovers, SHA256_LEN);
		p->has_recovers = true;
		json_end(&r);
	}
}

static void
read_optional_endpoints(struct endpoints *e, struct json *up)
{
	struct json j;

	if (!has_member(up, "endpoints"))
		return;
	j = want_object(up, "endpoints");
	read_endpoints(e, &j);
}

static void
read_heroku(struct target *t, struct json *j)
{
	struct json array;

	if (!has_member(j, "heroku"))
		return;
	array = want_array(j, "heroku", 1, PLAN_USERS_MAX);
	t->heroku = alloc_items(&array, sizeof(*t->heroku), &t->n_heroku);
	for (size_t i = 0; i < t->n_heroku; i++) {
		struct json item = json_item(&array, i);

		t->heroku[i].app = want_text(&item, "app", NAME_MAX_LEN);
		t->heroku[i].plan = want_text(&item, "plan", 128);
		t->heroku[i].name = want_text(&item, "name", NAME_MAX_LEN);
		json_end(&item);
	}
}

static void
read_buckets(struct target *t, struct json *j)
{
	struct json array;

	if (!has_member(j, "s3"))
		return;
	array = want_array(j, "s3", 1, PLAN_USERS_MAX);
	t->buckets = alloc_items(&array, sizeof(*t->buckets), &t->n_buckets);
	for (size_t i = 0; i < t->n_buckets; i++) {
		struct json item = json_item(&array, i);

		t->buckets[i] = want_text(&item, "bucket", NAME_MAX_LEN);
		json_end(&item);
	}
}

/* "never", or a time. */
static void
read_expires(struct target *t, struct json *j)
{
	size_t before = j->f->n;
	const char *text = want_str(j, "expires");

	if (j->f->n != before || strcmp(text, "never") == 0)
		return;
	t->expires = true;
	if (clock_parse(text, &t->expires_at) < 0)
		json_fault(j, "expires",
		    "wanted \"never\" or a time such as "
		    "\"2026-11-20T09:00:00Z\"");
}

static void
read_target(struct target *t, struct json *j)
{
	struct json wrapping;

	t->name = want_match(
	    j, "name", SLUG_FIRST, SLUG_REST, NAME_MAX_LEN, SLUG_WORDS);
	(void)want_one_of(j, "service", services);
	t->account = want_text(j, "account", 12);
	t->region = want_text(j, "region", 32);
	t->alias = want_text(j, "alias", 256);
	t->description = "";
	if (has_member(j, "description"))
		t->description = want_str(j, "description");
	if (has_member(j, "multi_region"))
		t->multi_region = want_bool(j, "multi_region");
	wrapping = want_object(j, "wrapping");
	t->wrapping_algorithm = want_text(&wrapping, "algorithm", 63);
	t->wrapping_key_spec = want_text(&wrapping, "spec", 63);
	json_end(&wrapping);
	read_expires(t, j);
	read_heroku(t, j);
	read_buckets(t, j);
	if (has_member(j, "key_arn"))
		t->key_arn = want_text(j, "key_arn", ARN_MAX);
	read_optional_endpoints(&t->endpoints, j);
	json_end(j);
}

static void
read_targets(struct plan *p, struct json *j)
{
	struct json array = want_array(j, "targets", 1, PLAN_TARGETS_MAX);

	p->targets = alloc_items(&array, sizeof(*p->targets), &p->n_targets);
	for (size_t i = 0; i < p->n_targets; i++) {
		struct json item = json_item(&array, i);

		read_target(&p->targets[i], &item);
	}
}

static void
read_head(struct plan *p, struct json *j)
{
	want_exactly(j, "format", "gapseal/plan/v1");
	p->name = want_match(
	    j, "name", SLUG_FIRST, SLUG_REST, NAME_MAX_LEN, SLUG_WORDS);
	p->version = want_int(j, "version", 1, VERSION_MAX);
	if (json_has(j, "previous")) {
		want_hex(j, "previous", p->previous, SHA256_LEN);
		p->has_previous = true;
	}
	if (has_member(j, "valid")) {
		struct json valid = want_object(j, "valid");

		p->valid_from = want_time(&valid, "from");
		p->valid_until = want_time(&valid, "until");
		p->has_valid = true;
		json_end(&valid);
	}
	p->practice = want_bool(j, "practice");
}

static void
read_plan(struct plan *p, struct json *j)
{
	read_head(p, j);
	read_people(p, j);
	read_quorum(p, j);
	read_key_and_custody(p, j);
	read_targets(p, j);
	read_optional_endpoints(&p->endpoints, j);
	p->independent_import = strcmp(want_one_of(j, "import", imports),
				    imports[1]) == 0;
	json_end(j);
}

int
plan_read(const struct buf *json, struct plan *p, struct findings *f)
{
	*p = (struct plan){0};
	if (json->len > PLAN_MAX) {
		findings_error(f, "", "a plan has at most %u bytes, not %zu",
		    PLAN_MAX, json->len);
	} else if (json_parse(json, JSON_INTEGERS, &p->doc, f) == 0) {
		struct json j = json_root(&p->doc, f);

		read_plan(p, &j);
	}
	if (!findings_failed(f))
		return 0;
	plan_free(p);
	return -1;
}
