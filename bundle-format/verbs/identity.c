/* identity NAME: a personal signing identity, made where its owner sits. */
#include <string.h>

#include <openssl/crypto.h>

#include "encode.h"
#include "identity_file.h"
#include "json_write.h"
#include "signer.h"
#include "talk.h"
#include "text.h"
#include "verbs.h"

/* Shorter ones are taken, with a warning: who signs must judge that. */
#define PASSPHRASE_GOOD 12

const struct opt opts_identity[] = {
    {"passphrase-fd", "N", "read the new passphrase from descriptor N", false},
    {0},
};

static int
ask_twice(char out[static PASSPHRASE_MAX], struct err *err)
{
	char again[PASSPHRASE_MAX];
	bool same;

	if (passphrase_ask("new passphrase (it is not shown): ", out, err) < 0)
		return -1;
	if (out[0] == '\0') {
		err_set(err, STATUS_REJECTED, "the passphrase is empty");
		return err_hint(err, "nothing was written; run this again");
	}
	if (passphrase_ask("the same again: ", again, err) < 0)
		return -1;
	same = strcmp(out, again) == 0;
	OPENSSL_cleanse(again, sizeof(again));
	if (!same) {
		err_set(err, STATUS_REJECTED, "the two passphrases differ");
		return err_hint(err, "nothing was written; run this again");
	}
	return 0;
}

static int
get_new_passphrase(
    const struct args *args, char out[static PASSPHRASE_MAX], struct err *err)
{
	int fd;

	if (!args_has(args, "passphrase-fd")) {
		if (ask_twice(out, err) < 0)
			return -1;
	} else if (passphrase_fd(args_get(args, "passphrase-fd"), &fd, err) <
		0 ||
	    passphrase_read_fd(fd, out, err) < 0) {
		return -1;
	}
	if (strlen(out) < PASSPHRASE_GOOD)
		talk(
		    "WARNING: that passphrase is short. Several words that you "
		    "can keep in mind\nfor a year are better; make another "
		    "identity if you can.");
	return 0;
}

/* The line for the plan: ready to paste, roles as this machine suggests. */
static int
print_line(const struct program *program, const char *name,
    const uint8_t spki[static SPKI_LEN], struct err *err)
{
	int ret = -1;
	struct buf line = BUF_EMPTY;
	struct json_out w = json_out(&line);

	out_object(&w, NULL);
	out_str(&w, "name", name);
	out_array(&w, "roles");
	out_str(&w, NULL, program->offline ? "officer" : "operator");
	out_close(&w);
	out_base64(&w, "key", spki, SPKI_LEN);
	out_close(&w);
	if (out_end(&w, err) == 0 && buf_add(&line, "\n", 1, err) == 0)
		ret = result_buf(&line, err);
	buf_free(&line);
	return ret;
}

static int
check_name(const char *path, const char **name, struct err *err)
{
	const char *slash = strrchr(path, '/');

	*name = slash == NULL ? path : slash + 1;
	if (text_matches(*name, PERSON_FIRST, PERSON_REST, PERSON_NAME_MAX))
		return 0;
	err_set(err, STATUS_USAGE, "'%s' is no name for a person", *name);
	return err_hint(err,
	    "1 to 63 of letters, digits, blank, '.', '_', '@' and '-', "
	    "beginning with a letter or digit");
}

int
cmd_identity(const struct args *args, struct err *err)
{
	const char *path = args->operand[0], *name;
	char passphrase[PASSPHRASE_MAX] = "";
	uint8_t spki[SPKI_LEN];
	int ret = -1;

	if (check_name(path, &name, err) < 0 ||
	    identity_refuse_existing(path, err) < 0 ||
	    get_new_passphrase(args, passphrase, err) < 0 ||
	    identity_create(path, passphrase, spki, err) < 0 ||
	    print_line(args->program, name, spki, err) < 0)
		goto out;
	talk("Made '%s.key' (keep it to yourself) and '%s.pub'. The line "
	     "above belongs\ninto the plan's \"people\"; mend its roles there.",
	    path, path);
	talk_next("give the line to the person who writes the plan");
	ret = 0;
out:
	OPENSSL_cleanse(passphrase, sizeof(passphrase));
	return ret;
}
