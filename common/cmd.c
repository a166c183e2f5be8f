#include "cmd.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "talk.h"
#include "text.h"
#include "version.h"

const char *
args_nth(const struct args *args, const char *name, unsigned i)
{
	for (unsigned k = 0; k < args->n_opts; k++)
		if (strcmp(args->opts[k].opt->name, name) == 0 && i-- == 0)
			return args->opts[k].value;
	return NULL;
}

const char *
args_get(const struct args *args, const char *name)
{
	return args_nth(args, name, 0);
}

bool
args_has(const struct args *args, const char *name)
{
	return args_get(args, name) != NULL;
}

unsigned
args_count(const struct args *args, const char *name)
{
	unsigned n = 0;

	while (args_nth(args, name, n) != NULL)
		n++;
	return n;
}

static int
wrong_usage(const struct args *args, struct err *err, const char *what,
    const char *which)
{
	char shown[128];
	/* What follows an option's '=' may be a secret typed in error. */
	size_t len = text_starts(which, "--") ? strcspn(which, "=")
					      : strlen(which);

	text_visible(which, len, shown, sizeof(shown));
	err_set(err, STATUS_USAGE, "%s: %s '%s'", args->cmd->name, what, shown);
	return err_hint(err, "'%s help %s' shows what it takes",
	    args->program->name, args->cmd->name);
}

/* The option that word (without its dashes, up to '=') names, or NULL. */
static const struct opt *
find_opt(const struct cmd *cmd, const char *word)
{
	size_t len = strcspn(word, "=");

	for (const struct opt *o = cmd->opts; o != NULL && o->name != NULL; o++)
		if (strlen(o->name) == len && strncmp(o->name, word, len) == 0)
			return o;
	return NULL;
}

/* Read one option at argv[*i]; moves *i over the value it takes. */
static int
read_opt(struct args *args, int argc, char **argv, int *i, struct err *err)
{
	const char *word = argv[*i];
	const struct opt *o = find_opt(args->cmd, word + 2);
	const char *value = strchr(word, '=');

	if (o == NULL)
		return wrong_usage(args, err, "no such option:", word);
	if (o->arg == NULL && value != NULL)
		return wrong_usage(args, err, "takes no value:", word);
	if (o->arg == NULL)
		value = "";
	else if (value != NULL)
		value++;
	else if (++*i < argc)
		value = argv[*i];
	else
		return wrong_usage(args, err, "a value is missing after", word);
	if (!o->many && args_has(args, o->name))
		return wrong_usage(args, err, "given twice:", word);
	if (args->n_opts == ARGS_MAX)
		return wrong_usage(args, err, "too many options at", word);
	args->opts[args->n_opts].opt = o;
	args->opts[args->n_opts++].value = value;
	return 0;
}

static int
read_args(struct args *args, int argc, char **argv, struct err *err)
{
	bool only_operands = false;

	for (int i = 0; i < argc; i++) {
		if (!only_operands && strcmp(argv[i], "--") == 0) {
			only_operands = true;
			continue;
		}
		if (!only_operands && text_starts(argv[i], "--")) {
			if (read_opt(args, argc, argv, &i, err) < 0)
				return -1;
			continue;
		}
		if (!only_operands && argv[i][0] == '-' && argv[i][1] != '\0')
			return wrong_usage(
			    args, err, "no such option:", argv[i]);
		if (args->n == ARGS_MAX || args->n == args->cmd->max)
			return wrong_usage(
			    args, err, "one operand too many:", argv[i]);
		args->operand[args->n++] = argv[i];
	}
	if (args->n < args->cmd->min)
		return wrong_usage(
		    args, err, "an operand is missing:", args->cmd->operands);
	return 0;
}

/* How many words of argv name this command: 1, 2, or 0 when it is another. */
static int
named(const struct cmd *c, int argc, char **argv)
{
	const char *second = strchr(c->name, ' ');
	size_t len;

	if (second == NULL)
		return argc > 0 && strcmp(argv[0], c->name) == 0 ? 1 : 0;
	len = (size_t)(second - c->name);
	return argc > 1 && strlen(argv[0]) == len &&
		strncmp(argv[0], c->name, len) == 0 &&
		strcmp(argv[1], second + 1) == 0
	    ? 2
	    : 0;
}

/* The second words of the commands that begin so: "plan check, ...". */
static void
second_words(
    const struct program *program, const char *first, char *out, size_t size)
{
	size_t used = 0, len = strlen(first);

	out[0] = '\0';
	for (const struct cmd *c = program->cmds; c->name != NULL; c++) {
		int n;

		if (strncmp(c->name, first, len) != 0 || c->name[len] != ' ')
			continue;
		n = snprintf(out + used, size - used, "%s'%s'",
		    used == 0 ? "" : ", ", c->name);
		if (n < 0 || (size_t)n >= size - used)
			return;
		used += (size_t)n;
	}
}

/* The other program's command that this is, or NULL. */
static const char *
other_command(const struct program *program, int argc, char **argv)
{
	const char *const *o = program->others;

	for (; o != NULL && *o != NULL; o++) {
		const struct cmd c = {.name = *o};

		if (named(&c, argc, argv) > 0)
			return *o;
	}
	return NULL;
}

static int
unknown_command(
    const struct program *program, int argc, char **argv, struct err *err)
{
	char shown[64], seconds[256] = "";
	const char *other = other_command(program, argc, argv);

	if (argc == 0)
		err_set(err, STATUS_USAGE, "no command given");
	else
		err_set(err, STATUS_USAGE, "no such command: '%s'",
		    text_visible(
			argv[0], strlen(argv[0]), shown, sizeof(shown)));
	if (other != NULL)
		return err_hint(err, "'%s' is a command of %s", other,
		    program->offline ? "gapseal-online" : "gapseal-offline");
	if (argc > 0)
		second_words(program, argv[0], seconds, sizeof(seconds));
	if (seconds[0] != '\0')
		return err_hint(err, "it takes a second word: %s", seconds);
	return err_hint(err,
	    "'%s help' lists the commands in the order of "
	    "the ceremony",
	    program->name);
}

/* Take "-C DIR" (as git does), before the command. */
static int
change_directory(int *argc, char ***argv, struct err *err)
{
	while (*argc > 0 && strcmp((*argv)[0], "-C") == 0) {
		if (*argc < 2) {
			err_set(err, STATUS_USAGE, "-C takes a directory");
			return err_hint(err, "the ceremony's: -C DIR COMMAND");
		}
		if (chdir((*argv)[1]) < 0) {
			err_sys(err, "cannot go to directory '%s'", (*argv)[1]);
			return err_hint(
			    err, "make the ceremony's directory first");
		}
		*argc -= 2;
		*argv += 2;
	}
	return 0;
}

static int
run(const struct program *program, int argc, char **argv, struct err *err)
{
	struct args args = {.program = program};
	static char help[] = "help";
	int words = 0;

	if (change_directory(&argc, &argv, err) < 0)
		return -1;
	if (argc > 0 &&
	    (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0))
		argv[0] = help;
	else if (argc > 0 && strcmp(argv[0], "--version") == 0)
		argv[0] += 2;
	for (args.cmd = program->cmds; args.cmd->name != NULL; args.cmd++)
		if ((words = named(args.cmd, argc, argv)) > 0)
			break;
	if (words == 0)
		return unknown_command(program, argc, argv, err);
	if (argc > words && strcmp(argv[words], "--help") == 0) {
		args.operand[args.n++] = args.cmd->name;
		return cmd_help(&args, err);
	}
	if (read_args(&args, argc - words, argv + words, err) < 0)
		return -1;
	return args.cmd->run(&args, err);
}

/* What files and networks say is in there too: nothing may steer the screen. */
static void
report(const struct program *program, const struct err *err)
{
	char shown[4 * sizeof(err->msg)];

	talk("%s: %s", program->name,
	    text_visible(err->msg, strlen(err->msg), shown, sizeof(shown)));
	if (err->hint[0] != '\0')
		talk("%s: hint: %s", program->name,
		    text_visible(
			err->hint, strlen(err->hint), shown, sizeof(shown)));
}

int
cmd_main(const struct program *program, int argc, char **argv)
{
	struct err err = {0};

	/* Text that a closed pipe swallows must be an error, not a death. */
	(void)signal(SIGPIPE, SIG_IGN);
	if ((program->start == NULL || program->start(&err) == 0) &&
	    run(program, argc - 1, argv + 1, &err) == 0)
		return STATUS_OK;
	report(program, &err);
	return (int)err.status;
}

int
cmd_version(const struct args *args, struct err *err)
{
	if (printf("%s %s\n", args->program->name, GAPSEAL_VERSION) < 0 ||
	    fflush(stdout) != 0)
		return err_sys(err, "cannot write the version");
	return 0;
}
