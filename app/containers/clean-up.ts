import type { DockerEngine } from '../adapters/docker/engine.ts';
import { toFault } from '../adapters/docker/faults.ts';
import { label, type Owner, runLabels } from './names.ts';
import { pause } from './timing.ts';

/**
 * Removes all that carries the labels of this host and this run, and nothing else. Throws
 * EngineFault where something stays, e.g. a network that somebody joined another container to.
 */
export async function cleanUpRun(engine: DockerEngine, owner: Owner): Promise<void> {
  const labels = runLabels(owner);
  for (const container of await engine.containers(labels)) {
    await engine.removeContainer(container.id);
  }
  for (const network of await engine.networks(labels)) {
    await whileInUse(() => engine.removeNetwork(network.id));
  }
  for (const volume of await engine.volumes(labels)) {
    await whileInUse(() => engine.removeVolume(volume.id));
  }
}

/** Runs of this host that have left anything in the engine, in no order. Throws EngineFault. */
export async function runsWithLeftovers(engine: DockerEngine, host: string): Promise<string[]> {
  const labels = { [label.host]: host };
  const things = [
    ...(await engine.containers(labels)),
    ...(await engine.networks(labels)),
    ...(await engine.volumes(labels)),
  ];
  const runs = things.map((thing) => thing.labels[label.run]).filter((run) => run !== undefined);
  return [...new Set(runs)];
}

// The engine lets go of networks and volumes a moment after their container is gone.
const PAUSES_MS = [100, 300, 1000, 3000];

async function whileInUse(remove: () => Promise<void>): Promise<void> {
  const never = new AbortController().signal;
  for (const pauseMs of PAUSES_MS) {
    try {
      await remove();
      return;
    } catch (error) {
      if (toFault(error).kind !== 'in-use') throw error;
      await pause(pauseMs, never);
    }
  }
  await remove();
}
