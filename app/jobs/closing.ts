import type { JobStatus, Outcome, Receipt } from '../contract/job.ts';
import { workOf, type RunIn, type Work } from './run.ts';
import type { Cause, OperationRecord } from './run-parts.ts';

/** The last word on a run that the chain has settled: how it ended, and the receipt where paid. */
export function closingOf(run: RunIn<'settling'>): { outcome: Outcome; receipt: Receipt | null } {
  return { outcome: outcomeOf(run), receipt: receiptOf(run) };
}

/** How the job went: one failed operation is a failed job; who paid plays no part. */
export function statusOf({ operations, cause }: Work): JobStatus {
  if (operations.some((record) => operationStatus(record) === 'failed')) return 'failed';
  // A service that runs until its time is over has done what it should: the network says so too.
  return cause !== null && EARLY.includes(cause.cause) ? 'stopped' : 'success';
}

const EARLY: readonly Cause[] = ['handed-back', 'ended-by-client', 'stopped-by-client'];

/** The same word for one operation; one that never ran was stopped. */
export function operationStatus(record: OperationRecord): JobStatus {
  if (record.state !== 'ended') return 'stopped';
  const { failure, stoppedBy, exitCode } = record.end;
  if (failure !== null) return 'failed';
  if (stoppedBy !== null) return 'stopped';
  return exitCode === 0 ? 'success' : 'failed';
}

function outcomeOf(run: RunIn<'settling'>): Outcome {
  switch (run.settled?.state) {
    case 'settled':
      return paidOutcome(run);
    case 'ended-by-client':
      return 'ended-by-client';
    case 'gone':
    case undefined:
      return run.leave.how === 'quit' ? 'refused' : 'lost';
  }
}

/** With a result attached, the chain no longer tells the client's end from ours: the journal does. */
function paidOutcome(run: RunIn<'settling'>): Outcome {
  const cause = workOf(run)?.cause?.cause;
  const byClient = cause === 'ended-by-client' || cause === 'stopped-by-client';
  if (byClient || run.transaction?.kind === 'complete') return 'ended-by-client';
  return cause === 'handed-back' ? 'handed-back' : 'paid';
}

function receiptOf({
  settled,
  offer,
  network,
  practice,
  transaction,
}: RunIn<'settling'>): Receipt | null {
  if (settled === null || settled.payment === null) return null;
  const { payment, resultCid } = settled;
  return {
    network,
    practice,
    transaction: transaction?.signature ?? null,
    settledAt: payment.endedAt,
    paidSeconds: payment.paidSeconds,
    pricePerSecond: String(offer.pricePerSecond),
    grossBaseUnits: String(payment.payoutBaseUnits),
    refundBaseUnits: String(payment.refundBaseUnits),
    resultCid,
    // No reading of the card's power belongs to the run yet.
    powerWattHours: null,
  };
}
