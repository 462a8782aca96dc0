/* The computer's files: straight, through other processes, and through rights over file systems. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "probe.h"

enum { MOST_PATHS = 16, READ_AT_MOST = 65536 };

int find_nonce(int folder, const char *path, const char *nonce) {
  static char content[READ_AT_MOST];
  int fd = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return errno;
  ssize_t size = read(fd, content, sizeof content);
  int reason = size < 0 ? errno : memmem(content, (size_t)size, nonce, strlen(nonce)) ? 0 : ENOMSG;
  close(fd);
  return reason;
}

static int find_below(const char *root, const char *path, const char *nonce) {
  char whole[4096];
  if (snprintf(whole, sizeof whole, "%s%s", root, path) >= (int)sizeof whole) return ENAMETOOLONG;
  return find_nonce(AT_FDCWD, whole, nonce);
}

/* Other processes of this container have its root; one of the computer, if it can be seen, has not. */
static int find_through_processes(char **paths, size_t count, const char *nonce) {
  DIR *processes = opendir("/proc");
  int reason = processes ? ENOENT : errno;
  char root[300];
  for (struct dirent *e; processes && reason && (e = readdir(processes));) {
    if (!strchr("123456789", e->d_name[0])) continue;
    snprintf(root, sizeof root, "/proc/%s/root", e->d_name);
    for (size_t i = 0; reason && i < count; i++) reason = find_below(root, paths[i], nonce);
  }
  if (processes) closedir(processes);
  return reason;
}

/* Writes back what is there: the right to write is all that is asked. */
static int rewrite(const char *path) {
  char old[512];
  int reason = read_small(path, old, sizeof old);
  if (reason) return reason;
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  reason = write(fd, old, strlen(old)) < 0 ? errno : 0;
  close(fd);
  return reason;
}

static int open_to_write(const char *path) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  close(fd);
  return 0;
}

static void try_kernel_files(Report *r) {
  /* The kernel starts what the first and the last of these name, outside of every container. */
  note_way(r, "write core_pattern", rewrite("/proc/sys/kernel/core_pattern"));
  note_way(r, "write kernel.panic", rewrite("/proc/sys/kernel/panic"));
  note_way(r, "write sysrq-trigger", open_to_write("/proc/sysrq-trigger"));
  note_way(r, "write uevent_helper", open_to_write("/sys/kernel/uevent_helper"));
}

int try_host_files(int argc, char **argv, Report *r) {
  if (argc < 2 || strlen(argv[0]) < 8) return cannot_try(r, "a nonce of 8 bytes or more and a path are needed");
  if (argc - 1 > MOST_PATHS) return cannot_try(r, "more than %d paths", MOST_PATHS);
  char **paths = argv + 1;
  size_t count = (size_t)argc - 1;
  r->tried = "to read the computer's files and to change its kernel through files";
  for (size_t i = 0; i < count; i++) {
    if (paths[i][0] != '/') return cannot_try(r, "not an absolute path: %.60s", paths[i]);
    note_way(r, paths[i], find_nonce(AT_FDCWD, paths[i], argv[0]));
  }
  int reason = ENOENT;
  for (size_t i = 0; reason && i < count; i++) reason = find_below("/proc/1/root", paths[i], argv[0]);
  note_way(r, "/proc/1/root", reason);
  note_way(r, "/proc/*/root", find_through_processes(paths, count, argv[0]));
  try_kernel_files(r);
  try_devices(r);
  try_file_systems(argv[0], paths, count, r);
  return 0;
}
