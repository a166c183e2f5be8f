/* Help for people, from the command table. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"

static void
print_overview(const struct program *p)
{
	printf("usage: %s [-C DIR] COMMAND [OPTIONS] [OPERANDS]\n\n%s\n\n"
	       "Commands, in the order of the ceremony:\n\n",
	    p->name, p->about);
	for (const struct cmd *c = p->cmds; c->name != NULL; c++) {
		printf("  %s%s%s\n", c->name, c->operands[0] ? " " : "",
		    c->operands);
		printf("      %s\n", c->help);
	}
	printf("\n'%s help COMMAND' lists a command's options. DIR is the "
	       "ceremony's\ndirectory, by default the current one.\n\n"
	       "Exit status: 0 done, 1 failed here, 2 usage, 3 rejected, "
	       "4 the other side\nrefused or did not answer, or the alarm.\n",
	    p->name);
}

static void
print_command(const struct program *p, const struct cmd *c)
{
	printf("usage: %s %s%s%s%s\n\n%s\n", p->name, c->name,
	    c->opts == NULL ? "" : " [OPTIONS]", c->operands[0] ? " " : "",
	    c->operands, c->help);
	if (c->opts == NULL)
		return;
	printf("\noptions:\n");
	for (const struct opt *o = c->opts; o->name != NULL; o++) {
		printf("  --%s%s%s\n", o->name, o->arg == NULL ? "" : " ",
		    o->arg == NULL ? "" : o->arg);
		printf("      %s%s\n", o->help,
		    o->many ? " (may be given more than once)" : "");
	}
}

static bool
is_named(const struct cmd *c, const struct args *args)
{
	char name[64];

	if (args->n == 1)
		return strcmp(c->name, args->operand[0]) == 0;
	(void)snprintf(
	    name, sizeof(name), "%s %s", args->operand[0], args->operand[1]);
	return strcmp(c->name, name) == 0;
}

int
cmd_help(const struct args *args, struct err *err)
{
	const struct cmd *c = args->program->cmds;

	if (args->n == 0) {
		print_overview(args->program);
	} else {
		while (c->name != NULL && !is_named(c, args))
			c++;
		if (c->name == NULL) {
			err_set(
			    err, STATUS_USAGE, "no such command to explain");
			return err_hint(
			    err, "'%s help' lists them", args->program->name);
		}
		print_command(args->program, c);
	}
	if (fflush(stdout) != 0 || ferror(stdout) != 0)
		return err_sys(err, "cannot write the help");
	return 0;
}
