import { askForDefinition, awaitDefinition } from './logistics/sending.ts';
import { waysOf } from './logistics/ways.ts';
import { isPassing, problemOf, Retry, withDeadline } from './patience.ts';
import type { RunContext } from './run-context.ts';
import type { RunIn } from './run.ts';

const FETCH_DEADLINE_MS = 30_000;
/** The pay clock runs while the definition is searched for: longer would be unfair to the client. */
const FETCH_PATIENCE_MS = 120_000;

/**
 * Offered: gets the definition, or refuses a job whose definition nobody has. The document on IPFS,
 * which everybody can read, may only say how the definition itself is delivered.
 */
export async function fetchDefinition(context: RunContext, run: RunIn<'offered'>): Promise<void> {
  const bytes = await fetchDocument(context, run);
  if (bytes === null || context.stop.aborted) return;
  const document = decode(bytes);
  const send = document === null ? null : waysOf(document, run.offer.job).send;
  const keep = (definition: string | null, stub: string | null): void => {
    if (definition === null) refuse(context, 'The definition of the job is not text.');
    else context.record({ type: 'definition-fetched', definition, stub });
  };
  if (send === null) {
    keep(document, null);
  } else if (send.type === 'api-listen') {
    await awaitDefinition(context, run, (definition) => keep(definition, document));
  } else {
    const asked = await askForDefinition(context, run, send);
    // The network's own host marks a logistics error and is paid for it; a job whose definition
    // cannot be had is left unpaid here, whichever way it was to come (decision 003).
    if (asked?.ok === false) refuse(context, cannotBeHad(asked.problem));
    if (asked?.ok === true) keep(decode(asked.bytes), document);
  }
}

/** The document on IPFS; null when the run ended meanwhile or was refused. */
async function fetchDocument(
  context: RunContext,
  run: RunIn<'offered'>,
): Promise<Uint8Array | null> {
  const { clock, network, detach, stop } = context;
  const either = AbortSignal.any([detach, stop]);
  const retry = new Retry(context, 'definition');
  const giveUpAt = clock.steady() + FETCH_PATIENCE_MS;
  for (;;) {
    try {
      const bytes = await withDeadline(clock, FETCH_DEADLINE_MS, either, (signal) =>
        network.fetchDocument(run.offer.definitionCid, signal),
      );
      retry.well();
      return bytes;
    } catch (error) {
      detach.throwIfAborted();
      const problem = problemOf(error);
      const isFinal = !isPassing(problem) || clock.steady() >= giveUpAt;
      if (stop.aborted || isFinal) {
        retry.well();
        if (!stop.aborted) refuse(context, cannotBeHad(problem));
        return null;
      }
      await retry.failed(problem, either);
    }
  }
}

function cannotBeHad({ message }: { readonly message: string }): string {
  return `The definition cannot be had: ${message}`;
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
