/* New namespaces, those of other processes, and other processes themselves. Each is tried in a child,
 * so that one that works does not change what is tried next. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include "probe.h"

static int in_child(int (*what)(const void *), const void *with) {
  int status = 0;
  pid_t child = fork();
  if (child < 0) return errno;
  if (child == 0) _exit(what(with));
  while (waitpid(child, &status, 0) < 0 && errno == EINTR);
  return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

static int leave(const void *flags) { return unshare(*(const int *)flags) ? errno : 0; }

static int enter(const void *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  return fd < 0 || setns(fd, 0) ? errno : 0;
}

/* To follow the first process of one's own container is no gain; to follow one that lives elsewhere or
 * that may do more than we may is. */
static int is_gain(uint64_t allowed) {
  char ours[64] = "", theirs[64] = "", status[4096];
  if (readlink("/proc/self/ns/mnt", ours, sizeof ours - 1) < 0) return 1;
  if (readlink("/proc/1/ns/mnt", theirs, sizeof theirs - 1) < 0) return 1;
  if (read_small("/proc/1/status", status, sizeof status)) return 1;
  const char *rights = strstr(status, "CapPrm:");
  return strcmp(ours, theirs) || (rights && strtoull(rights + strlen("CapPrm:"), NULL, 16) & ~allowed);
}

static int follow_first(const void *allowed) {
  if (ptrace(PTRACE_SEIZE, 1, NULL, NULL)) return errno;
  int gain = is_gain(*(const uint64_t *)allowed);
  ptrace(PTRACE_DETACH, 1, NULL, NULL);
  return gain ? 0 : EXDEV; /* it is only ourselves */
}

void try_namespaces(void (*note)(Report *, const char *, int), uint64_t allowed, Report *r) {
  static const char *const kinds[] = {"cgroup", "ipc", "mnt", "net", "pid", "user", "uts"};
  const int user = CLONE_NEWUSER, net = CLONE_NEWNET;
  note(r, "unshare user", in_child(leave, &user));
  note(r, "unshare net", in_child(leave, &net));
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    char path[64], name[64];
    snprintf(path, sizeof path, "/proc/1/ns/%s", kinds[i]);
    snprintf(name, sizeof name, "setns %s", kinds[i]);
    note(r, name, in_child(enter, path));
  }
  note(r, "ptrace", in_child(follow_first, &allowed));
}
