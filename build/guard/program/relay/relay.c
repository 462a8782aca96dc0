/* Leads connections of one container to programs of this computer, although no container may open any to
 * it: the computer connects to the relay, through a published port, and lends it those connections.
 * ../../README.md says what is said on them. */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "../shared/json.h"
#include "../shared/pairs.h"

enum { MOST_PORTS = 8, MOST_SLOTS = 128, MOST_CLIENTS = 64, TOKEN = 64, LINE = TOKEN + 8 };
/* A lender must say its word, and a client find a lent connection, within this. */
enum { PATIENCE_S = 10 };

typedef enum { FREE, GREETING, LENT, WAITING } Kind;

/* A connection that is joined to no other one yet: the lender's before and after its word, or a client's. */
typedef struct { Kind kind; int fd; uint16_t port; time_t since; char text[LINE + 1]; size_t length; } Slot;

typedef struct { int fd; uint16_t port; } Listener;

static Slot slots[MOST_SLOTS];
static Listener listeners[MOST_PORTS + 1]; /* the first is the lenders' */
static size_t listener_count;

static time_t seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec;
}

static void drop(Slot *slot) {
  close(slot->fd);
  slot->kind = FREE;
}

/* Clients never take the room that lenders need. */
static void keep(int fd, Kind kind, uint16_t port) {
  size_t clients = 0;
  Slot *room = NULL;
  for (size_t i = 0; i < MOST_SLOTS; i++) {
    clients += slots[i].kind == WAITING;
    if (slots[i].kind == FREE) room = &slots[i];
  }
  if (!room || (kind == WAITING && clients == MOST_CLIENTS)) { close(fd); return; }
  *room = (Slot){.kind = kind, .fd = make_lively(fd), .port = port, .since = seconds()};
}

static int listen_at(uint32_t address, uint16_t port) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(address)};
  int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof at) || listen(fd, MOST_CLIENTS)) return -1;
  listeners[listener_count++] = (Listener){fd, port};
  return 0;
}

/* Takes as long whatever is wrong about it. */
static int is_token(const char *text, const char *token) {
  unsigned char difference = 0;
  for (size_t i = 0; i < TOKEN; i++) difference |= (unsigned char)(text[i] ^ token[i]);
  return !difference;
}

static int is_served(unsigned long port) {
  for (size_t i = 1; i < listener_count; i++) if (listeners[i].port == port) return 1;
  return 0;
}

/* The word of a lender: the token, a space, the port that it lends the connection for, a newline. */
static void hear_greeting(Slot *slot, const char *token) {
  ssize_t got = read(slot->fd, slot->text + slot->length, LINE - slot->length);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) { drop(slot); return; }
  slot->length += (size_t)got;
  slot->text[slot->length] = 0;
  const char *end = strchr(slot->text, '\n');
  if (!end && slot->length < LINE) return;
  unsigned long port = end && end - slot->text > TOKEN ? strtoul(slot->text + TOKEN, NULL, 10) : 0;
  if (!is_token(slot->text, token) || !is_served(port)) { drop(slot); return; }
  slot->kind = LENT;
  slot->port = (uint16_t)port;
}

/* Joins clients with connections that are lent for their port; one byte tells the lender. */
static void match(void) {
  for (size_t i = 0; i < MOST_SLOTS; i++)
    for (size_t j = 0; slots[i].kind == WAITING && j < MOST_SLOTS; j++) {
      if (slots[j].kind != LENT || slots[j].port != slots[i].port) continue;
      join_pair(slots[j].fd, slots[i].fd, "\n");
      slots[i].kind = slots[j].kind = FREE;
    }
}

static void serve_slots(const struct pollfd *entries, const char *token) {
  time_t now = seconds();
  for (size_t i = 0; i < MOST_SLOTS; i++) {
    Slot *slot = &slots[i];
    if (slot->kind == FREE) continue;
    if (slot->kind == GREETING && entries[i].revents) hear_greeting(slot, token);
    /* A lender says nothing before it is told: it can only have left. */
    else if (slot->kind == LENT && entries[i].revents) drop(slot);
    if ((slot->kind == GREETING || slot->kind == WAITING) && now - slot->since > PATIENCE_S) drop(slot);
  }
  match();
}

static void serve(const char *token) {
  static struct pollfd entries[MOST_SLOTS + MOST_PORTS + 1 + 2 * MOST_PAIRS];
  struct pollfd *at_listeners = entries + MOST_SLOTS, *at_pairs = at_listeners + listener_count;
  for (size_t i = 0; i < MOST_SLOTS; i++) {
    int is_heard = slots[i].kind == GREETING || slots[i].kind == LENT;
    entries[i] = (struct pollfd){.fd = is_heard ? slots[i].fd : -1, .events = POLLIN};
  }
  for (size_t i = 0; i < listener_count; i++) at_listeners[i] = (struct pollfd){.fd = listeners[i].fd, .events = POLLIN};
  size_t count = MOST_SLOTS + listener_count + watch_pairs(at_pairs);
  if (poll(entries, count, 1000) < 0) return;
  serve_pairs(at_pairs);
  serve_slots(entries, token);
  for (size_t i = 0; i < listener_count; i++) {
    int fd = at_listeners[i].revents ? accept4(listeners[i].fd, NULL, NULL, SOCK_CLOEXEC) : -1;
    if (fd >= 0) keep(fd, i ? WAITING : GREETING, listeners[i].port);
  }
  match();
}

static int say(const char *problem) {
  static Json json;
  json_add(&json, problem ? "{\"ready\":false,\"problem\":" : "{\"ready\":true");
  if (problem) json_string(&json, problem);
  json_add(&json, "}");
  return json_print(&json) || problem ? 1 : 0;
}

/* The first process of a container hears no signal that it does not ask for. */
static void leave(int signal_number) { _exit(signal_number == SIGTERM ? 0 : 1); }

int main(int argc, char **argv) {
  const char *token = getenv("RELAY_TOKEN");
  signal(SIGTERM, leave);
  signal(SIGPIPE, SIG_IGN);
  if (!token || strlen(token) != TOKEN) return say("bad-token");
  if (argc < 3 || argc > MOST_PORTS + 2) return say("usage: relay LENDERS_PORT PORT...");
  for (int i = 1; i < argc; i++) {
    unsigned long port = strtoul(argv[i], NULL, 10);
    if (!port || port > 65535) return say("not a port");
    /* Clients are in this very namespace; the published port leads to its outer address. */
    if (listen_at(i == 1 ? INADDR_ANY : INADDR_LOOPBACK, (uint16_t)port)) return say("port-taken");
  }
  if (say(NULL)) return 1;
  for (;;) serve(token);
}
