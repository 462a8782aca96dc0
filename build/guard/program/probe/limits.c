/* The limits as the inside of a container sees them. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include "probe.h"

/* cgroup v1 has no word for "none" but a number near 2^63. */
#define ENDLESS ((uint64_t)1 << 60)

/* Reads a number from one of two files, that of cgroup v2 or that of v1; ENDLESS where there is none. */
static uint64_t read_limit(const char *v2, const char *v1) {
  char text[64];
  uint64_t value;
  if (read_small(v2, text, sizeof text) && read_small(v1, text, sizeof text)) return ENDLESS;
  text[strcspn(text, " \n")] = 0;
  return read_count(text, 10, &value) && value < ENDLESS ? value : ENDLESS;
}

static void note_number(Report *r, const char *name, uint64_t value) {
  next_field(&r->detail);
  if (value == ENDLESS) json_add(&r->detail, "\"%s\":null", name);
  else json_add(&r->detail, "\"%s\":%llu", name, (unsigned long long)value);
}

/* What must have a limit; one that has none is a way to take all of it. */
static void note_limit(Report *r, const char *name, uint64_t value) {
  note_number(r, name, value);
  if (value == ENDLESS) r->reached = 1;
  else stopped_by(r, name);
}

/* cpu.max is "QUOTA PERIOD", both in microseconds; v1 has a file for each. */
static uint64_t read_millicores(void) {
  char text[64];
  unsigned long long quota, period;
  if (read_small("/sys/fs/cgroup/cpu.max", text, sizeof text)) {
    uint64_t q = read_limit("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us");
    uint64_t p = read_limit("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us");
    return q == ENDLESS || p == ENDLESS || !p ? ENDLESS : q * 1000 / p;
  }
  return sscanf(text, "%llu %llu", &quota, &period) == 2 && period ? quota * 1000 / period : ENDLESS;
}

static uint64_t read_resource(__rlimit_resource_t resource) {
  struct rlimit limit;
  return getrlimit(resource, &limit) || limit.rlim_max == RLIM_INFINITY ? ENDLESS : limit.rlim_max;
}

int try_limits(int argc, char **argv, Report *r) {
  struct statfs s;
  (void)argv;
  if (argc) return -1;
  r->tried = "to find a resource of the computer without a limit";
  note_limit(r, "memoryBytes", read_limit("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"));
  note_limit(r, "millicores", read_millicores());
  note_limit(r, "processes", read_limit("/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/pids/pids.max"));
  note_number(r, "swapBytes", read_limit("/sys/fs/cgroup/memory.swap.max", "/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes"));
  note_number(r, "sharedMemoryBytes", statfs("/dev/shm", &s) ? ENDLESS : (uint64_t)s.f_blocks * (uint64_t)s.f_bsize);
  note_number(r, "openFiles", read_resource(RLIMIT_NOFILE));
  note_number(r, "coreBytes", read_resource(RLIMIT_CORE));
  return 0;
}
