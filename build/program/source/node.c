// Instructions with which a node looks for work.
#include "access.h"
#include "queue.h"
#include "run.h"

// work.rs: takes the first waiting job, or waits in the queue when there is none.
FUNCTION u64 work(Account *a) {
  Account *run = &a[0], *market = &a[1], *payer = &a[2], *stake = &a[3];
  Account *nft = &a[4], *metadata = &a[5], *authority = &a[6], *system = &a[7];
  TRY(check_roles(a, "wwxrrrsr"));
  TRY(check_market(market));
  TRY(check_stake(stake));
  TRY(check_token_account(nft));
  TRY(check_program(system, SYSTEM_PROGRAM));
  TRY(check_unused_run(run));

  Market *state = market_of(market);
  int waits = state->queue_type != QUEUE_JOB && find_in_queue(state, authority->key) != NOWHERE;
  REQUIRE(!waits, "market", NODE_ALREADY_QUEUED);
  TRY(check_access(market, stake, nft, metadata, authority));

  if (queue_type_of(state) != QUEUE_JOB) return add_to_queue(market, authority->key, QUEUE_NODE);
  u64 job[4];
  pop_from_queue(state, (u8 *)job);
  return start_run(payer, run, (const u8 *)job, authority->key);
}

// stop.rs: a node leaves the queue, or the market's owner takes it out.
FUNCTION u64 stop(Account *a) {
  Account *market = &a[0], *node = &a[1], *authority = &a[2];
  TRY(check_roles(a, "wrs"));
  TRY(check_market(market));
  Market *state = market_of(market);
  REQUIRE(state->queue_type == QUEUE_NODE, "market", MARKET_IN_WRONG_STATE);
  REQUIRE(same_key(state->authority, authority->key) || same_key(node->key, authority->key),
          "market", UNAUTHORIZED);
  return remove_from_queue(state, node->key);
}

// claim.rs: takes up a job that another node quit. The job stays in the state Stopped, as there.
FUNCTION u64 claim(Account *a) {
  Account *job = &a[0], *run = &a[1], *market = &a[2], *stake = &a[3], *nft = &a[4];
  Account *metadata = &a[5], *payer = &a[6], *authority = &a[7], *system = &a[8];
  TRY(check_roles(a, "wwrrrrxsr"));
  TRY(check_job(job));
  TRY(check_market(market));
  TRY(check_stake(stake));
  TRY(check_token_account(nft));
  TRY(check_program(system, SYSTEM_PROGRAM));
  REQUIRE(same_key(job_of(job)->market, market->key), "job", INVALID_MARKET_ACCOUNT);
  REQUIRE(job_of(job)->state == JOB_STOPPED, "job", JOB_IN_WRONG_STATE);
  TRY(check_access(market, stake, nft, metadata, authority));
  return start_run(payer, run, job->key, authority->key);
}
