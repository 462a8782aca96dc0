import type { JobStatus } from '../contract/job.ts';
import { operationStatus, statusOf } from './closing.ts';
import type { LogRecord } from './log-record.ts';
import type { Work } from './run.ts';
import type { Results } from './results/read-results.ts';
import { writtenResults, type WrittenResults } from './results/run-results.ts';
import type { Cause, OperationRecord } from './run-parts.ts';

/** How much of a log goes into the result: the network's own host keeps 25,000 lines, too. */
export const RESULT_LOG_LIMITS = { maxLines: 25_000, maxBytes: 4 * 1024 * 1024 };

/** The result document that the network reads (`FlowState` of @nosana/types). Times are UTC ms. */
export interface FlowState {
  readonly status: JobStatus;
  readonly startTime: number;
  readonly endTime: number;
  readonly secrets: Record<string, never>;
  readonly opStates: OperationResult[];
}

interface OperationResult {
  readonly operationId: string;
  readonly group: string;
  readonly providerId: string | null;
  readonly status: JobStatus;
  readonly startTime: number | null;
  readonly endTime: number | null;
  readonly exitCode: number | null;
  readonly logs: LogEntry[];
  /** Only where the definition asks for any and the operation ran. */
  readonly results?: WrittenResults;
  readonly errors?: readonly { readonly event: string; readonly message: string }[];
  readonly diagnostics: { readonly reason: StopReason };
}

interface LogEntry {
  readonly type: 'stdout' | 'stderr' | 'nodeerr';
  readonly log: string;
  readonly timestamp: string;
}

interface StopReason {
  readonly hostShutDown: boolean;
  readonly jobStopped: boolean;
  readonly jobExpired: boolean;
  readonly reason?: string;
}

/** What of the log is at hand; `cut` when there was more before it. */
export interface LogTail {
  readonly records: readonly LogRecord[];
  readonly cut: boolean;
}

/** What the document is made of, besides the journal: the end of the log, and what it was read for. */
export interface LogContent {
  readonly tail: LogTail;
  readonly results: Results;
}

/**
 * The result document of an ended run. It depends on journal and log alone, so that building it
 * again after a crash gives the same bytes. `startedAt` in UTC ms. Pure.
 */
export function resultDocument(
  work: Work,
  { tail: log, results }: LogContent,
  startedAt: number,
): FlowState {
  const linesOf = Map.groupBy(log.records, ({ operation }) => operation);
  const firstLine = log.cut ? log.records[0] : undefined;
  return {
    status: statusOf(work),
    startTime: startedAt,
    endTime: work.cause?.at ?? startedAt,
    secrets: {},
    opStates: work.operations
      .toSorted((one, other) => one.index - other.index)
      .map((record) => ({
        ...operationResult(record, work.cause),
        logs: [
          ...(firstLine?.operation === record.id ? [cutMark(firstLine)] : []),
          ...(linesOf.get(record.id) ?? []).map(logEntry),
          ...(work.logIncomplete !== null ? [missingMark(work.logIncomplete, work)] : []),
        ],
        ...resultsIn(results, record.id),
      })),
  };
}

function resultsIn(results: Results, operation: string): Pick<OperationResult, 'results'> {
  const own = results.get(operation);
  return own === undefined ? {} : { results: writtenResults(own) };
}

/** The document's bytes, as a pinning service would write them itself. */
export function encodeResult(document: FlowState): Buffer {
  return Buffer.from(JSON.stringify(document));
}

/** An operation of the document, without its lines and results. Pure. */
export function operationResult(
  record: OperationRecord,
  cause: Work['cause'],
): Omit<OperationResult, 'logs' | 'results'> {
  const { id, group } = record;
  const common = {
    operationId: id,
    group,
    status: operationStatus(record),
    diagnostics: { reason: stopReason(record, cause) },
  };
  if (record.state !== 'ended') {
    return { ...common, providerId: null, startTime: null, endTime: null, exitCode: null };
  }
  const { startedAt, endedAt, exitCode, failure } = record.end;
  return {
    ...common,
    providerId: record.containerId,
    startTime: startedAt,
    endTime: endedAt,
    // The network's code for an operation that failed without one of its own.
    exitCode: failure === null ? exitCode : (exitCode ?? 2),
    ...(failure === null ? {} : { errors: [failure] }),
  };
}

function stopReason(record: OperationRecord, cause: Work['cause']): StopReason {
  const stoppedBy = stopperOf(record, cause?.cause ?? null);
  const reason = record.state === 'skipped' ? record.reason : cause?.detail;
  return {
    hostShutDown: stoppedBy === 'handed-back',
    jobStopped: stoppedBy === 'ended-by-client' || stoppedBy === 'stopped-by-client',
    jobExpired: stoppedBy === 'expired',
    ...(stoppedBy !== null && reason !== undefined ? { reason } : {}),
  };
}

function stopperOf(record: OperationRecord, cause: Cause | null): Cause | 'dependency' | null {
  if (record.state === 'ended') return record.end.stoppedBy;
  return cause === 'finished' ? null : cause;
}

function logEntry({ stream, text, ts, at }: LogRecord): LogEntry {
  return {
    type: stream === 'host' ? 'nodeerr' : stream,
    log: text,
    timestamp: ts ?? new Date(at).toISOString(),
  };
}

function cutMark(first: LogRecord): LogEntry {
  const { maxLines, maxBytes } = RESULT_LOG_LIMITS;
  const text = `The beginning of the log is left out: a result holds ${maxLines} lines or ${maxBytes} bytes of it.`;
  return logEntry({ ...first, stream: 'host', text });
}

function missingMark(reason: string, work: Work): LogEntry {
  const at = work.cause?.at ?? 0;
  const text = `This log is not complete: ${reason}.`;
  return logEntry({ at, operation: '', stream: 'host', text, ts: null });
}
