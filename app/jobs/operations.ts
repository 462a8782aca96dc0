import { nextSteps, type OperationProgress } from './definition/steps.ts';
import { runOperation } from './operation.ts';
import type { OperationsHost } from './operations-host.ts';
import type { OperationRecord } from './run-parts.ts';

/**
 * Runs all operations of a plan, or goes on with them after a crash: groups one after the other,
 * inside a group side by side as dependencies allow. A failed operation never ends a later group
 * (the network's own host does the same). Resolves when each has ended or was skipped; rejects
 * when the host detaches or a step cannot be noted, and then leaves containers as they are.
 */
export async function runOperations(host: OperationsHost): Promise<void> {
  const abandon = new AbortController();
  const alarm = new Alarm();
  const crew: Crew = {
    host: {
      ...host,
      detach: AbortSignal.any([host.detach, abandon.signal]),
      record: (step) => {
        host.record(step);
        alarm.ring();
      },
    },
    alarm,
    lives: new Map(),
  };
  const ring = (): void => alarm.ring();
  crew.host.stop.addEventListener('abort', ring);
  crew.host.detach.addEventListener('abort', ring);
  const unwatch = host.watchAsks(ring);
  try {
    while (!isDone(crew)) await alarm.rung();
  } catch (error) {
    abandon.abort();
    throw error;
  } finally {
    unwatch();
    crew.host.stop.removeEventListener('abort', ring);
    await Promise.allSettled([...crew.lives.values()].map(({ over }) => over));
    abandon.abort();
  }
}

interface Life {
  readonly over: Promise<void>;
  readonly stopper: AbortController;
}

interface Crew {
  readonly host: OperationsHost;
  readonly alarm: Alarm;
  readonly lives: Map<string, Life>;
}

/** Does what can be done now; true when nothing is left. */
function isDone(crew: Crew): boolean {
  const { host, lives, alarm } = crew;
  host.detach.throwIfAborted();
  alarm.throwIfBroken();
  if (host.stop.aborted)
    skip(host, (record) => record.state === 'waiting', 'The job ended before.');
  const { start, stop, skip: hopeless, done } = nextSteps(host.work(), progressOf(host));
  if (done) return true;
  for (const id of stop) lives.get(id)?.stopper.abort();
  skip(host, ({ id }) => hopeless.includes(id), 'An operation it depends on did not start.');
  for (const record of host.work().operations) {
    const isUnderWay = record.state === 'starting' || record.state === 'running';
    if (start.includes(record.id) || isUnderWay) launch(crew, record);
    if (isUnderWay && record.asked === 'stop') lives.get(record.id)?.stopper.abort();
  }
  return false;
}

function skip(
  host: OperationsHost,
  which: (record: OperationRecord) => boolean,
  reason: string,
): void {
  for (const record of host.work().operations.filter(which)) {
    host.record({ type: 'operation-skipped', operation: record.id, reason });
  }
}

/**
 * Begins an operation, or takes up again one that a crash interrupted or that its client wants
 * anew after its end; never one that is under way.
 */
function launch({ host, lives, alarm }: Crew, record: OperationRecord): void {
  if (lives.has(record.id)) return;
  const stopper = new AbortController();
  const stop = AbortSignal.any([host.stop, stopper.signal]);
  const over = runOperation(host, record, stop).then(
    () => {
      lives.delete(record.id);
      alarm.ring();
    },
    (error: unknown) => alarm.break(error),
  );
  lives.set(record.id, { over, stopper });
}

function progressOf(host: OperationsHost): Map<string, OperationProgress> {
  return new Map(host.work().operations.map((record) => [record.id, progress(record)]));
}

function progress(record: OperationRecord): OperationProgress {
  switch (record.state) {
    case 'waiting':
      return { started: false, ready: false, ended: false };
    case 'starting':
      return { started: true, ready: false, ended: false };
    case 'running':
      return { started: true, ready: record.ready, ended: false };
    case 'skipped':
      return { started: false, ready: false, ended: true };
    case 'ended':
      return { started: true, ready: record.ready, ended: true };
  }
}

/** Wakes the loop when something changed since it last looked. */
class Alarm {
  #rings = Promise.withResolvers<null>();
  #broken: { readonly error: unknown } | null = null;

  ring(): void {
    this.#rings.resolve(null);
  }

  break(error: unknown): void {
    this.#broken ??= { error };
    this.ring();
  }

  async rung(): Promise<void> {
    await this.#rings.promise;
    this.#rings = Promise.withResolvers();
  }

  throwIfBroken(): void {
    if (this.#broken !== null) throw this.#broken.error;
  }
}
