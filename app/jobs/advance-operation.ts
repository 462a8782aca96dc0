import type { RunStep } from './run-event.ts';
import type { OperationRecord, OperationState } from './run-parts.ts';

/** A step about one operation. */
export type OperationStep = Extract<
  RunStep,
  {
    type:
      | 'operation-starting'
      | 'operation-started'
      | 'operation-ready'
      | 'operation-restarting'
      | 'operation-stop-asked'
      | 'operation-restart-asked'
      | 'operation-skipped'
      | 'operation-ended';
  }
>;

/** Which state each step about an operation may follow. */
const mayFollow: Readonly<Record<OperationStep['type'], readonly OperationState['state'][]>> = {
  'operation-starting': ['waiting'],
  'operation-started': ['starting'],
  'operation-ready': ['running'],
  'operation-restarting': ['running'],
  'operation-stop-asked': ['starting', 'running'],
  'operation-restart-asked': ['running', 'ended'],
  'operation-skipped': ['waiting'],
  'operation-ended': ['waiting', 'starting', 'running'],
};

/** The operations after one more step; null where the step is not possible. Pure. */
export function advanceOperation(
  operations: readonly OperationRecord[],
  step: OperationStep,
  at: number,
): readonly OperationRecord[] | null {
  const known = operations.find(({ id }) => id === step.operation);
  if (known === undefined || !mayFollow[step.type].includes(known.state)) return null;
  const state = stateAfter(known, step, at);
  if (state === null) return null;
  const { id, index, group, image, dependsOn, stopIfDependentStops } = known;
  const planned = { id, index, group, image, dependsOn, stopIfDependentStops };
  return operations.map((record) => (record === known ? { ...planned, ...state } : record));
}

function stateAfter(
  before: OperationRecord,
  step: OperationStep,
  at: number,
): OperationState | null {
  switch (step.type) {
    case 'operation-starting':
      return { state: 'starting', asked: null };
    case 'operation-started':
      return {
        state: 'running',
        containerId: step.containerId,
        startedAt: at,
        ready: false,
        restarts: 0,
        tries: 0,
        endedRun: null,
        asked: before.state === 'starting' ? before.asked : null,
      };
    case 'operation-ready':
      return before.state === 'running' ? { ...runningPart(before), ready: true } : null;
    case 'operation-restarting':
      return before.state === 'running' ? restarting(before, step) : null;
    case 'operation-stop-asked':
      return stopAsked(before);
    case 'operation-restart-asked':
      return restartAsked(before, at);
    case 'operation-skipped':
      return { state: 'skipped', reason: step.reason };
    case 'operation-ended':
      return {
        state: 'ended',
        containerId: before.state === 'running' ? before.containerId : null,
        ready: before.state === 'running' && before.ready,
        restarts: before.state === 'running' ? before.restarts : 0,
        end: step.end,
      };
  }
}

type Running = Extract<OperationState, { state: 'running' }>;

function runningPart(before: Running): Running {
  const { state, containerId, startedAt, ready, restarts, tries, endedRun, asked } = before;
  return { state, containerId, startedAt, ready, restarts, tries, endedRun, asked };
}

/** The tries of the definition's policy begin anew when the client restarts it, as in Docker. */
function restarting(
  before: Running,
  { restart, endedRun, byClient }: Extract<OperationStep, { type: 'operation-restarting' }>,
): Running {
  const tries = byClient ? 0 : before.tries + 1;
  const asked = byClient ? null : before.asked;
  return { ...runningPart(before), restarts: restart, tries, endedRun, asked };
}

function stopAsked(before: OperationRecord): OperationState | null {
  if (before.state === 'starting') return { state: 'starting', asked: 'stop' };
  return before.state === 'running' ? { ...runningPart(before), asked: 'stop' } : null;
}

/** One that has ended runs again in its old container; without one there is nothing to restart. */
function restartAsked(before: OperationRecord, at: number): OperationState | null {
  if (before.state === 'running') {
    return before.asked === 'stop' ? null : { ...runningPart(before), asked: 'restart' };
  }
  if (before.state !== 'ended' || before.containerId === null) return null;
  const { containerId, ready, restarts, end } = before;
  return {
    state: 'running',
    containerId,
    startedAt: end.startedAt ?? at,
    ready,
    restarts,
    tries: 0,
    endedRun: null,
    asked: 'restart',
  };
}
