/*
 * A peer on loopback that answers with bytes a test gives, one answer to each
 * request, in a thread: what libcurl makes of broken answers can only be seen
 * with libcurl.
 */
#ifndef PEER_H
#define PEER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PEER_ANSWERS 8
#define PEER_SOCKETS 16
#define PEER_REQUEST 4096

struct peer_answer {
	const char *p;
	size_t len;
	bool hang_up; /* afterwards */
};

struct peer {
	char url[64];
	int listener;
	int stop[2]; /* a pipe; its end tells the thread to leave */
	pthread_t thread;
	struct peer_answer answers[PEER_ANSWERS]; /* the last one stays */
	size_t n_answers;
	/* What was seen. Read it when nothing is under way. */
	size_t requests, connections;
	char last[PEER_REQUEST]; /* the last request, cut */
};

static inline void
peer_answer(struct peer *p, const char *text, size_t len, bool hang_up)
{
	assert_true(p->n_answers < PEER_ANSWERS);
	p->answers[p->n_answers++] = (struct peer_answer){text, len, hang_up};
}

/* Whole headers and as much body as Content-Length says. */
static inline bool
peer_is_whole(const char *text)
{
	const char *end = strstr(text, "\r\n\r\n");
	const char *length = strstr(text, "Content-Length: ");

	return end != NULL &&
	    (length == NULL || length > end ||
		strlen(end + 4) >= strtoul(length + 16, NULL, 10));
}

/* One request from fd and its answer; false when fd is to be closed. */
static inline bool
peer_serve(struct peer *p, int fd)
{
	size_t used = 0;
	const struct peer_answer *a;

	p->last[0] = '\0';
	while (!peer_is_whole(p->last)) {
		ssize_t n = read(
		    fd, p->last + used, sizeof(p->last) - 1 - used);

		if (n <= 0)
			return false;
		used += (size_t)n;
		p->last[used] = '\0';
	}
	a = &p->answers[p->requests < p->n_answers ? p->requests
						   : p->n_answers - 1];
	p->requests++;
	for (size_t sent = 0; sent < a->len;) {
		ssize_t n = send(fd, a->p + sent, a->len - sent, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		sent += (size_t)n;
	}
	return !a->hang_up;
}

static inline void *
peer_run(void *arg)
{
	struct peer *p = arg;
	struct pollfd fds[PEER_SOCKETS] = {{.fd = p->stop[0], .events = POLLIN},
	    {.fd = p->listener, .events = POLLIN}};
	nfds_t n = 2;

	while (poll(fds, n, -1) > 0 && fds[0].revents == 0) {
		if (fds[1].revents != 0 && n < PEER_SOCKETS) {
			fds[n] = (struct pollfd){.events = POLLIN};
			fds[n++].fd = accept(p->listener, NULL, NULL);
			p->connections++;
		}
		for (nfds_t i = 2; i < n; i++) {
			if (fds[i].revents == 0 || peer_serve(p, fds[i].fd))
				continue;
			close(fds[i].fd);
			fds[i--] = fds[--n];
		}
	}
	for (nfds_t i = 2; i < n; i++)
		close(fds[i].fd);
	return NULL;
}

static inline void
peer_start(struct peer *p)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t len = sizeof(at);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	p->requests = p->connections = 0;
	p->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(p->listener >= 0);
	assert_int_equal(
	    bind(p->listener, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(p->listener, 8), 0);
	assert_int_equal(
	    getsockname(p->listener, (struct sockaddr *)&at, &len), 0);
	(void)snprintf(p->url, sizeof(p->url), "http://127.0.0.1:%u",
	    (unsigned)ntohs(at.sin_port));
	assert_int_equal(pipe(p->stop), 0);
	assert_int_equal(pthread_create(&p->thread, NULL, peer_run, p), 0);
}

static inline void
peer_stop(struct peer *p)
{
	assert_int_equal(write(p->stop[1], "x", 1), 1);
	assert_int_equal(pthread_join(p->thread, NULL), 0);
	close(p->stop[0]);
	close(p->stop[1]);
	close(p->listener);
	p->n_answers = 0;
}

#endif
