/* The filter, rule by rule, in one transaction. It keeps no state (no connection tracking): what a
 * packet may do is settled by the packet alone, so a rule that is added later also ends connections. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>
#include "expressions.h"

const char table_name[] = "offpeak", output_chain[] = "output", input_chain[] = "input", deny_chain[] = "deny", refuse_chain[] = "refuse";

enum { DNS_PORT = 53 };

static void mark_batch(Messages *m, uint16_t type) {
  struct nfgenmsg header = {.version = NFNETLINK_V0, .res_id = htons(NFNL_SUBSYS_NFTABLES)};
  begin_message(m, type, 0, &header, sizeof header);
}

static void add_table(Messages *m) {
  begin_nft(m, NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_EXCL);
  put_text(m, NFTA_TABLE_NAME, table_name);
}

static void add_chain(Messages *m, const char *name) {
  begin_nft(m, NFT_MSG_NEWCHAIN, NLM_F_CREATE | NLM_F_EXCL);
  put_text(m, NFTA_CHAIN_TABLE, table_name);
  put_text(m, NFTA_CHAIN_NAME, name);
}

/* The output chain sees every packet that a program of this namespace sends, after the engine's own
 * rules have led names to its resolver (priority -100), and lets nothing through by itself; the input
 * chain does the same with what comes in. */
static void hook_chain(Messages *m, uint32_t where) {
  size_t hook = begin_nest(m, NFTA_CHAIN_HOOK);
  put_be32(m, NFTA_HOOK_HOOKNUM, where);
  put_be32(m, NFTA_HOOK_PRIORITY, 0);
  end_nest(m, hook);
  put_be32(m, NFTA_CHAIN_POLICY, NF_DROP);
  put_text(m, NFTA_CHAIN_TYPE, "filter");
}

static void refuse(Messages *m, Rule rule, size_t *count) {
  then_verdict(m, NFT_GOTO, refuse_chain);
  end_rule(m, rule);
  ++*count;
}

static void allow(Messages *m, Rule rule, size_t *count) {
  then_verdict(m, NF_ACCEPT, NULL);
  end_rule(m, rule);
  ++*count;
}

static void refuse_network(Messages *m, const char *chain, Network network, size_t *count) {
  Rule rule = begin_rule(m, chain);
  if_destination_in(m, network);
  refuse(m, rule, count);
}

static void allow_port(Messages *m, Network network, uint16_t port, size_t *count) {
  Rule rule = begin_rule(m, output_chain);
  if_destination_in(m, network);
  if_protocol_is(m, IPPROTO_TCP);
  if_destination_port_is(m, port);
  allow(m, rule, count);
}

/* Behind the gateway's address is the computer itself. It may be answered, on the connections that it
 * opened through a published port: every segment of an answer acknowledges, and the one that opens a
 * connection does not. Without CAP_NET_RAW no program can make one that does. */
static void add_gateway_rules(Messages *m, uint32_t gateway, int dns, size_t *count) {
  const Network only = {gateway, 32};
  Rule rule = begin_rule(m, output_chain);
  if_destination_in(m, only);
  if_protocol_is(m, IPPROTO_TCP);
  if_tcp_acknowledges(m);
  allow(m, rule, count);
  for (int i = 0; dns && i < 2; i++) {
    rule = begin_rule(m, output_chain);
    if_destination_in(m, only);
    if_protocol_is(m, i ? IPPROTO_TCP : IPPROTO_UDP);
    if_destination_port_is(m, DNS_PORT);
    allow(m, rule, count);
  }
  refuse_network(m, output_chain, only, count);
}

/* Siblings of the same run: all of them, or with --only certain ports alone. Up to /30 the first and the last address of a subnet mean all of it, and
 * the bridge, which is the computer, would hear too. */
static void add_subnet_rules(Messages *m, const Options *o, const Subnet *subnet, size_t *count) {
  Network network = subnet->network;
  uint32_t last = network.address | ~mask_of(network.length);
  if (network.length < 31) {
    refuse_network(m, output_chain, (Network){network.address, 32}, count);
    refuse_network(m, output_chain, (Network){last, 32}, count);
    if (subnet->broadcast && subnet->broadcast != last)
      refuse_network(m, output_chain, (Network){subnet->broadcast, 32}, count);
  }
  for (size_t i = 0; i < o->sibling_port_count; i++) allow_port(m, network, o->sibling_ports[i], count);
  if (o->only) {
    refuse_network(m, output_chain, network, count);
    return;
  }
  Rule rule = begin_rule(m, output_chain);
  if_destination_in(m, network);
  allow(m, rule, count);
}

static void add_output_rules(Messages *m, const Options *o, const Surroundings *s, size_t *count) {
  Rule rule = begin_rule(m, output_chain);
  if_output_is_loopback(m);
  allow(m, rule, count);

  rule = begin_rule(m, output_chain);
  if_family_is(m, NFPROTO_IPV4, 0);
  refuse(m, rule, count);

  /* Options could name a second destination (source routes, RFC 791), which no rule looks at. */
  rule = begin_rule(m, output_chain);
  if_family_is(m, NFPROTO_IPV4, 1);
  if_ipv4_has_options(m);
  refuse(m, rule, count);

  for (size_t i = 0; i < s->gateway_count; i++) add_gateway_rules(m, s->gateways[i], o->dns_gateway, count);

  rule = begin_rule(m, output_chain);
  then_verdict(m, NFT_JUMP, deny_chain);
  end_rule(m, rule);
  ++*count;

  for (size_t i = 0; i < s->subnet_count; i++) add_subnet_rules(m, o, &s->subnets[i], count);
  for (size_t i = 0; i < special_range_count; i++) refuse_network(m, output_chain, special_ranges[i], count);
  for (size_t i = 0; i < o->target_count; i++)
    allow_port(m, (Network){o->targets[i].address, 32}, o->targets[i].port, count);

  rule = begin_rule(m, output_chain);
  if_family_is(m, NFPROTO_IPV4, 1);
  if (o->only) refuse(m, rule, count);
  else allow(m, rule, count);
}

/* Nobody opens a connection to what is behind --only, except the computer itself through a published
 * port; answers and errors of the network come in. As above, no program makes a first segment that
 * acknowledges. */
static void add_input_rules(Messages *m, const Surroundings *s, size_t *count) {
  static const uint8_t answers[] = {IPPROTO_TCP, IPPROTO_ICMP};
  Rule rule = begin_rule(m, input_chain);
  if_input_is_loopback(m);
  allow(m, rule, count);
  for (size_t i = 0; i < sizeof answers; i++) {
    rule = begin_rule(m, input_chain);
    if_family_is(m, NFPROTO_IPV4, 1);
    if_protocol_is(m, answers[i]);
    if (answers[i] == IPPROTO_TCP) if_tcp_acknowledges(m);
    allow(m, rule, count);
  }
  for (size_t i = 0; i < s->gateway_count; i++) {
    rule = begin_rule(m, input_chain);
    if_source_is(m, s->gateways[i]);
    allow(m, rule, count);
  }
}

/* A program that is refused shall hear so at once. For TCP that takes a reset: an ICMP error comes while
 * connect(2) still holds its socket, and counts only when the segment is sent again, a second later. */
static void add_refuse_rules(Messages *m, Refusal refusal, size_t *count) {
  if (refusal == REJECT) {
    Rule rule = begin_rule(m, refuse_chain);
    if_protocol_is(m, IPPROTO_TCP);
    then_reset(m);
    end_rule(m, rule);
    ++*count;
  }
  Rule rule = begin_rule(m, refuse_chain);
  if (refusal == REJECT) then_reject(m);
  else then_verdict(m, NF_DROP, NULL);
  end_rule(m, rule);
  ++*count;
}

static void write_filter(Messages *m, const Options *o, const Surroundings *s, Refusal refusal, RuleCount *count) {
  *m = (Messages){0};
  *count = (RuleCount){0};
  mark_batch(m, NFNL_MSG_BATCH_BEGIN);
  add_table(m);
  add_chain(m, refuse_chain);
  add_chain(m, deny_chain);
  add_chain(m, output_chain);
  hook_chain(m, NF_INET_LOCAL_OUT);
  if (o->only) {
    add_chain(m, input_chain);
    hook_chain(m, NF_INET_LOCAL_IN);
    add_input_rules(m, s, &count->input);
  }

  add_refuse_rules(m, refusal, &count->refuse);
  for (size_t i = 0; i < o->denied_count; i++) refuse_network(m, deny_chain, o->denied[i], &count->deny);
  add_output_rules(m, o, s, &count->output);
}

/* Only the last message asks for an answer, so that hundreds of them never overflow the socket; a
 * message that fails is answered anyway. */
static int commit(Messages *m) {
  if (!m->open) return ENOBUFS;
  uint32_t last = m->sequence;
  m->open->nlmsg_flags |= NLM_F_ACK;
  mark_batch(m, NFNL_MSG_BATCH_END);
  int fd = open_netlink(NETLINK_NETFILTER);
  if (fd < 0) return errno;
  int reason = send_messages(fd, m, last);
  close(fd);
  return reason;
}

static int explain(int reason, Problem *problem) {
  if (reason == EPERM || reason == EACCES)
    return fail(problem, "no-net-admin", "the guard needs CAP_NET_ADMIN in its own network namespace");
  if (reason == EEXIST)
    return fail(problem, "already-guarded", "this namespace has a filter; --deny-more adds to it");
  return fail(problem, "no-nf-tables", "the kernel does not take the rules: %s", strerror(reason));
}

int install_filter(const Options *o, const Surroundings *s, Refusal *refusal, RuleCount *count, Problem *problem) {
  static Messages messages;
  *refusal = REJECT;
  write_filter(&messages, o, s, *refusal, count);
  int reason = commit(&messages);
  if (reason && reason != EPERM && reason != EEXIST) {
    /* The expression may be missing from a small kernel; dropping is always there. */
    *refusal = DROP;
    write_filter(&messages, o, s, *refusal, count);
    reason = commit(&messages);
  }
  return reason ? explain(reason, problem) : 0;
}

int install_more(const Options *o, Problem *problem) {
  static Messages messages;
  size_t added = 0;
  messages = (Messages){0};
  mark_batch(&messages, NFNL_MSG_BATCH_BEGIN);
  for (size_t i = 0; i < o->denied_count; i++) refuse_network(&messages, deny_chain, o->denied[i], &added);
  int reason = commit(&messages);
  if (reason == ENOENT) return fail(problem, "rules-missing", "there is no filter to add to");
  return reason ? explain(reason, problem) : 0;
}
