import type { Problem } from '../../contract/gpu.ts';
import { OffpeakError } from '../../contract/errors.ts';
import { problemOf } from '../patience.ts';
import type { RunContext } from '../run-context.ts';
import { expiresAt, type RunIn } from '../run.ts';
import { attempt } from './attempts.ts';
import type { Way } from './ways.ts';

const TOPIC = 'definition';

/** How asking for a definition went; null when the run ended meanwhile. */
export type Asked =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly problem: Problem }
  | null;

/** Asks the address that the job names for its definition, as this host. */
export async function askForDefinition(
  context: RunContext,
  run: RunIn<'offered'>,
  { address }: Extract<Way, { type: 'api' }>,
): Promise<Asked> {
  const { courier, network, detach, stop } = context;
  if (address === null) return { ok: false, problem: noAddress() };
  const either = AbortSignal.any([detach, stop]);
  try {
    const bytes = await attempt(context, TOPIC, either, async (signal) => {
      const authorization = await network.authorize(run.offer.job);
      return courier.fetch({ address, authorization, signal });
    });
    return stop.aborted ? null : { ok: true, bytes };
  } catch (error) {
    detach.throwIfAborted();
    return stop.aborted ? null : { ok: false, problem: problemOf(error) };
  }
}

/** Waits at the door until the owner brings the definition, or the run ends for another reason. */
export async function awaitDefinition(
  context: RunContext,
  run: RunIn<'offered'>,
  keep: (definition: string) => void,
): Promise<void> {
  const { hatch, detach, stop, report } = context;
  report(TOPIC, problemOf(new OffpeakError('jobs.definition-awaited')), expiresAt(run));
  try {
    await hatch.awaitDefinition(run.offer.job, keep, AbortSignal.any([detach, stop]));
  } finally {
    report(TOPIC, null, 0);
  }
  detach.throwIfAborted();
}

/** What a job has done that wants an address asked and names none. */
export function noAddress(): Problem {
  const message = 'The job names no address where its data comes from or goes to.';
  return problemOf(new OffpeakError('jobs.logistics-address', { message }));
}
