/* Who talks to a container engine can do all that it can: this is the shortest way out. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>
#include "probe.h"

static const char *const usual[] = {
  "/var/run/docker.sock", "/run/docker.sock", "/run/podman/podman.sock", "/run/containerd/containerd.sock",
  "/run/crio/crio.sock", "/run/user/1000/docker.sock", "/run/user/1000/podman/podman.sock",
  "/run/host-services/docker.proxy.sock", "/run/guest-services/docker.sock", "/mnt/wsl/docker-desktop/shared-sockets/guest-services/docker.sock",
};

static int connect_unix(const char *path, size_t length) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (length > sizeof address.sun_path) return ENAMETOOLONG;
  memcpy(address.sun_path, path, length);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
  int reason = connect(fd, (struct sockaddr *)&address, size) ? errno : 0;
  close(fd);
  return reason;
}

/* Sockets without a file belong to the network namespace: one that is shared with the computer shares
 * them (CVE-2020-15257). There are none in a namespace of one's own. */
static void try_abstract(Report *r) {
  FILE *list = fopen("/proc/net/unix", "r");
  char line[512];
  int count = 0, reason = ENOENT;
  while (list && reason && fgets(line, sizeof line, list)) {
    char *name = strchr(line, '@');
    if (!name) continue;
    name[strcspn(name, "\n")] = 0;
    count++;
    if (!strstr(name, "containerd") && !strstr(name, "docker") && !strstr(name, "offpeak-probe")) continue;
    size_t length = strlen(name);
    name[0] = 0; /* shown as @ */
    reason = connect_unix(name, length);
  }
  if (list) fclose(list);
  note_way(r, "abstract sockets", reason);
  json_add(&r->detail, ",\"abstractSockets\":%d", count);
}

int try_engine_socket(int argc, char **argv, Report *r) {
  static Target targets[2];
  enum { MOST_PATHS = 32 };
  if (argc > MOST_PATHS) return cannot_try(r, "more than %d paths", MOST_PATHS);
  r->tried = "to open the sockets of a container engine, as files and by TCP at the gateway";
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) note_way(r, usual[i], connect_unix(usual[i], strlen(usual[i]) + 1));
  for (int i = 0; i < argc; i++) note_way(r, argv[i], connect_unix(argv[i], strlen(argv[i]) + 1));
  try_abstract(r);
  read_target("gateway:2375", &targets[0]);
  read_target("gateway:2376", &targets[1]);
  return connect_all(targets, 2, r);
}
