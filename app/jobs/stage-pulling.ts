import type { Problem } from '../contract/gpu.ts';
import { isPassing, problemOf, Retry } from './patience.ts';
import type { PullResult } from './ports.ts';
import type { RunContext } from './run-context.ts';
import type { RunIn } from './run.ts';

type PullContext = Pick<
  RunContext,
  'engine' | 'clock' | 'report' | 'record' | 'showPull' | 'detach' | 'stop'
>;

/**
 * How long a download that fails for a passing reason is begun again. The client pays for this
 * time, so it is no longer than a router takes to restart.
 */
const PULL_PATIENCE_MS = 120_000;

/**
 * Pulling: gets every image of the job before anything starts, so that no container holds the card
 * while another image is on its way. An image that cannot be had fails its operations alone.
 */
export async function pullImages(context: PullContext, run: RunIn<'pulling'>): Promise<void> {
  for (const image of run.passport.images) {
    const known = run.work.pulls.find((pull) => pull.image === image);
    if (known !== undefined && known.state !== 'pulling') continue;
    if (known === undefined) context.record({ type: 'pull-started', image });
    const result = await pull(context, image);
    context.showPull(null);
    if (context.stop.aborted) return;
    if (result.ok) {
      const { imageId, digest } = result;
      context.record({ type: 'pulled', image, imageId, digest });
    } else {
      context.record({ type: 'pull-failed', image, problem: result.problem });
    }
  }
  context.record({ type: 'images-ready' });
}

async function pull(context: PullContext, image: string): Promise<PullResult> {
  const { clock, detach, stop } = context;
  const retry = new Retry(context, `download of ${image}`);
  const giveUpAt = clock.now() + PULL_PATIENCE_MS;
  for (;;) {
    const result = await ask(context, image);
    detach.throwIfAborted();
    const isFinal = result.ok || !isPassing(result.problem) || clock.now() >= giveUpAt;
    if (isFinal || stop.aborted) {
      retry.well();
      return result;
    }
    await retry.failed(result.problem, AbortSignal.any([detach, stop]));
  }
}

/** No deadline here: a large image takes long, and the engine notices a download that stalls. */
async function ask(
  { engine, detach, stop, showPull }: PullContext,
  image: string,
): Promise<PullResult> {
  try {
    return await engine.ensureImage(
      { image, login: null },
      showPull,
      AbortSignal.any([detach, stop]),
    );
  } catch (error) {
    const problem: Problem = problemOf(error);
    return { ok: false, problem };
  }
}
