import type { DockerEngine } from '../adapters/docker/engine.ts';
import { toFault } from '../adapters/docker/faults.ts';
import { label, type Owner, type Pod, podId, podLabels, runLabels } from './names.ts';
import { pause } from './timing.ts';

/**
 * Removes all that carries the labels of this host and this run, and nothing else; `pods` are
 * networks that it may have used without a container to tell. Throws EngineFault where something
 * stays, e.g. a network that somebody joined another container to.
 */
export async function cleanUpRun(
  engine: DockerEngine,
  owner: Owner,
  pods: readonly string[],
): Promise<void> {
  const labels = runLabels(owner);
  const used = new Set(pods);
  for (const container of await engine.containers(labels)) {
    await engine.removeContainer(container.id);
    const pod = container.labels[label.pod];
    if (pod !== undefined) used.add(pod);
  }
  for (const pod of used) await removePod(engine, { host: owner.host, pod });
  for (const volume of await engine.volumes(labels)) {
    await whileInUse(() => engine.removeVolume(volume.id));
  }
}

/** Removes a network and its guards. Throws EngineFault. */
export async function removePod(engine: DockerEngine, pod: Pod): Promise<void> {
  const labels = podLabels(pod);
  for (const guard of await engine.containers(labels)) await engine.removeContainer(guard.id);
  for (const network of await engine.networks(labels)) {
    await whileInUse(() => engine.removeNetwork(network.id));
  }
}

/** What this host has left in the engine, in no order. Throws EngineFault. */
export async function leftovers(
  engine: DockerEngine,
  host: string,
  keepRuns: readonly string[],
): Promise<{ runs: string[]; pods: string[] }> {
  const labels = { [label.host]: host };
  const containers = await engine.containers(labels);
  const volumes = await engine.volumes(labels);
  const networks = await engine.networks(labels);
  const isKept = (run: string | undefined): boolean => run !== undefined && keepRuns.includes(run);
  const kept = new Set([
    ...keepRuns.flatMap((run) => [podId('open', run), podId('closed', run)]),
    ...containers.flatMap((one) =>
      isKept(one.labels[label.run]) ? (one.labels[label.pod] ?? []) : [],
    ),
  ]);
  const runs = [...containers, ...volumes].flatMap((one) => one.labels[label.run] ?? []);
  const pods = [...containers, ...networks].flatMap((one) => one.labels[label.pod] ?? []);
  return {
    runs: [...new Set(runs)].filter((run) => !isKept(run)),
    pods: [...new Set(pods)].filter((pod) => !kept.has(pod)),
  };
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
