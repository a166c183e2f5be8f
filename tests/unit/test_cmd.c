/*
 * The command line: options in both forms, words of a command, and what is
 * said of each mistake, with exit status 2 and nothing done.
 */
#include "scratch.h"

#include "cmd.h"

static struct args seen;
static unsigned runs;

static int
run_it(const struct args *args, struct err *err)
{
	(void)err;
	seen = *args;
	runs++;
	return 0;
}

static int
fail_it(const struct args *args, struct err *err)
{
	(void)args;
	err_set(err, STATUS_REMOTE, "the other side said no");
	return err_hint(err, "ask again");
}

static const struct opt opts[] = {
    {"as", "KEY", "who", true},
    {"to", "DIR", "where", false},
    {"json", NULL, "as JSON", false},
    {0},
};

static const struct cmd cmds[] = {
    {"plan check", run_it, "FILE", 1, 1, "look at it", opts},
    {"plan approve", fail_it, "FILE", 1, 1, "sign it", NULL},
    {"planet", run_it, "[A] [B]", 0, 2, "another word", opts},
    {"many", run_it, "[X...]", 0, ARGS_MAX, "takes many", opts},
    {"help", cmd_help, "[COMMAND]", 0, 2, "show help", NULL},
    {"version", cmd_version, "", 0, 0, "show the version", NULL},
    {"completion", cmd_completion, "SHELL", 1, 1, "for shells", NULL},
    {0},
};

static const struct program program = {
    .name = "gap", .cmds = cmds, .about = "A test."};

/* What one call wrote and returned; p may be another program. */
struct outcome {
	int status;
	char out[16384], err[2048];
};

static struct outcome outcome;

static void
redirect(int fd, const char *path, int *saved)
{
	int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(file >= 0);
	fflush(NULL);
	*saved = dup(fd);
	assert_true(*saved >= 0);
	assert_true(dup2(file, fd) >= 0);
	close(file);
}

static void
restore(int fd, int saved, const char *path, char *text, size_t size)
{
	struct buf b = BUF_EMPTY;
	struct err err;

	fflush(NULL);
	assert_true(dup2(saved, fd) >= 0);
	close(saved);
	assert_int_equal(file_read(path, size - 1, &b, &err), 0);
	memcpy(text, b.p, b.len + 1);
	buf_free(&b);
	assert_int_equal(unlink(path), 0);
}

/* Words separated by '|', so that one can be empty or hold a blank. */
static int
call(const struct program *p, const char *line)
{
	char text[1024], *argv[128], *at = text;
	int argc = 0, out, err;

	(void)snprintf(text, sizeof(text), "gap|%s", line);
	while (at != NULL && argc < 127)
		argv[argc++] = strsep(&at, "|");
	argv[argc] = NULL;
	runs = 0;
	redirect(STDOUT_FILENO, "out", &out);
	redirect(STDERR_FILENO, "err", &err);
	outcome.status = cmd_main(p, argc, argv);
	restore(STDERR_FILENO, err, "err", outcome.err, sizeof(outcome.err));
	restore(STDOUT_FILENO, out, "out", outcome.out, sizeof(outcome.out));
	return outcome.status;
}

static void
finds_commands_of_one_and_two_words(void **state)
{
	(void)state;
	assert_int_equal(call(&program, "plan|check|x.json"), STATUS_OK);
	assert_string_equal(seen.cmd->name, "plan check");
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.operand[0], "x.json");
	assert_int_equal(call(&program, "planet|a|b"), STATUS_OK);
	assert_string_equal(seen.cmd->name, "planet");
	assert_int_equal(seen.n, 2);
	assert_string_equal(outcome.out, "");
	assert_string_equal(outcome.err, "");
}

static void
reads_options_in_both_forms_and_any_order(void **state)
{
	(void)state;
	assert_int_equal(
	    call(&program, "planet|--as|a|x|--as=b|--json|--to=|y"), STATUS_OK);
	assert_int_equal(args_count(&seen, "as"), 2);
	assert_string_equal(args_get(&seen, "as"), "a");
	assert_string_equal(args_nth(&seen, "as", 1), "b");
	assert_null(args_nth(&seen, "as", 2));
	assert_true(args_has(&seen, "json"));
	assert_string_equal(args_get(&seen, "json"), "");
	assert_string_equal(args_get(&seen, "to"), "");
	assert_int_equal(seen.n, 2);
	assert_string_equal(seen.operand[1], "y");
}

static void
takes_words_after_two_dashes_as_they_are(void **state)
{
	(void)state;
	assert_int_equal(call(&program, "planet|--|--json|-x"), STATUS_OK);
	assert_int_equal(seen.n, 2);
	assert_string_equal(seen.operand[0], "--json");
	assert_string_equal(seen.operand[1], "-x");
	assert_false(args_has(&seen, "json"));
	/* "-" is an operand: standard input. */
	assert_int_equal(call(&program, "planet|-"), STATUS_OK);
	assert_string_equal(seen.operand[0], "-");
	/* A value may look like an option. */
	assert_int_equal(call(&program, "planet|--as|--json"), STATUS_OK);
	assert_string_equal(args_get(&seen, "as"), "--json");
	assert_false(args_has(&seen, "json"));
}

static const struct {
	const char *line, *says;
} mistakes[] = {
    {"nothing", "gap: no such command: 'nothing'\n"},
    {"", "gap: no such command: ''\n"},
    {"plan", "gap: no such command: 'plan'\n"},
    {"plan|chec|x", "gap: no such command: 'plan'\n"},
    {"plans|check|x", "gap: no such command: 'plans'\n"},
    {"plan check|x", "gap: no such command: 'plan check'\n"},
    {"a\033[31m", "gap: no such command: 'a\\x1b[31m'\n"},
    {"plan|check", "gap: plan check: an operand is missing: 'FILE'\n"},
    {"plan|check|a|b", "gap: plan check: one operand too many: 'b'\n"},
    {"planet|--jso", "gap: planet: no such option: '--jso'\n"},
    {"planet|--jsons", "gap: planet: no such option: '--jsons'\n"},
    {"planet|--JSON", "gap: planet: no such option: '--JSON'\n"},
    {"planet|-j", "gap: planet: no such option: '-j'\n"},
    {"planet|--json=yes", "gap: planet: takes no value: '--json'\n"},
    {"planet|--as", "gap: planet: a value is missing after '--as'\n"},
    {"planet|--to|a|--to=b", "gap: planet: given twice: '--to'\n"},
    {"planet|--json|--json", "gap: planet: given twice: '--json'\n"},
    {"planet|--passphrase=hunter2",
	"gap: planet: no such option: '--passphrase'\n"},
    {"help|nothing", "gap: no such command to explain\n"},
    {"completion|tcsh", "gap: no completion for that shell\n"},
    {"-C", "gap: -C takes a directory\n"},
};

static void
names_each_mistake_and_does_nothing(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		assert_int_equal(
		    call(&program, mistakes[i].line), STATUS_USAGE);
		assert_int_equal(runs, 0);
		assert_string_equal(outcome.out, "");
		if (strncmp(outcome.err, mistakes[i].says,
			strlen(mistakes[i].says)) != 0)
			fail_msg("%s: %s", mistakes[i].line, outcome.err);
		assert_null(strstr(outcome.err, "hunter2"));
	}
}

/* Half a command, and one of the other program, get a hint of their own. */
static void
helps_who_is_near(void **state)
{
	static const char *const others[] = {"plan anchor", "seal", NULL};
	const struct program p = {
	    .name = "gap", .cmds = cmds, .offline = true, .others = others};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(
		    call(&p, i == 0 ? "plan" : "plan|chek|x"), STATUS_USAGE);
		assert_non_null(strstr(outcome.err,
		    "hint: it takes a second word: 'plan check', "
		    "'plan approve'\n"));
	}
	assert_int_equal(call(&p, "plan|anchor|x"), STATUS_USAGE);
	assert_non_null(strstr(outcome.err,
	    "hint: 'plan anchor' is a command of gapseal-online\n"));
	assert_int_equal(call(&p, "seal"), STATUS_USAGE);
	assert_non_null(strstr(outcome.err, "'seal' is a command of"));
	assert_int_equal(call(&p, "seals"), STATUS_USAGE);
	assert_non_null(strstr(outcome.err, "'gap help' lists"));
}

static void
no_command_is_a_mistake_too(void **state)
{
	char name[] = "gap", *argv[] = {name, NULL};

	(void)state;
	assert_int_equal(cmd_main(&program, 1, argv), STATUS_USAGE);
}

static void
refuses_more_than_it_can_hold(void **state)
{
	char line[1024] = "many";

	(void)state;
	for (unsigned i = 0; i < ARGS_MAX; i++)
		strcat(line, "|x");
	assert_int_equal(call(&program, line), STATUS_OK);
	assert_int_equal(seen.n, ARGS_MAX);
	strcat(line, "|x");
	assert_int_equal(call(&program, line), STATUS_USAGE);
	strcpy(line, "many");
	for (unsigned i = 0; i < ARGS_MAX; i++)
		strcat(line, "|--as=x");
	assert_int_equal(call(&program, line), STATUS_OK);
	assert_int_equal(args_count(&seen, "as"), ARGS_MAX);
	strcat(line, "|--as=x");
	assert_int_equal(call(&program, line), STATUS_USAGE);
	assert_non_null(strstr(outcome.err, "too many options at '--as'"));
}

static void
tells_failure_with_its_hint_and_status(void **state)
{
	(void)state;
	assert_int_equal(call(&program, "plan|approve|x"), STATUS_REMOTE);
	assert_string_equal(
	    outcome.err, "gap: the other side said no\ngap: hint: ask again\n");
}

static void
goes_to_the_directory_first(void **state)
{
	char here[256];

	(void)state;
	assert_int_equal(mkdir("sub", 0700), 0);
	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(call(&program, "-C|none|planet"), STATUS_FAILED);
	assert_int_equal(runs, 0);
	assert_non_null(
	    strstr(outcome.err, "cannot go to directory 'none': No such"));
	/* out and err lie where the call began, so come back for them. */
	assert_int_equal(call(&program, "-C|sub|-C|..|planet"), STATUS_OK);
	assert_int_equal(runs, 1);
	assert_int_equal(chdir(here), 0);
}

static void
help_is_a_command_an_option_and_a_word_after(void **state)
{
	static const char *const overviews[] = {
	    "help", "--help", "-h", "--help|plan", "-h|plan|check"};
	static const char *const details[] = {
	    "help|plan check", "help|plan|check", "plan|check|--help"};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(call(&program, overviews[i]), STATUS_OK);
		assert_non_null(strstr(outcome.out, "in the order of the"));
		assert_non_null(strstr(outcome.out, "  plan check FILE\n"));
	}
	/* A word behind --help is what to explain, if there is such a one. */
	assert_int_equal(call(&program, overviews[3]), STATUS_USAGE);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(call(&program, details[i]), STATUS_OK);
		assert_non_null(strstr(
		    outcome.out, "usage: gap plan check [OPTIONS] FILE"));
		assert_non_null(strstr(
		    outcome.out, "--as KEY\n      who (may be given more"));
	}
	assert_int_equal(call(&program, overviews[4]), STATUS_OK);
	assert_non_null(strstr(outcome.out, "usage: gap plan check"));
}

static void
says_its_version(void **state)
{
	(void)state;
	assert_int_equal(call(&program, "version"), STATUS_OK);
	assert_int_equal(strncmp(outcome.out, "gap ", 4), 0);
	assert_int_equal(call(&program, "--version"), STATUS_OK);
	assert_int_equal(strncmp(outcome.out, "gap ", 4), 0);
	assert_int_equal(call(&program, "version|x"), STATUS_USAGE);
}

static int
refuse_to_start(struct err *err)
{
	return err_set(err, STATUS_FAILED, "not on this machine");
}

static void
starts_before_anything_is_read(void **state)
{
	static const struct program sick = {.name = "gap",
	    .cmds = cmds,
	    .about = "A test.",
	    .start = refuse_to_start};

	(void)state;
	assert_int_equal(call(&sick, "planet"), STATUS_FAILED);
	assert_int_equal(runs, 0);
	assert_string_equal(outcome.err, "gap: not on this machine\n");
	assert_int_equal(call(&sick, "nonsense"), STATUS_FAILED);
}

/* The shells themselves judge what they can be asked to judge. */
static void
completes_in_bash(void **state)
{
	struct buf script;
	struct err err;

	(void)state;
	assert_int_equal(call(&program, "completion|bash"), STATUS_OK);
	script = buf_view(outcome.out, strlen(outcome.out));
	assert_int_equal(file_create("c", &script, &err), 0);
	/* NOLINTNEXTLINE(cert-env33-c) */
	assert_int_equal(
	    system("bash -c 'set -e; . ./c; try() { COMP_WORDS=(\"$@\"); "
		   "COMP_CWORD=$(($# - 1)); COMPREPLY=(); _gapseal_online; "
		   "echo \"${COMPREPLY[*]}\"; }; "
		   "[[ $(try gap plane) == planet ]]; "
		   "[[ $(try gap -C d plane) == planet ]]; "
		   "[[ $(try gap plan) == \"plan planet\" ]]; "
		   "[[ $(try gap plan check --t) == --to ]]; "
		   "[[ $(try gap -C d plan check --j) == --json ]]; "
		   "[[ $(try gap planet --a) == --as ]]; "
		   "[[ $(try gap plan approve --) == \"\" ]]'"),
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    in_scratch(finds_commands_of_one_and_two_words),
	    in_scratch(reads_options_in_both_forms_and_any_order),
	    in_scratch(takes_words_after_two_dashes_as_they_are),
	    in_scratch(names_each_mistake_and_does_nothing),
	    in_scratch(helps_who_is_near),
	    in_scratch(no_command_is_a_mistake_too),
	    in_scratch(refuses_more_than_it_can_hold),
	    in_scratch(tells_failure_with_its_hint_and_status),
	    in_scratch(goes_to_the_directory_first),
	    in_scratch(help_is_a_command_an_option_and_a_word_after),
	    in_scratch(says_its_version),
	    in_scratch(starts_before_anything_is_read),
	    in_scratch(completes_in_bash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
