/* TCP and UDP as any program may use them. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include "probe.h"

enum { ANSWER_MS = 1000 };

static void note_label(Report *r, const char *label) {
  json_add(&r->detail, "\"label\":");
  json_string(&r->detail, label);
}

static int read_targets(char **texts, int count, Target *targets, Report *r) {
  if (count > MOST_TARGETS) return cannot_try(r, "more than %d targets", MOST_TARGETS);
  for (int i = 0; i < count; i++)
    if (!read_target(texts[i], &targets[i])) return cannot_try(r, "not an address and port: %.60s", texts[i]);
  return 0;
}

int try_tcp(int argc, char **argv, Report *r) {
  static Target targets[MOST_TARGETS];
  if (argc < 2) return -1;
  r->tried = "to connect by TCP, by the routes and past them";
  if (read_targets(argv + 1, argc - 1, targets, r)) return -1;
  note_label(r, argv[0]);
  return connect_all(targets, (size_t)argc - 1, r);
}

typedef struct { const Target *target; int past_routes, fd, error, answered; } Datagram;

static void send_nonce(Datagram *d, const char *nonce) {
  const int yes = 1;
  d->error = ENETUNREACH;
  d->fd = d->target->size ? socket(d->target->address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) : -1;
  if (d->fd < 0) { d->error = d->target->size ? errno : ENETUNREACH; return; }
  setsockopt(d->fd, SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes);
  int refused = d->past_routes && setsockopt(d->fd, SOL_SOCKET, SO_BINDTODEVICE, "eth0", sizeof "eth0");
  if (!refused) refused = sendto(d->fd, nonce, strlen(nonce), 0, (const struct sockaddr *)&d->target->address, d->target->size) < 0;
  d->error = refused ? errno : 0;
}

/* Nobody tells a sender that its datagram was lost on the way: one that was let go counts as arrived. */
static void note_datagram(const Datagram *d, Report *r) {
  next_field(&r->detail);
  json_add(&r->detail, "{\"to\":");
  json_string(&r->detail, d->target->text);
  json_add(&r->detail, ",\"by\":\"%s\",\"result\":\"%s\",\"answered\":%s}", d->past_routes ? "eth0" : "route",
           d->error ? name_of_errno(d->error) : "sent", d->answered ? "true" : "false");
  if (d->error) stopped_by(r, name_of_errno(d->error));
  else r->reached = 1;
}

int try_udp(int argc, char **argv, Report *r) {
  static Target targets[MOST_TARGETS];
  Datagram datagrams[2 * MOST_TARGETS];
  struct pollfd polled[2 * MOST_TARGETS];
  size_t total = argc < 3 ? 0 : 2 * ((size_t)argc - 2);
  int waiting = 0;
  if (argc < 3) return -1;
  r->tried = "to send a datagram, by the routes and past them";
  if (read_targets(argv + 2, argc - 2, targets, r)) return -1;
  note_label(r, argv[0]);
  for (size_t i = 0; i < total; i++) {
    datagrams[i] = (Datagram){.target = targets + i / 2, .past_routes = i % 2 == 1};
    send_nonce(&datagrams[i], argv[1]);
    polled[i] = (struct pollfd){.fd = datagrams[i].error ? -1 : datagrams[i].fd, .events = POLLIN};
    waiting |= !datagrams[i].error;
  }
  if (waiting) usleep(ANSWER_MS * 1000);
  poll(polled, total, 0);
  json_add(&r->detail, ",\"datagrams\":[");
  for (size_t i = 0; i < total; i++) {
    char answer[64];
    int is_heard = polled[i].fd >= 0 && polled[i].revents & POLLIN;
    datagrams[i].answered = is_heard && read(polled[i].fd, answer, sizeof answer) > 0;
    note_datagram(&datagrams[i], r);
    if (datagrams[i].fd >= 0) close(datagrams[i].fd);
  }
  json_add(&r->detail, "]");
  return 0;
}

static void end(int signal_number) { _exit(signal_number == SIGTERM ? 0 : 1); }

/* For both families where the kernel has both: such a socket takes IPv4 as well. */
static int open_listener(int type, in_port_t port) {
  const int yes = 1, no = 0;
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
  for (int is_four = 0; is_four < 2; is_four++) {
    int fd = socket(is_four ? AF_INET : AF_INET6, type | SOCK_CLOEXEC, 0);
    if (fd < 0) continue;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (!is_four) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
    int bad = is_four ? bind(fd, (struct sockaddr *)&four, sizeof four) : bind(fd, (struct sockaddr *)&six, sizeof six);
    if (!bad && (type != SOCK_STREAM || !listen(fd, 16))) return fd;
    close(fd);
  }
  return -1;
}

/* Answers every connection and every datagram with a word, until it is told to stop. */
int try_listen(int argc, char **argv, Report *r) {
  static Json line;
  uint64_t port;
  if (argc != 2 || !read_count(argv[0], 10, &port) || !port || port > 65535) return -1;
  struct pollfd open[2] = {{.events = POLLIN}, {.events = POLLIN}};
  open[0].fd = open_listener(SOCK_STREAM, (in_port_t)port);
  open[1].fd = open_listener(SOCK_DGRAM, (in_port_t)port);
  if (open[0].fd < 0 || open[1].fd < 0) return cannot_try(r, "cannot listen: %s", name_of_errno(errno));
  signal(SIGTERM, end);
  signal(SIGPIPE, SIG_IGN);
  json_add(&line, "{\"attempt\":\"listen\",\"listening\":%u}", (unsigned)port);
  if (json_print(&line)) return cannot_try(r, "nobody reads");
  for (;;) {
    struct sockaddr_storage from;
    socklen_t size = sizeof from;
    char ignored[64];
    if (poll(open, 2, -1) < 1) continue;
    if (open[1].revents && recvfrom(open[1].fd, ignored, sizeof ignored, MSG_DONTWAIT, (struct sockaddr *)&from, &size) >= 0)
      sendto(open[1].fd, argv[1], strlen(argv[1]), MSG_DONTWAIT, (struct sockaddr *)&from, size);
    if (!open[0].revents) continue;
    int fd = accept(open[0].fd, NULL, NULL);
    if (fd < 0) continue;
    if (write(fd, argv[1], strlen(argv[1])) < 0) size = 0; /* it left again: no matter */
    close(fd);
  }
}
