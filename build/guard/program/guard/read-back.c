/* Asks the kernel what it holds, so that "ready" is said of the rules and not of the request. */
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>
#include <unistd.h>
#include "expressions.h"

enum { NFT_HEADER = 4 };

typedef struct { const char *name; uint32_t hook; int is_there, drops, is_hooked; } Chain;

static void see_chain(const struct nlmsghdr *message, void *to) {
  Chain *chain = to;
  const struct nlattr *a[NFTA_CHAIN_MAX + 1], *hook[NFTA_HOOK_MAX + 1];
  read_attributes(message, NFT_HEADER, a, NFTA_CHAIN_MAX + 1);
  if (!is_text(a[NFTA_CHAIN_TABLE], table_name) || !is_text(a[NFTA_CHAIN_NAME], chain->name)) return;
  read_nested(a[NFTA_CHAIN_HOOK], hook, NFTA_HOOK_MAX + 1);
  chain->is_there = 1;
  chain->drops = a[NFTA_CHAIN_POLICY] && be32_of(a[NFTA_CHAIN_POLICY]) == NF_DROP;
  chain->is_hooked = hook[NFTA_HOOK_HOOKNUM] && be32_of(hook[NFTA_HOOK_HOOKNUM]) == chain->hook;
}

typedef struct { RuleCount *count; Refusal *refusal; } Seen;

static Refusal refusal_of(const struct nlattr *expressions) {
  const struct nlattr *element[NFTA_LIST_ELEM + 1], *expression[NFTA_EXPR_MAX + 1];
  read_nested(expressions, element, NFTA_LIST_ELEM + 1);
  read_nested(element[NFTA_LIST_ELEM], expression, NFTA_EXPR_MAX + 1);
  return is_text(expression[NFTA_EXPR_NAME], "reject") ? REJECT : DROP;
}

static void see_rule(const struct nlmsghdr *message, void *to) {
  Seen *seen = to;
  const struct nlattr *a[NFTA_RULE_MAX + 1];
  read_attributes(message, NFT_HEADER, a, NFTA_RULE_MAX + 1);
  if (!is_text(a[NFTA_RULE_TABLE], table_name)) return;
  if (is_text(a[NFTA_RULE_CHAIN], output_chain)) seen->count->output++;
  if (is_text(a[NFTA_RULE_CHAIN], input_chain)) seen->count->input++;
  if (is_text(a[NFTA_RULE_CHAIN], deny_chain)) seen->count->deny++;
  if (!is_text(a[NFTA_RULE_CHAIN], refuse_chain)) return;
  seen->count->refuse++;
  *seen->refusal = refusal_of(a[NFTA_RULE_EXPRESSIONS]);
}

static int ask_nft(int fd, uint16_t type, uint16_t flags, Visit *visit, void *to) {
  static Messages request;
  request = (Messages){0};
  begin_nft(&request, type, flags);
  if (type == NFT_MSG_GETCHAIN) {
    put_text(&request, NFTA_CHAIN_TABLE, table_name);
    put_text(&request, NFTA_CHAIN_NAME, ((const Chain *)to)->name);
  }
  return ask(fd, &request, visit, to);
}

static int is_sound(const Chain *chain) { return chain->is_there && chain->is_hooked && chain->drops; }

int read_back(RuleCount *count, Refusal *refusal, Problem *problem) {
  enum { TRIES = 5 };
  Chain out = {.name = output_chain, .hook = NF_INET_LOCAL_OUT}, in = {.name = input_chain, .hook = NF_INET_LOCAL_IN};
  Seen seen = {count, refusal};
  int fd = open_netlink(NETLINK_NETFILTER);
  int reason = fd < 0 ? errno : ask_nft(fd, NFT_MSG_GETCHAIN, 0, see_chain, &out);
  if (!reason) reason = ask_nft(fd, NFT_MSG_GETCHAIN, 0, see_chain, &in);
  if (out.is_there && reason == ENOENT) reason = 0; /* only the filter of --only has one for what comes in */
  for (int i = 0; fd >= 0 && !reason && i < TRIES; i++) {
    *count = (RuleCount){0};
    reason = ask_nft(fd, NFT_MSG_GETRULE, NLM_F_DUMP, see_rule, &seen);
    if (reason != EAGAIN) break;
    /* Somebody changed rules meanwhile; the rest of that listing must not be taken for the next. */
    close(fd);
    fd = open_netlink(NETLINK_NETFILTER);
    reason = fd < 0 ? errno : 0;
  }
  if (fd >= 0) close(fd);
  if (reason == EPERM) return fail(problem, "no-net-admin", "the guard needs CAP_NET_ADMIN in its own network namespace");
  if (reason == ENOENT) return fail(problem, "rules-missing", "there is no filter in this namespace");
  if (reason) return fail(problem, "rules-missing", "the rules cannot be read back: %s", strerror(reason));
  if (!is_sound(&out) || (in.is_there && !is_sound(&in)))
    return fail(problem, "rules-missing", "a chain is not there, not hooked, or does not drop");
  return 0;
}
