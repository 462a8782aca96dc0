// A Run account: it ties one job to one node for as long as the job runs.
#pragma once
#include "errors.h"
#include "ids.h"
#include "layout.h"
#include "system.h"

// `work` and `list` may or may not need a Run, so they take a fresh address that signs
// (nosana-programs work.rs, list.rs).
FUNCTION u64 check_unused_run(const Account *run) {
  REQUIRE(run->signer, "run", MISSING_SIGNATURE);
  REQUIRE(!*run->lamports, "run", LAMPORTS_NON_NULL);
  REQUIRE(same_key(run->owner, SYSTEM_PROGRAM), "run", INVALID_OWNER);
  return 0;
}

FUNCTION u64 start_run(const Account *payer, Account *account, const u8 *job, const u8 *node) {
  TRY(create_account(payer, account, RUN_SPACE, JOBS_PROGRAM, 0));
  Run *run = run_of(account);
  run->discriminator = RUN_ACCOUNT;
  copy_key(run->job, job);
  copy_key(run->node, node);
  copy_key(run->payer, payer->key);
  run->time = now();
  return 0;
}
