import type { ContainerFate } from './container-watch.ts';
import type { OperationsHost } from './operations-host.ts';
import type { Failure, OperationEnd, OperationRecord } from './run-parts.ts';

/** One operation while it is run. */
export interface Scene {
  readonly host: OperationsHost;
  /** As it stood when it was taken up. */
  readonly record: OperationRecord;
  /** Aborts when it has to stop. */
  readonly stop: AbortSignal;
}

type Running = Extract<OperationRecord, { readonly state: 'running' }>;

export const NO_ANSWER = 'The container engine did not answer any more.';
const CUT_OFF = 'It was cut off: the container engine or the computer went down while it ran.';
const DISK_EXCEEDED = 'It wrote more than its share of the disk and was ended.';

/** Notes the end; what Offpeak stopped is stopped, not failed. Returns null: no container is left. */
export function end(scene: Scene, ending: Partial<OperationEnd>): null {
  const { host, record, stop } = scene;
  const stoppedBy = stop.aborted ? (host.work().cause?.cause ?? stopperOf(scene)) : null;
  const failure = stoppedBy === null ? (ending.failure ?? null) : null;
  const unknown = { startedAt: null, exitCode: null, outOfMemory: false };
  const whole: OperationEnd = {
    ...unknown,
    endedAt: host.clock.now(),
    stoppedBy,
    ...ending,
    failure,
  };
  host.record({ type: 'operation-ended', operation: record.id, end: whole });
  if (failure !== null) host.log.note(record.id, failure.message);
  return null;
}

/** Who stops one operation alone. */
function stopperOf({ host, record }: Scene): 'stopped-by-client' | 'dependency' {
  const known = host.work().operations.find(({ id }) => id === record.id);
  const asked = known?.state === 'running' || known?.state === 'starting' ? known.asked : null;
  return asked === 'stop' ? 'stopped-by-client' : 'dependency';
}

/** How the container's last run ended, as the operation's end. */
export function endOfContainer(scene: Scene, fate: ContainerFate): Partial<OperationEnd> {
  const known = runningState(scene);
  const startedAt = known?.startedAt ?? null;
  switch (fate.state) {
    case 'exited': {
      const { exitCode, outOfMemory, diskExceeded, cutOff, endedAt } = fate;
      const failure = diskExceeded ? error(DISK_EXCEEDED) : cutOff ? error(CUT_OFF) : null;
      return {
        startedAt: known !== null && known.restarts > 0 ? startedAt : fate.startedAt,
        endedAt,
        exitCode,
        outOfMemory,
        ...(failure === null ? {} : { failure }),
      };
    }
    case 'vanished':
      return { startedAt, failure: error('Its container was removed by something else.') };
    case 'no-answer':
      return { startedAt, failure: error(NO_ANSWER) };
  }
}

/** The operation as it runs now; null when it does not. */
export function runningState({ host, record }: Scene): Running | null {
  const known = host.work().operations.find(({ id }) => id === record.id);
  return known?.state === 'running' ? known : null;
}

/** A failure of the operation itself. */
export function error(message: string): Failure {
  return { event: 'operation-error', message };
}
