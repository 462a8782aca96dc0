/* Disks and memory as device nodes: the ones that are there, and ones of our own making. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "probe.h"

/* Folders where a container may be allowed to write. */
static const char *const rooms[] = {"/dev", "/dev/shm", "/tmp", "/run", "/"};

static int open_device(const char *path) {
  char byte;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return errno;
  /* An empty log is an open log. */
  int reason = read(fd, &byte, 1) < 0 && errno != EAGAIN && errno != EFAULT && errno != EINVAL ? errno : 0;
  close(fd);
  return reason;
}

static int make_and_open(mode_t kind, dev_t device) {
  int reason = ENOENT;
  for (size_t i = 0; reason && i < sizeof rooms / sizeof *rooms; i++) {
    char path[64];
    snprintf(path, sizeof path, "%s/offpeak-probe-device", rooms[i]);
    if (mknod(path, kind | 0600, device)) {
      /* Of all refusals the one for want of the right says most. */
      if (reason != EPERM) reason = errno;
      continue;
    }
    reason = open_device(path);
    unlink(path);
  }
  return reason;
}

/* Every disk that the kernel names, and the usual first ones in case it hides them. */
static int open_disks(int *count) {
  static const dev_t usual[][2] = {{8, 0}, {8, 1}, {254, 0}, {253, 0}, {259, 0}, {7, 0}};
  FILE *list = fopen("/proc/partitions", "r");
  unsigned major_number, minor_number;
  char line[256];
  int reason = ENODEV;
  *count = 0;
  while (list && reason && fgets(line, sizeof line, list)) {
    if (sscanf(line, "%u %u", &major_number, &minor_number) != 2) continue;
    ++*count;
    reason = make_and_open(S_IFBLK, makedev(major_number, minor_number));
  }
  if (list) fclose(list);
  for (size_t i = 0; reason && i < sizeof usual / sizeof *usual; i++)
    reason = make_and_open(S_IFBLK, makedev(usual[i][0], usual[i][1]));
  return reason;
}

void try_devices(Report *r) {
  int disks;
  note_way(r, "/dev/mem", open_device("/dev/mem"));
  note_way(r, "/dev/kmsg", open_device("/dev/kmsg"));
  note_way(r, "mknod of a disk", open_disks(&disks));
  note_way(r, "mknod of memory", make_and_open(S_IFCHR, makedev(1, 1)));
  note_way(r, "mknod of kmsg", make_and_open(S_IFCHR, makedev(1, 11)));
  json_add(&r->detail, ",\"disksNamed\":%d", disks);
}
