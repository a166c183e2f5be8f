/* The verb grant, and the options that it takes. */
#ifndef GRANT_H
#define GRANT_H

#include "cmd.h"

extern const struct opt opts_grant[];

/*
 * Let Heroku's data services and S3 use the imported key, as the plan says:
 * key policies, add-ons, buckets; all of it told in the next receipt.
 */
int cmd_grant(const struct args *args, struct err *err);

#endif
