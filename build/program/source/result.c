// Instructions with which a node ends its part of a job.
#include "address.h"
#include "load.h"
#include "settle.h"
#include "system.h"

// finish.rs: posts the result, pays the node, refunds the poster and closes the Run.
//
// Nosana's own material knows two lists of accounts. Their Rust source and their published client
// (@nosana/jobs-program 2.1.6) have ten:
//   job run market vault deposit user payerRun payerJob authority tokenProgram
// The interface file in their kit repository (idl/nosana_jobs.json) has eleven:
//   job run market vault deposit user payerJob payerRun project authority tokenProgram
// Which one the deployed program wants can't be seen from here, so both are taken. The project of
// the longer list is held to the rule that finish.rs had for it until July 2025.
FUNCTION u64 finish(Account *a, const u8 *ipfs_result) {
  int eleven = HEAP->count > 10 && same_key(a[10].key, TOKEN_PROGRAM);
  Account *job = &a[0], *run = &a[1], *market = &a[2], *vault = &a[3], *deposit = &a[4];
  Account *user = &a[5], *payer_run = &a[eleven ? 7 : 6], *payer_job = &a[eleven ? 6 : 7];
  Account *project = &a[8], *authority = &a[eleven ? 9 : 8], *token = &a[eleven ? 10 : 9];
  TRY(eleven ? check_roles(a, "wwrwwwwwwsr") : check_roles(a, "wwrwwwwwsr"));
  TRY(check_job(job));
  TRY(check_run(run));
  TRY(check_market(market));
  TRY(check_token_account(vault));
  TRY(check_token_account(deposit));
  TRY(check_token_account(user));
  TRY(check_program(token, TOKEN_PROGRAM));

  Job *state = job_of(job);
  Run *running = run_of(run);
  REQUIRE(same_key(state->market, market->key), "job", INVALID_MARKET_ACCOUNT);
  REQUIRE(!eleven || same_key(state->project, project->key), "job", JOB_INVALID_PROJECT);
  REQUIRE(same_key(state->payer, payer_job->key), "job", INVALID_PAYER);
  REQUIRE(same_key(running->job, job->key), "run", INVALID_JOB_ACCOUNT);
  REQUIRE(same_key(running->payer, payer_run->key), "run", INVALID_PAYER);
  REQUIRE(same_key(running->node, authority->key), "run", UNAUTHORIZED);
  REQUIRE(same_key(market_of(market)->vault, vault->key), "market", INVALID_VAULT);
  // The node may be paid into any NOS account; the refund goes to the poster's own.
  if (state->price) {
    REQUIRE(is_nos_account_of(deposit->key, payer_job->key), "deposit", INVALID_ATA);
    REQUIRE(same_key(token_of(user)->mint, NOS_MINT), "user", INVALID_ATA);
  }
  ENSURE(!is_zero_key(ipfs_result), JOB_RESULT_NULL);

  copy_key(state->ipfs_result, ipfs_result);
  mark_done(state, running);
  TRY(settle(state, market, vault, user, deposit));
  close_account(run, payer_run);
  return 0;
}

// complete.rs: adds the result to a job that its poster has ended.
FUNCTION u64 complete(Account *a, const u8 *ipfs_result) {
  Account *job = &a[0], *authority = &a[1];
  TRY(check_roles(a, "ws"));
  TRY(check_job(job));
  Job *state = job_of(job);
  REQUIRE(state->state == JOB_DONE, "job", JOB_IN_WRONG_STATE);
  REQUIRE(same_key(state->node, authority->key), "job", UNAUTHORIZED);
  REQUIRE(is_zero_key(state->ipfs_result), "job", JOB_RESULTS_ALREADY_SET);
  ENSURE(!is_zero_key(ipfs_result), JOB_RESULT_NULL);
  copy_key(state->ipfs_result, ipfs_result);
  return 0;
}

// quit.rs: gives a job up. Nobody is paid; another node may claim it, or its poster recover it.
FUNCTION u64 quit(Account *a) {
  Account *job = &a[0], *run = &a[1], *payer = &a[2], *authority = &a[3];
  TRY(check_roles(a, "wwws"));
  TRY(check_job(job));
  TRY(check_run(run));
  REQUIRE(same_key(run_of(run)->job, job->key), "run", INVALID_JOB_ACCOUNT);
  REQUIRE(same_key(run_of(run)->payer, payer->key), "run", INVALID_PAYER);
  REQUIRE(same_key(run_of(run)->node, authority->key), "run", UNAUTHORIZED);
  job_of(job)->state = JOB_STOPPED;
  close_account(run, payer);
  return 0;
}
