/* A stand-in for the network's frp client: it honours the same environment and really leads connections
 * through to the ports of a job. What it says to its server is ours, not frp's. */
#ifndef CLIENT_H
#define CLIENT_H

#include <stddef.h>

enum { MOST_PROXIES = 64, NAME_ROOM = 256, PORT_ROOM = 8 };

/* Where connections for one public address go. */
typedef struct { char host[NAME_ROOM], port[PORT_ROOM]; } Proxy;

/* ---- proxies.c: FRP_PROXIES, an array of objects whose values are texts ---- */
/* Returns how many there are, or -1 where the text is anything else. */
int read_proxies(const char *text, Proxy *proxies);

/* ---- dial.c ---- */
/* A non-blocking socket on its way to a name and a port, or -1. */
int dial(const char *host, const char *port);

#endif
