// Instructions of the one who posts a job: the project that owns it, and the payer who pays for it.
//
// `list` and `extend` name the accounts of Nosana's rewards program, which took a fee from every
// deposit until the fee was set to nothing (state.rs, JOB_FEE_FRACTION). The practice network has
// no such program, so its two accounts are passed on unread; only its address is checked.
#include "address.h"
#include "load.h"
#include "queue.h"
#include "run.h"
#include "settle.h"

// list.rs: posts a job, and hands it to the first waiting node if there is one.
FUNCTION u64 list(Account *a, const u8 *args) {
  Account *job = &a[0], *market = &a[1], *run = &a[2], *user = &a[3], *vault = &a[4];
  Account *payer = &a[5], *authority = &a[8], *rewards = &a[9], *token = &a[10], *system = &a[11];
  TRY(check_roles(a, "wwwwwxwwsrrr"));
  TRY(check_market(market));
  TRY(check_token_account(user));
  TRY(check_token_account(vault));
  TRY(check_program(rewards, REWARDS_PROGRAM));
  TRY(check_program(token, TOKEN_PROGRAM));
  TRY(check_program(system, SYSTEM_PROGRAM));
  Market *queue = market_of(market);
  REQUIRE(same_key(queue->vault, vault->key), "market", INVALID_VAULT);
  TRY(check_unused_run(run));
  REQUIRE(!queue->job_price || is_nos_account_of(user->key, payer->key), "user", INVALID_ATA);

  // [u8; 32] definition, i64 timeout
  TRY(create_account(payer, job, JOB_SPACE, JOBS_PROGRAM, 0));
  Job *state = job_of(job);
  state->discriminator = JOB_ACCOUNT;
  copy_key(state->ipfs_job, args);
  copy_key(state->market, market->key);
  copy_key(state->payer, payer->key);
  state->price = queue->job_price;
  copy_key(state->project, authority->key);
  state->state = JOB_QUEUED;
  state->timeout = *(const i64 *)(args + 32);

  if (queue_type_of(queue) == QUEUE_NODE) {
    u64 node[4];
    pop_from_queue(queue, (u8 *)node);
    TRY(start_run(payer, run, job->key, (const u8 *)node));
  } else {
    TRY(add_to_queue(market, job->key, QUEUE_JOB));
  }
  if (!state->price) return 0;
  return transfer(user, vault, payer, cost_of(state->price, state->timeout), 0);
}

// extend.rs: a longer timeout for a job that waits or runs, and the deposit for it.
FUNCTION u64 extend(Account *a, const u8 *args) {
  Account *job = &a[0], *market = &a[1], *user = &a[2], *vault = &a[3], *authority = &a[6];
  Account *payer = &a[7], *rewards = &a[8], *token = &a[9];
  TRY(check_roles(a, "wrwwwwssrr"));
  TRY(check_job(job));
  TRY(check_market(market));
  TRY(check_token_account(user));
  TRY(check_token_account(vault));
  TRY(check_program(rewards, REWARDS_PROGRAM));
  TRY(check_program(token, TOKEN_PROGRAM));
  Job *state = job_of(job);
  REQUIRE(same_key(state->market, market->key), "job", INVALID_MARKET_ACCOUNT);
  REQUIRE(same_key(state->project, authority->key), "job", UNAUTHORIZED);
  REQUIRE(!state->price || same_key(state->payer, payer->key), "job", UNAUTHORIZED);
  REQUIRE(state->state == JOB_QUEUED, "job", JOB_IN_WRONG_STATE);
  REQUIRE(same_key(market_of(market)->vault, vault->key), "market", INVALID_VAULT);
  REQUIRE(!state->price || is_nos_account_of(user->key, payer->key), "user", INVALID_ATA);

  i64 timeout = *(const i64 *)args, added;
  ENSURE(timeout > state->timeout, JOB_TIMEOUT_NOT_GREATER);
  panic_if(__builtin_sub_overflow(timeout, state->timeout, &added));
  state->timeout = timeout;
  if (!state->price) return 0;
  return transfer(user, vault, payer, cost_of(state->price, added), 0);
}

// end.rs: the poster ends a running job. The node is paid for its time, into its own NOS account.
FUNCTION u64 end(Account *a) {
  Account *job = &a[0], *market = &a[1], *run = &a[2], *deposit = &a[3], *user = &a[4];
  Account *vault = &a[5], *payer = &a[6], *authority = &a[7], *token = &a[8];
  TRY(check_roles(a, "wrwwwwwxr"));
  TRY(check_job(job));
  TRY(check_market(market));
  TRY(check_run(run));
  TRY(check_token_account(deposit));
  TRY(check_token_account(user));
  TRY(check_token_account(vault));
  TRY(check_program(token, TOKEN_PROGRAM));
  Job *state = job_of(job);
  Run *running = run_of(run);
  REQUIRE(same_key(state->market, market->key), "job", INVALID_MARKET_ACCOUNT);
  REQUIRE(same_key(state->project, authority->key), "job", UNAUTHORIZED);
  REQUIRE(same_key(market_of(market)->vault, vault->key), "market", INVALID_VAULT);
  REQUIRE(same_key(running->payer, payer->key), "run", INVALID_PAYER);
  REQUIRE(same_key(running->job, job->key), "run", INVALID_JOB_ACCOUNT);
  if (state->price) {
    REQUIRE(is_nos_account_of(deposit->key, state->payer), "deposit", INVALID_ATA);
    REQUIRE(is_nos_account_of(user->key, running->node), "user", INVALID_ATA);
  }

  mark_done(state, running);
  TRY(settle(state, market, vault, user, deposit));
  close_account(run, payer);
  return 0;
}

// delist.rs: takes a waiting job out of the queue and gives the whole deposit back.
FUNCTION u64 delist(Account *a) {
  Account *job = &a[0], *market = &a[1], *deposit = &a[2], *payer = &a[3], *vault = &a[4];
  Account *token = &a[5], *authority = &a[6];
  TRY(check_roles(a, "wwwwwrx"));
  TRY(check_job(job));
  TRY(check_market(market));
  TRY(check_token_account(deposit));
  TRY(check_token_account(vault));
  TRY(check_program(token, TOKEN_PROGRAM));
  Job *state = job_of(job);
  REQUIRE(same_key(state->payer, payer->key), "job", INVALID_PAYER);
  REQUIRE(same_key(state->market, market->key), "job", INVALID_MARKET_ACCOUNT);
  REQUIRE(same_key(state->project, authority->key), "job", UNAUTHORIZED);
  REQUIRE(state->state == JOB_QUEUED, "job", JOB_IN_WRONG_STATE);
  REQUIRE(same_key(market_of(market)->vault, vault->key), "market", INVALID_VAULT);
  REQUIRE(market_of(market)->queue_type == QUEUE_JOB, "market", MARKET_IN_WRONG_STATE);
  REQUIRE(!state->price || is_nos_account_of(deposit->key, payer->key), "deposit", INVALID_ATA);

  TRY(remove_from_queue(market_of(market), job->key));
  if (state->price)
    TRY(pay_from_vault(market, vault, deposit, cost_of(state->price, state->timeout)));
  close_account(job, payer);
  return 0;
}

// recover.rs: gives the deposit of a job that was quit back, into any token account of the poster's
// choice. It pays even where nothing was paid in: a transfer of nothing.
FUNCTION u64 recover(Account *a) {
  Account *job = &a[0], *market = &a[1], *vault = &a[2], *user = &a[3], *payer = &a[4];
  Account *authority = &a[5], *token = &a[6];
  TRY(check_roles(a, "wrwwwsr"));
  TRY(check_job(job));
  TRY(check_market(market));
  TRY(check_token_account(vault));
  TRY(check_token_account(user));
  TRY(check_program(token, TOKEN_PROGRAM));
  Job *state = job_of(job);
  REQUIRE(same_key(state->payer, payer->key), "job", INVALID_PAYER);
  REQUIRE(same_key(state->market, market->key), "job", INVALID_MARKET_ACCOUNT);
  REQUIRE(same_key(state->project, authority->key), "job", UNAUTHORIZED);
  REQUIRE(state->state == JOB_STOPPED, "job", JOB_IN_WRONG_STATE);
  REQUIRE(same_key(market_of(market)->vault, vault->key), "market", INVALID_VAULT);
  TRY(pay_from_vault(market, vault, user, cost_of(state->price, state->timeout)));
  close_account(job, payer);
  return 0;
}

// clean.rs: anyone may close a job that has been done for longer than the market keeps it; the rent
// goes to its payer. As there, the market needn't be the job's own.
FUNCTION u64 clean(Account *a) {
  Account *job = &a[0], *market = &a[1], *payer = &a[2];
  TRY(check_roles(a, "wrw"));
  TRY(check_job(job));
  TRY(check_market(market));
  Job *state = job_of(job);
  REQUIRE(same_key(state->payer, payer->key), "job", INVALID_PAYER);
  REQUIRE(state->state == JOB_DONE, "job", JOB_IN_WRONG_STATE);
  REQUIRE(market_of(market)->job_expiration < now() - state->time_end, "job", JOB_NOT_EXPIRED);
  close_account(job, payer);
  return 0;
}
