import { parseDefinition } from './definition/parse.ts';
import { OffpeakError } from '../contract/errors.ts';
import type { JobDefinition } from './definition/schema.ts';
import { readRest } from './container-watch.ts';
import { runOperations } from './operations.ts';
import type { OperationsHost } from './operations-host.ts';
import type { Run, RunIn, Work } from './run.ts';
import { workInHand, type RunContext } from './run-context.ts';
import { buildResult } from './stage-storing.ts';

/**
 * Running: runs the operations to their end, or, once a cause is noted, stops what runs and skips
 * the rest; then builds the result. Called for a run that ends while it pulls, too.
 */
export async function work(context: RunContext, run: RunIn<'pulling' | 'running'>): Promise<void> {
  const log = await context.openLog();
  const { hostAddress, cards } = run.work;
  const { version } = context.policy();
  try {
    const host = {
      ...context,
      log,
      logPath: context.folder.log,
      definition: definitionOf(run),
      facts: { offer: run.offer, hostAddress, cards, addresses: context.addresses, version },
      work: () => workInHand(context),
    };
    await readRests(host, run.work);
    await runOperations(host);
  } finally {
    await log.close();
  }
  if (log.missing !== null && workInHand(context).logIncomplete === null) {
    context.record({ type: 'log-incomplete', reason: log.missing });
  }
  if (workInHand(context).cause === null) {
    context.record({ type: 'cause-decided', cause: 'finished', detail: 'All operations ended.' });
  }
  await buildResult(context);
}

/** Operations that have ended already did so before a crash. */
async function readRests(host: OperationsHost, { operations }: Work): Promise<void> {
  const ended = operations.flatMap((record) =>
    record.state === 'ended' && record.containerId !== null
      ? [{ id: record.containerId, operation: record.id }]
      : [],
  );
  await Promise.all(ended.map((container) => readRest(host, container)));
}

/** It was valid when the run was accepted; a newer Offpeak may think otherwise. */
function definitionOf(run: Run & { definition: string }): JobDefinition {
  const verdict = parseDefinition(run.definition);
  if (verdict.valid) return verdict.definition;
  throw new OffpeakError('jobs.journal-damaged', {
    message: `The definition of the job ${run.offer.job} is no longer valid.`,
  });
}
