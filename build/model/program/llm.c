/* The practice job: a small language model that writes text, token by token.
 * Everything it prints but the times is settled by its arguments. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "model.h"

enum { MAX_PROMPT = 2000, MAX_TOKENS = 1000000, BREAK_AFTER = 72 };

static const char usage[] =
  "usage: llm [--prompt TEXT] [--seed N] [--tokens N] [--temperature X] [--top-k N]\n"
  "           [--min-seconds S] [--pace TOKENS_PER_SECOND] [--json] [--model FILE]\n"
  "  --prompt       the first words, at most 2000 bytes (none: begins a passage)\n"
  "  --seed         0 to 4294967295 (1)\n"
  "  --tokens       1 to 1000000 (128)\n"
  "  --temperature  0 to 10; 0 always takes the most likely token (0.8)\n"
  "  --top-k        1 to 4096: draws from so many of the most likely tokens (40)\n"
  "  --min-seconds  0 to 86400: writes on past the last token until so long has passed (0)\n"
  "  --pace         0 to 1000000 tokens a second; 0 is as fast as it goes (0)\n"
  "  --json         one JSON object at the end instead of text as it grows\n"
  "  --model        the model file (/model.bin)\n";

typedef struct {
  const char *prompt, *model;
  double seed, tokens, temperature, top_k, min_seconds, pace;
  int json;
} Options;

/* Set by a polite request to stop: what is written by then is still summed up. As the first process
 * of a container this program would otherwise not be stopped by SIGTERM at all. */
static volatile sig_atomic_t stopped;
static void on_stop(int signal_number) { stopped = signal_number; }

static int refuse(const char *option, const char *problem) {
  fprintf(stderr, "llm: %s %s\n%s", option, problem, usage);
  return 2;
}

static int read_number(const char *text, double low, double high, int whole, double *value) {
  char *end;
  if (!strchr("0123456789.", text[0]) || !text[0] || strpbrk(text, "xXnN")) return 0;
  errno = 0;
  *value = strtod(text, &end);
  return !*end && !errno && *value >= low && *value <= high && (!whole || *value == floor(*value));
}

static int read_options(int argc, char **argv, Options *o) {
  const struct { const char *name; double *value, low, high; int whole; const char *problem; } numbers[] = {
    {"--seed", &o->seed, 0, 4294967295.0, 1, "needs a whole number from 0 to 4294967295"},
    {"--tokens", &o->tokens, 1, MAX_TOKENS, 1, "needs a whole number from 1 to 1000000"},
    {"--temperature", &o->temperature, 0, 10, 0, "needs a number from 0 to 10"},
    {"--top-k", &o->top_k, 1, MAX_VOCABULARY, 1, "needs a whole number from 1 to 4096"},
    {"--min-seconds", &o->min_seconds, 0, 86400, 0, "needs a number from 0 to 86400"},
    {"--pace", &o->pace, 0, 1e6, 0, "needs a number from 0 to 1000000"},
  };
  for (int i = 1; i < argc; i++) {
    const char *name = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
    size_t n = 0, count = sizeof numbers / sizeof *numbers;
    if (!strcmp(name, "--json")) { o->json = 1; continue; }
    while (n < count && strcmp(name, numbers[n].name)) n++;
    int is_text = !strcmp(name, "--prompt") || !strcmp(name, "--model");
    if (n == count && !is_text) return refuse(name, "is not an option");
    if (!value) return refuse(name, "needs a value");
    if (n < count && !read_number(value, numbers[n].low, numbers[n].high, numbers[n].whole, numbers[n].value))
      return refuse(name, numbers[n].problem);
    if (!strcmp(name, "--prompt")) o->prompt = value;
    if (!strcmp(name, "--model")) o->model = value;
    i++;
  }
  return strlen(o->prompt) > MAX_PROMPT ? refuse("--prompt", "is longer than 2000 bytes") : 0;
}

static double seconds_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}
static void sleep_until(double when) {
  for (double left; !stopped && (left = when - seconds_now()) > 0;) {
    struct timespec t = {(time_t)left, (long)((left - floor(left)) * 1e9)};
    nanosleep(&t, NULL);
  }
}

/* Prints a token as text: lines end at the first space after BREAK_AFTER columns, and an empty line
 * stands between passages. */
static void print_text(const Model *m, uint32_t token) {
  static int column;
  for (uint32_t i = 0; i < m->length[token]; i++) {
    char c = m->piece[token][i];
    if (c == '\n') { fputs("\n\n", stdout); column = 0; }
    else if (c == ' ' && column >= BREAK_AFTER) { putchar('\n'); column = 0; }
    else { putchar(c); column++; }
  }
}
static void print_quoted(const Model *m, const uint16_t *tokens, size_t count) {
  putchar('"');
  for (size_t t = 0; t < count; t++)
    for (uint32_t i = 0; i < m->length[tokens[t]]; i++) {
      unsigned char c = (unsigned char)m->piece[tokens[t]][i];
      if (c < ' ' || c > '~' || c == '"' || c == '\\') printf("\\u%04x", c);
      else putchar(c);
    }
  putchar('"');
}

static void print_json(const Model *m, const Options *o, const uint16_t *all, const size_t counts[2], double seconds) {
  size_t prompt = counts[0], written = counts[1];
  printf("{\"seed\":%.0f,\"prompt\":", o->seed);
  print_quoted(m, all, prompt);
  fputs(",\"text\":", stdout);
  print_quoted(m, all + prompt, written);
  fputs(",\"tokens\":[", stdout);
  for (size_t i = 0; i < written; i++) printf(i ? ",%u" : "%u", all[prompt + i]);
  printf("],\"seconds\":%.3f,\"tokensPerSecond\":%.1f,\"stopped\":%s}\n", seconds, (double)written / seconds, stopped ? "true" : "false");
}

int main(int argc, char **argv) {
  static Model model;
  static uint16_t all[MAX_PROMPT + MAX_TOKENS];
  struct sigaction stop = {.sa_handler = on_stop};
  sigaction(SIGTERM, &stop, NULL); /* first of all: until then the request would be lost */
  sigaction(SIGINT, &stop, NULL);
  Options o = {.prompt = "", .model = "/model.bin", .seed = 1, .tokens = 128, .temperature = 0.8, .top_k = 40};
  if (argc == 2 && !strcmp(argv[1], "--help")) return fputs(usage, stdout) < 0;
  int refused = read_options(argc, argv, &o);
  if (refused) return refused;
  const char *problem = load_model(&model, o.model);
  if (problem) { fprintf(stderr, "llm: %s %s\n", o.model, problem); return 1; }

  Draw draw = {.temperature = (float)o.temperature, .top_k = (uint32_t)o.top_k};
  seed_draw(&draw, (uint32_t)o.seed);
  size_t prompt = encode(&model, o.prompt, all), written = 0;
  double start = seconds_now();
  run_model(&model, 0); /* token 0, the newline, stands before every passage */
  for (size_t i = 0; i < prompt; i++) {
    run_model(&model, all[i]);
    if (!o.json) print_text(&model, all[i]);
  }
  while (!stopped && written < MAX_TOKENS && (written < o.tokens || seconds_now() - start < o.min_seconds)) {
    uint32_t token = choose_token(&model, &draw);
    all[prompt + written++] = (uint16_t)token;
    if (!o.json) print_text(&model, token);
    if (fflush(stdout)) return 1; /* nobody listens any more */
    run_model(&model, token);
    if (o.pace > 0) sleep_until(start + (double)written / o.pace);
  }
  double seconds = fmax(seconds_now() - start, 1e-6);
  if (o.json) print_json(&model, &o, all, (size_t[2]){prompt, written}, seconds);
  else printf("\n\ntokens: %zu  seconds: %.3f  tokens/s: %.1f\n", written, seconds, (double)written / seconds);
  if (fflush(stdout)) return 1;
  return stopped ? 128 + stopped : 0;
}
