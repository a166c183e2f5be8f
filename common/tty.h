/*
 * Questions to the person, always on /dev/tty: pipes carry results.
 * Echo comes back whatever happens: return, error or signal.
 */
#ifndef TTY_H
#define TTY_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/* Is there a terminal to ask at? */
bool tty_available(void);

/* Show text on the terminal, not on stderr (which may be a log). */
int tty_show(const char *text, struct err *err);

/* What asking returns, with an error, when the line did not fit. */
#define TTY_TOO_LONG (-2)

/* Ask, and read one line, without its newline. STATUS_USAGE at end of file. */
int tty_ask(const char *prompt, char *line, size_t size, struct err *err);

/* The same without echo. The caller wipes line. */
int tty_ask_hidden(
    const char *prompt, char *line, size_t size, struct err *err);

#endif
