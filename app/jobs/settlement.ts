import type { Problem } from '../contract/gpu.ts';
import type { Assignment, SettlementKind } from './ports.ts';
import type { RunIn } from './run.ts';
import type { RunStep } from './run-event.ts';

type Over = Exclude<Assignment, { readonly state: 'assigned' | 'unknown' }>;

/** What to do about a settlement, seen from the chain. */
export type Move =
  /** The chain did not answer: nothing may be concluded. */
  | { readonly move: 'wait'; readonly problem: Problem }
  /** The run is over: write down what the chain says. */
  | { readonly move: 'confirm'; readonly assignment: Over }
  /** The transaction on its way can no longer land: forget it. */
  | { readonly move: 'drop'; readonly signature: string }
  | { readonly move: 'sign'; readonly kind: SettlementKind; readonly cid: string | null }
  /** Send the one that is signed; sending again is harmless. */
  | { readonly move: 'send' };

/**
 * The next move of a settlement. A second transaction is signed only while the run is still
 * assigned and no other one is on its way: this is what "never settle twice" rests on. With
 * `courtesyIsOver` a result after the client's end is no longer tried. Pure.
 */
export function nextMove(
  run: RunIn<'settling'>,
  assignment: Assignment,
  courtesyIsOver: boolean,
): Move {
  const { leave } = run;
  switch (assignment.state) {
    case 'unknown':
      return { move: 'wait', problem: assignment.problem };
    case 'settled':
    case 'gone':
      return { move: 'confirm', assignment };
    case 'ended-by-client':
      return leave.how !== 'finish' || assignment.resultSet || courtesyIsOver
        ? { move: 'confirm', assignment }
        : toSend(run, 'complete', leave.cid);
    case 'assigned':
      // With nothing to send, the chain had said that the run is over, and says otherwise now:
      // leaving it unpaid frees both sides.
      return leave.how === 'finish' ? toSend(run, 'finish', leave.cid) : toSend(run, 'quit', null);
  }
}

/** The step that writes down the chain's last word; `cid` is the result we may have attached. */
export function confirmedStep(assignment: Over, cid: string | null): RunStep {
  const { state } = assignment;
  if (state === 'gone') {
    return { type: 'settlement-confirmed', state, payment: null, resultCid: null };
  }
  const { paidSeconds, payoutBaseUnits, refundBaseUnits, endedAt } = assignment;
  return {
    type: 'settlement-confirmed',
    state,
    payment: {
      paidSeconds,
      payoutBaseUnits: String(payoutBaseUnits),
      refundBaseUnits: String(refundBaseUnits),
      endedAt,
    },
    resultCid: state === 'settled' ? assignment.resultCid : assignment.resultSet ? cid : null,
  };
}

function toSend(
  { transaction }: RunIn<'settling'>,
  kind: SettlementKind,
  cid: string | null,
): Move {
  if (transaction === null) return { move: 'sign', kind, cid };
  if (transaction.kind === kind) return { move: 'send' };
  return { move: 'drop', signature: transaction.signature };
}
