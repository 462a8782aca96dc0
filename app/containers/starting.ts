import type { DockerEngine } from '../adapters/docker/engine.ts';
import { EngineFault, toFault } from '../adapters/docker/faults.ts';
import { OffpeakError } from '../contract/errors.ts';
import { guarantees } from './guarantees.ts';
import { createOptions, networkOptions, type Setting } from './isolation.ts';
import { containerName, label, networkName, type Owner, runLabels, volumeName } from './names.ts';
import type { ContainerHandle, ContainerSpec } from '../jobs/ports.ts';
import { specFaults } from './spec-check.ts';

/** What `startContainer` works with. `init` may be switched off by an engine that has none. */
export type StartSetting = Omit<Setting, 'network' | 'init'>;

/**
 * Starts the container of an operation, or finds the one that a former start left. Callers let one
 * start per run happen at a time. Throws EngineFault or OffpeakError; then no container is left.
 */
export async function startContainer(
  engine: DockerEngine,
  spec: ContainerSpec,
  setting: StartSetting,
  signal: AbortSignal,
): Promise<ContainerHandle> {
  const faults = specFaults(spec);
  if (faults.length > 0) {
    const message = `The job asks for something that no container gets: ${faults.join('; ')}.`;
    throw new OffpeakError('containers.spec-refused', { message });
  }
  const former = await findAny(engine, setting.host, spec);
  if (former !== null) {
    if (former.state === 'created') await startOrRemove(engine, former.id);
    return { id: former.id, operation: spec.operation };
  }
  await prepare(engine, spec, setting.host, signal);
  try {
    return await createAndStart(engine, spec, { ...setting, init: true });
  } catch (error) {
    if (toFault(error).kind !== 'init-missing') throw error;
    return await createAndStart(engine, spec, { ...setting, init: false });
  }
}

/** The container of an operation that has started, running or ended; null where there is none. */
export async function findStarted(
  engine: DockerEngine,
  host: string,
  of: { run: string; operation: string },
): Promise<ContainerHandle | null> {
  const found = await findAny(engine, host, of);
  if (found === null || found.state === 'created') return null;
  return { id: found.id, operation: of.operation };
}

async function findAny(
  engine: DockerEngine,
  host: string,
  of: { run: string; operation: string },
): Promise<{ id: string; state: string | null } | null> {
  const owner = { host, run: of.run };
  const labels = { ...runLabels(owner), [label.operation]: of.operation };
  const found = await engine.containers(labels);
  return found.find((one) => one.state !== 'removing') ?? null;
}

async function prepare(
  engine: DockerEngine,
  spec: ContainerSpec,
  host: string,
  signal: AbortSignal,
): Promise<void> {
  const owner = { host, run: spec.run };
  stopIf(signal);
  if ((await engine.networks(runLabels(owner))).length === 0) {
    await engine.createNetwork(networkOptions(owner));
  }
  for (const volume of spec.volumes) {
    stopIf(signal);
    await createVolume(engine, owner, volumeName(owner, volume.name));
  }
  stopIf(signal);
}

// The engine hands out an existing volume of this name, whoever made it.
async function createVolume(engine: DockerEngine, owner: Owner, name: string): Promise<void> {
  const labels = await engine.createVolume(name, runLabels(owner));
  const isOurs = Object.entries(runLabels(owner)).every(([key, value]) => labels[key] === value);
  if (!isOurs) throw new EngineFault('conflict', `The volume ${name} belongs to someone else`);
}

async function createAndStart(
  engine: DockerEngine,
  spec: ContainerSpec,
  setting: Omit<Setting, 'network'>,
): Promise<ContainerHandle> {
  const network = networkName({ host: setting.host, run: spec.run });
  const options = createOptions(spec, { ...setting, network });
  for (const { sentence, isKept } of guarantees(spec.cards.length > 0)) {
    // Cannot happen; if it does, a mistake of ours must not cost the owner the promise.
    if (!isKept(options)) throw new OffpeakError('containers.spec-refused', { message: sentence });
  }
  const id = await engine.createContainer(containerName(spec.run, spec.index), options);
  await startOrRemove(engine, id);
  return { id, operation: spec.operation };
}

async function startOrRemove(engine: DockerEngine, id: string): Promise<void> {
  try {
    await engine.startContainer(id);
  } catch (error) {
    // Left behind when the engine is away: `find` passes over what never started.
    await engine.removeContainer(id).catch(() => undefined);
    throw error;
  }
}

function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw new EngineFault('aborted', 'Aborted');
}
