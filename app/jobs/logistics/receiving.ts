import { OffpeakError } from '../../contract/errors.ts';
import { problemOf } from '../patience.ts';
import type { RunContext } from '../run-context.ts';
import type { Run, RunIn } from '../run.ts';
import { attempt } from './attempts.ts';
import { noAddress } from './sending.ts';
import { waysOf, type Way } from './ways.ts';

const TOPIC = 'delivery';
/** As long as the network's own host keeps a result. */
const KEEP_MS = 60_000;

type Delivery = NonNullable<RunIn<'storing'>['delivery']>;

/** How the result of a run goes, by the document on IPFS; null for IPFS. */
export function receiveWay(run: Run & { readonly definition: string }): Way | null {
  return waysOf(run.stub ?? run.definition, run.offer.job).receive;
}

/** Why a result could not be delivered in this way, known before anything is done; else null. */
export function deliveryObjection(
  { courier }: Pick<RunContext, 'courier'>,
  way: Way | null,
): string | null {
  if (way === null || way.type === 'api-listen') return null;
  return way.address === null ? noAddress().message : courier.objection(way.address);
}

/**
 * Brings the result past IPFS and writes down how that went. The step comes after its effect, as
 * with everything that was seen: a crash between the two delivers once more, and the address gets
 * the very same bytes; the other order could lose the only copy that its owner would ever see.
 */
export async function deliverResult(
  context: RunContext,
  run: RunIn<'storing'>,
  { way, bytes }: { way: Way; bytes: Uint8Array },
): Promise<void> {
  const delivery =
    way.type === 'api' ? await post(context, run, way, bytes) : await keep(context, run, bytes);
  context.record({ type: 'result-delivered', ...delivery });
}

async function post(
  context: RunContext,
  { offer }: RunIn<'storing'>,
  { address }: Extract<Way, { type: 'api' }>,
  bytes: Uint8Array,
): Promise<Delivery> {
  const { courier, network, detach } = context;
  if (address === null) return undelivered(noAddress().message);
  try {
    await attempt(context, TOPIC, detach, async (signal) => {
      const authorization = await network.authorize(offer.job);
      await courier.deliver({ address, authorization, signal }, bytes);
    });
    return { ok: true, detail: 'The result was sent to the address that the job names.' };
  } catch (error) {
    detach.throwIfAborted();
    return undelivered(problemOf(error).message);
  }
}

async function keep(
  { hatch, clock, detach, report }: RunContext,
  { offer }: RunIn<'storing'>,
  bytes: Uint8Array,
): Promise<Delivery> {
  report(TOPIC, problemOf(new OffpeakError('jobs.result-awaited')), clock.now() + KEEP_MS);
  const isFetched = await hatch.keepResult(offer.job, bytes, {
    clock,
    ms: KEEP_MS,
    signal: detach,
  });
  report(TOPIC, null, 0);
  detach.throwIfAborted();
  if (isFetched) return { ok: true, detail: "The job's owner fetched the result." };
  return undelivered(`Nobody fetched it within ${KEEP_MS / 1000} seconds.`);
}

function undelivered(why: string): Delivery {
  return { ok: false, detail: `The result could not be delivered: ${why}` };
}
