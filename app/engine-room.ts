import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { readGuardImage } from './containers/guard-image.ts';
import { proveIsolation } from './containers/prove/prove.ts';
import { ContainersRoom, type ContainersOptions } from './containers/room.ts';
import { keepSeccompFile } from './containers/seccomp-file.ts';
import { surveyEngines } from './containers/survey.ts';
import type { ProofReport, ProofResult } from './contract/proof.ts';
import type { EngineFound } from './contract/settings.ts';
import type { HostOptions } from './host-options.ts';
import { addressOf, chosenPath, enginePaths } from './platform/engine-paths.ts';
import { findOnPath } from './platform/find-on-path.ts';
import { thisMachine } from './platform/machine.ts';
import { ownPublicAddresses } from './platform/own-addresses.ts';
import { routers } from './platform/router.ts';

/** What only the caller knows of its engine. */
export type EngineChoices = Pick<
  ContainersOptions,
  'hostId' | 'bundled' | 'internet' | 'imageRecords' | 'tunnel'
> & {
  /** Address of the engine that the owner chose; null: the first that fits. */
  readonly engine: () => string | null;
};

type Surroundings = Pick<HostOptions, 'env' | 'assets' | 'home'>;

/** The containers room on the engine of this computer. */
export function openContainers(where: Surroundings, choices: EngineChoices): ContainersRoom {
  return new ContainersRoom(containersOptions(where, choices));
}

/** Proves the isolation on that engine. Throws `containers.*`. */
export function proveHere(
  where: Surroundings,
  choices: EngineChoices,
  onResult: (result: ProofResult) => void,
  signal: AbortSignal,
): Promise<ProofReport> {
  const router = routers().flatMap((address) => ROUTER_PORTS.map((port) => `${address}:${port}`));
  const options = containersOptions(where, choices);
  return proveIsolation({ ...options, home: where.home, router, onResult, signal });
}

/** The engines of this computer that answer now. */
export function findEngines(env: NodeJS.ProcessEnv): Promise<EngineFound[]> {
  return surveyEngines(enginePaths(env).map((path) => ({ ...path, address: addressOf(path) })));
}

/** What home routers answer on: names, and their own pages. */
const ROUTER_PORTS = [53, 80, 443];

function containersOptions(
  { env, assets, home }: Surroundings,
  choices: EngineChoices,
): ContainersOptions {
  const { engine, ...rest } = choices;
  return {
    ...rest,
    guardImage: () => readGuardImage(assets),
    ownAddresses: ownPublicAddresses,
    freeDiskBytes: freeBytesAt,
    places: () => chosenPath(enginePaths(env), env.DOCKER_HOST ? null : engine()),
    os: thisMachine().os,
    isInstalled: () => isEngineInstalled(env),
    // On other systems the engine lives in a machine of its own.
    seccompFile: () => (thisMachine().os === 'linux' ? keepSeccompFile(home) : null),
    computer: { memoryBytes: totalmem(), cores: availableParallelism() },
  };
}

async function isEngineInstalled(env: NodeJS.ProcessEnv): Promise<boolean> {
  const names = ['dockerd', 'docker', 'podman'];
  const found = await Promise.all(names.map((name) => findOnPath(name, env)));
  return found.some((path) => path !== null);
}

/** Free bytes at a folder; null where it is not on this computer, as with an engine in a machine. */
async function freeBytesAt(folder: string | null): Promise<number | null> {
  if (folder === null) return null;
  const found = await statfs(folder).catch(() => null);
  return found === null ? null : found.bavail * found.bsize;
}
