/* Help for people and completion for shells, both from the command table. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"

#define NAMES_SIZE 4096

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
	if (fflush(stdout) != 0)
		return err_sys(err, "cannot write the help");
	return 0;
}

/* The shells complete the first word; "plan check" gives "plan". */
static void
print_names(const struct program *p, char *names)
{
	names[0] = '\0';
	for (const struct cmd *c = p->cmds; c->name != NULL; c++) {
		size_t len = strcspn(c->name, " ");
		size_t used = strlen(names);

		if (c > p->cmds && strcspn(c[-1].name, " ") == len &&
		    strncmp(c[-1].name, c->name, len) == 0)
			continue;
		(void)snprintf(names + used, NAMES_SIZE - used, "%s%.*s",
		    used > 0 ? " " : "", (int)len, c->name);
	}
}

static void
print_bash(const struct program *p, const char *names)
{
	printf("# bash completion for %s\n_gapseal_%s() {\n"
	       "\tlocal word=${COMP_WORDS[COMP_CWORD]} at=1 name\n"
	       "\t[[ ${COMP_WORDS[1]} == -C ]] && at=3\n"
	       "\tif ((COMP_CWORD == at)); then\n"
	       "\t\tmapfile -t COMPREPLY < <(compgen -W '%s -C' -- \"$word\")\n"
	       "\t\treturn\n\tfi\n"
	       "\tname=${COMP_WORDS[at]}\n\tcase $name in\n",
	    p->name, p->offline ? "offline" : "online", names);
	for (const struct cmd *c = p->cmds; c->name != NULL; c++) {
		const char *second = strchr(c->name, ' ');

		if (second != NULL)
			printf("\t%.*s) [[ ${COMP_WORDS[at + 1]} == '%s' ]] &&"
			       " name='%s' ;;\n",
			    (int)(second - c->name), c->name, second + 1,
			    c->name);
	}
	printf("\tesac\n\tcase $name in\n");
	for (const struct cmd *c = p->cmds; c->name != NULL; c++) {
		printf("\t'%s') name='", c->name);
		for (const struct opt *o = c->opts; o && o->name; o++)
			printf("--%s ", o->name);
		printf("' ;;\n");
	}
	printf("\t*) name=''  ;;\n\tesac\n"
	       "\tif [[ $word == -* ]]; then\n"
	       "\t\tmapfile -t COMPREPLY < <(compgen -W \"$name\" -- "
	       "\"$word\")\n\telse\n"
	       "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
	       "\tfi\n}\ncomplete -o filenames -F _gapseal_%s %s\n",
	    p->offline ? "offline" : "online", p->name);
}

static void
print_zsh(const struct program *p)
{
	printf("#compdef %s\nlocal -a commands\ncommands=(\n", p->name);
	for (const struct cmd *c = p->cmds; c->name != NULL; c++)
		printf("\t'%.*s:%s'\n", (int)strcspn(c->name, " "), c->name,
		    c->help);
	printf(")\nif ((CURRENT == 2)); then\n"
	       "\t_describe command commands\n\treturn\nfi\n"
	       "case \"$words[2]\" in\n");
	for (const struct cmd *c = p->cmds; c->name != NULL; c++) {
		printf(
		    "%.*s) compadd -- ", (int)strcspn(c->name, " "), c->name);
		for (const struct opt *o = c->opts; o && o->name; o++)
			printf("--%s ", o->name);
		printf("; _files ;;\n");
	}
	printf("esac\n");
}

static void
print_fish(const struct program *p)
{
	printf("complete -c %s -f -n __fish_use_subcommand\n"
	       "complete -c %s -s C -r -d \"the ceremony's directory\"\n",
	    p->name, p->name);
	for (const struct cmd *c = p->cmds; c->name != NULL; c++) {
		int len = (int)strcspn(c->name, " ");

		printf("complete -c %s -n __fish_use_subcommand -a %.*s "
		       "-d \"%s\"\n",
		    p->name, len, c->name, c->help);
		for (const struct opt *o = c->opts; o && o->name; o++)
			printf("complete -c %s -n "
			       "'__fish_seen_subcommand_from %.*s' "
			       "-l %s%s -d \"%s\"\n",
			    p->name, len, c->name, o->name, o->arg ? " -r" : "",
			    o->help);
	}
}

int
cmd_completion(const struct args *args, struct err *err)
{
	char names[NAMES_SIZE];
	const char *shell = args->operand[0];

	print_names(args->program, names);
	if (strcmp(shell, "bash") == 0)
		print_bash(args->program, names);
	else if (strcmp(shell, "zsh") == 0)
		print_zsh(args->program);
	else if (strcmp(shell, "fish") == 0)
		print_fish(args->program);
	else {
		err_set(err, STATUS_USAGE, "no completion for that shell");
		return err_hint(err, "it is made for bash, zsh and fish");
	}
	if (fflush(stdout) != 0)
		return err_sys(err, "cannot write the completion");
	return 0;
}
