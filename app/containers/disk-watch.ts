import type { DockerEngine } from '../adapters/docker/engine.ts';
import { label } from './names.ts';
import { pause } from './timing.ts';

/** Of the time between two looks, adding up the files may take so much. */
const LOOK_SHARE = 20;

/**
 * Ends a container that writes more than its share of the disk, where the engine's storage cannot
 * hold it to that by itself. Looks every `everyMs`, less often where a look takes long, until the
 * signal aborts. What a look cannot see is looked at again later.
 */
export async function watchDisk(
  engine: DockerEngine,
  id: string,
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  let waitMs = everyMs;
  for (;;) {
    await pause(waitMs, signal);
    if (signal.aborted) return;
    const started = performance.now();
    try {
      if (await hasExceededDisk(engine, id)) await engine.signalContainer(id, 'SIGKILL');
    } catch {
      // An engine that is away is noticed by who waits for the container's end.
    }
    waitMs = Math.max(everyMs, (performance.now() - started) * LOOK_SHARE);
  }
}

/** Whether a container has written more than its label allows. Throws EngineFault. */
export async function hasExceededDisk(engine: DockerEngine, id: string): Promise<boolean> {
  const state = await engine.container(id);
  const share = Number(state?.labels[label.disk] ?? Number.NaN);
  if (!Number.isFinite(share)) return false;
  const written = await engine.bytesWritten(id);
  return written !== null && written > share;
}
