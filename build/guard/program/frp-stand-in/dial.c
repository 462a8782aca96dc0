#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>
#include "client.h"
#include "../shared/pairs.h"

int dial(const char *host, const char *port) {
  struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found = NULL;
  if (getaddrinfo(host, port, &hints, &found) || !found) return -1;
  int fd = make_lively(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd >= 0 && connect(fd, found->ai_addr, found->ai_addrlen) && errno != EINPROGRESS) {
    close(fd);
    fd = -1;
  }
  freeaddrinfo(found);
  return fd;
}
