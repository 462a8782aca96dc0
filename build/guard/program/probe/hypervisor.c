/* Sockets between a virtual machine and its host, which know neither addresses nor filters. */
#include <errno.h>
#include <sys/socket.h>
#include <linux/vm_sockets.h>
#include <sys/time.h>
#include <unistd.h>
#include "probe.h"

/* A refusal by the other side is an answer of the other side. */
static int call(unsigned where) {
  enum { ANY_PORT = 2375 };
  struct sockaddr_vm peer = {.svm_family = AF_VSOCK, .svm_cid = where, .svm_port = ANY_PORT};
  struct timeval patience = {.tv_sec = 1};
  int fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  /* The deadline of connect(2) is an option of this family. */
  setsockopt(fd, AF_VSOCK, SO_VM_SOCKETS_CONNECT_TIMEOUT, &patience, sizeof patience);
  int reason = connect(fd, (struct sockaddr *)&peer, sizeof peer) ? errno : 0;
  close(fd);
  return reason == ECONNRESET || reason == ECONNREFUSED ? 0 : reason;
}

int try_hypervisor(int argc, char **argv, Report *r) {
  (void)argv;
  if (argc) return -1;
  r->tried = "to call the computer beneath a virtual machine, and programs of this one, past all networks";
  note_way(r, "host", call(VMADDR_CID_HOST));
  note_way(r, "local", call(VMADDR_CID_LOCAL));
  return 0;
}
