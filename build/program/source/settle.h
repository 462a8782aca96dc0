// How a job is paid for when it ends (nosana-programs state.rs get_reimbursement; finish.rs, end.rs).
#pragma once
#include "layout.h"
#include "token.h"

// Marks the job as done by the node of its run. The paid time is the time since the run started.
INLINE void mark_done(Job *job, const Run *run) {
  job->state = JOB_DONE;
  copy_key(job->node, run->node);
  job->time_start = run->time;
  job->time_end = now();
}

// Pays the node for the seconds it worked, at most the timeout, and refunds the rest of the
// deposit. Both transfers are made even where one is of nothing; a free job makes none.
INLINE u64 settle(const Job *job, const Account *market, const Account *vault, const Account *node,
                  const Account *poster) {
  if (!job->price) return 0;
  i64 worked = job->time_end - job->time_start;
  if (worked > job->timeout) worked = job->timeout;
  u64 total = cost_of(job->price, job->timeout);
  u64 earned = cost_of(job->price, worked);
  TRY(pay_from_vault(market, vault, node, earned));
  return pay_from_vault(market, vault, poster, total - earned);
}
