import type { DockerEngine } from '../adapters/docker/engine.ts';
import { leftovers, removePod } from './clean-up.ts';

/** What a sweep works on. */
export interface Sweep {
  readonly engine: DockerEngine;
  readonly host: string;
  /** Runs that go on. */
  readonly keepRuns: readonly string[];
  readonly cleanUp: (run: string) => Promise<void>;
  /** Networks that are kept ready, or held. */
  readonly isInUse: (pod: string) => boolean;
  /** Does something of the sweep; what it throws does not end the rest. */
  readonly attempt: (work: () => Promise<void>) => Promise<void>;
}

/** Removes what other runs left behind; returns the names of runs and networks. Throws EngineFault. */
export async function sweepEngine(sweep: Sweep): Promise<string[]> {
  const { engine, host, keepRuns, cleanUp, isInUse, attempt } = sweep;
  const removed: string[] = [];
  const { runs } = await leftovers(engine, host, keepRuns);
  for (const run of runs) {
    await attempt(async () => {
      await cleanUp(run);
      removed.push(run);
    });
  }
  const { pods } = await leftovers(engine, host, keepRuns);
  for (const pod of pods) {
    if (isInUse(pod)) continue;
    await attempt(async () => {
      await removePod(engine, { host, pod });
      removed.push(pod);
    });
  }
  return removed;
}
