/* Takes as much as it is given: processes and memory. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "probe.h"

int try_fork_bomb(int argc, char **argv, Report *r) {
  uint64_t limit, count = 0;
  if (argc != 1 || !read_count(argv[0], 10, &limit) || !limit || limit > 4000000) return -1;
  pid_t *children = calloc(limit, sizeof *children);
  if (!children) return cannot_try(r, "no memory to remember %s processes", argv[0]);
  r->tried = "to start processes until no more can be started";
  for (; count < limit; count++) {
    children[count] = fork();
    if (children[count] < 0) { stopped_by(r, name_of_errno(errno)); break; }
    if (children[count] == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL); /* never outlives the probe */
      for (;;) pause();
    }
  }
  for (uint64_t i = 0; i < count; i++) kill(children[i], SIGKILL);
  for (uint64_t i = 0; i < count; i++) waitpid(children[i], NULL, 0);
  r->reached = count == limit;
  json_add(&r->detail, "\"processes\":%llu,\"limit\":%llu", (unsigned long long)count, (unsigned long long)limit);
  free(children);
  return 0;
}

enum { CHUNK = 1 << 20, PAGE = 4096 };

/* Written to by the child, page by page, and read by the parent after its end. */
typedef struct { uint64_t bytes; int error; } Progress;

static void take_memory(uint64_t wanted, volatile Progress *progress) {
  /* When the container's share is used up, the kernel shall end this process and not its parent. */
  int fd = open("/proc/self/oom_score_adj", O_WRONLY);
  if (fd >= 0 && write(fd, "1000", 4) > 0) close(fd);
  while (progress->bytes < wanted) {
    char *chunk = mmap(NULL, CHUNK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (chunk == MAP_FAILED) { progress->error = errno; return; }
    for (size_t i = 0; i < CHUNK; i += PAGE) {
      chunk[i] = 1;
      progress->bytes += PAGE;
    }
  }
}

int try_memory(int argc, char **argv, Report *r) {
  uint64_t wanted;
  int status = 0;
  if (argc != 1 || !read_count(argv[0], 10, &wanted) || !wanted) return -1;
  Progress *progress = mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (progress == MAP_FAILED) return cannot_try(r, "no memory to share");
  r->tried = "to fill memory until there is no more";
  pid_t child = fork();
  if (child < 0) return cannot_try(r, "cannot fork: %s", name_of_errno(errno));
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    take_memory(wanted, progress);
    _exit(0);
  }
  while (waitpid(child, &status, 0) < 0 && errno == EINTR);
  r->reached = progress->bytes >= wanted;
  const char *end = WIFSIGNALED(status) ? (WTERMSIG(status) == SIGKILL ? "SIGKILL" : "a signal") : "exit";
  if (WIFSIGNALED(status)) stopped_by(r, end);
  if (progress->error) stopped_by(r, name_of_errno(progress->error));
  json_add(&r->detail, "\"bytes\":%llu,\"wanted\":%llu,\"childEnded\":\"%s\"", (unsigned long long)progress->bytes,
           (unsigned long long)wanted, end);
  return 0;
}
