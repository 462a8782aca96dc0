/* Fills a disk, and tries to change what should only be read. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "probe.h"

enum { PIECE = 1 << 20, BLOCK_PIECES = 64 };

/* Noise, so that no file system makes it smaller: xorshift64 (Marsaglia 2003). */
static void fill(uint64_t *words, size_t count) {
  static uint64_t state = 0x9e3779b97f4a7c15u;
  for (size_t i = 0; i < count; i++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    words[i] = state;
  }
}

static int write_pieces(int fd, uint64_t wanted, int slow, uint64_t *written) {
  static uint64_t piece[PIECE / sizeof(uint64_t)];
  for (unsigned pieces = 0; *written < wanted;) {
    fill(piece, PIECE / sizeof *piece);
    size_t size = wanted - *written < PIECE ? (size_t)(wanted - *written) : PIECE;
    for (size_t at = 0; at < size;) {
      ssize_t count = write(fd, (const char *)piece + at, size - at);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return errno;
      at += (size_t)count;
      *written += (size_t)count;
    }
    if (++pieces % BLOCK_PIECES) continue;
    if (fdatasync(fd)) return errno; /* else a full disk would show only later */
    if (slow) sleep(1);
  }
  return fdatasync(fd) && errno != EINVAL ? errno : 0;
}

int try_disk(int argc, char **argv, Report *r) {
  uint64_t wanted, written = 0;
  int slow = argc == 3 && !strcmp(argv[2], "--slow");
  if (argc != 2 + slow || !read_count(argv[1], 10, &wanted) || !wanted) return -1;
  r->tried = "to fill the disk with a file";
  int fd = open(argv[0], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), reason = fd < 0 ? errno : 0;
  if (reason == EEXIST) return cannot_try(r, "there is a file already: %.100s", argv[0]);
  if (!reason) reason = write_pieces(fd, wanted, slow, &written);
  if (reason) stopped_by(r, name_of_errno(reason));
  if (fd >= 0) { close(fd); unlink(argv[0]); }
  r->reached = !reason && written >= wanted;
  json_add(&r->detail, "\"bytes\":%llu,\"wanted\":%llu", (unsigned long long)written, (unsigned long long)wanted);
  return 0;
}

/* Writes the first byte of a file anew, as it is: nobody's data is harmed where it works. */
static int overwrite(const char *path) {
  char byte;
  int fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return errno;
  int reason = pread(fd, &byte, 1, 0) == 1 && pwrite(fd, &byte, 1, 0) < 0 ? errno : 0;
  close(fd);
  return reason;
}

static int find_file(const char *folder, char *path, size_t size) {
  DIR *list = opendir(folder);
  struct stat s;
  int found = 0;
  for (struct dirent *e; list && !found && (e = readdir(list));)
    found = snprintf(path, size, "%s/%s", folder, e->d_name) < (int)size && !lstat(path, &s) && S_ISREG(s.st_mode);
  if (list) closedir(list);
  return found;
}

static int create_in(const char *folder) {
  char path[4096];
  if (snprintf(path, sizeof path, "%s/offpeak-probe-%d", folder, (int)getpid()) >= (int)sizeof path) return ENAMETOOLONG;
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return errno;
  close(fd);
  unlink(path);
  return 0;
}

int try_write(int argc, char **argv, Report *r) {
  struct stat s;
  char path[4096];
  if (argc != 1) return -1;
  if (stat(argv[0], &s)) return cannot_try(r, "%.100s: %s", argv[0], name_of_errno(errno));
  r->tried = "to create a file and to change the files that are there";
  int is_folder = S_ISDIR(s.st_mode), has_file = !is_folder || find_file(argv[0], path, sizeof path);
  if (is_folder) note_way(r, "create", create_in(argv[0]));
  const char *file = is_folder ? path : argv[0];
  if (has_file) note_way(r, "overwrite", overwrite(file));
  if (has_file) note_way(r, "chmod", stat(file, &s) || chmod(file, s.st_mode & 07777) ? errno : 0);
  note_way(r, "touch", utimensat(AT_FDCWD, argv[0], (struct timespec[2]){{.tv_nsec = UTIME_OMIT}, {.tv_sec = s.st_mtim.tv_sec, .tv_nsec = s.st_mtim.tv_nsec}}, 0) ? errno : 0);
  return 0;
}
