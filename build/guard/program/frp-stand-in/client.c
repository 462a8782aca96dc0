/* The words that it prints are those of frpc's log (client/service.go, client/proxy/proxy_manager.go of
 * fatedier/frp), since whoever starts it reads them. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include "../shared/pairs.h"
#include "client.h"

enum { LINE_ROOM = 512, LOGIN_MS = 10000, FIRST_PAUSE_S = 1, LAST_PAUSE_S = 10 };

static Proxy proxies[MOST_PROXIES];
static int proxy_count;

/* What the server has said and is not yet a whole line. */
typedef struct { char text[LINE_ROOM]; size_t length; } Heard;

static const char *setting(const char *name) {
  const char *value = getenv(name);
  if (value && *value) return value;
  printf("[E] %s is missing\n", name);
  exit(1);
}

static int say_all(int fd, const char *text) {
  for (size_t left = strlen(text); left;) {
    struct pollfd entry = {.fd = fd, .events = POLLOUT};
    if (poll(&entry, 1, LOGIN_MS) != 1) return -1;
    ssize_t put = send(fd, text, left, MSG_NOSIGNAL);
    if (put < 0 && errno != EAGAIN) return -1;
    text += put > 0 ? put : 0;
    left -= put > 0 ? (size_t)put : 0;
  }
  return 0;
}

/* The next whole line into `line`: 1, 0 when there is none yet, -1 when the server is gone. */
static int next_line(int fd, Heard *heard, char *line) {
  char *end = memchr(heard->text, '\n', heard->length);
  if (!end) {
    ssize_t got = read(fd, heard->text + heard->length, LINE_ROOM - heard->length);
    if (got == 0 || (got < 0 && errno != EAGAIN)) return -1;
    heard->length += got > 0 ? (size_t)got : 0;
    end = memchr(heard->text, '\n', heard->length);
    if (!end) return heard->length == LINE_ROOM ? -1 : 0;
  }
  size_t size = (size_t)(end - heard->text) + 1;
  memcpy(line, heard->text, size - 1);
  line[size - 1] = 0;
  heard->length -= size;
  memmove(heard->text, end + 1, heard->length);
  return 1;
}

/* One JSON line tells who comes and with what; the server's first line says whether it takes it. */
static int log_in(int fd, Heard *heard) {
  char line[LINE_ROOM];
  if (say_all(fd, "{\"login\":\"") || say_all(fd, getenv("NOSANA_ID") ? getenv("NOSANA_ID") : "api")) return -1;
  if (say_all(fd, "\",\"proxies\":") || say_all(fd, setting("FRP_PROXIES")) || say_all(fd, "}\n")) return -1;
  for (int state = 0; state != 1;) {
    struct pollfd entry = {.fd = fd, .events = POLLIN};
    if (poll(&entry, 1, LOGIN_MS) != 1) return -1;
    state = next_line(fd, heard, line);
    if (state < 0) return -1;
  }
  if (!strcmp(line, "ok")) return 0;
  printf("[W] start error: %s\n", line);
  return -1;
}

/* `work <id> <number of the proxy>`: somebody came for that address. */
static void work(const char *line) {
  char id[65], hello[80];
  int proxy;
  if (sscanf(line, "work %64s %d", id, &proxy) != 2 || proxy < 0 || proxy >= proxy_count) return;
  int job = dial(proxies[proxy].host, proxies[proxy].port);
  int server = dial(setting("FRP_SERVER_ADDR"), setting("FRP_SERVER_PORT"));
  snprintf(hello, sizeof hello, "work %s\n", id);
  /* Without the job's end the server hears at once that nothing comes. */
  if (server >= 0 && job < 0) say_all(server, hello);
  if (server >= 0 && job >= 0) { join_pair(server, job, hello); return; }
  if (server >= 0) close(server);
  if (job >= 0) close(job);
}

static void serve(int control, Heard *heard) {
  static struct pollfd entries[1 + 2 * MOST_PAIRS];
  char line[LINE_ROOM];
  for (;;) {
    entries[0] = (struct pollfd){.fd = control, .events = POLLIN};
    if (poll(entries, 1 + watch_pairs(entries + 1), -1) < 0) return;
    serve_pairs(entries + 1);
    if (!entries[0].revents) continue;
    int state;
    while ((state = next_line(control, heard, line)) == 1) work(line);
    if (state < 0) return;
  }
}

/* The first process of a container hears no signal that it does not ask for. */
static void leave(int signal_number) { _exit(signal_number == SIGTERM ? 0 : 1); }

int main(void) {
  int was_there = 0, pause_s = FIRST_PAUSE_S;
  signal(SIGTERM, leave);
  signal(SIGPIPE, SIG_IGN);
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  proxy_count = read_proxies(setting("FRP_PROXIES"), proxies);
  if (proxy_count < 0) {
    puts("[E] FRP_PROXIES cannot be understood");
    return 1;
  }
  for (;;) {
    static Heard heard;
    heard.length = 0;
    puts("[I] try to connect to server...");
    int control = dial(setting("FRP_SERVER_ADDR"), setting("FRP_SERVER_PORT"));
    if (control >= 0 && !log_in(control, &heard)) {
      puts("[I] login to server success (a stand-in)");
      for (int i = 0; i < proxy_count; i++) printf("[I] [%s:%s] start proxy success\n", proxies[i].host, proxies[i].port);
      was_there = 1;
      pause_s = FIRST_PAUSE_S;
      serve(control, &heard);
    }
    puts("[W] connect to server error: it is not there");
    if (control >= 0) close(control);
    /* As frpc does by default (loginFailExit). */
    if (!was_there) return 1;
    sleep((unsigned)pause_s);
    pause_s = pause_s * 2 > LAST_PAUSE_S ? LAST_PAUSE_S : pause_s * 2;
  }
}
