/* Cards: which device nodes are here and can be opened. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "probe.h"

/* NVIDIA's own nodes, those of any card under dri, AMD's kfd, and dxg in the Linux of Windows. */
static const struct { const char *folder, *prefix; } nodes[] = {
  {"/dev", "nvidia"}, {"/dev/nvidia-caps", "nvidia"}, {"/dev/dri", "card"}, {"/dev/dri", "render"}, {"/dev", "kfd"}, {"/dev", "dxg"},
};

static void note_nodes(size_t kind, Report *r) {
  DIR *list = opendir(nodes[kind].folder);
  char path[300];
  for (struct dirent *e; list && (e = readdir(list));) {
    if (strncmp(e->d_name, nodes[kind].prefix, strlen(nodes[kind].prefix)) || e->d_type == DT_DIR) continue;
    snprintf(path, sizeof path, "%s/%s", nodes[kind].folder, e->d_name);
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    note_way(r, path, fd < 0 ? errno : 0);
    if (fd >= 0) close(fd);
  }
  if (list) closedir(list);
}

int try_gpu(int argc, char **argv, Report *r) {
  (void)argv;
  if (argc) return -1;
  r->tried = "to open the device nodes of cards";
  json_add(&r->detail, "\"NVIDIA_VISIBLE_DEVICES\":");
  json_string(&r->detail, getenv("NVIDIA_VISIBLE_DEVICES"));
  json_add(&r->detail, ",\"nodes\":{");
  for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) note_nodes(i, r);
  json_add(&r->detail, "}");
  if (!r->reached && !r->stopped[0]) stopped_by(r, "no device node");
  return 0;
}
