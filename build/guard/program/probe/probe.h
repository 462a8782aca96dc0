/* The probe: an attacker that tries to leave its container and says how far it came. */
#ifndef PROBE_H
#define PROBE_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include "../shared/json.h"

/* What came of an attempt. An attempt tries one or more ways; it has reached something if any way did. */
typedef struct {
  int reached;
  const char *tried;   /* plain words */
  char stopped[160];   /* what stopped it: names of errnos or of a limit, each once; empty: nothing did */
  char error[200];     /* why it could not even be tried */
  Json detail;         /* the fields of the object `detail` */
} Report;

/* Makes an attempt with the arguments after its name. Returns 0, or -1 where it could not be made, with
 * the reason in report->error. */
typedef int Attempt(int argc, char **argv, Report *report);

Attempt try_tcp, try_udp, try_listen, try_host_files, try_engine_socket, try_fork_bomb, try_memory, try_disk,
  try_capabilities, try_hypervisor, try_write, try_gpu, try_limits;

/* ---- report.c ---- */
__attribute__((format(printf, 2, 3))) int cannot_try(Report *report, const char *format, ...);
const char *name_of_errno(int number);
void stopped_by(Report *report, const char *name);
/* Notes one way in the detail as "name":"reached" or "name":"ERRNO"; `error` 0 means that it worked. */
void note_way(Report *report, const char *name, int error);
/* Adds the comma that stands before every field or element but the first. */
void next_field(Json *json);
/* Reads a whole number in decimal, or in hexadecimal; returns 0 when the text is no such number. */
int read_count(const char *text, int base, uint64_t *value);

/* ---- small-files.c ---- */
/* Reads at most size - 1 bytes of a file as text; returns 0 or an errno. */
int read_small(const char *path, char *text, size_t size);

/* ---- targets.c ---- */
typedef struct {
  char text[80]; /* as it was given */
  struct sockaddr_storage address;
  socklen_t size;
} Target;

/* Reads "1.2.3.4:80", "[fe80::1%eth0]:80" or "gateway:80"; returns 0 where it is none of these. A
 * gateway that is not there has size 0. */
int read_target(const char *text, Target *target);
/* The default gateway, or 0: then the first address of the subnet, which engines give to the bridge. */
in_addr_t gateway_address(void);

/* ---- connections.c ---- */
enum { MOST_TARGETS = 24 };
/* Connects to all targets at once, each by route and past the routes, within 1.5 s; notes the result of
 * each in the detail under "connections". */
int connect_all(const Target *targets, size_t count, Report *report);

/* ---- mounts.c ---- */
/* The ways to the computer's files that need rights over file systems. */
void try_file_systems(const char *nonce, char **paths, size_t count, Report *report);
/* ---- devices.c ---- */
void try_devices(Report *report);
/* ---- host-files.c ---- */
/* Whether a file, opened from a folder, holds the nonce; 0 or an errno, ENOMSG for other content. */
int find_nonce(int folder, const char *path, const char *nonce);

/* ---- kernel-calls.c ---- */
/* Calls that a job has no use for: time, keys, BPF, sockets below the filter, the filter itself. */
void try_kernel_calls(void (*note)(Report *, const char *, int), Report *report);
/* ---- namespaces.c ---- */
void try_namespaces(void (*note)(Report *, const char *, int), uint64_t allowed, Report *report);

#endif
