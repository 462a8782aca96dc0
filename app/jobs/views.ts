import type {
  CurrentJob,
  EndpointView,
  JobSummary,
  OperationView,
  PullProgress,
} from '../contract/job.ts';
import { expiresAt, workOf, type Run, type Work } from './run.ts';
import type { OperationEnd, OperationRecord } from './run-parts.ts';

/** The run in hand as a view sees it. */
export function currentJobOf(
  run: Run,
  live: {
    readonly pull: PullProgress | null;
    readonly logBytes: number;
    /** By operation. */
    readonly endpoints: ReadonlyMap<string, readonly EndpointView[]>;
  },
): CurrentJob {
  const work = workOf(run);
  return {
    id: run.offer.job,
    run: run.offer.run,
    title: run.title,
    image: run.image,
    stage: run.stage,
    stageSince: run.stageSince,
    assignedAt: run.offer.assignedAt,
    expiresAt: expiresAt(run),
    pricePerSecond: String(run.offer.pricePerSecond),
    passport: run.passport,
    pull: live.pull,
    operations: work === null ? [] : operationViews(work, live.endpoints),
    logBytes: live.logBytes,
    handingBack: work?.cause?.cause === 'handed-back' && run.stage !== 'closed',
  };
}

/** The row of a run in the list. */
export function summaryOf(run: Run): JobSummary {
  const closed = run.stage === 'closed' ? run : null;
  return {
    id: run.offer.job,
    run: run.offer.run,
    network: run.network,
    practice: run.practice,
    title: run.title,
    image: run.image,
    state: run.stage,
    outcome: closed?.outcome ?? null,
    status: closed?.result?.status ?? null,
    startedAt: run.offer.assignedAt,
    endedAt: closed?.endedAt ?? null,
    grossBaseUnits: closed?.receipt?.grossBaseUnits ?? null,
    transaction: closed?.transaction?.signature ?? null,
  };
}

/** The operations of a run in the order of the definition, with the ports that are known now. */
export function operationViews(
  work: Work,
  endpoints: ReadonlyMap<string, readonly EndpointView[]> = new Map(),
): OperationView[] {
  const pulling = new Set(
    work.pulls.filter(({ state }) => state === 'pulling').map(({ image }) => image),
  );
  return work.operations
    .toSorted((one, other) => one.index - other.index)
    .map((record) => operationView(record, pulling, endpoints.get(record.id) ?? []));
}

function operationView(
  record: OperationRecord,
  pulling: ReadonlySet<string>,
  endpoints: readonly EndpointView[],
): OperationView {
  const { id, group, image } = record;
  const nothingYet = { exitCode: null, problem: null, startedAt: null, endedAt: null };
  const view = { id, group, image, ...nothingYet, restarts: 0, endpoints: [] };
  switch (record.state) {
    case 'waiting':
      return { ...view, state: image !== null && pulling.has(image) ? 'pulling' : 'waiting' };
    case 'starting':
      return { ...view, state: 'waiting' };
    case 'running':
      return {
        ...view,
        state: 'running',
        startedAt: record.startedAt,
        restarts: record.restarts,
        endpoints: [...endpoints],
      };
    case 'skipped':
      return { ...view, state: 'skipped', problem: record.reason };
    case 'ended': {
      const { exitCode, startedAt, endedAt } = record.end;
      return {
        ...view,
        state: 'ended',
        exitCode,
        startedAt,
        endedAt,
        restarts: record.restarts,
        problem: problemOfEnd(record.end),
      };
    }
  }
}

/** Why an operation failed, for a person; null where all is well or Offpeak itself stopped it. */
export function problemOfEnd(end: OperationEnd): string | null {
  if (end.failure !== null) return end.failure.message;
  if (end.stoppedBy !== null || end.exitCode === 0) return null;
  if (end.outOfMemory) return 'It needed more memory than it may use and was killed.';
  // 128 + 9: the shell's code for a killed process.
  if (end.exitCode === 137) return 'It was killed (exit code 137).';
  return `It ended with exit code ${end.exitCode ?? 'unknown'}.`;
}
