/* Many connections at once, so that silence costs one deadline and not one for each. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "probe.h"

enum { DEADLINE_MS = 1500, HEARD = 64, WAYS = 2 };

/* The second way leaves by this interface whatever the routes say; needs no right since Linux 5.7. */
static const char interface[] = "eth0";

typedef struct {
  const Target *target;
  int past_routes, fd, error, connected;
  char heard[HEARD + 1];
} Connection;

static int milliseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int)(t.tv_sec % 1000000 * 1000 + t.tv_nsec / 1000000);
}

static void finish(Connection *c, int error) {
  if (c->fd >= 0) close(c->fd);
  c->fd = -1;
  c->error = error;
}

static void begin(Connection *c) {
  c->fd = -1;
  if (!c->target->size) { finish(c, ENETUNREACH); return; }
  c->fd = socket(c->target->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0) { finish(c, errno); return; }
  if (c->past_routes && setsockopt(c->fd, SOL_SOCKET, SO_BINDTODEVICE, interface, sizeof interface)) {
    finish(c, errno);
    return;
  }
  if (connect(c->fd, (const struct sockaddr *)&c->target->address, c->target->size) && errno != EINPROGRESS) finish(c, errno);
}

/* A connection says something, is made, or fails. What is made is listened to until the deadline. */
static void go_on(Connection *c) {
  int error = 0;
  socklen_t size = sizeof error;
  if (!c->connected) {
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) { finish(c, error); return; }
    c->connected = 1;
    return;
  }
  if (read(c->fd, c->heard, HEARD) < 0 && errno == EAGAIN) return;
  finish(c, 0);
}

static void note(const Connection *c, Report *r) {
  Json *json = &r->detail;
  next_field(json);
  json_add(json, "{\"to\":");
  json_string(json, c->target->text);
  json_add(json, ",\"by\":\"%s\",\"result\":\"%s\"", c->past_routes ? interface : "route",
           c->connected ? "connected" : name_of_errno(c->error));
  if (c->heard[0]) {
    json_add(json, ",\"heard\":");
    json_string(json, c->heard);
  }
  json_add(json, "}");
  if (c->connected) r->reached = 1;
  else stopped_by(r, name_of_errno(c->error));
}

int connect_all(const Target *targets, size_t count, Report *r) {
  static Connection connections[WAYS * MOST_TARGETS];
  struct pollfd polled[WAYS * MOST_TARGETS];
  size_t total = WAYS * count;
  int end = milliseconds() + DEADLINE_MS, left, open = 1;
  for (size_t i = 0; i < total; i++) {
    connections[i] = (Connection){.target = targets + i / WAYS, .past_routes = i % WAYS == 1};
    begin(&connections[i]);
  }
  while (open && (left = end - milliseconds()) > 0) {
    open = 0;
    for (size_t i = 0; i < total; i++) {
      const Connection *c = &connections[i];
      polled[i] = (struct pollfd){.fd = c->fd, .events = c->connected ? POLLIN : POLLOUT};
      open |= c->fd >= 0;
    }
    if (!open || poll(polled, total, left) < 1) continue;
    for (size_t i = 0; i < total; i++) if (polled[i].fd >= 0 && polled[i].revents) go_on(&connections[i]);
  }
  next_field(&r->detail);
  json_add(&r->detail, "\"connections\":[");
  for (size_t i = 0; i < total; i++) {
    if (connections[i].fd >= 0) finish(&connections[i], ETIMEDOUT);
    note(&connections[i], r);
  }
  json_add(&r->detail, "]");
  return 0;
}
