import { OffpeakError } from '../contract/errors.ts';
import { statusOf } from './closing.ts';
import { readResult, sha256Of, writeResult } from './job-folder.ts';
import { encodeBlankResult } from './logistics/blank-result.ts';
import { deliverResult, receiveWay } from './logistics/receiving.ts';
import { readLogTail } from './log-read.ts';
import { problemOf, Retry, withDeadline } from './patience.ts';
import { encodeResult, RESULT_LOG_LIMITS, resultDocument } from './result-document.ts';
import { resultsOfRun } from './results/run-results.ts';
import { workOf, type RunIn } from './run.ts';
import { readAssignment, type RunContext } from './run-context.ts';
import { confirmedStep } from './settlement.ts';
import { tidyUp } from './tidy-up.ts';

const STORE_DEADLINE_MS = 120_000;
/** A result after the client's own end is a courtesy: the payment does not wait for it. */
const COURTESY_TRIES = 5;

/** Builds the result document from journal and log, and keeps it in the run's folder. */
export async function buildResult(context: RunContext): Promise<void> {
  const run = context.run();
  const work = workOf(run);
  if (work === null) throw new OffpeakError('jobs.illegal-step');
  const { log } = context.folder;
  const tail = await readLogTail(log, RESULT_LOG_LIMITS);
  const results = await resultsOfRun(
    { definition: run.definition ?? '', work },
    log,
    context.detach,
  );
  const bytes = encodeResult(resultDocument(work, { tail, results }, run.offer.assignedAt));
  await writeResult(context.folder, bytes);
  const sha256 = sha256Of(bytes);
  context.record({ type: 'result-built', sha256, bytes: bytes.length, status: statusOf(work) });
}

/**
 * Storing: puts the result where the network finds it. The containers go first: their work is on
 * the disk, and the owner may want the card. A result that is to go past IPFS is delivered before,
 * and IPFS gets a blank one.
 */
export async function storeResult(context: RunContext, run: RunIn<'storing'>): Promise<void> {
  const way = receiveWay(run);
  const isDelivered = way !== null && run.delivery !== null;
  const bytes = isDelivered
    ? encodeBlankResult(run)
    : await readResult(context.folder, run.result.sha256);
  // A damaged file is built again, from the same journal and log.
  if (bytes === null) return buildResult(context);
  await tidyUp(context, run).catch(() => context.detach.throwIfAborted());
  // Nobody may be waiting for the result of a run that the chain no longer has.
  if (run.work.cause?.cause === 'gone' && (await isOver(context, 0))) return;
  if (way !== null && !isDelivered) return deliverResult(context, run, { way, bytes });
  return storeDocument(context, bytes);
}

/** Tries for as long as anybody could pay for it. */
async function storeDocument(context: RunContext, bytes: Uint8Array): Promise<void> {
  const retry = new Retry(context, 'result');
  for (;;) {
    try {
      const cid = await store(context, bytes);
      retry.well();
      context.record({ type: 'result-stored', cid });
      return;
    } catch (error) {
      context.detach.throwIfAborted();
      await retry.failed(problemOf(error), context.detach);
      context.detach.throwIfAborted();
    }
    if (!(await isOver(context, retry.failures))) continue;
    retry.well();
    return;
  }
}

function store({ clock, detach, network }: RunContext, bytes: Uint8Array): Promise<string> {
  return withDeadline(clock, STORE_DEADLINE_MS, detach, (signal) =>
    network.storeDocument(bytes, signal),
  );
}

/** Notes the end of a run that is over on the chain without a result of ours. */
async function isOver(context: RunContext, failures: number): Promise<boolean> {
  const assignment = await readAssignment(context);
  if (assignment.state === 'assigned' || assignment.state === 'unknown') return false;
  if (assignment.state === 'ended-by-client' && failures < COURTESY_TRIES) return false;
  context.record(confirmedStep(assignment, null));
  return true;
}
