import { currentGroup } from './asks.ts';
import { operationStatus } from './closing.ts';
import type { Hatch } from './logistics/hatch.ts';
import type { JobInfo, OperationStatuses, PublishedPorts } from './door-ports.ts';
import { operationResult } from './result-document.ts';
import { workOf, type Run, type Work } from './run.ts';
import type { OperationRecord } from './run-parts.ts';

/** What is known of a run besides its journal. */
interface Live {
  readonly hatch: Pick<Hatch, 'isAwaited' | 'isKept'>;
  readonly urls: PublishedPorts;
}

/** How a run goes, for its client, in the network's shape and words (ports.ts, `JobInfo`). Pure. */
export function jobInfoOf(run: Run, { hatch, urls }: Live): JobInfo {
  const work = workOf(run);
  const { job, assignedAt } = run.offer;
  return {
    status: statusOfRun(run, hatch),
    startTime: assignedAt,
    endTime: work?.cause?.at ?? null,
    errors: [],
    opStates: (work?.operations ?? [])
      .toSorted((one, other) => one.index - other.index)
      .map((record) => operationInfo(record, work)),
    secrets: Object.keys(urls).length > 0 ? { [job]: urls } : {},
    operations: work === null ? null : progressOf(run, work),
    groups: work === null ? {} : groupsOf(work),
  };
}

/** `FlowState.status` of the network's own host, which its command line waits for. */
function statusOfRun(run: Run, hatch: Live['hatch']): string {
  const { job } = run.offer;
  if (hatch.isAwaited(job)) return 'waiting-for-job-definition';
  if (hatch.isKept(job)) return 'waiting-for-result';
  if ('result' in run && run.result !== null) return run.result.status;
  return workOf(run) === null ? 'init' : 'running';
}

function operationInfo(record: OperationRecord, work: Work | null): JobInfo['opStates'][number] {
  const known = operationResult(record, work?.cause ?? null);
  const { operationId, group, endTime, exitCode, errors, diagnostics } = known;
  const isOver = record.state === 'ended' || record.state === 'skipped';
  return {
    operationId,
    group,
    status: isOver ? operationStatus(record) : record.state === 'running' ? 'running' : null,
    startTime: record.state === 'running' ? record.startedAt : known.startTime,
    endTime,
    exitCode,
    ...(errors === undefined ? {} : { errors }),
    diagnostics,
  };
}

function progressOf(run: Run, work: Work): JobInfo['operations'] {
  const group = currentGroup(run);
  const all = statusesOf(work, work.operations);
  if (group === null) return { all, currentGroupStatus: {} };
  return { all, currentGroup: group, currentGroupStatus: groupsOf(work)[group] ?? {} };
}

function groupsOf(work: Work): Record<string, OperationStatuses> {
  const groups = Map.groupBy(work.operations, ({ group }) => group);
  return Object.fromEntries(
    [...groups].map(([group, records]) => [group, statusesOf(work, records)]),
  );
}

function statusesOf(work: Work, records: readonly OperationRecord[]): OperationStatuses {
  return Object.fromEntries(records.map((record) => [record.id, progressWord(work, record)]));
}

/** The words of the network's own host (`OperationProgressStatuses`). */
function progressWord({ cause }: Work, record: OperationRecord): string {
  switch (record.state) {
    case 'waiting':
      return 'waiting';
    case 'starting':
      return record.asked === 'stop' || cause !== null ? 'stopping' : 'starting';
    case 'running':
      if (record.asked === 'stop' || cause !== null) return 'stopping';
      return record.asked === 'restart' ? 'restarting' : 'running';
    case 'skipped':
      return 'stopped';
    case 'ended':
      if (record.end.failure !== null) return 'failed';
      return record.end.stoppedBy === null ? 'finished' : 'stopped';
  }
}
