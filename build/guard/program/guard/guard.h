/* The guard: a filter for what leaves its network namespace. ../../README.md has the rules in order. */
#ifndef GUARD_H
#define GUARD_H

#include <stddef.h>
#include <stdint.h>

enum { MOST_DENIED = 128, MOST_GATEWAYS = 16, MOST_SUBNETS = 16, MOST_TARGETS = 32, MOST_SIBLING_PORTS = 64 };

/* An IPv4 network in the byte order of this machine; the bits past the length are zero. */
typedef struct { uint32_t address; unsigned length; } Network;

typedef struct { Network network; uint32_t broadcast; } Subnet;

/* A TCP port of one address. */
typedef struct { uint32_t address; uint16_t port; } Target;

uint32_t mask_of(unsigned length);

/* What is wrong: a stable word for the program that reads it and a sentence for a person. */
typedef struct { const char *word; char detail[256]; } Problem;

/* Fills in a problem and returns -1. */
__attribute__((format(printf, 3, 4))) int fail(Problem *problem, const char *word, const char *format, ...);

/* ---- options.c: what the guard was asked to do ---- */
typedef struct {
  int deny_more;   /* only add rules to a filter that is there */
  int dns_gateway; /* names may be asked of the gateway */
  Network denied[MOST_DENIED];
  size_t denied_count;
  uint32_t gateways[MOST_GATEWAYS]; /* treated as gateways beside those of the routing table */
  size_t gateway_count;
  int only; /* nothing goes out but what follows, and nobody comes in */
  Target targets[MOST_TARGETS];
  size_t target_count;
  uint16_t sibling_ports[MOST_SIBLING_PORTS]; /* TCP ports of siblings */
  size_t sibling_port_count;
} Options;

int read_options(int argc, char **argv, Options *options, Problem *problem);

/* ---- surroundings.c: what this namespace looks like, from rtnetlink ---- */
typedef struct {
  Subnet subnets[MOST_SUBNETS];
  size_t subnet_count;
  uint32_t gateways[MOST_GATEWAYS];
  size_t gateway_count;
} Surroundings;

int read_surroundings(Surroundings *surroundings, Problem *problem);

/* ---- rules.c: the filter itself ---- */
extern const char table_name[], output_chain[], input_chain[], deny_chain[], refuse_chain[];

typedef enum { REJECT, DROP } Refusal;

/* How many rules each chain must hold. */
typedef struct { size_t output, input, deny, refuse; } RuleCount;

/* Installs the whole filter in one transaction: all of it is there afterwards, or nothing. */
int install_filter(const Options *options, const Surroundings *surroundings, Refusal *refusal,
                   RuleCount *count, Problem *problem);

/* Adds the networks of `options` to those that are refused, all or none. */
int install_more(const Options *options, Problem *problem);

/* ---- special-ranges.c ---- */
extern const Network special_ranges[];
extern const size_t special_range_count;

/* ---- read-back.c: what the kernel says it holds ---- */
/* Counts the rules of our chains and checks hook and policy of the output chain, and of the input chain
 * where there is one; `refusal` is what the refuse chain does. Fails with the word rules-missing. */
int read_back(RuleCount *count, Refusal *refusal, Problem *problem);

#endif
