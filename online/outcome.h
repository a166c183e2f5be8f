/*
 * What became of one target, as the receipt will tell it; owns its strings,
 * so that it outlives the calls.
 */
#ifndef OUTCOME_H
#define OUTCOME_H

#include "aws.h"
#include "kms.h"
#include "statements.h"
#include "sts.h"

#define DEVIATIONS_MAX 8
#define DEVIATION_LEN 256

struct outcome {
	struct receipt_target receipt; /* points into the members below */
	char key_material_id[KMS_MATERIAL_ID];
	char imported_by[STS_ARN_MAX];
	char deviation[DEVIATIONS_MAX][DEVIATION_LEN];
	const char *deviations[DEVIATIONS_MAX];
	struct calls calls;
	struct receipt_call *receipt_calls;
};

void outcome_begin(struct outcome *o, const struct transfer_target *target);

/* state is a constant of the receipt's. */
void outcome_set(struct outcome *o, const char *state);
void outcome_deviate(struct outcome *o, const char *fmt, ...) PRINTF(2, 3);

/* Take over the calls that were answered. */
int outcome_take_calls(struct outcome *o, struct aws *a, struct err *err);
void outcome_free(struct outcome *o);

#endif
