/* Locks its network namespace and then waits, as the first process of its container, until it is told to
 * go. Containers of a job join the namespace without the right to change what is here. */
#include <linux/capability.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../shared/json.h"
#include "guard.h"

enum { FAILED = 1, BAD_USAGE = 2 };

int fail(Problem *problem, const char *word, const char *format, ...) {
  va_list values;
  va_start(values, format);
  vsnprintf(problem->detail, sizeof problem->detail, format, values);
  va_end(values);
  problem->word = word;
  return -1;
}

/* A network that covers the run's own subnet would cut the siblings off from one another. */
static int check_denied(const Options *o, const Surroundings *s, Problem *problem) {
  for (size_t d = 0; d < o->denied_count; d++)
    for (size_t i = 0; i < s->subnet_count; i++) {
      Network denied = o->denied[d], own = s->subnets[i].network;
      if (denied.length > own.length || (own.address & mask_of(denied.length)) != denied.address) continue;
      uint32_t a = denied.address, b = own.address;
      return fail(problem, "bad-usage", "denying %u.%u.%u.%u/%u would deny the run's own network %u.%u.%u.%u/%u",
                  a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255, denied.length,
                  b >> 24, b >> 16 & 255, b >> 8 & 255, b & 255, own.length);
    }
  return 0;
}

static int add_gateways(const Options *o, Surroundings *s, Problem *problem) {
  for (size_t g = 0; g < o->gateway_count; g++) {
    size_t i = 0;
    while (i < s->gateway_count && s->gateways[i] != o->gateways[g]) i++;
    if (i < s->gateway_count) continue;
    if (i == MOST_GATEWAYS) return fail(problem, "bad-usage", "more than %d gateways", MOST_GATEWAYS);
    s->gateways[s->gateway_count++] = o->gateways[g];
  }
  if (o->dns_gateway && !s->gateway_count)
    return fail(problem, "no-gateway", "--dns-gateway, but there is no default route; --gateway names one");
  return 0;
}

static int lock_namespace(const Options *o, Surroundings *s, Refusal *refusal, Problem *problem) {
  RuleCount wanted, held;
  Refusal held_refusal = DROP;
  /* Started by hand outside of a container it would cut off the computer. */
  if (getpid() != 1) return fail(problem, "not-first-process", "the guard locks a network only as the first process of a container");
  if (add_gateways(o, s, problem) || install_filter(o, s, refusal, &wanted, problem)) return -1;
  if (read_back(&held, &held_refusal, problem)) return -1;
  if (held.output != wanted.output || held.input != wanted.input || held.deny != wanted.deny ||
      held.refuse != wanted.refuse || held_refusal != *refusal)
    return fail(problem, "rules-missing", "asked for %zu, %zu, %zu and %zu rules, the kernel holds %zu, %zu, %zu and %zu",
                wanted.output, wanted.input, wanted.deny, wanted.refuse, held.output, held.input, held.deny, held.refuse);
  return 0;
}

static int deny_more(const Options *o, Refusal *refusal, Problem *problem) {
  RuleCount before, after;
  if (read_back(&before, refusal, problem) || install_more(o, problem) || read_back(&after, refusal, problem)) return -1;
  /* Another one of us may have added rules meanwhile; nobody takes any away. */
  if (after.deny < before.deny + o->denied_count || !after.output || !after.refuse)
    return fail(problem, "rules-missing", "the kernel holds %zu denials, it must hold %zu", after.deny, before.deny + o->denied_count);
  return 0;
}

/* The filter stays without us; nobody who gets hold of this process shall gain anything. */
static int drop_rights(Problem *problem) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(SYS_capset, &header, none) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
    return fail(problem, "rights-kept", "the guard cannot give its own rights away");
  return 0;
}

static int print_answer(const Refusal *refusal, const Problem *problem) {
  static Json json;
  if (refusal) json_add(&json, "{\"ready\":true,\"refuses\":\"%s\"}", *refusal == REJECT ? "reject" : "drop");
  else {
    json_add(&json, "{\"ready\":false,\"problem\":\"%s\",\"detail\":", problem->word);
    json_string(&json, problem->detail);
    json_add(&json, "}");
  }
  return json_print(&json);
}

/* As the first process it inherits what others leave, and hears no signal that it does not ask for. */
static int wait_for_end(const sigset_t *signals) {
  for (;;) {
    int signal_number = sigwaitinfo(signals, NULL);
    if (signal_number == SIGCHLD) while (waitpid(-1, NULL, WNOHANG) > 0);
    else if (signal_number > 0) return 0;
  }
}

int main(int argc, char **argv) {
  static Options options;
  static Surroundings surroundings;
  Problem problem = {0};
  Refusal refusal = DROP;
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGCHLD);
  sigprocmask(SIG_BLOCK, &signals, NULL);

  int bad = read_options(argc, argv, &options, &problem) || read_surroundings(&surroundings, &problem) ||
            check_denied(&options, &surroundings, &problem);
  if (!bad && options.deny_more) bad = deny_more(&options, &refusal, &problem);
  else if (!bad) bad = lock_namespace(&options, &surroundings, &refusal, &problem);
  if (!bad) bad = drop_rights(&problem);
  if (print_answer(bad ? NULL : &refusal, &problem) && !bad) return FAILED;
  if (bad) return strcmp(problem.word, "bad-usage") ? FAILED : BAD_USAGE;
  return options.deny_more ? 0 : wait_for_end(&signals);
}
