#include "endpoint.h"

#include <stdio.h>
#include <string.h>

#include "address.h"
#include "partition.h"
#include "text.h"
#include "url.h"

/* An address somebody gave, and who. */
struct said {
	const char *url; /* NULL: nobody */
	const char *from;
};

static const enum service services[] = {
    SERVICE_KMS, SERVICE_STS, SERVICE_S3, SERVICE_HEROKU, SERVICE_HEROKU_DATA};
#define N_SERVICES (sizeof(services) / sizeof(services[0]))

static bool
is_aws(enum service service)
{
	return service == SERVICE_KMS || service == SERVICE_STS ||
	    service == SERVICE_S3;
}

const char *
service_name(enum service service)
{
	switch (service) {
	case SERVICE_KMS:
		return "kms";
	case SERVICE_STS:
		return "sts";
	case SERVICE_S3:
		return "s3";
	case SERVICE_HEROKU:
	case SERVICE_HEROKU_DATA:
		break;
	}
	return "heroku";
}

static const char *
of_service(const struct endpoints *e, enum service service)
{
	switch (service) {
	case SERVICE_KMS:
		return e->kms;
	case SERVICE_STS:
		return e->sts;
	case SERVICE_S3:
		return e->s3;
	case SERVICE_HEROKU:
	case SERVICE_HEROKU_DATA:
		break;
	}
	return e->heroku;
}

/* What the plan names: the target's own before the plan's. */
static const char *
named_in_plan(const struct endpoint_rules *r, enum service service,
    const struct target *target)
{
	const char *url = of_service(&target->endpoints, service);

	return url != NULL ? url : of_service(&r->plan->endpoints, service);
}

static struct said
aws_said(const struct endpoint_says *says, enum service service)
{
	struct said said = {says->endpoint_url, "--endpoint-url"};

	if (said.url != NULL || says->ignore_aws)
		return said;
	if (service == SERVICE_KMS)
		said = (struct said){says->aws_kms, "AWS_ENDPOINT_URL_KMS"};
	else if (service == SERVICE_STS)
		said = (struct said){says->aws_sts, "AWS_ENDPOINT_URL_STS"};
	else
		said = (struct said){says->aws_s3, "AWS_ENDPOINT_URL_S3"};
	if (said.url == NULL)
		said = (struct said){says->aws_all, "AWS_ENDPOINT_URL"};
	return said;
}

/* In practice one address plays both of Heroku's hosts, if not told more. */
static struct said
heroku_said(const struct endpoint_rules *r, enum service service)
{
	const struct endpoint_says *says = &r->says;

	if (service == SERVICE_HEROKU_DATA &&
	    (says->heroku_data_host != NULL || !r->plan->practice))
		return (struct said){
		    says->heroku_data_host, "HEROKU_DATA_HOST"};
	if (says->heroku_url != NULL)
		return (struct said){says->heroku_url, "--heroku-url"};
	return (struct said){says->heroku_host, "HEROKU_HOST"};
}

static struct said
said_by_operator(const struct endpoint_rules *r, enum service service)
{
	return is_aws(service) ? aws_said(&r->says, service)
			       : heroku_said(r, service);
}

static int
public_url(enum service service, const struct target *target,
    struct address *url, struct err *err)
{
	const char *domain = partition_domain(target->region);
	char text[ADDRESS_MAX];

	if (service == SERVICE_HEROKU)
		return address_read("https://api.heroku.com", url);
	if (service == SERVICE_HEROKU_DATA)
		return address_read("https://api.data.heroku.com", url);
	if (domain == NULL)
		return err_set(err, STATUS_REJECTED,
		    "target '%s': no AWS partition has region '%s'",
		    target->name, target->region);
	(void)snprintf(text, sizeof(text), "https://%s.%s.%s",
	    service_name(service), target->region, domain);
	return address_read(text, url);
}

static int
plan_url(const char *named, const struct target *target, struct address *url,
    struct err *err)
{
	if (address_read_template(named, target->region, url) == 0)
		return 0;
	return err_set(err, STATUS_REJECTED,
	    "target '%s': the plan names an endpoint that is not "
	    "https://HOST[:PORT]",
	    target->name);
}

/* Heroku's variables may hold a host's name, as in its own CLI. */
static int
said_url(const struct said *said, enum service service, struct address *url,
    struct err *err)
{
	const char *before = "";
	char text[ADDRESS_MAX];
	int n;

	if (!is_aws(service) && !text_starts(said->url, "http://") &&
	    !text_starts(said->url, "https://"))
		before = service == SERVICE_HEROKU ? "https://api."
						   : "https://";
	n = snprintf(text, sizeof(text), "%s%s", before, said->url);
	if (n > 0 && (size_t)n < sizeof(text) && address_read(text, url) == 0)
		return 0;
	/* What it holds may be a password before an '@': not shown. */
	return err_set(err, STATUS_REJECTED,
	    "%s is refused: it is not https://HOST[:PORT]", said->from);
}

/* The plan's word, else the public host; whoever disagrees is refused. */
static int
resolve_real(const struct endpoint_rules *r, enum service service,
    const struct target *target, struct address *url, struct err *err)
{
	const char *named = named_in_plan(r, service, target);
	struct said said = said_by_operator(r, service);
	struct address other = {.https = false};

	if (named != NULL ? plan_url(named, target, url, err) < 0
			  : public_url(service, target, url, err) < 0)
		return -1;
	if (!url->https)
		return err_set(err, STATUS_REJECTED,
		    "target '%s': the plan is real, and '%s' is not https",
		    target->name, url->text);
	if (named == NULL && is_aws(service) &&
	    (r->says.fips || r->says.dual_stack)) {
		err_set(err, STATUS_REJECTED,
		    "%s is refused: the plan does not name such an endpoint",
		    r->says.fips ? "AWS_USE_FIPS_ENDPOINT"
				 : "AWS_USE_DUALSTACK_ENDPOINT");
		return err_hint(err,
		    "name it in the plan's endpoints, or unset the variable");
	}
	if (said.url == NULL)
		return 0;
	if (said_url(&said, service, &other, err) < 0)
		return -1;
	if (strcmp(other.text, url->text) == 0)
		return 0;
	err_set(err, STATUS_REJECTED,
	    "%s is refused: it says '%s', but the plan is real and uses '%s'",
	    said.from, other.text, url->text);
	return err_hint(err,
	    "leave it out, or name the endpoint in a new version of the plan");
}

/* Is that a host of one of the plan's own endpoints? */
static bool
is_host_in_plan(const struct endpoint_rules *r, const struct target *target,
    const char *host)
{
	struct address url = {.https = false};

	for (size_t i = 0; i < N_SERVICES; i++) {
		const char *named = named_in_plan(r, services[i], target);

		if (named != NULL &&
		    address_read_template(named, target->region, &url) == 0 &&
		    strcmp(url.host, host) == 0)
			return true;
	}
	return false;
}

/* Where no harm can be done: this machine, or a host for practice. */
static int
check_practice(const struct endpoint_rules *r, const struct target *target,
    const struct address *url, const char *from, struct err *err)
{
	if (url_is_cloud(url->text)) {
		err_set(err, STATUS_REJECTED,
		    "%s is refused: the plan is for practice, and '%s' is a "
		    "real cloud",
		    from, url->text);
		return err_hint(err, "point it at an emulator on loopback");
	}
	if (host_is_loopback(url->host))
		return 0;
	if (!is_host_in_plan(r, target, url->host))
		return err_set(err, STATUS_REJECTED,
		    "%s is refused: in practice '%s' would have to be "
		    "loopback, or named in the plan's endpoints",
		    from, url->text);
	if (!url->https)
		return err_set(err, STATUS_REJECTED,
		    "%s is refused: '%s' is neither https nor loopback", from,
		    url->text);
	return 0;
}

static int
resolve_practice(const struct endpoint_rules *r, enum service service,
    const struct target *target, struct address *url, struct err *err)
{
	const char *named = named_in_plan(r, service, target);
	struct said said = said_by_operator(r, service);

	if (said.url != NULL) {
		if (said_url(&said, service, url, err) < 0)
			return -1;
		return check_practice(r, target, url, said.from, err);
	}
	if (named != NULL) {
		if (plan_url(named, target, url, err) < 0)
			return -1;
		return check_practice(r, target, url, "the plan", err);
	}
	err_set(err, STATUS_REJECTED,
	    "the plan is for practice and nothing says where its %s is, so no "
	    "call is made",
	    is_aws(service) ? "AWS" : "Heroku");
	return err_hint(err, "give %s http://127.0.0.1:PORT, of an emulator",
	    is_aws(service) ? "--endpoint-url" : "--heroku-url");
}

/* The plan's CAs for hosts that it names; the system's for all others. */
static int
choose_ca(const struct endpoint_rules *r, const struct target *target,
    const struct address *url, const struct buf **ca, struct err *err)
{
	const char *wanted = target->endpoints.ca_sha256;

	*ca = NULL;
	if (wanted == NULL)
		wanted = r->plan->endpoints.ca_sha256;
	if (!url->https)
		return 0;
	if (r->plan->practice && r->ca.len > 0) {
		*ca = &r->ca;
		return 0;
	}
	if (wanted == NULL || !is_host_in_plan(r, target, url->host))
		return 0;
	if (strcmp(wanted, r->ca_sha256) != 0) {
		err_set(err, STATUS_REJECTED,
		    "target '%s': the plan wants the CAs with SHA-256 %s for "
		    "'%s', and AWS_CA_BUNDLE %s",
		    target->name, wanted, url->text,
		    r->ca.len > 0 ? "is another file" : "is not set");
		return err_hint(
		    err, "set AWS_CA_BUNDLE to the path of that PEM file");
	}
	*ca = &r->ca;
	return 0;
}

int
endpoint_resolve(const struct endpoint_rules *r, enum service service,
    const struct target *target, struct endpoint *e, struct err *err)
{
	struct address url = {.https = false};

	*e = (struct endpoint){.service = service};
	if (r->plan->practice
		? resolve_practice(r, service, target, &url, err) < 0
		: resolve_real(r, service, target, &url, err) < 0)
		return err_hint_else(err,
		    "mend that address, or name another in a new version of "
		    "the plan");
	if (choose_ca(r, target, &url, &e->ca, err) < 0)
		return -1;
	memcpy(e->url, url.text, sizeof(e->url));
	memcpy(e->host, url.authority, sizeof(e->host));
	e->plain = !url.https;
	e->is_named = r->plan->practice ||
	    named_in_plan(r, service, target) != NULL;
	return 0;
}

int
endpoint_check_all(const struct endpoint_rules *r, struct err *err)
{
	for (size_t i = 0; i < r->plan->n_targets; i++) {
		const struct target *target = &r->plan->targets[i];

		for (size_t k = 0; k < N_SERVICES; k++) {
			struct endpoint e;

			/* In practice the step that needs it will ask. */
			if (r->plan->practice &&
			    named_in_plan(r, services[k], target) == NULL &&
			    said_by_operator(r, services[k]).url == NULL)
				continue;
			if (endpoint_resolve(r, services[k], target, &e, err) <
			    0)
				return -1;
		}
	}
	return 0;
}
