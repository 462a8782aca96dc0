import type { AskAnswer, OperationAsk } from './door-ports.ts';
import { workOf, type Run } from './run.ts';
import type { RunStep } from './run-event.ts';
import type { OperationRecord } from './run-parts.ts';

/** What is to be noted so that an ask is granted, or why it is not. */
type Verdict =
  | { readonly ok: true; readonly steps: readonly RunStep[] }
  | { readonly ok: false; readonly answer: Exclude<AskAnswer, 'noted'> };

const STOPPED = 'The client stopped it before it ran.';

/** The group whose operations run now; null before the plan and after its end. Pure. */
export function currentGroup(run: Run): string | null {
  const open = workOf(run)?.operations.filter(({ state }) => !isOver(state)) ?? [];
  const groups = workOf(run)?.groups ?? [];
  return groups.find(({ name }) => open.some(({ group }) => group === name))?.name ?? null;
}

/**
 * What a client's wish for one operation, or for all of a group, comes to. Only the group that
 * runs now can be changed, as on the network's own host: what came before has its results, what
 * comes after has not begun. Pure.
 */
export function judgeAsk(run: Run, ask: OperationAsk): Verdict {
  const operations = workOf(run)?.operations ?? [];
  const meant = operations.filter(
    ({ id, group }) => group === ask.group && (ask.operation === null || id === ask.operation),
  );
  if (meant.length === 0) return { ok: false, answer: 'unknown' };
  const isOpen = run.stage === 'pulling' || run.stage === 'running';
  const isNow = isOpen && run.work.cause === null && currentGroup(run) === ask.group;
  const steps = isNow ? meant.flatMap((record) => stepFor(ask.what, record) ?? []) : [];
  return steps.length > 0 ? { ok: true, steps } : { ok: false, answer: 'not-now' };
}

function stepFor(what: OperationAsk['what'], record: OperationRecord): RunStep | null {
  const operation = record.id;
  if (what === 'restart') {
    return canRestart(record) ? { type: 'operation-restart-asked', operation } : null;
  }
  if (record.state === 'waiting') return { type: 'operation-skipped', operation, reason: STOPPED };
  const isUnderWay = record.state === 'starting' || record.state === 'running';
  // Asked once more, it stops all the same: nothing is noted twice.
  if (!isUnderWay || record.asked === 'stop') return null;
  return { type: 'operation-stop-asked', operation };
}

/** One that was never started has no container to run again. */
function canRestart(record: OperationRecord): boolean {
  if (record.state === 'running') return record.asked === null;
  return record.state === 'ended' && record.containerId !== null;
}

function isOver(state: OperationRecord['state']): boolean {
  return state === 'ended' || state === 'skipped';
}
