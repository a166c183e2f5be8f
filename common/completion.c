/* Completion for shells, from the command table: words, options, files. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"

/* "plan check": the first word is how long? */
static int
first_len(const struct cmd *c)
{
	return (int)strcspn(c->name, " ");
}

static const char *
second(const struct cmd *c)
{
	const char *blank = strchr(c->name, ' ');

	return blank == NULL ? NULL : blank + 1;
}

/* Commands of one first word stand together: is c behind another of them? */
static bool
follows(const struct program *p, const struct cmd *c)
{
	return c > p->cmds && first_len(c - 1) == first_len(c) &&
	    strncmp(c[-1].name, c->name, (size_t)first_len(c)) == 0;
}

static void
print_firsts(const struct program *p)
{
	for (const struct cmd *c = p->cmds; c->name != NULL; c++)
		if (!follows(p, c))
			printf("%s%.*s", c == p->cmds ? "" : " ", first_len(c),
			    c->name);
}

/* c is the first one of its word. */
static void
print_seconds(const struct program *p, const struct cmd *c)
{
	printf("%s", second(c));
	while ((++c)->name != NULL && follows(p, c))
		printf(" %s", second(c));
}

static void
print_options(const struct cmd *c)
{
	const char *before = "";

	for (const struct opt *o = c->opts; o != NULL && o->name != NULL; o++) {
		printf("%s--%s", before, o->name);
		before = " ";
	}
}

/* In single quotes, for a shell; one within ends them for a moment. */
static void
print_quoted(const char *text)
{
	(void)putchar('\'');
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			printf("'\\'");
		(void)putchar(*text);
	}
	(void)putchar('\'');
}

static void
print_bash_tables(const struct program *p)
{
	printf("\tcase $name in\n");
	for (const struct cmd *c = p->cmds; c->name != NULL; c++) {
		if (second(c) == NULL || follows(p, c))
			continue;
		printf("\t%.*s) more='", first_len(c), c->name);
		print_seconds(p, c);
		printf("' ;;\n");
	}
	printf("\tesac\n"
	       "\t[[ $more == '' ]] || name+=\" ${COMP_WORDS[at + 1]-}\"\n"
	       "\tcase $name in\n");
	for (const struct cmd *c = p->cmds; c->name != NULL; c++) {
		printf("\t'%s') options='", c->name);
		print_options(c);
		printf("' ;;\n");
	}
	printf("\tesac\n");
}

static void
print_bash(const struct program *p)
{
	const char *side = p->offline ? "offline" : "online";

	printf("# bash completion for %s\n_gapseal_%s() {\n"
	       "\tlocal word=${COMP_WORDS[COMP_CWORD]} at=1 list\n"
	       "\tlocal name more='' options=''\n"
	       "\t[[ ${COMP_WORDS[1]} == -C ]] && at=3\n"
	       "\tname=${COMP_WORDS[at]-}\n",
	    p->name, side);
	print_bash_tables(p);
	printf("\tif ((COMP_CWORD == at)); then\n\t\tlist='");
	print_firsts(p);
	printf(" -C'\n"
	       "\telif [[ $more != '' ]] && ((COMP_CWORD == at + 1)); then\n"
	       "\t\tlist=$more\n"
	       "\telif [[ $word == -* ]]; then\n"
	       "\t\tlist=$options\n"
	       "\telse\n"
	       "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
	       "\t\treturn\n\tfi\n"
	       "\tmapfile -t COMPREPLY < <(compgen -W \"$list\" -- \"$word\")\n"
	       "}\ncomplete -o filenames -F _gapseal_%s %s\n",
	    side, p->name);
}

/* What zsh shows beside each first word. */
static void
print_zsh_commands(const struct program *p)
{
	printf("commands=(\n");
	for (const struct cmd *c = p->cmds; c->name != NULL; c++) {
		if (follows(p, c))
			continue;
		printf("\t'%.*s:'", first_len(c), c->name);
		print_quoted(c->help);
		printf("\n");
	}
	printf(")\n");
}

static void
print_zsh(const struct program *p)
{
	printf("#compdef %s\nlocal -a commands options\nlocal name=$words[2]\n",
	    p->name);
	print_zsh_commands(p);
	printf("if ((CURRENT == 2)); then\n"
	       "\t_describe command commands\n\treturn\nfi\n"
	       "case $name in\n");
	for (const struct cmd *c = p->cmds; c->name != NULL; c++) {
		if (second(c) == NULL || follows(p, c))
			continue;
		printf("%.*s)\n\tif ((CURRENT == 3)); then\n\t\tcompadd ",
		    first_len(c), c->name);
		print_seconds(p, c);
		printf("\n\t\treturn\n\tfi\n\tname+=\" $words[3]\"\n\t;;\n");
	}
	printf("esac\ncase $name in\n");
	for (const struct cmd *c = p->cmds; c->name != NULL; c++) {
		printf("'%s') options=(", c->name);
		print_options(c);
		printf(") ;;\n");
	}
	printf("esac\ncompadd -- $options\n_files\n");
}

/* The condition under which fish offers what belongs to that command. */
static void
print_fish_seen(const struct cmd *c)
{
	printf("-n '__fish_seen_subcommand_from %.*s", first_len(c), c->name);
	if (second(c) != NULL)
		printf("; and __fish_seen_subcommand_from %s", second(c));
	printf("' ");
}

static void
print_fish_command(const struct program *p, const struct cmd *c)
{
	if (!follows(p, c)) {
		printf("complete -c %s -n __fish_use_subcommand -a %.*s -d ",
		    p->name, first_len(c), c->name);
		print_quoted(c->help);
		printf("\n");
	}
	if (second(c) != NULL) {
		printf("complete -c %s -f -n '__fish_prev_arg_in %.*s' -a %s "
		       "-d ",
		    p->name, first_len(c), c->name, second(c));
		print_quoted(c->help);
		printf("\n");
	}
	for (const struct opt *o = c->opts; o != NULL && o->name != NULL; o++) {
		printf("complete -c %s ", p->name);
		print_fish_seen(c);
		printf("-l %s%s -d ", o->name, o->arg != NULL ? " -r" : "");
		print_quoted(o->help);
		printf("\n");
	}
}

static void
print_fish(const struct program *p)
{
	printf("complete -c %s -f -n __fish_use_subcommand\n"
	       "complete -c %s -s C -r -d \"the ceremony's directory\"\n",
	    p->name, p->name);
	for (const struct cmd *c = p->cmds; c->name != NULL; c++)
		print_fish_command(p, c);
}

int
cmd_completion(const struct args *args, struct err *err)
{
	const char *shell = args->operand[0];

	if (strcmp(shell, "bash") == 0)
		print_bash(args->program);
	else if (strcmp(shell, "zsh") == 0)
		print_zsh(args->program);
	else if (strcmp(shell, "fish") == 0)
		print_fish(args->program);
	else {
		err_set(err, STATUS_USAGE, "no completion for that shell");
		return err_hint(err, "it is made for bash, zsh and fish");
	}
	if (fflush(stdout) != 0 || ferror(stdout) != 0)
		return err_sys(err, "cannot write the completion");
	return 0;
}
