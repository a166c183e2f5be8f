/* The program for the machine that has never seen a network. */
#include "cmd.h"
#include "harden.h"
#include "known_answers.h"
#include "seal.h"
#include "selftest.h"
#include "verbs.h"

static const struct cmd commands[] = {
    {"identity", cmd_identity, "NAME", 1, 1,
	"make a personal signing identity, NAME.key and NAME.pub",
	opts_identity},
    {"plan check", cmd_plan_check, "FILE", 1, 1,
	"look for what people or the cloud would trip over", opts_json},
    {"plan approve", cmd_plan_approve, "FILE", 1, 1,
	"sign the plan as an officer: plan.gsb", opts_sign},
    {"plan anchor", cmd_plan_anchor, "", 0, 0,
	"teach this machine the plan, by the words from the paper",
	opts_anchor},
    {"selftest", cmd_selftest, "", 0, 0,
	"try every cryptographic primitive against known answers", opts_json},
    {"cosign", cmd_cosign, "FILE.gsb", 1, 1,
	"sign a request or a transfer as one more officer", opts_sign},
    {"seal", cmd_seal, "", 0, 0,
	"make or receive the key and wrap it for every target", opts_seal},
    {"inspect", cmd_inspect, "FILE.gsb", 1, 1,
	"show what a bundle is, who signed it and what it says", opts_json},
    {"verify", cmd_verify, "", 0, 0,
	"check the whole ceremony from its files alone", opts_verify},
    {"export", cmd_export, "FILE.gsb", 1, 1,
	"write a bundle in the forms that stock tools read", opts_export},
    {"words", cmd_words, "HEX", 1, 1, "show a digest as words", opts_json},
    {"completion", cmd_completion, "bash|zsh|fish", 1, 1,
	"print completion for a shell", NULL},
    {"version", cmd_version, "", 0, 0, "print the version", NULL},
    {"help", cmd_help, "[COMMAND]", 0, 2, "explain the commands", NULL},
    {0},
};

static const char *const others[] = {"request", "import", "grant", NULL};

static int
start(struct err *err)
{
	if (harden(err) < 0)
		return -1;
	return known_answers_start(err);
}

static const struct program program = {
    .name = "gapseal-offline",
    .offline = true,
    .cmds = commands,
    .about = "The room's half of a key ceremony: approves plans, makes or "
	     "receives the\nkey, wraps it for the cloud. Uses no network.",
    .others = others,
    .start = start,
};

int
main(int argc, char **argv)
{
	return cmd_main(&program, argc, argv);
}
