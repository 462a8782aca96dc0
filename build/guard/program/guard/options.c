/* Arguments: strict, since whoever starts the guard is a program. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include "guard.h"

static const char usage[] = "usage: guard [--dns-gateway] [--gateway ADDRESS]... [--deny CIDR]... "
  "[--only [--to ADDRESS:PORT]... [--sibling PORT]...], or: guard --deny-more CIDR...";

uint32_t mask_of(unsigned length) { return length ? ~0u << (32 - length) : 0; }

static int read_address(const char *text, uint32_t *address) {
  struct in_addr parsed;
  if (inet_pton(AF_INET, text, &parsed) != 1) return 0; /* four decimal numbers, nothing else */
  *address = ntohl(parsed.s_addr);
  return 1;
}

/* ADDRESS/LENGTH, or an address alone. Bits past the length are cut off: an interface's own address
 * with its length, as systems list them, names the network that it is in. */
static int read_network(const char *text, Network *network) {
  char address[INET_ADDRSTRLEN];
  const char *slash = strchr(text, '/');
  size_t size = slash ? (size_t)(slash - text) : strlen(text);
  unsigned length = 32;
  if (size >= sizeof address) return 0;
  memcpy(address, text, size);
  address[size] = 0;
  if (slash) {
    size_t digits = strspn(slash + 1, "0123456789");
    if (digits < 1 || digits > 2 || slash[1 + digits] || (digits == 2 && slash[1] == '0')) return 0;
    length = 0;
    for (size_t i = 1; i <= digits; i++) length = length * 10 + (unsigned)(slash[i] - '0');
  }
  if (length > 32 || !read_address(address, &network->address)) return 0;
  network->address &= mask_of(length);
  network->length = length;
  return 1;
}

static int add_denied(Options *o, const char *text, Problem *problem) {
  if (o->denied_count == MOST_DENIED)
    return fail(problem, "bad-usage", "more than %d networks to deny", MOST_DENIED);
  if (!read_network(text, &o->denied[o->denied_count]))
    return fail(problem, "bad-usage", "not an IPv4 network: %.60s (IPv6 is refused as a whole)", text);
  o->denied_count++;
  return 0;
}

static int add_gateway(Options *o, const char *text, Problem *problem) {
  if (o->gateway_count == MOST_GATEWAYS)
    return fail(problem, "bad-usage", "more than %d gateways", MOST_GATEWAYS);
  if (!read_address(text, &o->gateways[o->gateway_count]))
    return fail(problem, "bad-usage", "not an IPv4 address: %.60s", text);
  o->gateway_count++;
  return 0;
}

static int read_port(const char *text, uint16_t *port) {
  size_t digits = strspn(text, "0123456789");
  unsigned long value = 0;
  if (digits < 1 || digits > 5 || text[digits] || text[0] == '0') return 0;
  for (size_t i = 0; i < digits; i++) value = value * 10 + (unsigned long)(text[i] - '0');
  *port = (uint16_t)value;
  return value <= 65535;
}

static int add_target(Options *o, const char *text, Problem *problem) {
  char address[INET_ADDRSTRLEN];
  const char *colon = strrchr(text, ':');
  size_t size = colon ? (size_t)(colon - text) : sizeof address;
  if (o->target_count == MOST_TARGETS) return fail(problem, "bad-usage", "more than %d addresses to reach", MOST_TARGETS);
  Target *target = &o->targets[o->target_count];
  if (size < sizeof address) {
    memcpy(address, text, size);
    address[size] = 0;
  }
  if (size >= sizeof address || !read_address(address, &target->address) || !read_port(colon + 1, &target->port))
    return fail(problem, "bad-usage", "not an IPv4 address with a port: %.60s", text);
  o->target_count++;
  return 0;
}

static int add_sibling_port(Options *o, const char *text, Problem *problem) {
  if (o->sibling_port_count == MOST_SIBLING_PORTS)
    return fail(problem, "bad-usage", "more than %d ports of siblings", MOST_SIBLING_PORTS);
  if (!read_port(text, &o->sibling_ports[o->sibling_port_count]))
    return fail(problem, "bad-usage", "not a port: %.60s", text);
  o->sibling_port_count++;
  return 0;
}

static const struct { const char *name; int (*add)(Options *, const char *, Problem *); } valued[] = {
  {"--gateway", add_gateway}, {"--deny", add_denied}, {"--to", add_target}, {"--sibling", add_sibling_port},
};

static int read_valued(Options *o, const char *name, const char *value, Problem *problem) {
  for (size_t i = 0; i < sizeof valued / sizeof *valued; i++) {
    if (strcmp(valued[i].name, name)) continue;
    if (!value) return fail(problem, "bad-usage", "%s needs a value; %s", name, usage);
    return valued[i].add(o, value, problem);
  }
  return fail(problem, "bad-usage", "not an option: %.40s; %s", name, usage);
}

int read_options(int argc, char **argv, Options *o, Problem *problem) {
  if (argc > 1 && !strcmp(argv[1], "--deny-more")) {
    o->deny_more = 1;
    if (argc == 2) return fail(problem, "bad-usage", "--deny-more needs a network; %s", usage);
    for (int i = 2; i < argc; i++) if (add_denied(o, argv[i], problem)) return -1;
    return 0;
  }
  for (int i = 1; i < argc; i++) {
    if (!strcmp(argv[i], "--dns-gateway")) { o->dns_gateway = 1; continue; }
    if (!strcmp(argv[i], "--only")) { o->only = 1; continue; }
    if (read_valued(o, argv[i], i + 1 < argc ? argv[i + 1] : NULL, problem)) return -1;
    i++;
  }
  if (!o->only && (o->target_count || o->sibling_port_count))
    return fail(problem, "bad-usage", "--to and --sibling need --only, for else all of that is open");
  return 0;
}
