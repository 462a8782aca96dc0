import { OffpeakError } from '../contract/errors.ts';
import type { Problem } from '../contract/gpu.ts';
import { closingOf } from './closing.ts';
import { problemOf, Retry, withDeadline } from './patience.ts';
import type { SettlementKind, SignedTransaction, TransactionStatus } from './ports.ts';
import type { RunIn } from './run.ts';
import { readAssignment, type RunContext } from './run-context.ts';
import { confirmedStep, nextMove, type Move } from './settlement.ts';
import { tidyUp } from './tidy-up.ts';

const SIGN_DEADLINE_MS = 30_000;
const STATUS_DEADLINE_MS = 30_000;
/** A transaction lives for 150 blocks, about a minute; the rest is for a slow server. */
const SEND_DEADLINE_MS = 150_000;
/** A result after the client's own end is a courtesy: the payment does not wait for it. */
const COURTESY_TRIES = 5;

/**
 * Settling: leaves the run on the chain, exactly once, and writes the receipt. Every doubt is
 * settled by reading the chain; it tries for as long as the run may exist there.
 */
export async function settle(context: RunContext, run: RunIn<'settling'>): Promise<void> {
  if (run.settled === null) return leaveRun(context);
  if (run.work !== null) await tidyUpForSure(context);
  context.record({ type: 'closed', ...closingOf(run) });
}

/** What this process knows of the transaction on its way, beyond the journal. */
interface Sending {
  /** Signed here, so no crash lies between signing and sending. */
  fresh: string | null;
  confirmed: string | null;
  /** The network's refusal, believed once the chain was read again. */
  refusal: Problem | null;
  courtesyFailures: number;
}

/** Moves until the chain's last word is written down. */
async function leaveRun(context: RunContext): Promise<void> {
  const retry = new Retry(context, 'settlement');
  const sending: Sending = { fresh: null, confirmed: null, refusal: null, courtesyFailures: 0 };
  for (let run = inHand(context); run !== null; run = inHand(context)) {
    const assignment = await readAssignment(context);
    const move = nextMove(run, assignment, sending.courtesyFailures >= COURTESY_TRIES);
    const problem = await make(context, { run, move, sending });
    context.detach.throwIfAborted();
    if (problem === null) {
      retry.well();
      continue;
    }
    if (assignment.state === 'ended-by-client') sending.courtesyFailures += 1;
    await retry.failed(problem, context.detach);
    context.detach.throwIfAborted();
  }
}

function inHand(context: RunContext): RunIn<'settling'> | null {
  const run = context.run();
  return run.stage === 'settling' && run.settled === null ? run : null;
}

interface Turn {
  readonly run: RunIn<'settling'>;
  readonly move: Move;
  readonly sending: Sending;
}

/** Makes one move; returns what stood in its way, or null. */
async function make(context: RunContext, { run, move, sending }: Turn): Promise<Problem | null> {
  switch (move.move) {
    case 'wait':
      return move.problem;
    case 'confirm':
      context.record(
        confirmedStep(move.assignment, run.leave.how === 'finish' ? run.leave.cid : null),
      );
      return null;
    case 'drop':
      context.record({ type: 'settlement-expired', signature: move.signature });
      return null;
    case 'sign':
      return sign(context, move, sending);
    case 'send':
      return run.transaction === null ? null : send(context, run.transaction, sending);
  }
}

async function sign(
  { clock, detach, network, record, run }: RunContext,
  { kind, cid }: { kind: SettlementKind; cid: string | null },
  sending: Sending,
): Promise<Problem | null> {
  let transaction: SignedTransaction;
  try {
    transaction = await withDeadline(clock, SIGN_DEADLINE_MS, detach, () =>
      network.signSettlement(run().offer, kind, cid),
    );
  } catch (error) {
    return problemOf(error);
  }
  record({ type: 'settlement-signed', transaction });
  sending.fresh = transaction.signature;
  return null;
}

/** Sends what is signed. Only an expired or refused transaction makes room for another one. */
async function send(
  context: RunContext,
  transaction: SignedTransaction,
  sending: Sending,
): Promise<Problem | null> {
  const { signature } = transaction;
  if (sending.refusal !== null) {
    const problem = sending.refusal;
    sending.refusal = null;
    context.record({ type: 'settlement-rejected', signature, problem });
    return problem;
  }
  const status = await askAndSend(context, transaction, sending.fresh === signature);
  switch (status.state) {
    case 'confirmed': {
      const isAgain = sending.confirmed === signature;
      sending.confirmed = signature;
      return isAgain ? problemOf(new OffpeakError('jobs.settlement-unseen')) : null;
    }
    case 'pending':
      return problemOf(new OffpeakError('jobs.settlement-pending'));
    case 'expired':
      context.record({ type: 'settlement-expired', signature });
      return problemOf(new OffpeakError('jobs.settlement-expired'));
    case 'rejected':
      // It may be refused because an earlier sending of the same one has landed: look first.
      sending.refusal = status.problem;
      return null;
  }
}

async function askAndSend(
  { clock, detach, network }: RunContext,
  transaction: SignedTransaction,
  isFresh: boolean,
): Promise<TransactionStatus> {
  try {
    if (!isFresh) {
      const status = await withDeadline(clock, STATUS_DEADLINE_MS, detach, () =>
        network.transactionStatus(transaction),
      );
      if (status.state !== 'pending') return status;
    }
    return await withDeadline(clock, SEND_DEADLINE_MS, detach, (signal) =>
      network.sendTransaction(transaction, signal),
    );
  } catch {
    // No answer proves nothing: the transaction may be on its way.
    detach.throwIfAborted();
    return { state: 'pending' };
  }
}

/** The run is not closed before nothing of it is left in the engine. */
async function tidyUpForSure(context: RunContext): Promise<void> {
  const retry = new Retry(context, 'clean-up');
  for (;;) {
    try {
      await tidyUp(context, context.run());
      retry.well();
      return;
    } catch (error) {
      context.detach.throwIfAborted();
      await retry.failed(problemOf(error), context.detach);
      context.detach.throwIfAborted();
    }
  }
}
