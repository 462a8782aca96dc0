/* mount(2), chroot(2) and file handles: each would need a capability that a job does not get. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "probe.h"

/* A folder that is in every container. */
static const char place[] = "/dev/shm";

static int try_mount(const char *source, const char *type, unsigned long flags) {
  if (mount(source, place, type, flags, NULL)) return errno;
  umount2(place, MNT_DETACH);
  return 0;
}

/* The newer calls, which old filters do not know. */
static int try_fsopen(void) {
  long fd = syscall(SYS_fsopen, "tmpfs", 1 /* FSOPEN_CLOEXEC */);
  if (fd < 0) return errno;
  close((int)fd);
  return 0;
}

static int find_any(int folder, const char *nonce, char **paths, size_t count) {
  int reason = ENOENT;
  for (size_t i = 0; reason && i < count; i++) reason = find_nonce(folder, paths[i] + 1, nonce);
  return reason;
}

/* The old trick: a root that is moved below the working folder leaves the way up open. */
static int escape_root(const char *nonce, char **paths, size_t count) {
  enum { DEPTH = 64 };
  int status = 0;
  pid_t child = fork();
  if (child < 0) return errno;
  if (child == 0) {
    int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int bad = root < 0 || chroot("/proc") || fchdir(root);
    if (bad) _exit(errno);
    for (int i = 0; i < DEPTH; i++) if (chdir("..")) _exit(errno);
    if (chroot(".")) _exit(errno);
    _exit(find_any(AT_FDCWD, nonce, paths, count));
  }
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

/* A file by its number (CVE-2014-9357, "shocker"): /etc/hosts lies on the disk of the computer, and 2 is
 * the root folder of ext4, 128 that of XFS and 256 that of Btrfs. */
static int open_by_number(void) {
  static const uint32_t roots[] = {2, 128, 256};
  int reason = ENOENT, disk = open("/etc/hosts", O_RDONLY | O_CLOEXEC);
  if (disk < 0) return errno;
  for (size_t i = 0; reason && i < sizeof roots / sizeof *roots; i++) {
    union { struct file_handle head; char room[sizeof(struct file_handle) + 8]; } handle;
    memset(&handle, 0, sizeof handle);
    handle.head.handle_bytes = 8;
    handle.head.handle_type = 1; /* FILEID_INO32_GEN: number and generation; 0 is any */
    memcpy(handle.room + sizeof(struct file_handle), &roots[i], sizeof roots[i]);
    int folder = open_by_handle_at(disk, &handle.head, O_RDONLY | O_DIRECTORY);
    if (folder < 0) { reason = errno; continue; }
    close(folder);
    reason = 0;
  }
  /* Without the right the answer is EPERM; this one is of a disk that has no such number. */
  if (reason == ESTALE) reason = 0;
  close(disk);
  return reason;
}

void try_file_systems(const char *nonce, char **paths, size_t count, Report *r) {
  note_way(r, "mount proc", try_mount("proc", "proc", 0));
  note_way(r, "mount tmpfs", try_mount("tmpfs", "tmpfs", 0));
  note_way(r, "mount bind", try_mount("/proc", NULL, MS_BIND));
  note_way(r, "remount", mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL) ? errno : 0);
  note_way(r, "fsopen", try_fsopen());
  note_way(r, "chroot escape", escape_root(nonce, paths, count));
  note_way(r, "open_by_handle_at", open_by_number());
}
