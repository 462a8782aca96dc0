/* The rights that this process has, and whether it can get more. */
#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "probe.h"

static uint64_t allowed;

#define BIT(capability) ((uint64_t)1 << (capability))

/* What a stated right brings with it is no surprise: capabilities(7). */
static const struct { const char *way; uint64_t rights; } implied[] = {
  {"raw socket", BIT(CAP_NET_RAW)},
  {"packet socket", BIT(CAP_NET_RAW)},
  {"nf_tables", BIT(CAP_NET_ADMIN)},
  {"settimeofday", BIT(CAP_SYS_TIME)},
  {"bpf", BIT(CAP_SYS_ADMIN) | BIT(CAP_BPF)},
  {"unshare net", BIT(CAP_SYS_ADMIN)},
};

/* A way that the stated rights bring with them is noted but does not count. */
static void note(Report *r, const char *name, int error) {
  int counted = r->reached, is_allowed = 0;
  for (size_t i = 0; i < sizeof implied / sizeof *implied; i++)
    is_allowed |= !strcmp(implied[i].way, name) && (implied[i].rights & allowed) != 0;
  note_way(r, name, error);
  if (is_allowed) r->reached = counted;
}

static uint64_t status_field(const char *status, const char *name, int base) {
  const char *line = strstr(status, name);
  return line ? strtoull(line + strlen(name), NULL, base) : 0;
}

static void note_rights(Report *r, const char *name, uint64_t rights) {
  next_field(&r->detail);
  json_add(&r->detail, "\"%s\":\"%016llx\"", name, (unsigned long long)rights);
}

static int raise_all(uint64_t mask) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct all[_LINUX_CAPABILITY_U32S_3];
  char status[4096];
  memset(all, 0xff, sizeof all);
  int reason = syscall(SYS_capset, &header, all) ? errno : 0;
  if (reason || read_small("/proc/self/status", status, sizeof status)) return reason;
  return status_field(status, "CapEff:", 16) & ~mask ? 0 : EPERM;
}

int try_capabilities(int argc, char **argv, Report *r) {
  char status[4096];
  uint64_t mask;
  if (argc != 1 || !read_count(argv[0], 16, &mask)) return -1;
  int reason = read_small("/proc/self/status", status, sizeof status);
  if (reason) return cannot_try(r, "/proc/self/status: %s", name_of_errno(reason));
  r->tried = "to hold or to get rights beyond the stated ones";
  allowed = mask;
  uint64_t effective = status_field(status, "CapEff:", 16), bounding = status_field(status, "CapBnd:", 16);
  note_rights(r, "effective", effective);
  note_rights(r, "bounding", bounding);
  json_add(&r->detail, ",\"noNewPrivileges\":%u,\"seccomp\":%u", (unsigned)status_field(status, "NoNewPrivs:", 10),
           (unsigned)status_field(status, "Seccomp:", 10));
  note(r, "more rights than stated", (effective | bounding) & ~mask ? 0 : EPERM);
  note(r, "capset", raise_all(mask));
  try_namespaces(note, mask, r);
  try_kernel_calls(note, r);
  return 0;
}
