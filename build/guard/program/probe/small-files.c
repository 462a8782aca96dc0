#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "probe.h"

int read_small(const char *path, char *text, size_t size) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), reason = 0;
  if (fd < 0) return errno;
  size_t length = 0;
  while (length < size - 1) {
    ssize_t count = read(fd, text + length, size - 1 - length);
    if (count < 0) reason = errno;
    if (count <= 0) break;
    length += (size_t)count;
  }
  text[length] = 0;
  close(fd);
  return reason;
}
