import { watchContainer, type ContainerFate } from './container-watch.ts';
import type { OperationsHost } from './operations-host.ts';
import { prepareOperation } from './operation-spec.ts';
import { isPassing, problemOf, Retry, withDeadline } from './patience.ts';
import type { ContainerHandle, ContainerSpec, StartResult } from './ports.ts';
import { resume } from './recovery.ts';
import type { Failure, OperationEnd, OperationRecord } from './run-parts.ts';

/** Creating and starting takes seconds; an engine that needs longer is stuck. */
const START_DEADLINE_MS = 120_000;
const FIND_DEADLINE_MS = 30_000;
/** How long a start that fails for a passing reason is tried again. */
const START_PATIENCE_MS = 120_000;
/** After the computer's own start, the engine may come minutes later than Offpeak. */
const FIND_PATIENCE_MS = 600_000;
/** Who waits for the card back does not wait for that. */
const STOP_PATIENCE_MS = 60_000;
const FIND_RETRY_MS = 10_000;
const NO_ANSWER = 'The container engine did not answer any more.';

/**
 * The life of one operation, from wherever its record stands to its end: start or adopt its
 * container, keep its log, note how it ended. `stop` aborts when it has to stop.
 */
export async function runOperation(
  host: OperationsHost,
  record: OperationRecord,
  stop: AbortSignal,
): Promise<void> {
  const container = await containerOf({ host, record, stop });
  if (container === null) return;
  const fate = await watchContainer(host, container, stop);
  await host.log.flush();
  host.detach.throwIfAborted();
  const scene = { host, record, stop };
  end(scene, endOfContainer(scene, fate));
}

interface Scene {
  readonly host: OperationsHost;
  readonly record: OperationRecord;
  readonly stop: AbortSignal;
}

type Ending = Partial<OperationEnd>;

/** The running container of an operation, or null when the operation ended without one. */
async function containerOf(scene: Scene): Promise<ContainerHandle | null> {
  const { record, stop } = scene;
  if (record.state === 'waiting') return begin(scene);
  if (record.state !== 'starting' && record.state !== 'running') return null;
  const found = await find(scene);
  if (found === 'no-answer') return end(scene, { failure: error(NO_ANSWER) });
  switch (resume(record.state, found, stop.aborted)) {
    case 'adopt':
      return found === null ? null : adopt(scene, found);
    case 'start':
      return startAgain(scene);
    case 'never-started':
      return end(scene, {});
    case 'gone':
      return end(scene, {
        startedAt: record.state === 'running' ? record.startedAt : null,
        failure: error('Its container was gone when Offpeak came back.'),
      });
  }
}

async function begin(scene: Scene): Promise<ContainerHandle | null> {
  const { host, record } = scene;
  const pull = host.work().pulls.find(({ image }) => image === record.image);
  if (pull?.state === 'failed') {
    return end(scene, { failure: { event: 'image-pull-error', message: pull.message } });
  }
  const prepared = prepareOperation(host.definition, record.index, host.facts);
  if (!prepared.ok) return end(scene, { failure: error(prepared.problems.join('; ')) });
  if (prepared.kind === 'volume') {
    // The engine creates volumes with the first container that mounts them.
    return end(scene, { startedAt: host.clock.now(), exitCode: 0, stoppedBy: null });
  }
  host.record({ type: 'operation-starting', operation: record.id });
  return start(scene, prepared.spec);
}

async function startAgain(scene: Scene): Promise<ContainerHandle | null> {
  const { host, record } = scene;
  const prepared = prepareOperation(host.definition, record.index, host.facts);
  if (prepared.ok && prepared.kind === 'container') return start(scene, prepared.spec);
  return end(scene, { failure: error('It can no longer be prepared.') });
}

/** Starts the container; a lost engine is asked again, but never for a second container. */
async function start(scene: Scene, spec: ContainerSpec): Promise<ContainerHandle | null> {
  const { host, record, stop } = scene;
  const retry = new Retry(host, `start of ${record.id}`);
  const giveUpAt = host.clock.now() + START_PATIENCE_MS;
  for (;;) {
    const result = await askToStart(scene, spec);
    host.detach.throwIfAborted();
    // A start that failed may have left a container all the same: look before trying again.
    const found = result.ok ? result.container : await find(scene);
    if (found !== null && found !== 'no-answer') {
      retry.well();
      return adopt(scene, found);
    }
    if (stop.aborted || result.ok) return end(scene, {});
    if (!isPassing(result.problem) || host.clock.now() >= giveUpAt) {
      retry.well();
      const { message } = result.problem;
      return end(scene, { failure: { event: 'container-runtime-error', message } });
    }
    await retry.failed(result.problem, AbortSignal.any([host.detach, stop]));
  }
}

async function askToStart({ host, stop }: Scene, spec: ContainerSpec): Promise<StartResult> {
  const signal = AbortSignal.any([host.detach, stop]);
  try {
    return await withDeadline(host.clock, START_DEADLINE_MS, signal, (within) =>
      host.engine.start(spec, within),
    );
  } catch (failure) {
    return { ok: false, problem: problemOf(failure) };
  }
}

/** The operation's container by its label; an engine that does not answer is asked again. */
async function find({ host, record, stop }: Scene): Promise<ContainerHandle | null | 'no-answer'> {
  const { run } = host.facts.offer;
  const retry = new Retry(host, `search for ${record.id}`);
  const since = host.clock.now();
  for (;;) {
    host.detach.throwIfAborted();
    try {
      const found = await withDeadline(host.clock, FIND_DEADLINE_MS, host.detach, () =>
        host.engine.find(run, record.id),
      );
      retry.well();
      return found;
    } catch (failure) {
      host.detach.throwIfAborted();
      const patienceMs = stop.aborted ? STOP_PATIENCE_MS : FIND_PATIENCE_MS;
      if (host.clock.now() - since >= patienceMs) {
        retry.well();
        return 'no-answer';
      }
      await retry.failed(problemOf(failure), host.detach, FIND_RETRY_MS);
    }
  }
}

function adopt({ host, record }: Scene, container: ContainerHandle): ContainerHandle {
  if (record.state !== 'running') {
    host.record({ type: 'operation-started', operation: record.id, containerId: container.id });
  }
  if (record.state !== 'running' || !record.ready) {
    host.record({ type: 'operation-ready', operation: record.id });
  }
  return container;
}

function endOfContainer({ host, record }: Scene, fate: ContainerFate): Ending {
  const known = host.work().operations.find(({ id }) => id === record.id);
  const startedAt = known?.state === 'running' ? known.startedAt : null;
  switch (fate.state) {
    case 'exited': {
      const { exitCode, outOfMemory, endedAt } = fate;
      return { startedAt: fate.startedAt, endedAt, exitCode, outOfMemory };
    }
    case 'vanished':
      return { startedAt, failure: error('Its container was removed by something else.') };
    case 'no-answer':
      return { startedAt, failure: error(NO_ANSWER) };
  }
}

/** Notes the end; what Offpeak stopped is stopped, not failed. Returns null: no container is left. */
function end({ host, record, stop }: Scene, ending: Ending): null {
  const stoppedBy = stop.aborted ? (host.work().cause?.cause ?? 'dependency') : null;
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

function error(message: string): Failure {
  return { event: 'operation-error', message };
}
