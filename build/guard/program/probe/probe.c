/* Makes one attempt and prints what came of it as one line of JSON. README.md has the attempts. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "probe.h"

enum { COULD_NOT_TRY = 3 };

static const struct { const char *name; Attempt *attempt; const char *arguments; } attempts[] = {
  {"tcp", try_tcp, "LABEL HOST:PORT..."},
  {"udp", try_udp, "LABEL NONCE HOST:PORT..."},
  {"listen", try_listen, "PORT WORD"},
  {"host-files", try_host_files, "NONCE PATH..."},
  {"engine-socket", try_engine_socket, "[PATH...]"},
  {"fork-bomb", try_fork_bomb, "LIMIT"},
  {"memory", try_memory, "BYTES"},
  {"disk", try_disk, "PATH BYTES [--slow]"},
  {"capabilities", try_capabilities, "MASK"},
  {"hypervisor", try_hypervisor, ""},
  {"write", try_write, "PATH"},
  {"gpu", try_gpu, ""},
  {"limits", try_limits, ""},
};

static int print_error(const char *attempt, const char *error) {
  static Json line;
  json_add(&line, "{\"attempt\":");
  json_string(&line, attempt);
  json_add(&line, ",\"error\":");
  json_string(&line, error);
  json_add(&line, "}");
  json_print(&line);
  return COULD_NOT_TRY;
}

static int print_report(const char *attempt, const Report *r) {
  static Json line;
  json_add(&line, "{\"attempt\":\"%s\",\"reached\":%s,\"tried\":", attempt, r->reached ? "true" : "false");
  json_string(&line, r->tried);
  json_add(&line, ",\"stopped\":");
  json_string(&line, r->stopped[0] ? r->stopped : NULL);
  json_add(&line, ",\"detail\":{%s}}", r->detail.text);
  if (line.full || r->detail.full) return print_error(attempt, "the answer is too long for one line");
  return json_print(&line) ? COULD_NOT_TRY : 0;
}

int main(int argc, char **argv) {
  static Report report;
  const char *name = argc > 1 ? argv[1] : "";
  for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
    if (strcmp(name, attempts[i].name)) continue;
    if (!attempts[i].attempt(argc - 2, argv + 2, &report)) return print_report(name, &report);
    if (!report.error[0]) cannot_try(&report, "usage: probe %s %s", name, attempts[i].arguments);
    return print_error(name, report.error);
  }
  cannot_try(&report, "no such attempt");
  return print_error(name, report.error);
}
