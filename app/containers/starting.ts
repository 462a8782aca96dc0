import type { DockerEngine } from '../adapters/docker/engine.ts';
import { EngineFault, toFault } from '../adapters/docker/faults.ts';
import { OffpeakError } from '../contract/errors.ts';
import type { ContainerHandle, ContainerSpec } from '../jobs/ports.ts';
import type { CreateOptions } from '../adapters/docker/create-options.ts';
import type { CardWay } from './card-way.ts';
import type { Setting } from './isolation.ts';
import { containerName, label, type Owner, runLabels, volumeName } from './names.ts';
import { specFaults } from './spec-check.ts';

/** What is known before the container's network is. */
export type StartSetting = Omit<Setting, 'pod' | 'place' | 'init' | 'attempt'> & CardWay;

/** Makes or finds the container's network, once everything else is in order. */
export type FindPlace = (signal: AbortSignal) => Promise<Pick<Setting, 'pod' | 'place'>>;

/** Turns a spec into what the engine is asked for. */
export type BuildOptions = (spec: ContainerSpec, setting: Setting) => CreateOptions;

interface Starting {
  readonly setting: StartSetting;
  readonly findPlace: FindPlace;
  readonly build: BuildOptions;
  readonly signal: AbortSignal;
}

/**
 * Starts the container of an operation, or finds the one that a former start left. Callers let one
 * start per run happen at a time. Throws EngineFault or OffpeakError; then no container is left.
 */
export async function startContainer(
  engine: DockerEngine,
  spec: ContainerSpec,
  { setting, findPlace, build, signal }: Starting,
): Promise<ContainerHandle> {
  const faults = specFaults(spec);
  if (faults.length > 0) {
    const message = `The job asks for something that no container gets: ${faults.join('; ')}.`;
    throw new OffpeakError('containers.spec-refused', { message });
  }
  if (spec.cards.length > 0 && setting.cardsRefused !== null) throw setting.cardsRefused;
  const former = await findAny(engine, setting.host, spec);
  if (former !== null && former.state !== 'created') {
    return { id: former.id, operation: spec.operation };
  }
  // It never ran, and the network it was made for may be gone.
  if (former !== null) await engine.removeContainer(former.id);
  await createVolumes(engine, spec, setting.host, signal);
  const whole = { ...setting, ...(await findPlace(signal)), attempt: (former?.attempt ?? 0) + 1 };
  stopIf(signal);
  const create = (final: Setting) => createAndStart(engine, spec, build(spec, final));
  return withFallbacks(create, { ...whole, init: true });
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
): Promise<{ id: string; state: string | null; attempt: number } | null> {
  const owner = { host, run: of.run };
  const labels = { ...runLabels(owner), [label.operation]: of.operation };
  const all = await engine.containers(labels);
  const found = all.find((one) => one.state !== 'removing');
  if (found === undefined) return null;
  // The list says of what ran when a computer with Podman went down that it never did.
  const state =
    found.state === 'created' ? (await engine.container(found.id))?.status : found.state;
  return { id: found.id, state: state ?? null, attempt: Number(found.labels[label.attempt] ?? 1) };
}

async function createVolumes(
  engine: DockerEngine,
  spec: ContainerSpec,
  host: string,
  signal: AbortSignal,
): Promise<void> {
  const owner = { host, run: spec.run };
  for (const volume of spec.volumes) {
    stopIf(signal);
    await createVolume(engine, owner, volumeName(owner, volume.name));
  }
}

// The engine hands out an existing volume of this name, whoever made it.
async function createVolume(engine: DockerEngine, owner: Owner, name: string): Promise<void> {
  const labels = await engine.createVolume(name, runLabels(owner));
  const isOurs = Object.entries(runLabels(owner)).every(([key, value]) => labels[key] === value);
  if (!isOurs) throw new EngineFault('conflict', `The volume ${name} belongs to someone else`);
}

/**
 * Some engines lack the small first process, some storages cannot limit a container's size, and a
 * list of cards may be older than the driver.
 */
async function withFallbacks(
  create: (setting: Setting) => Promise<ContainerHandle>,
  setting: Setting & CardWay,
): Promise<ContainerHandle> {
  try {
    return await create(setting);
  } catch (error) {
    const { kind } = toFault(error);
    if (kind === 'init-missing' && setting.init) {
      return withFallbacks(create, { ...setting, init: false });
    }
    if (kind === 'storage-limit-missing' && setting.limitsDisk) {
      return withFallbacks(create, { ...setting, limitsDisk: false });
    }
    if (kind === 'gpu-cdi-stale' && setting.cardsElseBy !== null) {
      const { cardsElseBy: cardsBy } = setting;
      return withFallbacks(create, { ...setting, cardsBy, cardsElseBy: null });
    }
    throw error;
  }
}

async function createAndStart(
  engine: DockerEngine,
  spec: ContainerSpec,
  options: CreateOptions,
): Promise<ContainerHandle> {
  const id = await engine.createContainer(containerName(spec.run, spec.index), options);
  try {
    await engine.startContainer(id);
  } catch (error) {
    // Left behind when the engine is away: `find` passes over what never started.
    await engine.removeContainer(id).catch(() => undefined);
    throw error;
  }
  return { id, operation: spec.operation };
}

function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw new EngineFault('aborted', 'Aborted');
}
