import { DoorStats } from './door-stats.ts';
import { endpointsOf } from './door-endpoints.ts';
import { jobInfoOf } from './door-info.ts';
import type { Clock } from './clock.ts';
import { readLog } from './log-read.ts';
import type { Hatch } from './logistics/hatch.ts';
import type { DoorLogPiece, JobDoor } from './door-ports.ts';
import type { ContainerHandle, JobAddresses, JobEngine } from './ports.ts';
import { workOf } from './run.ts';
import type { Runner } from './runner.ts';

/** What the jobs room gives its door. */
interface DoorParts {
  /** The run in hand, asked each time. */
  readonly runner: () => Runner | null;
  readonly hatch: Hatch;
  readonly engine: Pick<JobEngine, 'stats'>;
  readonly addresses: JobAddresses | undefined;
  readonly clock: Clock;
  readonly onChange: (listener: () => void) => () => void;
  /** Aborts when the host goes away. */
  readonly signal: AbortSignal;
}

/**
 * The jobs room as the client of the job in hand may see and change it. Who the client is, others
 * check; nothing here tells of any other job. Of the one that was in hand last, its end can still be
 * seen: whoever followed it is not to miss the last lines.
 */
export function createDoor(parts: DoorParts): JobDoor {
  const { hatch, onChange, addresses, engine, clock, signal } = parts;
  const inHand = (job: string): Runner | null => {
    const runner = parts.runner();
    return runner?.run.offer.job === job ? runner : null;
  };
  let last: Runner | null = null;
  onChange(() => (last = parts.runner() ?? last));
  const known = (job: string): Runner | null =>
    inHand(job) ?? (last?.run.offer.job === job ? last : null);
  const running = (job: string): readonly ContainerHandle[] | null => {
    const runner = inHand(job);
    return runner === null ? null : containersOf(runner);
  };
  const stats = new DoorStats({ engine, clock, running, signal });
  return {
    ownerOf(job) {
      const run = inHand(job)?.run;
      if (run === undefined) return null;
      const { poster, definitionCid } = run.offer;
      return { poster, messages: [job, definitionCid], timeoutSeconds: run.timeoutSeconds };
    },
    bringDefinition: (job, definition) => hatch.bringDefinition(job, definition),
    fetchResult: (job) => hatch.fetchResult(job),
    infoOf(job) {
      const runner = known(job);
      if (runner === null) return null;
      const { urls } = endpointsOf(runner, addresses);
      return jobInfoOf(runner.run, { hatch, urls });
    },
    definitionOf: (job) => inHand(job)?.run.definition ?? null,
    endpointsOf(job) {
      const runner = inHand(job);
      return runner === null ? { urls: {}, status: 'OFFLINE' } : endpointsOf(runner, addresses);
    },
    ask: (job, ask) => inHand(job)?.ask(ask) ?? 'unknown',
    stop: (job) => inHand(job)?.stopForClient() ?? 'unknown',
    readLog(job, from, maxBytes) {
      const runner = known(job);
      return runner === null ? Promise.resolve(null) : readPiece(runner, from, maxBytes);
    },
    stats: (job, window) => stats.query(job, window),
    onChange,
  };
}

function containersOf({ run }: Runner): ContainerHandle[] {
  return (workOf(run)?.operations ?? []).flatMap((record) =>
    record.state === 'running' ? [{ id: record.containerId, operation: record.id }] : [],
  );
}

async function readPiece(
  { run, logPath }: Runner,
  from: number,
  maxBytes: number,
): Promise<DoorLogPiece> {
  const groups = new Map(workOf(run)?.operations.map(({ id, group }) => [id, group]));
  const { lines, next, complete } = await readLog(logPath, from, maxBytes);
  const known = lines.map((line) => ({ ...line, group: groups.get(line.operation) ?? null }));
  return { lines: known, next, complete };
}
