/*
 * The only part of Offpeak that may run as administrator: it changes three settings of a card, and puts them back.
 * It reads one line, does it, and answers with one line:
 *
 *   cap UUID MILLIWATTS      clocks UUID LOW HIGH      fan UUID PERCENT
 *   uncap UUID MILLIWATTS    clocks UUID auto          fan UUID auto
 *   restore UUID             restore-all               ping
 *
 * Answers: ok [BEFORE NOW] | error REASON [LOW HIGH | STATUS]. Unasked it says "fans-freed" and "restored-all".
 * When its input ends, whoever started it is gone: everything comes back. So it does after a minute without a line,
 * and when it is told to end. It opens no file but the driver's library, starts no program and knows no network.
 */
#include "card.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 160, WORDS = 4, PATIENCE_MS = 60000, GUARD_MS = 2000 };

static volatile sig_atomic_t ended;

static void on_signal(int number) {
  (void)number;
  ended = 1;
}

static void say(const char *line) {
  char text[LINE_BYTES];
  int length = snprintf(text, sizeof text, "%s\n", line);
  /* Whoever does not listen any more is noticed at the end of the input. */
  if (write(STDOUT_FILENO, text, (size_t)length) < 0) return;
}

static void tell(struct outcome outcome) {
  static const char *const reasons[] = {"", "no-card", "unsupported", "not-permitted", "out-of-range", "differs", "failed"};
  char line[LINE_BYTES];
  const char *reason = reasons[outcome.kind];
  if (outcome.kind == DONE) snprintf(line, sizeof line, "ok %u %u", outcome.before, outcome.now);
  else if (outcome.kind == OUT_OF_RANGE) snprintf(line, sizeof line, "error %s %u %u", reason, outcome.low, outcome.high);
  else if (outcome.kind == DIFFERS) snprintf(line, sizeof line, "error %s %u", reason, outcome.now);
  else snprintf(line, sizeof line, "error %s %u", reason, outcome.status);
  say(line);
}

/* Digits alone, and few enough to be a number of 32 bits. */
static bool number(const char *text, unsigned *out) {
  size_t length = strspn(text, "0123456789");
  if (length == 0 || length > 9 || text[length] != 0) return false;
  *out = (unsigned)strtoul(text, NULL, 10);
  return true;
}

/* As the driver writes it: GPU-, then hexadecimal digits and dashes. */
static bool is_uuid(const char *text) {
  return !strncmp(text, "GPU-", 4) && strlen(text) < UUID_BYTES &&
         strspn(text + 4, "0123456789abcdef-") == strlen(text + 4);
}

static bool is_auto(const char *text) { return !strcmp(text, "auto"); }

static void change(int count, char *words[]) {
  unsigned one = 0, two = 0;
  const char *verb = words[0];
  if (count < 2 || !is_uuid(words[1])) return say("error bad-request");
  struct card *card = card_named(words[1]);
  if (!card) return say("error no-card");
  bool has_one = count > 2 && number(words[2], &one), has_two = count > 3 && number(words[3], &two);
  if (!strcmp(verb, "restore") && count == 2) tell(card_restore(card));
  else if (!strcmp(verb, "cap") && count == 3 && has_one) tell(card_cap(card, one));
  else if (!strcmp(verb, "uncap") && count == 3 && has_one) tell(card_uncap(card, one));
  else if (!strcmp(verb, "clocks") && count == 4 && has_one && has_two) tell(card_lock_clocks(card, one, two));
  else if (!strcmp(verb, "clocks") && count == 3 && is_auto(words[2])) tell(card_unlock_clocks(card));
  else if (!strcmp(verb, "fan") && count == 3 && has_one) tell(card_set_fans(card, one));
  else if (!strcmp(verb, "fan") && count == 3 && is_auto(words[2])) tell(card_free_fans(card));
  else say("error bad-request");
}

static void do_line(char *line) {
  char *words[WORDS + 1], *rest = NULL;
  int count = 0;
  for (char *word = strtok_r(line, " ", &rest); word && count <= WORDS; word = strtok_r(NULL, " ", &rest)) {
    words[count++] = word;
  }
  if (count == 1 && !strcmp(words[0], "ping")) return say("ok");
  if (count == 1 && !strcmp(words[0], "restore-all")) {
    cards_restore();
    return say("ok");
  }
  if (count == 0 || count > WORDS) return say("error bad-request");
  change(count, words);
}

/* Takes what came and does each whole line of it; false at the end of the input, or where a line is too long. */
static bool take(char *buffer, size_t *used) {
  ssize_t got = read(STDIN_FILENO, buffer + *used, LINE_BYTES - *used);
  if (got < 0) return errno == EINTR;
  if (got == 0) return false;
  *used += (size_t)got;
  char *end;
  while ((end = memchr(buffer, '\n', *used))) {
    size_t length = (size_t)(end - buffer) + 1;
    *end = 0;
    do_line(buffer);
    memmove(buffer, buffer + length, *used - length);
    *used -= length;
  }
  return *used < LINE_BYTES;
}

static void serve(void) {
  char buffer[LINE_BYTES];
  size_t used = 0;
  int quiet_ms = 0;
  while (!ended) {
    int wait_ms = cards_hold_fans() ? GUARD_MS : PATIENCE_MS;
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    int ready = poll(&input, 1, wait_ms);
    if (ready < 0 && errno != EINTR) return;
    if (ready > 0) {
      quiet_ms = 0;
      if (!take(buffer, &used)) return;
    }
    if (ready == 0) quiet_ms += wait_ms;
    if (quiet_ms >= PATIENCE_MS) {
      quiet_ms = 0;
      cards_restore();
      say("restored-all");
    }
    if (cards_guard_fans()) say("fans-freed");
  }
}

int main(void) {
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
  signal(SIGPIPE, SIG_IGN);
  if (!cards_open()) {
    say("error no-driver");
    return 1;
  }
  say("offpeak-power 1");
  serve();
  cards_restore();
  return 0;
}
