#include "heroku_answer.h"

#include <stdio.h>
#include <string.h>

#include "json.h"
#include "text.h"

/* An answer while it is being read. */
struct answer {
	struct json_doc doc;
	struct findings f;
	struct json root;
};

static void
answer_open(struct answer *a, const struct buf *body)
{
	*a = (struct answer){0};
	(void)json_parse(body, JSON_ANY_NUMBER, &a->doc, &a->f);
	a->root = json_root(&a->doc, &a->f);
}

/* 0 when everything that was wanted is there. */
static int
answer_close(struct answer *a, const char *what, struct err *err)
{
	int ret = findings_to_err(&a->f, STATUS_REMOTE, err);

	if (ret < 0)
		err_wrap(err, "Heroku's answer is no %s", what);
	findings_free(&a->f);
	json_doc_free(&a->doc);
	return ret;
}

static void
take(struct json *j, const char *name, char *out, size_t size)
{
	const char *value = want_str(j, name);

	if (strlen(value) >= size)
		json_fault(j, name, "fewer than %zu bytes wanted", size);
	else
		memcpy(out, value, strlen(value) + 1);
}

static void
take_name(struct json *j, const char *object, char *out, size_t size)
{
	struct json inner = want_object(j, object);

	take(&inner, "name", out, size);
}

static void
take_message(struct json *j, const char *name, char *out, size_t size)
{
	const char *value;

	out[0] = '\0';
	if (!json_has(j, name))
		return;
	value = want_str(j, name);
	text_visible(value, strlen(value), out, size);
}

int
heroku_addon_read(const struct buf *body, struct addon *addon, struct err *err)
{
	struct answer a;

	*addon = (struct addon){0};
	answer_open(&a, body);
	take(&a.root, "id", addon->id, sizeof(addon->id));
	take(&a.root, "name", addon->name, sizeof(addon->name));
	take(&a.root, "state", addon->state, sizeof(addon->state));
	take_name(&a.root, "app", addon->app, sizeof(addon->app));
	take_name(
	    &a.root, "addon_service", addon->service, sizeof(addon->service));
	take_name(&a.root, "plan", addon->plan, sizeof(addon->plan));
	take_message(&a.root, "provision_message", addon->message,
	    sizeof(addon->message));
	return answer_close(&a, "add-on", err);
}

int
heroku_app_read(const struct buf *body, struct heroku_place *p, struct err *err)
{
	struct answer a;

	answer_open(&a, body);
	(void)want_str(&a.root, "name");
	p->space[0] = '\0';
	p->space_told = json_is_null(&a.root, "space") ||
	    json_has(&a.root, "space");
	if (json_has(&a.root, "space"))
		take_name(&a.root, "space", p->space, sizeof(p->space));
	return answer_close(&a, "app", err);
}

int
heroku_space_read(
    const struct buf *body, struct heroku_place *p, struct err *err)
{
	struct answer a;

	answer_open(&a, body);
	take_name(&a.root, "region", p->region, sizeof(p->region));
	return answer_close(&a, "Space", err);
}

int
heroku_region_read(
    const struct buf *body, struct heroku_place *p, struct err *err)
{
	struct answer a;
	struct json provider;

	answer_open(&a, body);
	provider = want_object(&a.root, "provider");
	take(&provider, "name", p->provider, sizeof(p->provider));
	take(&provider, "region", p->provider_region,
	    sizeof(p->provider_region));
	return answer_close(&a, "region", err);
}

/* Postgres shows what people want to know as a list of names and values. */
static void
read_postgres(struct json *root, enum heroku_key *key, char *arn)
{
	static const char wanted[] = "Customer Encryption Key";
	struct json info = want_array(root, "info", 0, 1000);

	for (size_t i = 0; i < json_count(&info); i++) {
		struct json item = json_item(&info, i), values;
		const char *value;

		if (strcmp(want_str(&item, "name"), wanted) != 0)
			continue;
		values = want_array(&item, "values", 1, 1);
		value = json_item_str(&values, 0);
		if (*key == HEROKU_KEY_KNOWN)
			json_fault(&item, "name", "there twice");
		else if (strlen(value) >= HEROKU_ARN)
			json_fault(&item, "values", "an ARN wanted");
		else
			memcpy(arn, value, strlen(value) + 1);
		*key = HEROKU_KEY_KNOWN;
	}
}

static void
read_redis(struct json *root, enum heroku_key *key, char *arn)
{
	if (!json_has(root, "customer_encryption_key"))
		return;
	take(root, "customer_encryption_key", arn, HEROKU_ARN);
	*key = HEROKU_KEY_KNOWN;
}

int
heroku_key_read(const struct buf *body, const char *service,
    enum heroku_key *key, char arn[static HEROKU_ARN], struct err *err)
{
	bool postgres = strcmp(service, "heroku-postgresql") == 0;
	struct answer a;

	arn[0] = '\0';
	*key = HEROKU_KEY_UNTOLD;
	if (!postgres && strcmp(service, "heroku-redis") != 0)
		return 0;
	*key = HEROKU_KEY_NONE;
	answer_open(&a, body);
	if (postgres)
		read_postgres(&a.root, key, arn);
	else
		read_redis(&a.root, key, arn);
	if (answer_close(&a, "database", err) == 0)
		return 0;
	*key = HEROKU_KEY_UNTOLD;
	return -1;
}

/* The first line of whatever it is that holds any letter. */
static void
first_line(const struct buf *body, char *out, size_t size)
{
	const char *p = (const char *)body->p, *end = p + body->len;

	out[0] = '\0';
	while (p < end && out[0] == '\0') {
		const char *line = p;

		while (p < end && *p != '\n' && *p != '\r')
			p++;
		while (line < p && (*line == ' ' || *line == '\t'))
			line++;
		text_visible(line, (size_t)(p - line), out, size);
		p++;
	}
}

void
heroku_error_read(const struct buf *body, int status, struct heroku_error *e)
{
	struct answer a;
	struct err ignored;
	char id[sizeof(e->id)] = "";

	*e = (struct heroku_error){.status = status};
	if (body->len == 0)
		return;
	answer_open(&a, body);
	take(&a.root, "id", id, sizeof(id));
	(void)want_str(&a.root, "message");
	take_message(&a.root, "message", e->message, sizeof(e->message));
	if (answer_close(&a, "error", &ignored) == 0)
		text_visible(id, strlen(id), e->id, sizeof(e->id));
	else
		first_line(body, e->message, sizeof(e->message));
}

static const struct {
	const char *id; /* NULL: any with that status */
	int status;     /* 0: any with that id */
	const char *hint;
} hints[] = {
    {"two_factor", 0, "use a token of its own: `heroku authorizations:create`"},
    {"delinquent", 0, "Heroku waits for the account's bill to be paid"},
    {"verification_required", 0,
	"the Heroku account needs a way to pay: see its billing page"},
    {"verification_needed", 0,
	"the Heroku account needs a way to pay: see its billing page"},
    {"suspended", 0,
	"the Heroku account or app is suspended: ask its "
	"owner"},
    {"confirmation_required", 0,
	"read the message; then give --confirm-app with the app's name"},
    {"rate_limit", 0, "wait some minutes, then run this again"},
    {NULL, 401,
	"the token is wrong or has expired: set HEROKU_API_KEY "
	"to one of `heroku authorizations:create`"},
    {NULL, 402, "see the Heroku account's billing page"},
    {NULL, 403, "the token's owner needs rights on the app and its Space"},
    {NULL, 404,
	"compare the plan's app and add-on with `heroku apps` and "
	"`heroku addons`"},
    {NULL, 422,
	"an add-on's name must be free in all of Heroku, and its plan one "
	"of `heroku addons:plans`"},
    {NULL, 429, "wait some minutes, then run this again"},
};

const char *
heroku_hint(const struct heroku_error *e)
{
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		if (hints[i].id != NULL ? strcmp(hints[i].id, e->id) == 0
					: hints[i].status == e->status)
			return hints[i].hint;
	if (e->status == 0 || e->status >= 500)
		return "run this again: an add-on that is there is found by "
		       "its name";
	return "nothing was made; find out what answers for Heroku here";
}
