/* What rules are made of: expressions of nf_tables, written as `nft --debug=netlink` shows them. */
#ifndef EXPRESSIONS_H
#define EXPRESSIONS_H

#include "guard.h"
#include "../shared/netlink.h"

/* A message of nf_tables about our family. */
void begin_nft(Messages *messages, uint16_t type, uint16_t flags);

/* A rule at the end of a chain: what it asks for, in order, then what it does. */
typedef struct { size_t expressions; } Rule;
Rule begin_rule(Messages *messages, const char *chain);
void end_rule(Messages *messages, Rule rule);

void if_output_is_loopback(Messages *messages);
void if_input_is_loopback(Messages *messages);
void if_family_is(Messages *messages, uint8_t family, int is_so);
void if_ipv4_has_options(Messages *messages);
void if_destination_in(Messages *messages, Network network);
void if_source_is(Messages *messages, uint32_t address);
void if_protocol_is(Messages *messages, uint8_t protocol);
void if_destination_port_is(Messages *messages, uint16_t port);
void if_tcp_acknowledges(Messages *messages);

/* `chain` is where a jump or goto leads; NULL for other verdicts. */
void then_verdict(Messages *messages, int verdict, const char *chain);
/* Answers the sender: with a reset, for TCP alone, or with an ICMP error. */
void then_reset(Messages *messages);
void then_reject(Messages *messages);

#endif
