import type { DockerEngine } from '../adapters/docker/engine.ts';
import type { ContainerHandle, ContainerStats } from '../jobs/ports.ts';

/**
 * What a running container uses now; null when it does not run. Its network is its guard's
 * (decision 007), so the guard's traffic is its own. Throws EngineFault.
 */
export async function statsOf(
  engine: DockerEngine,
  container: ContainerHandle,
): Promise<ContainerStats | null> {
  const state = await engine.container(container.id);
  if (state?.running !== true) return null;
  const { guardId } = state;
  const [own, guard] = await Promise.all([
    engine.usage(container.id),
    guardId === null ? null : engine.usage(guardId),
  ]);
  if (own === null || guard === null) return own;
  const { networkReceivedBytes, networkSentBytes } = guard;
  return { ...own, networkReceivedBytes, networkSentBytes };
}
