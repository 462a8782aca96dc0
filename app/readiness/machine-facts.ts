import { readHostFacts } from '../adapters/system-information.ts';
import { nvidiaCardsOnBus } from '../platform/graphics-on-bus.ts';
import { linuxRelease } from '../platform/linux-release.ts';
import { thisMachine } from '../platform/machine.ts';
import { localChainPackage } from '../platform/platform.ts';
import { isWsl } from '../platform/wsl.ts';
import type { MachineFacts, PlatformFacts } from './facts.ts';

export interface MachineFactsOptions {
  /** The folder whose disk is meant; it may not exist yet. */
  readonly diskPath: string;
  /** The module system-information-child, where it does not lie beside its adapter. */
  readonly childEntry?: URL | string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Reads what this computer is, within seconds; what it does not say is null. Rejects when aborted. */
export async function readMachineFacts(options: MachineFactsOptions): Promise<MachineFacts> {
  const facts = await readHostFacts(options);
  return {
    platform: platformFacts(facts),
    memoryBytes: facts.memoryBytes,
    diskTotalBytes: facts.diskTotalBytes,
    diskFreeBytes: facts.diskFreeBytes,
    cardsOnBus: nvidiaCardsOnBus()?.length ?? null,
  };
}

function platformFacts(facts: { osName: string | null; osRelease: string | null }): PlatformFacts {
  const machine = thisMachine();
  const isLinux = machine.os === 'linux';
  const release = isLinux ? linuxRelease() : { id: null, version: null, name: null };
  const told = [facts.osName, facts.osRelease].filter((part) => part !== null).join(' ');
  const chain = localChainPackage(machine);
  return {
    os: machine.os,
    wsl: isLinux && isWsl(),
    distribution: release.id,
    version: release.version ?? facts.osRelease,
    name: release.name ?? (told === '' ? null : told),
    practiceProblem: chain.packageName === null ? chain.reason : null,
  };
}
