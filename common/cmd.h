/*
 * A program is a table of commands, in the order of the ceremony; this runs
 * the one that was named. Help and shell completion come from the table.
 */
#ifndef CMD_H
#define CMD_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

#define ARGS_MAX 64

struct opt {
	const char *name; /* without the dashes */
	const char *arg;  /* what it takes, as in the usage text; NULL = flag */
	const char *help;
	bool many; /* may be given more than once */
};

struct args {
	const struct program *program;
	const struct cmd *cmd;
	unsigned n; /* operands */
	const char *operand[ARGS_MAX];
	unsigned n_opts; /* options in the order given */
	struct {
		const struct opt *opt;
		const char *value;
	} opts[ARGS_MAX];
};

struct cmd {
	const char *name; /* one word, or two: "plan check" */
	int (*run)(const struct args *args, struct err *err);
	const char *operands;   /* as shown in the usage text */
	unsigned min, max;      /* how many operands */
	const char *help;       /* one line, starting with a verb */
	const struct opt *opts; /* ends with a NULL name; may be NULL */
};

struct program {
	const char *name;
	bool offline;           /* the room's machine, else the networked one */
	const struct cmd *cmds; /* ends with a NULL name */
	const char *about;      /* first line of help */
	/* Commands that only the other program has; NULL, or ends with NULL. */
	const char *const *others;
	/* Run before any input is read; NULL when there is nothing to do. */
	int (*start)(struct err *err);
};

/* The exit status for main() to return. */
int cmd_main(const struct program *program, int argc, char **argv);

/* The option's (first) value, or NULL; for flags "" when given. */
const char *args_get(const struct args *args, const char *name);
bool args_has(const struct args *args, const char *name);
/* The i-th value of an option that may be given more than once, or NULL. */
const char *args_nth(const struct args *args, const char *name, unsigned i);
unsigned args_count(const struct args *args, const char *name);

/* Commands that every program has: help, version, completion. */
int cmd_help(const struct args *args, struct err *err);
int cmd_version(const struct args *args, struct err *err);
int cmd_completion(const struct args *args, struct err *err);

#endif
