import { isPassing, problemOf, Retry, withDeadline } from './patience.ts';
import type { RunContext } from './run-context.ts';
import type { RunIn } from './run.ts';

const FETCH_DEADLINE_MS = 30_000;
/** The pay clock runs while the definition is searched for: longer would be unfair to the client. */
const FETCH_PATIENCE_MS = 120_000;

/** Offered: gets the definition, or refuses a job whose definition nobody has. */
export async function fetchDefinition(context: RunContext, run: RunIn<'offered'>): Promise<void> {
  const { clock, network, detach, stop } = context;
  const either = AbortSignal.any([detach, stop]);
  const retry = new Retry(context, 'definition');
  const giveUpAt = clock.now() + FETCH_PATIENCE_MS;
  for (;;) {
    try {
      const bytes = await withDeadline(clock, FETCH_DEADLINE_MS, either, (signal) =>
        network.fetchDocument(run.offer.definitionCid, signal),
      );
      retry.well();
      if (!stop.aborted) keep(context, bytes);
      return;
    } catch (error) {
      detach.throwIfAborted();
      const problem = problemOf(error);
      const isFinal = !isPassing(problem) || clock.now() >= giveUpAt;
      if (stop.aborted || isFinal) {
        retry.well();
        if (!stop.aborted) refuse(context, `The definition cannot be had: ${problem.message}`);
        return;
      }
      await retry.failed(problem, either);
    }
  }
}

function keep(context: RunContext, bytes: Uint8Array): void {
  const definition = decode(bytes);
  if (definition === null) refuse(context, 'The definition of the job is not text.');
  else context.record({ type: 'definition-fetched', definition, stub: null });
}

function refuse(context: RunContext, reason: string): void {
  const unknown = { passport: null, title: null, image: null };
  context.record({ type: 'refused', reasons: [reason], ...unknown });
}

/** Text that gives the same bytes again, or null. */
function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
