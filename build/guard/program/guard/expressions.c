#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>
#include "expressions.h"

enum { LOOPBACK_INDEX = 1, IPV4_SOURCE_AT = 12, IPV4_DESTINATION_AT = 16, TCP_FLAGS_AT = 13, TCP_ACK = 0x10, PORT_AT = 2 };

/* The low half of the first byte of an IPv4 header is its length in words; the shortest has no options. */
enum { WORDS_MASK = 0x0f, SHORTEST_WORDS = 5 };

void begin_nft(Messages *m, uint16_t type, uint16_t flags) {
  struct nfgenmsg header = {.nfgen_family = NFPROTO_INET, .version = NFNETLINK_V0};
  begin_message(m, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type), flags, &header, sizeof header);
}

Rule begin_rule(Messages *m, const char *chain) {
  begin_nft(m, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND);
  put_text(m, NFTA_RULE_TABLE, table_name);
  put_text(m, NFTA_RULE_CHAIN, chain);
  return (Rule){.expressions = begin_nest(m, NFTA_RULE_EXPRESSIONS)};
}

void end_rule(Messages *m, Rule rule) { end_nest(m, rule.expressions); }

typedef struct { size_t element, data; } Expression;

static Expression begin_expression(Messages *m, const char *name) {
  Expression e = {.element = begin_nest(m, NFTA_LIST_ELEM)};
  put_text(m, NFTA_EXPR_NAME, name);
  e.data = begin_nest(m, NFTA_EXPR_DATA);
  return e;
}

static void end_expression(Messages *m, Expression e) {
  end_nest(m, e.data);
  end_nest(m, e.element);
}

static void put_value(Messages *m, uint16_t type, const void *value, size_t size) {
  size_t nest = begin_nest(m, type);
  put(m, NFTA_DATA_VALUE, value, size);
  end_nest(m, nest);
}

static void load_meta(Messages *m, uint32_t key) {
  Expression e = begin_expression(m, "meta");
  put_be32(m, NFTA_META_KEY, key);
  put_be32(m, NFTA_META_DREG, NFT_REG_1);
  end_expression(m, e);
}

static void load_payload(Messages *m, uint32_t base, uint32_t offset, uint32_t size) {
  Expression e = begin_expression(m, "payload");
  put_be32(m, NFTA_PAYLOAD_DREG, NFT_REG_1);
  put_be32(m, NFTA_PAYLOAD_BASE, base);
  put_be32(m, NFTA_PAYLOAD_OFFSET, offset);
  put_be32(m, NFTA_PAYLOAD_LEN, size);
  end_expression(m, e);
}

static void compare(Messages *m, uint32_t how, const void *value, size_t size) {
  Expression e = begin_expression(m, "cmp");
  put_be32(m, NFTA_CMP_SREG, NFT_REG_1);
  put_be32(m, NFTA_CMP_OP, how);
  put_value(m, NFTA_CMP_DATA, value, size);
  end_expression(m, e);
}

static void keep_bits(Messages *m, const void *mask, size_t size) {
  static const uint8_t zeros[4];
  Expression e = begin_expression(m, "bitwise");
  put_be32(m, NFTA_BITWISE_SREG, NFT_REG_1);
  put_be32(m, NFTA_BITWISE_DREG, NFT_REG_1);
  put_be32(m, NFTA_BITWISE_LEN, (uint32_t)size);
  put_value(m, NFTA_BITWISE_MASK, mask, size);
  put_value(m, NFTA_BITWISE_XOR, zeros, size);
  end_expression(m, e);
}

static void if_loopback(Messages *m, uint32_t key) {
  uint32_t loopback = LOOPBACK_INDEX; /* in the byte order of this machine, as interface numbers are */
  load_meta(m, key);
  compare(m, NFT_CMP_EQ, &loopback, sizeof loopback);
}

void if_output_is_loopback(Messages *m) { if_loopback(m, NFT_META_OIF); }

void if_input_is_loopback(Messages *m) { if_loopback(m, NFT_META_IIF); }

void if_family_is(Messages *m, uint8_t family, int is_so) {
  load_meta(m, NFT_META_NFPROTO);
  compare(m, is_so ? NFT_CMP_EQ : NFT_CMP_NEQ, &family, sizeof family);
}

void if_ipv4_has_options(Messages *m) {
  const uint8_t mask = WORDS_MASK, shortest = SHORTEST_WORDS;
  load_payload(m, NFT_PAYLOAD_NETWORK_HEADER, 0, sizeof mask);
  keep_bits(m, &mask, sizeof mask);
  compare(m, NFT_CMP_NEQ, &shortest, sizeof shortest);
}

void if_destination_in(Messages *m, Network network) {
  uint32_t address = htonl(network.address), mask = htonl(mask_of(network.length));
  if_family_is(m, NFPROTO_IPV4, 1);
  load_payload(m, NFT_PAYLOAD_NETWORK_HEADER, IPV4_DESTINATION_AT, sizeof address);
  if (network.length < 32) keep_bits(m, &mask, sizeof mask);
  compare(m, NFT_CMP_EQ, &address, sizeof address);
}

void if_source_is(Messages *m, uint32_t address) {
  address = htonl(address);
  if_family_is(m, NFPROTO_IPV4, 1);
  load_payload(m, NFT_PAYLOAD_NETWORK_HEADER, IPV4_SOURCE_AT, sizeof address);
  compare(m, NFT_CMP_EQ, &address, sizeof address);
}

void if_protocol_is(Messages *m, uint8_t protocol) {
  load_meta(m, NFT_META_L4PROTO);
  compare(m, NFT_CMP_EQ, &protocol, sizeof protocol);
}

void if_destination_port_is(Messages *m, uint16_t port) {
  port = htons(port);
  load_payload(m, NFT_PAYLOAD_TRANSPORT_HEADER, PORT_AT, sizeof port);
  compare(m, NFT_CMP_EQ, &port, sizeof port);
}

void if_tcp_acknowledges(Messages *m) {
  const uint8_t mask = TCP_ACK, none = 0;
  load_payload(m, NFT_PAYLOAD_TRANSPORT_HEADER, TCP_FLAGS_AT, sizeof mask);
  keep_bits(m, &mask, sizeof mask);
  compare(m, NFT_CMP_NEQ, &none, sizeof none);
}

void then_verdict(Messages *m, int verdict, const char *chain) {
  Expression e = begin_expression(m, "immediate");
  put_be32(m, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
  size_t data = begin_nest(m, NFTA_IMMEDIATE_DATA), nest = begin_nest(m, NFTA_DATA_VERDICT);
  put_be32(m, NFTA_VERDICT_CODE, (uint32_t)verdict);
  if (chain) put_text(m, NFTA_VERDICT_CHAIN, chain);
  end_nest(m, nest);
  end_nest(m, data);
  end_expression(m, e);
}

void then_reset(Messages *m) {
  Expression e = begin_expression(m, "reject");
  put_be32(m, NFTA_REJECT_TYPE, NFT_REJECT_TCP_RST);
  put_u8(m, NFTA_REJECT_ICMP_CODE, 0);
  end_expression(m, e);
}

void then_reject(Messages *m) {
  Expression e = begin_expression(m, "reject");
  put_be32(m, NFTA_REJECT_TYPE, NFT_REJECT_ICMPX_UNREACH);
  put_u8(m, NFTA_REJECT_ICMP_CODE, NFT_REJECT_ICMPX_ADMIN_PROHIBITED);
  end_expression(m, e);
}
