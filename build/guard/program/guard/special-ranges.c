/* Where no job has business: every block of the IANA IPv4 Special-Purpose Address Registry (RFC 6890;
 * https://www.iana.org/assignments/iana-ipv4-special-registry), which names home networks, link-local
 * and loopback addresses and what is kept for documentation and tests, and multicast (RFC 5771). */
#include "guard.h"

#define IPV4(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

const Network special_ranges[] = {
  {IPV4(0, 0, 0, 0), 8},        /* this network, RFC 791 */
  {IPV4(10, 0, 0, 0), 8},       /* private, RFC 1918 */
  {IPV4(100, 64, 0, 0), 10},    /* shared by a provider's customers, RFC 6598 */
  {IPV4(127, 0, 0, 0), 8},      /* loopback, RFC 1122; here it is what leaves by another interface */
  {IPV4(169, 254, 0, 0), 16},   /* link-local, RFC 3927, and the metadata services of clouds */
  {IPV4(172, 16, 0, 0), 12},    /* private, RFC 1918 */
  {IPV4(192, 0, 0, 0), 24},     /* protocol assignments, RFC 6890: port control, NAT64 and others */
  {IPV4(192, 0, 2, 0), 24},     /* documentation 1, RFC 5737 */
  {IPV4(192, 31, 196, 0), 24},  /* AS112, RFC 7535: a sink of names, often close by */
  {IPV4(192, 52, 193, 0), 24},  /* multicast tunnels, RFC 7450 */
  {IPV4(192, 88, 99, 0), 24},   /* 6to4 relays, RFC 7526: a way around the refusal of IPv6 */
  {IPV4(192, 168, 0, 0), 16},   /* private, RFC 1918 */
  {IPV4(192, 175, 48, 0), 24},  /* AS112, RFC 7534 */
  {IPV4(198, 18, 0, 0), 15},    /* measurements, RFC 2544 */
  {IPV4(198, 51, 100, 0), 24},  /* documentation 2, RFC 5737 */
  {IPV4(203, 0, 113, 0), 24},   /* documentation 3, RFC 5737 */
  {IPV4(224, 0, 0, 0), 4},      /* multicast, RFC 5771 */
  {IPV4(240, 0, 0, 0), 4},      /* reserved, RFC 1112, with the broadcast address, RFC 919 */
  /* Not in the registry: a service of the machine below, at a public address, on Azure. */
  {IPV4(168, 63, 129, 16), 32},
};
const size_t special_range_count = sizeof special_ranges / sizeof *special_ranges;
