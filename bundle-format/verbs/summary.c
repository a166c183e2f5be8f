#include "summary.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "talk.h"
#include "text.h"

/* Text that came from a file: made safe, in one of a few buffers. */
static const char *
shown(const char *text)
{
	static char buffers[4][256];
	static unsigned next;

	if (text == NULL)
		return "-";
	next = (next + 1) % 4;
	return text_visible(text, strlen(text), buffers[next], 256);
}

static const char *
shown_time(int64_t t)
{
	static char text[CLOCK_TEXT];

	clock_format(t, text);
	return text;
}

static void
roles_of(const struct person *who, char *out, size_t size)
{
	out[0] = '\0';
	for (unsigned role = ROLE_OFFICER; role <= ROLE_AUDITOR; role <<= 1) {
		size_t used = strlen(out);

		if ((who->roles & role) != 0)
			(void)snprintf(out + used, size - used, "%s%s",
			    used > 0 ? ", " : "", role_name(role));
	}
}

static void
summary_people(const struct plan *p)
{
	for (size_t i = 0; i < p->n_people; i++) {
		char roles[80];

		roles_of(&p->people[i], roles, sizeof(roles));
		talk("    %s: %s%s", shown(p->people[i].name), roles,
		    p->people[i].has_key ? "" : " (signs nothing)");
	}
}

/* Who answers there can claim anything: each is shown. */
static void
summary_endpoints(unsigned indent, const struct endpoints *e)
{
	const struct {
		const char *what, *url;
	} all[] = {
	    {"KMS", e->kms},
	    {"STS", e->sts},
	    {"S3", e->s3},
	    {"Heroku", e->heroku},
	    {"the CAs with SHA-256", e->ca_sha256},
	};
	const char *title = "not the clouds' public endpoints, but:";

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i].url == NULL)
			continue;
		if (title != NULL)
			talk("%*s%s", (int)indent, "", title);
		title = NULL;
		talk_text(indent + 2, "%s %s", all[i].what, shown(all[i].url));
	}
}

static void
summary_target(const struct target *t)
{
	talk("    %s: account %s, %s, %s", shown(t->name), shown(t->account),
	    shown(t->region), shown(t->alias));
	talk("      wrapped by %s under %s, expires %s",
	    shown(t->wrapping_algorithm), shown(t->wrapping_key_spec),
	    t->expires ? shown_time(t->expires_at) : "never");
	if (t->key_arn != NULL)
		talk("      imported again into\n  %s", shown(t->key_arn));
	for (size_t i = 0; i < t->n_heroku; i++)
		talk("      Heroku: %s as '%s' for app '%s'",
		    shown(t->heroku[i].plan), shown(t->heroku[i].name),
		    shown(t->heroku[i].app));
	for (size_t i = 0; i < t->n_buckets; i++)
		talk("      S3 bucket: %s", shown(t->buckets[i]));
	summary_endpoints(6, &t->endpoints);
}

void
summary_plan(const struct plan *p)
{
	talk("The plan '%s', version %lld%s:", shown(p->name),
	    (long long)p->version,
	    p->practice ? ", for PRACTICE" : ", for REAL keys");
	if (p->has_valid) {
		talk("  valid from %s", shown_time(p->valid_from));
		talk("        until %s", shown_time(p->valid_until));
	}
	talk("  people:");
	summary_people(p);
	talk("  signatures needed: plan %lld, request %lld, transfer %lld, "
	     "receipt %lld",
	    (long long)p->quorum.plan, (long long)p->quorum.request,
	    (long long)p->quorum.transfer, (long long)p->quorum.receipt);
	talk("  key: %s for %s, source: %s", shown(p->key_spec),
	    shown(p->key_usage), shown(p->source));
	if (p->escrow.scheme != NULL)
		talk("  escrow: any %lld of %zu custodians",
		    (long long)p->escrow.threshold, p->escrow.n);
	talk("  targets:");
	for (size_t i = 0; i < p->n_targets; i++)
		summary_target(&p->targets[i]);
	summary_endpoints(2, &p->endpoints);
	talk("  import by %s",
	    p->independent_import ? "another operator than the request"
				  : "the same operator or another");
}

void
summary_request(const struct request *r)
{
	talk("A request of the ceremony '%s', made %s, for:",
	    shown(r->ceremony), shown_time(r->made));
	for (size_t i = 0; i < r->n_targets; i++) {
		const struct request_target *t = &r->targets[i];

		talk("    %s:", shown(t->name));
		talk("  %s", shown(t->key_arn));
		talk("      %s under %s, good until %s",
		    shown(t->wrapping_algorithm), shown(t->wrapping_key_spec),
		    shown_time(t->valid_to));
		talk("      asked for by %s", shown(t->requested_by));
	}
}

void
summary_tokens(const struct tokens *t)
{
	talk(
	    "The import tokens of the ceremony '%s', for:", shown(t->ceremony));
	for (size_t i = 0; i < t->n_targets; i++)
		talk("    %s", shown(t->targets[i].name));
}

void
summary_transfer(const struct transfer *t)
{
	talk("A transfer of the ceremony '%s', made %s%s:", shown(t->ceremony),
	    shown_time(t->made),
	    t->clock_witnessed ? "" : ",\n  by the machine's own clock");
	talk("  key: %s, by way of: %s%s", shown(t->key.spec),
	    shown(t->key.way),
	    t->key.plaintext_networked
		? " (its plaintext was on a networked machine)"
		: "");
	talk("  approved by %zu officers before it was wrapped for:",
	    t->n_approved_by);
	for (size_t i = 0; i < t->n_targets; i++) {
		talk("    %s: %zu bytes for", shown(t->targets[i].name),
		    t->targets[i].wrapped.len);
		talk("  %s", shown(t->targets[i].key_arn));
	}
	if (t->escrow.scheme != NULL)
		talk("  escrowed: set %s, any %lld of %zu shares",
		    shown(t->escrow.set), (long long)t->escrow.threshold,
		    t->escrow.n_shares);
}

void
summary_receipt(const struct receipt *r)
{
	talk("Receipt number %lld of the ceremony '%s', made %s:",
	    (long long)r->number, shown(r->ceremony), shown_time(r->made));
	for (size_t i = 0; i < r->n_targets; i++) {
		const struct receipt_target *t = &r->targets[i];

		talk("    %s: %s", shown(t->name), shown(t->state));
		talk("  %s", shown(t->key_arn));
		if (t->proof_kind != NULL)
			talk("      proof: %s, %s, %s", shown(t->proof_kind),
			    shown(t->proof_strength), shown(t->proof_result));
		for (size_t k = 0; k < t->n_deviations; k++)
			talk("      NOTE: %s", shown(t->deviations[k]));
	}
	for (size_t i = 0; i < r->n_grants; i++)
		talk("    granted on %s: %s %s, %s", shown(r->grants[i].target),
		    shown(r->grants[i].what), shown(r->grants[i].name),
		    shown(r->grants[i].result));
}
