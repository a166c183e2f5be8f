#include "cloud.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include <openssl/crypto.h>

#include "clock.h"

#define STEP_MS 250
#define SETTLE_MS 120000         /* AWS: "in some cases, minutes" */
#define SETTLE_PRACTICE_MS 10000 /* emulators are quick, or wrong */

int
cloud_open(struct cloud *c, const struct plan *plan, const struct args *args,
    struct err *err)
{
	struct endpoint_says says = {
	    .endpoint_url = args_get(args, "endpoint-url"),
	    .heroku_url = args_get(args, "heroku-url"),
	};

	*c = (struct cloud){
	    .plan = plan,
	    .pace.interval = plan->practice ? 0 : PACE_IMPORT_PARAMETERS,
	    .settle_ms = plan->practice ? SETTLE_PRACTICE_MS : SETTLE_MS,
	};
	endpoint_says_env(&says);
	if (endpoint_rules_open(&c->rules, plan, &says, err) == 0 &&
	    endpoint_check_all(&c->rules, err) == 0 &&
	    http_open(&c->http, err) == 0)
		return 0;
	cloud_close(c);
	return -1;
}

void
cloud_close(struct cloud *c)
{
	if (c == NULL)
		return;
	http_close(c->http);
	endpoint_rules_close(&c->rules);
	credentials_free(&c->credentials);
	pace_free(&c->pace);
	*c = (struct cloud){.plan = NULL};
}

int64_t
cloud_now(const struct cloud *c)
{
	return clock_now() + c->skew;
}

void
cloud_sleep(const struct cloud *c, const char *why, int64_t ms)
{
	int64_t end = clock_ticks() + ms, left;

	if (ms <= 0)
		return;
	while ((left = end - clock_ticks()) > 0) {
		int64_t step = left < STEP_MS ? left : STEP_MS;
		struct timespec t = {.tv_nsec = (long)step * 1000000};

		if (c->waiting != NULL)
			c->waiting(c->waiting_arg, why, left);
		(void)nanosleep(&t, NULL);
	}
	if (c->waiting != NULL)
		c->waiting(c->waiting_arg, why, 0);
}

int
calls_add(struct calls *calls, const char *operation,
    const struct http_response *res, struct err *err)
{
	struct call *longer = OPENSSL_realloc(
	    calls->list, (calls->n + 1) * sizeof(*longer));

	if (longer == NULL)
		return err_memory(err);
	calls->list = longer;
	/* Statements want both; a server that tells neither did answer. */
	longer[calls->n] = (struct call){.operation = operation,
	    .request_id = "none",
	    .date = res->date != 0 ? res->date : clock_now()};
	if (res->request_id[0] != '\0')
		memcpy(longer[calls->n].request_id, res->request_id,
		    sizeof(res->request_id));
	calls->n++;
	return 0;
}

void
calls_free(struct calls *calls)
{
	if (calls == NULL)
		return;
	OPENSSL_free(calls->list);
	*calls = (struct calls){NULL, 0};
}
