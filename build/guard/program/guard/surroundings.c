/* The addresses and gateways of this namespace. The engine sets both up before it starts the guard;
 * what comes later is unknown to the filter and therefore refused. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "guard.h"
#include "../shared/netlink.h"

/* The loopback interface is the first of every namespace. */
enum { LOOPBACK_INDEX = 1, WIDEST_SUBNET = 8, TRIES = 5 };

typedef struct { Surroundings *found; int overflow; } Search;

static void see_address(const struct nlmsghdr *message, void *to) {
  Search *search = to;
  Surroundings *s = search->found;
  const struct ifaddrmsg *header = NLMSG_DATA(message);
  const struct nlattr *a[IFA_BROADCAST + 1];
  if (message->nlmsg_type != RTM_NEWADDR || header->ifa_family != AF_INET) return;
  if (header->ifa_index == LOOPBACK_INDEX || header->ifa_prefixlen > 32) return;
  read_attributes(message, sizeof *header, a, IFA_BROADCAST + 1);
  const struct nlattr *address = a[IFA_ADDRESS] ? a[IFA_ADDRESS] : a[IFA_LOCAL];
  if (!address) return;
  if (s->subnet_count == MOST_SUBNETS) { search->overflow = 1; return; }
  uint32_t mask = mask_of(header->ifa_prefixlen), network = be32_of(address) & mask;
  s->subnets[s->subnet_count++] = (Subnet){
    .network = {network, header->ifa_prefixlen},
    .broadcast = a[IFA_BROADCAST] ? be32_of(a[IFA_BROADCAST]) : network | ~mask,
  };
}

static void add_gateway(Search *search, const struct nlattr *attribute) {
  Surroundings *s = search->found;
  uint32_t gateway = be32_of(attribute);
  if (!attribute || !gateway) return;
  for (size_t i = 0; i < s->gateway_count; i++) if (s->gateways[i] == gateway) return;
  if (s->gateway_count == MOST_GATEWAYS) search->overflow = 1;
  else s->gateways[s->gateway_count++] = gateway;
}

/* Every address that a route leads through counts, not only the default one: all belong to the
 * computer or the engine. */
static void see_route(const struct nlmsghdr *message, void *to) {
  const struct rtmsg *header = NLMSG_DATA(message);
  const struct nlattr *a[RTA_MULTIPATH + 1], *hop[RTA_GATEWAY + 1];
  if (message->nlmsg_type != RTM_NEWROUTE || header->rtm_family != AF_INET) return;
  read_attributes(message, sizeof *header, a, RTA_MULTIPATH + 1);
  add_gateway(to, a[RTA_GATEWAY]);
  if (!a[RTA_MULTIPATH]) return;
  const struct rtnexthop *next = (const void *)((const uint8_t *)a[RTA_MULTIPATH] + NLA_HDRLEN);
  int left = a[RTA_MULTIPATH]->nla_len - NLA_HDRLEN;
  for (; RTNH_OK(next, left); left -= (int)RTNH_ALIGN(next->rtnh_len), next = RTNH_NEXT(next)) {
    /* Its attributes follow it as those of a nest follow its header, at the same distance less 4. */
    struct { struct nlattr outer; uint8_t inside[256]; } nest;
    size_t size = next->rtnh_len - sizeof *next;
    if (next->rtnh_len < sizeof *next || size > sizeof nest.inside) continue;
    nest.outer = (struct nlattr){.nla_len = (uint16_t)(NLA_HDRLEN + size)};
    memcpy(nest.inside, next + 1, size);
    read_nested(&nest.outer, hop, RTA_GATEWAY + 1);
    add_gateway(to, hop[RTA_GATEWAY]);
  }
}

static int list(uint16_t type, Visit *visit, Search *search) {
  static Messages request;
  struct rtmsg header = {.rtm_family = AF_INET}; /* longer than ifaddrmsg, and as good as its zeros */
  int fd = open_netlink(NETLINK_ROUTE);
  if (fd < 0) return errno;
  request = (Messages){0};
  begin_message(&request, type, NLM_F_DUMP, &header, sizeof header);
  int problem = ask(fd, &request, visit, search);
  close(fd);
  return problem;
}

static int read_once(Surroundings *s, int *overflow) {
  Search search = {.found = s};
  *s = (Surroundings){0};
  int problem = list(RTM_GETADDR, see_address, &search);
  if (!problem) problem = list(RTM_GETROUTE, see_route, &search);
  *overflow = search.overflow;
  return problem;
}

int read_surroundings(Surroundings *s, Problem *problem) {
  int overflow = 0, reason = EAGAIN;
  for (int i = 0; i < TRIES && reason == EAGAIN; i++) reason = read_once(s, &overflow);
  if (reason) return fail(problem, "no-network-facts", "cannot list addresses and routes: %s", strerror(reason));
  if (overflow) return fail(problem, "strange-network", "more than %d addresses or gateways", MOST_SUBNETS);
  for (size_t i = 0; i < s->subnet_count; i++) {
    unsigned length = s->subnets[i].network.length;
    /* No engine makes one, and to let it pass would let half the Internet pass as a sibling. */
    if (length < WIDEST_SUBNET) return fail(problem, "strange-network", "an own subnet of /%u is too wide", length);
  }
  return 0;
}
