#include "tty.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <openssl/crypto.h>

/* Signals that end or stop the program while a person types. */
static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGALRM,
    SIGUSR1, SIGUSR2, SIGTSTP, SIGTTIN, SIGTTOU};
#define N_CAUGHT (sizeof(caught) / sizeof(caught[0]))

static volatile sig_atomic_t arrived;

static void
note_signal(int sig)
{
	arrived = sig;
}

struct quiet {
	int fd;
	bool hidden;
	struct termios before;
	struct sigaction actions[N_CAUGHT];
};

static int
open_tty(void)
{
	return open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
}

bool
tty_available(void)
{
	int fd = open_tty();

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static int
write_text(int fd, const char *text, struct err *err)
{
	size_t left = strlen(text);

	while (left > 0) {
		ssize_t n = write(fd, text, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "cannot write to the terminal");
		text += n;
		left -= (size_t)n;
	}
	return 0;
}

int
tty_show(const char *text, struct err *err)
{
	int ret, fd = open_tty();

	if (fd < 0)
		return err_sys(err, "cannot open the terminal");
	ret = write_text(fd, text, err);
	close(fd);
	return ret;
}

/* Throws typeahead away. -1 when what is typed would be seen. */
static int
hide(struct quiet *q)
{
	struct termios quiet;

	if (tcgetattr(q->fd, &q->before) < 0)
		return -1;
	q->hidden = true;
	quiet = q->before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	return tcsetattr(q->fd, TCSAFLUSH, &quiet);
}

/* Take the signals and, when hidden, the echo. */
static int
begin(struct quiet *q, bool hidden, struct err *err)
{
	struct sigaction action = {.sa_handler = note_signal};

	arrived = 0;
	for (size_t i = 0; i < N_CAUGHT; i++)
		(void)sigaction(caught[i], &action, &q->actions[i]);
	/* In the background a signal is the reason; read_line() sees to it. */
	if (!hidden || hide(q) == 0 || arrived != 0)
		return 0;
	return err_sys(err, "cannot turn off the terminal's echo");
}

static void
end(const struct quiet *q)
{
	if (q->hidden)
		(void)tcsetattr(q->fd, TCSAFLUSH, &q->before);
	for (size_t i = 0; i < N_CAUGHT; i++)
		(void)sigaction(caught[i], &q->actions[i], NULL);
}

/*
 * Returns the length, -1 on end of file or error, -2 when a signal came, -3
 * when there was no room for all of the line.
 */
static ssize_t
read_line(int fd, char *line, size_t size)
{
	size_t len = 0;
	bool too_long = false;

	for (;;) {
		char c;
		ssize_t n;

		if (arrived != 0)
			return -2;
		n = read(fd, &c, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		if (c == '\n' || c == '\r')
			break;
		if (len + 1 < size)
			line[len++] = c;
		else
			too_long = true;
	}
	line[len] = '\0';
	return too_long ? -3 : (ssize_t)len;
}

/*
 * Ask once. A signal restores the terminal and is raised again: a stop
 * (Ctrl-Z) comes back to the same question, anything else ends the program.
 */
static int
ask(int fd, const char *prompt, bool hidden, char *line, size_t size,
    struct err *err)
{
	for (;;) {
		struct quiet q = {.fd = fd};
		ssize_t n;

		if (begin(&q, hidden, err) < 0 ||
		    write_text(fd, prompt, err) < 0) {
			end(&q);
			return -1;
		}
		n = read_line(fd, line, size);
		end(&q);
		if (hidden)
			(void)write_text(fd, "\n", err);
		if (n >= 0 && arrived == 0)
			return 0;
		OPENSSL_cleanse(line, size);
		if (n == -1 || n == -3) {
			err_set(err, STATUS_USAGE,
			    n == -3 ? "the answer is too long"
				    : "no answer came from the terminal");
			err_hint(err, "nothing was done; run this again");
			return n == -3 ? TTY_TOO_LONG : -1;
		}
		(void)raise((int)arrived);
	}
}

static int
open_and_ask(
    const char *prompt, bool hidden, char *line, size_t size, struct err *err)
{
	int ret, fd = open_tty();

	line[0] = '\0';
	if (fd < 0) {
		err_set(err, STATUS_USAGE, "there is no terminal to ask at");
		return err_hint(err,
		    "run this at a keyboard, or give the answers as options; "
		    "'help' lists them");
	}
	ret = ask(fd, prompt, hidden, line, size, err);
	close(fd);
	return ret;
}

int
tty_ask(const char *prompt, char *line, size_t size, struct err *err)
{
	return open_and_ask(prompt, false, line, size, err);
}

int
tty_ask_hidden(const char *prompt, char *line, size_t size, struct err *err)
{
	return open_and_ask(prompt, true, line, size, err);
}
