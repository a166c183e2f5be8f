/*
 * The normal form of a policy: two policies that mean the same have the same
 * one. For comparing only; nobody sends it.
 */
#ifndef POLICY_FORM_H
#define POLICY_FORM_H

#include "span.h"

/* The normal form of any part of a policy. The caller frees out. */
int policy_form(struct span part, struct buf *out, struct err *err);

/* The same of a statement, but for its Sid and its Principal. */
int policy_form_rights(struct span statement, struct buf *out, struct err *err);

/*
 * "111122223333" for that account's bare number and its root's ARN, else
 * NULL. It points into text, which ends in NUL.
 */
const char *policy_account(const char *text, size_t len);

/* Does the statement name the account's root as an AWS principal? */
bool policy_names_account(struct span statement, const char *account);

/* The list of statements, which may be a single one. */
bool policy_statements(struct span policy, struct span *statements);

#endif
