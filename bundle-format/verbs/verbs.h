/* The commands that both programs have; each is in the file of its name. */
#ifndef VERBS_H
#define VERBS_H

#include "cmd.h"

int cmd_identity(const struct args *args, struct err *err);
int cmd_plan_check(const struct args *args, struct err *err);
int cmd_plan_approve(const struct args *args, struct err *err); /* offline */
int cmd_plan_anchor(const struct args *args, struct err *err);
int cmd_cosign(const struct args *args, struct err *err);
int cmd_inspect(const struct args *args, struct err *err);
int cmd_verify(const struct args *args, struct err *err);
int cmd_export(const struct args *args, struct err *err);
int cmd_words(const struct args *args, struct err *err);

extern const struct opt opts_identity[];
extern const struct opt opts_json[]; /* --json alone */
extern const struct opt opts_sign[]; /* --as --passphrase-fd --confirm --json */
extern const struct opt opts_anchor[];
extern const struct opt opts_verify[];
extern const struct opt opts_export[];

#endif
