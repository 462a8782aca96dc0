import type { EffectiveArgs } from './definition/effective.ts';
import type { ExposedPort } from './definition/expose.ts';
import { mountsOf } from './mounts.ts';
import { registryLogin } from './needs.ts';
import { obtainImage } from './obtaining.ts';
import { end, error, NO_ANSWER, type Scene } from './operation-end.ts';
import type { OperationsHost } from './operations-host.ts';
import { previewOperation } from './operation-preview.ts';
import { prepareOperation, type Prepared } from './operation-spec.ts';
import { operationValues } from './operation-values.ts';
import { isPassing, problemOf, Retry, withDeadline } from './patience.ts';
import type { ContainerHandle, ContainerSpec, StartResult } from './ports.ts';
import { resume } from './recovery.ts';
import { NEVER_AGAIN, restartRule, type RestartRule } from './restarts.ts';

/** Creating and starting takes seconds; an engine that needs longer is stuck. */
const START_DEADLINE_MS = 120_000;
const FIND_DEADLINE_MS = 30_000;
/** How long a start that fails for a passing reason is tried again. */
export const START_PATIENCE_MS = 120_000;
/** After the computer's own start, the engine may come minutes later than Offpeak. */
const FIND_PATIENCE_MS = 600_000;
/** Who waits for the card back does not wait for that. */
const STOP_PATIENCE_MS = 60_000;
const FIND_RETRY_MS = 10_000;

/** A container that was started or adopted, and how to treat it while it lives. */
export interface Started {
  readonly container: ContainerHandle;
  readonly ports: readonly ExposedPort[];
  readonly rule: RestartRule;
}

type Container = Extract<Prepared, { readonly kind: 'container' }>;

/** The running container of an operation, or null when the operation ended without one. */
export async function containerOf(scene: Scene): Promise<Started | null> {
  const { record, stop } = scene;
  if (record.state === 'waiting') return begin(scene);
  if (record.state !== 'starting' && record.state !== 'running') return null;
  const found = await find(scene);
  if (found === 'no-answer') return end(scene, { failure: error(NO_ANSWER) });
  const prepared = await prepare(scene);
  const known = prepared.ok && prepared.kind === 'container' ? prepared : null;
  switch (resume(record.state, found, stop.aborted)) {
    case 'adopt':
      return found === null ? null : adopt(scene, found, known?.args ?? knownArgs(scene));
    case 'start':
      if (known !== null) return start(scene, known);
      return end(scene, { failure: error('It can no longer be prepared.') });
    case 'never-started':
      return end(scene, {});
    case 'gone':
      return end(scene, {
        startedAt: record.state === 'running' ? record.startedAt : null,
        failure: error('Its container was gone when Offpeak came back.'),
      });
  }
}

async function begin(scene: Scene): Promise<Started | null> {
  const { host, record } = scene;
  const pull = host.work().pulls.find(({ image }) => image === record.image);
  if (pull?.state === 'failed') {
    return end(scene, { failure: { event: 'image-pull-error', message: pull.message } });
  }
  const prepared = await prepare(scene);
  if (!prepared.ok) return end(scene, { failure: error(prepared.problems.join('; ')) });
  if (prepared.kind === 'volume') {
    // The engine creates volumes with the first container that mounts them.
    return end(scene, { startedAt: host.clock.now(), exitCode: 0, stoppedBy: null });
  }
  host.record({ type: 'operation-starting', operation: record.id });
  return start(scene, prepared);
}

/** The operation with everything filled in that is known now. */
async function prepare({ host, record, stop }: Scene): Promise<Prepared> {
  try {
    const either = AbortSignal.any([host.detach, stop]);
    const values = await operationValues(host, record.index, either);
    return prepareOperation(host.definition, record.index, host.facts, values);
  } catch (failure) {
    host.detach.throwIfAborted();
    if (!stop.aborted) throw failure;
    return { ok: false, problems: [] };
  }
}

/** What can be told of a container that runs, although what it was started with is gone by now. */
function knownArgs({ host, record }: Scene): Pick<EffectiveArgs, 'ports' | 'restartPolicy'> | null {
  const preview = previewOperation(host.definition, record.index, host.facts);
  return preview.ok && preview.kind === 'container' ? preview.args : null;
}

/** Gets what the container needs, then starts it. */
async function start(scene: Scene, prepared: Container): Promise<Started | null> {
  const { host, stop } = scene;
  const { args, spec } = prepared;
  if (!host.work().pulls.some(({ image }) => image === spec.image)) {
    // Its name is known only now.
    const pulled = await obtainImage(host, { image: spec.image, login: registryLogin(args) });
    if (stop.aborted) return end(scene, {});
    if (!pulled.ok) {
      const { message } = pulled.problem;
      return end(scene, { failure: { event: 'image-pull-error', message } });
    }
  }
  const mounts = await mountsOf(host, args.resources);
  if (stop.aborted) return end(scene, {});
  if (!mounts.ok) {
    return end(scene, { failure: { event: 'resource-error', message: mounts.problem.message } });
  }
  const container = await startContainer(scene, { ...spec, resources: mounts.resources });
  return container === null ? null : adopt(scene, container, args);
}

/** Starts the container; a lost engine is asked again, but never for a second container. */
async function startContainer(scene: Scene, spec: ContainerSpec): Promise<ContainerHandle | null> {
  const { host, record, stop } = scene;
  const retry = new Retry(host, `start of ${record.id}`);
  const giveUpAt = host.clock.steady() + START_PATIENCE_MS;
  const either = AbortSignal.any([host.detach, stop]);
  for (;;) {
    const result = await askEngine(host, either, (within) => host.engine.start(spec, within));
    host.detach.throwIfAborted();
    // A start that failed may have left a container all the same: look before trying again.
    const found = result.ok ? result.container : await find(scene);
    if (found !== null && found !== 'no-answer') {
      retry.well();
      return found;
    }
    if (stop.aborted || result.ok) return end(scene, {});
    if (!isPassing(result.problem) || host.clock.steady() >= giveUpAt) {
      retry.well();
      const { message } = result.problem;
      return end(scene, { failure: { event: 'container-runtime-error', message } });
    }
    await retry.failed(result.problem, either);
  }
}

/** One question about starting, with a deadline; what the engine throws is a problem, too. */
export async function askEngine(
  { clock }: OperationsHost,
  signal: AbortSignal,
  ask: (within: AbortSignal) => Promise<StartResult>,
): Promise<StartResult> {
  try {
    return await withDeadline(clock, START_DEADLINE_MS, signal, ask);
  } catch (failure) {
    return { ok: false, problem: problemOf(failure) };
  }
}

/** The operation's container by its label; an engine that does not answer is asked again. */
async function find({ host, record, stop }: Scene): Promise<ContainerHandle | null | 'no-answer'> {
  const { run } = host.facts.offer;
  const retry = new Retry(host, `search for ${record.id}`);
  const since = host.clock.steady();
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
      if (host.clock.steady() - since >= patienceMs) {
        retry.well();
        return 'no-answer';
      }
      await retry.failed(problemOf(failure), host.detach, FIND_RETRY_MS);
    }
  }
}

function adopt(
  { host, record }: Scene,
  container: ContainerHandle,
  args: Pick<EffectiveArgs, 'ports' | 'restartPolicy'> | null,
): Started {
  if (record.state !== 'running') {
    host.record({ type: 'operation-started', operation: record.id, containerId: container.id });
  }
  if (args === null) return { container, ports: [], rule: NEVER_AGAIN };
  const { ports, restartPolicy } = args;
  return { container, ports, rule: restartRule(restartPolicy) };
}
