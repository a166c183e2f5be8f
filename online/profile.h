/* Keys from one profile of the AWS config files; part of credentials.c. */
#ifndef PROFILE_H
#define PROFILE_H

#include "credentials.h"
#include "ini.h"

/* The profile of AWS_PROFILE. STATUS_FAILED when it gives no keys. */
int profile_credentials(struct credentials *c, struct err *err);

/* Copies; what is empty stays NULL. */
int credentials_set(struct credentials *c, const struct ini_value *id,
    const struct ini_value *secret, const struct ini_value *token,
    struct err *err);

#endif
