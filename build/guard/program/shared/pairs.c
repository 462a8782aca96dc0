#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "pairs.h"

/* What was heard from one end and not yet said to the other. */
typedef struct { char bytes[PAIR_BUFFER]; size_t start, length; int heard_all, said_all; } Way;

/* way[0] leads from fd[0] to fd[1], way[1] back. */
typedef struct { int used, fd[2]; Way way[2]; } Pair;

static Pair pairs[MOST_PAIRS];

int make_lively(int fd) {
  int on = 1, idle = 20, every = 10, times = 4;
  setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
  setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &every, sizeof every);
  setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &times, sizeof times);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  return fd;
}

static void end_pair(Pair *pair) {
  close(pair->fd[0]);
  close(pair->fd[1]);
  pair->used = 0;
}

void join_pair(int a, int b, const char *first) {
  for (size_t i = 0; i < MOST_PAIRS; i++) {
    Pair *pair = &pairs[i];
    size_t length = strlen(first);
    if (pair->used || length > PAIR_BUFFER) continue;
    for (int end = 0; end < 2; end++) pair->way[end].start = pair->way[end].length = 0;
    for (int end = 0; end < 2; end++) pair->way[end].heard_all = pair->way[end].said_all = 0;
    pair->used = 1;
    pair->fd[0] = a;
    pair->fd[1] = b;
    memcpy(pair->way[1].bytes, first, length);
    pair->way[1].length = length;
    return;
  }
  close(a);
  close(b);
}

size_t watch_pairs(struct pollfd *entries) {
  size_t count = 0;
  for (size_t i = 0; i < MOST_PAIRS; i++) {
    const Pair *pair = &pairs[i];
    for (int end = 0; pair->used && end < 2; end++) {
      const Way *from = &pair->way[end], *to = &pair->way[1 - end];
      short events = (short)((from->length || from->heard_all ? 0 : POLLIN) | (to->length ? POLLOUT : 0));
      /* An end of which nothing is wanted would only report, again and again, that it is gone. */
      entries[count++] = (struct pollfd){.fd = events ? pair->fd[end] : -1, .events = events};
    }
  }
  return count;
}

/* Moves what it can one way; returns -1 when the pair is broken. */
static int carry(int from, int to, Way *way) {
  if (!way->length && !way->heard_all) {
    ssize_t got = read(from, way->bytes, PAIR_BUFFER);
    if (got < 0 && errno != EAGAIN) return -1;
    way->start = 0;
    way->length = got > 0 ? (size_t)got : 0;
    way->heard_all = got == 0;
  }
  if (way->length) {
    ssize_t put = send(to, way->bytes + way->start, way->length, MSG_NOSIGNAL);
    if (put < 0 && errno != EAGAIN && errno != ENOTCONN) return -1;
    way->start += put > 0 ? (size_t)put : 0;
    way->length -= put > 0 ? (size_t)put : 0;
  }
  if (way->heard_all && !way->length && !way->said_all) {
    shutdown(to, SHUT_WR);
    way->said_all = 1;
  }
  return 0;
}

void serve_pairs(const struct pollfd *entries) {
  size_t at = 0;
  for (size_t i = 0; i < MOST_PAIRS; i++) {
    Pair *pair = &pairs[i];
    if (!pair->used) continue;
    int events = entries[at].revents | entries[at + 1].revents;
    at += 2;
    if (!events) continue;
    int broken = 0;
    for (int end = 0; end < 2; end++) broken |= carry(pair->fd[end], pair->fd[1 - end], &pair->way[end]);
    if (broken || (pair->way[0].said_all && pair->way[1].said_all)) end_pair(pair);
  }
}
