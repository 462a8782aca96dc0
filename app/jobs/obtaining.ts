import type { Problem } from '../contract/gpu.ts';
import type { PullProgress } from '../contract/job.ts';
import type { Resource } from './definition/resources.ts';
import { isPassing, problemOf, Retry, type Patience } from './patience.ts';
import type { ImageRequest, JobEngine, JobResources, PullResult, ResourceResult } from './ports.ts';

/** What getting an image or a resource needs. */
export interface Obtaining extends Patience {
  readonly engine: JobEngine;
  readonly resources: JobResources;
  readonly showPull: (progress: PullProgress | null) => void;
  readonly detach: AbortSignal;
  readonly stop: AbortSignal;
}

/**
 * How long a download that fails for a passing reason is begun again. The client pays for this
 * time, so it is no longer than a router takes to restart.
 */
const DOWNLOAD_PATIENCE_MS = 120_000;

/** Gets an image; once `stop` has aborted, the result means nothing. */
export function obtainImage(context: Obtaining, request: ImageRequest): Promise<PullResult> {
  return obtain(context, `download of ${request.image}`, (signal) =>
    context.engine.ensureImage(request, context.showPull, signal),
  );
}

/** Gets a resource; once `stop` has aborted, the result means nothing. */
export function obtainResource(
  context: Obtaining,
  { run, resource, label }: { run: string; resource: Resource; label: string },
): Promise<ResourceResult> {
  return obtain(context, `download of ${label}`, (signal) =>
    context.resources.ensure({ run, resource }, context.showPull, signal),
  );
}

type Failed = { readonly ok: false; readonly problem: Problem };

/** No deadline here: a large download takes long, and whoever makes it notices when it stalls. */
async function obtain<Got extends { readonly ok: true }>(
  context: Obtaining,
  topic: string,
  ask: (signal: AbortSignal) => Promise<Got | Failed>,
): Promise<Got | Failed> {
  const { clock, detach, stop, showPull } = context;
  const either = AbortSignal.any([detach, stop]);
  const retry = new Retry(context, topic);
  const giveUpAt = clock.steady() + DOWNLOAD_PATIENCE_MS;
  for (;;) {
    const result = await orProblem(ask(either));
    detach.throwIfAborted();
    const isFinal = result.ok || !isPassing(result.problem) || clock.steady() >= giveUpAt;
    if (isFinal || stop.aborted) {
      retry.well();
      showPull(null);
      return result;
    }
    await retry.failed(result.problem, either);
  }
}

async function orProblem<Got>(asked: Promise<Got | Failed>): Promise<Got | Failed> {
  try {
    return await asked;
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}
