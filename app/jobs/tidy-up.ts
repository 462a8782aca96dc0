import { needsOf } from './needs.ts';
import { withDeadline, type Patience } from './patience.ts';
import type { JobEngine, JobResources } from './ports.ts';
import { workOf, type Run } from './run.ts';

const CLEAN_UP_DEADLINE_MS = 60_000;

/** What tidying up needs. */
export interface TidyUp extends Pick<Patience, 'clock'> {
  readonly engine: JobEngine;
  readonly resources: JobResources;
  readonly detach: AbortSignal;
}

/** Removes what a run left in the engine and lets go of its resources; throws without an answer. */
export async function tidyUp(
  { clock, detach, engine, resources }: TidyUp,
  run: Run,
): Promise<void> {
  const { run: id } = run.offer;
  await withDeadline(clock, CLEAN_UP_DEADLINE_MS, detach, () =>
    engine.cleanUp(id, privateImagesOf(run)),
  );
  resources.release(id);
}

/** Images that only this client's login could fetch are not kept for others. */
function privateImagesOf(run: Run): string[] {
  const { definition, offer } = run;
  const work = workOf(run);
  if (work === null || definition === null) return [];
  return needsOf({ offer, definition, work })
    .images.filter(({ login }) => login !== null)
    .map(({ image }) => image);
}
