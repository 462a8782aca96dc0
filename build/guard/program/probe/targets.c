/* Where to connect to. Names are not resolved: that would test the name server and not the filter. */
#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include "probe.h"

/* proc_net(5): hexadecimal numbers whose bytes are in the order of the network, as memory holds them. */
in_addr_t gateway_address(void) {
  FILE *routes = fopen("/proc/net/route", "r");
  unsigned destination, gateway, flags, mask;
  in_addr_t found = 0, subnet = 0;
  char line[256];
  while (routes && fgets(line, sizeof line, routes)) {
    if (sscanf(line, "%*s %x %x %x %*s %*s %*s %x", &destination, &gateway, &flags, &mask) != 4) continue;
    if (!destination && gateway && !found) found = gateway;
    if (destination && !gateway && !subnet) subnet = destination;
  }
  if (routes) fclose(routes);
  if (found) return found;
  return subnet ? htonl(ntohl(subnet) + 1) : 0;
}

static int read_port(const char *text, in_port_t *port) {
  uint64_t number;
  if (!read_count(text, 10, &number) || !number || number > 65535) return 0;
  *port = htons((uint16_t)number);
  return 1;
}

static int read_ipv6(char *text, struct sockaddr_in6 *address) {
  char *interface = strchr(text, '%');
  if (interface) *interface++ = 0;
  *address = (struct sockaddr_in6){.sin6_family = AF_INET6};
  if (interface) address->sin6_scope_id = if_nametoindex(interface);
  return inet_pton(AF_INET6, text, &address->sin6_addr) == 1;
}

int read_target(const char *text, Target *target) {
  char host[sizeof target->text];
  const char *colon = strrchr(text, ':');
  if (!colon || strlen(text) >= sizeof target->text) return 0;
  memset(target, 0, sizeof *target);
  strcpy(target->text, text);
  size_t size = (size_t)(colon - text);
  memcpy(host, text, size);
  host[size] = 0;
  if (host[0] == '[' && host[size - 1] == ']') {
    struct sockaddr_in6 *address = (struct sockaddr_in6 *)&target->address;
    host[size - 1] = 0;
    target->size = sizeof *address;
    return read_ipv6(host + 1, address) && read_port(colon + 1, &address->sin6_port);
  }
  struct sockaddr_in *address = (struct sockaddr_in *)&target->address;
  address->sin_family = AF_INET;
  target->size = sizeof *address;
  if (!read_port(colon + 1, &address->sin_port)) return 0;
  if (strcmp(host, "gateway")) return inet_pton(AF_INET, host, &address->sin_addr) == 1;
  address->sin_addr.s_addr = gateway_address();
  if (!address->sin_addr.s_addr) target->size = 0;
  return 1;
}
