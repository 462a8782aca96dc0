/* Arguments: strict, since whoever starts the guard is a program. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include "guard.h"

static const char usage[] = "usage: guard [--dns-gateway] [--gateway ADDRESS]... [--deny CIDR]..., or: guard --deny-more CIDR...";

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

int read_options(int argc, char **argv, Options *o, Problem *problem) {
  if (argc > 1 && !strcmp(argv[1], "--deny-more")) {
    o->deny_more = 1;
    if (argc == 2) return fail(problem, "bad-usage", "--deny-more needs a network; %s", usage);
    for (int i = 2; i < argc; i++) if (add_denied(o, argv[i], problem)) return -1;
    return 0;
  }
  for (int i = 1; i < argc; i++) {
    int is_deny = !strcmp(argv[i], "--deny"), is_gateway = !strcmp(argv[i], "--gateway");
    if (!strcmp(argv[i], "--dns-gateway")) { o->dns_gateway = 1; continue; }
    if (!is_deny && !is_gateway)
      return fail(problem, "bad-usage", "not an option: %.40s; %s", argv[i], usage);
    const char *value = i + 1 < argc ? argv[++i] : NULL;
    if (!value) return fail(problem, "bad-usage", "%s needs a value; %s", argv[i], usage);
    if (is_deny && add_denied(o, value, problem)) return -1;
    if (is_deny) continue;
    if (o->gateway_count == MOST_GATEWAYS)
      return fail(problem, "bad-usage", "more than %d gateways", MOST_GATEWAYS);
    if (!read_address(value, &o->gateways[o->gateway_count]))
      return fail(problem, "bad-usage", "not an IPv4 address: %.60s", value);
    o->gateway_count++;
  }
  return 0;
}
