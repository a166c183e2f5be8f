/* The operator's program: network calls, and nothing that could hold a key. */
#include "cmd.h"
#include "dumps.h"
#include "grant.h"
#include "import.h"
#include "request.h"
#include "verbs.h"

static const struct cmd commands[] = {
    {"identity", cmd_identity, "NAME", 1, 1,
	"make a personal signing identity, NAME.key and NAME.pub",
	opts_identity},
    {"plan check", cmd_plan_check, "FILE", 1, 1,
	"look for what people or the cloud would trip over", opts_json},
    {"plan anchor", cmd_plan_anchor, "", 0, 0,
	"teach this machine the plan, by the words from the paper",
	opts_anchor},
    {"request", cmd_request, "", 0, 0,
	"make the KMS keys and fetch their import parameters", opts_request},
    {"cosign", cmd_cosign, "FILE.gsb", 1, 1,
	"sign a request, tokens or a receipt as one more person", opts_sign},
    {"import", cmd_import, "", 0, 0,
	"push the wrapped key into KMS and prove what arrived", opts_import},
    {"grant", cmd_grant, "", 0, 0, "let Heroku and S3 use the key", opts_grant},
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

static const char *const others[] = {"plan approve", "selftest", "seal", NULL};

static const struct program program = {
    .name = "gapseal-online",
    .offline = false,
    .cmds = commands,
    .about = "The operator's half of a key ceremony: asks the cloud for "
	     "import parameters,\npushes the wrapped key, proves what arrived, "
	     "grants its use.",
    .others = others,
    .start = dumps_forbid, /* credentials and tokens are in memory */
};

int
main(int argc, char **argv)
{
	return cmd_main(&program, argc, argv);
}
