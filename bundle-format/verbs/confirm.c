#include "confirm.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "encode.h"
#include "talk.h"
#include "text.h"
#include "tty.h"
#include "words.h"

#define ASKED 3
#define TRIES 3

/* So many hex digits are no word, but the beginning of the digest. */
#define DIGEST_BEGINS 8

/* Three different places in ascending order, picked by chance. */
static int
pick_places(unsigned place[static ASKED], struct err *err)
{
	unsigned n = 0;

	while (n < ASKED) {
		uint8_t byte;
		unsigned at;
		bool taken = false;

		if (RAND_bytes(&byte, 1) != 1)
			return err_crypto(err, "no random bytes");
		for (unsigned i = 0; i < n; i++)
			taken = taken || place[i] == byte % SHA256_LEN;
		if (taken)
			continue;
		for (at = n; at > 0 && place[at - 1] > byte % SHA256_LEN; at--)
			place[at] = place[at - 1];
		place[at] = byte % SHA256_LEN;
		n++;
	}
	return 0;
}

static int
differs(const char *what, enum confirm_from from, struct err *err)
{
	err_set(err, STATUS_REJECTED,
	    "what was typed is not the digest of %s: not confirmed", what);
	return err_hint(err,
	    from == CONFIRM_CROSSED
		? "stop and compare with the other side: if the paper is "
		  "right, this file is not the one they made"
		: "nothing was done; run this again and read the words "
		  "as they are shown");
}

/* What a person typed, without the blanks around it. */
static const char *
trimmed(char *line)
{
	size_t len = strlen(line);

	while (len > 0 && line[len - 1] == ' ')
		line[--len] = '\0';
	return line + strspn(line, " ");
}

static bool
is_digest(const char *typed)
{
	size_t digits = 0;

	for (; *typed != '\0'; typed++) {
		if (*typed == ' ')
			continue;
		if (!isxdigit((unsigned char)*typed))
			return false;
		digits++;
	}
	return digits >= DIGEST_BEGINS;
}

/* What a person should know who typed something that is no word there. */
static int
explain(unsigned place, const char *typed, struct err *err)
{
	const char *near = word_nearest(place, typed);
	char text[256], shown[40];

	text_visible(typed, strlen(typed), shown, sizeof(shown));
	if (is_digest(typed))
		(void)snprintf(text, sizeof(text),
		    "  that is the digest itself; type only the word that "
		    "stands at number %u\n",
		    place + 1);
	else if (word_find(place + 1, typed) >= 0)
		(void)snprintf(text, sizeof(text),
		    "  '%s' stands at %s numbers; wanted is the word at "
		    "number %u\n",
		    shown, place % 2 == 0 ? "even" : "odd", place + 1);
	else
		(void)snprintf(text, sizeof(text),
		    "  '%s' is no word of the list there%s%s\n", shown,
		    near == NULL ? "" : "; near to it: ",
		    near == NULL ? "" : near);
	return tty_show(text, err);
}

static int
explain_too_long(unsigned place, struct err *err)
{
	char text[128];

	(void)snprintf(text, sizeof(text),
	    "  that is too long; type only the word that stands at number "
	    "%u\n",
	    place + 1);
	return tty_show(text, err);
}

/* Ask for the word at one place; a typing slip may be corrected twice. */
static int
ask_word(const char *what, unsigned place, uint8_t byte, enum confirm_from from,
    struct err *err)
{
	char prompt[64], line[256];
	const char *typed;

	(void)snprintf(prompt, sizeof(prompt), "  word number %u: ", place + 1);
	for (int tries = 0; tries < TRIES; tries++) {
		int answer = tty_ask(prompt, line, sizeof(line), err);

		if (answer == TTY_TOO_LONG) {
			if (explain_too_long(place, err) < 0)
				return -1;
			continue;
		}
		if (answer < 0)
			return -1;
		typed = trimmed(line);
		if (word_find(place, typed) == byte)
			return 0;
		if (word_find(place, typed) >= 0)
			break;
		if (explain(place, typed, err) < 0)
			return -1;
	}
	return differs(what, from, err);
}

int
confirm_words(const char *what, const uint8_t digest[static SHA256_LEN],
    enum confirm_from from, struct err *err)
{
	unsigned place[ASKED] = {0};
	char text[256];

	if (from == CONFIRM_MADE_HERE && talk_digest(what, digest, err) < 0)
		return -1;
	(void)snprintf(text, sizeof(text),
	    "\nTo confirm %s, type these words of its digest%s:\n", what,
	    from == CONFIRM_CROSSED ? ",\nfrom the paper or the other "
				      "machine's screen"
				    : "");
	if (tty_show(text, err) < 0 || pick_places(place, err) < 0)
		return -1;
	for (unsigned i = 0; i < ASKED; i++)
		if (ask_word(what, place[i], digest[place[i]], from, err) < 0)
			return -1;
	return 0;
}

bool
confirm_possible(const struct args *args)
{
	return args_has(args, "confirm") || tty_available();
}

static int
compare_hex(const char *what, const char *given,
    const uint8_t digest[static SHA256_LEN], enum confirm_from from,
    struct err *err)
{
	uint8_t typed[SHA256_LEN];

	if (hex_decode_typed(given, typed, sizeof(typed)) != SHA256_LEN) {
		err_set(err, STATUS_USAGE,
		    "--confirm takes a digest: 64 hex digits");
		return err_hint(err, "give the digest of %s", what);
	}
	if (CRYPTO_memcmp(typed, digest, sizeof(typed)) != 0)
		return differs(what, from, err);
	return 0;
}

int
confirm_digest(const struct args *args, const char *what,
    const uint8_t digest[static SHA256_LEN], enum confirm_from from,
    struct err *err)
{
	const char *given = args_get(args, "confirm");

	if (given != NULL)
		return compare_hex(what, given, digest, from, err);
	if (tty_available())
		return confirm_words(what, digest, from, err);
	err_set(err, STATUS_USAGE,
	    "%s: not confirmed, for there is no terminal to ask at and no "
	    "--confirm; nothing was changed",
	    what);
	return err_hint(err,
	    "run this at a keyboard, or give --confirm with the digest of %s",
	    what);
}
