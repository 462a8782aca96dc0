import { fetchResource, type Mounting } from './mounts.ts';
import { needsOf } from './needs.ts';
import { obtainImage } from './obtaining.ts';
import type { RunIn } from './run.ts';

/**
 * Pulling: gets every image and every resource of the job before anything starts, so that no
 * container holds the card while something is on its way. What cannot be had fails its operations
 * alone.
 */
export async function pullImages(
  context: Omit<Mounting, 'facts'>,
  run: RunIn<'pulling'>,
): Promise<void> {
  const needs = needsOf(run);
  for (const image of run.passport.images) {
    const known = run.work.pulls.find((pull) => pull.image === image);
    if (known !== undefined && known.state !== 'pulling') continue;
    if (known === undefined) context.record({ type: 'pull-started', image });
    const request = needs.images.find((one) => one.image === image) ?? { image, login: null };
    const result = await obtainImage(context, request);
    if (context.stop.aborted) return;
    if (result.ok) {
      const { imageId, digest } = result;
      context.record({ type: 'pulled', image, imageId, digest });
    } else {
      context.record({ type: 'pull-failed', image, problem: result.problem });
    }
  }
  for (const resource of needs.resources) {
    // One that could not be had is asked for once more when its operation starts.
    await fetchResource({ ...context, facts: { offer: run.offer } }, resource);
    if (context.stop.aborted) return;
  }
  context.record({ type: 'images-ready' });
}
