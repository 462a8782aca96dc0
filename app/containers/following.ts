import { EngineFault, isEngineAway } from '../adapters/docker/faults.ts';
import { OffpeakError } from '../contract/errors.ts';
import type { Connection } from './connection.ts';
import { LogLines, type LogPosition, replayFrom } from './log-lines.ts';
import type { ContainerHandle, EngineLogLine } from '../jobs/ports.ts';
import { pause } from './timing.ts';

/** Where to begin, whom to tell, and how long to wait before asking a lost engine again. */
export interface FollowOptions extends LogPosition {
  readonly onLine: (line: EngineLogLine) => void;
  readonly pollMs: number;
}

/**
 * Hands out the lines of a container until it has ended or the signal aborts. An engine that goes
 * away is waited for and read again from the last line. Throws OffpeakError when it cannot be read.
 */
export async function followLogs(
  connection: Connection,
  container: ContainerHandle,
  options: FollowOptions,
  signal: AbortSignal,
): Promise<void> {
  let position: LogPosition = { since: options.since, skip: options.skip };
  let fromSeconds = WHOLE_LOG;
  while (!signal.aborted) {
    const lines = new LogLines(position, options.onLine);
    const pass = await readOnce(connection, container, { lines, fromSeconds, signal });
    if (pass === 'complete') {
      lines.end();
      return;
    }
    position = lines.position();
    fromSeconds = pass === 'ended' ? replayFrom(position.since, ORDER_MARGIN_SECONDS) : WHOLE_LOG;
    await pause(pass === 'ended' ? ENDED_PAUSE_MS : options.pollMs, signal);
  }
}

// The engine replays by its own timestamps, which follow this computer's clock: where that was set
// back meanwhile, new lines carry times from long before. Engines keep 96 MB at most (isolation.ts).
const WHOLE_LOG = 0;
/** Right after a pass only the order of messages may differ a little from their timestamps. */
const ORDER_MARGIN_SECONDS = 10;
const ENDED_PAUSE_MS = 20;

/**
 * complete: the container had ended before this pass, so nothing can follow. ended: the stream came
 * to its end; Docker 20.10 sometimes ends it just before the last line, so one more pass is due.
 * broken: the engine is away.
 */
type Pass = 'complete' | 'ended' | 'broken';

async function readOnce(
  connection: Connection,
  container: ContainerHandle,
  reading: { lines: LogLines; fromSeconds: number; signal: AbortSignal },
): Promise<Pass> {
  const { lines, fromSeconds, signal } = reading;
  try {
    const engine = await connection.engine();
    const state = await engine.container(container.id);
    if (state === null) return 'complete';
    await engine.followLogs(container.id, fromSeconds, (message) => lines.push(message), signal);
    return state.running ? 'ended' : 'complete';
  } catch (error) {
    if (signal.aborted) return 'broken';
    if (error instanceof EngineFault) {
      if (error.kind === 'not-found') return 'complete';
      if (isEngineAway(error)) return 'broken';
    }
    // The engine was not there at all yet: it may come.
    if (error instanceof OffpeakError) return 'broken';
    throw connection.toError(error);
  }
}
