import type { JobAccount } from './accounts.ts';
import type { Payment } from '../../jobs/ports.ts';

/**
 * What the program paid for a job that is done, from the job account's own times: the price of the
 * seconds used, at most the timeout, to the host, the rest back to the poster. (state.rs,
 * `get_reimbursement`; there is no network fee: `JOB_FEE_FRACTION` is 0.)
 */
export function paymentOf(job: JobAccount): Payment {
  const used = job.timeEndSeconds - job.timeStartSeconds;
  const paid = used < job.timeoutSeconds ? used : job.timeoutSeconds;
  return {
    paidSeconds: Number(paid),
    payoutBaseUnits: job.price * paid,
    refundBaseUnits: job.price * (job.timeoutSeconds - paid),
    endedAt: Number(job.timeEndSeconds) * 1000,
  };
}
