import { EngineFault, isEngineAway } from '../adapters/docker/faults.ts';
import { OffpeakError } from '../contract/errors.ts';
import type { Connection } from './connection.ts';
import { LogLines, type LogPosition, replayFrom } from './log-lines.ts';
import type { ContainerHandle, EngineLogLine } from './shapes.ts';
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
  while (!signal.aborted) {
    const lines = new LogLines(position, options.onLine);
    const isComplete = await readOnce(connection, container, { lines, position, signal });
    if (isComplete) {
      lines.end();
      return;
    }
    position = lines.position();
    await pause(options.pollMs, signal);
  }
}

/** True when the log was read to its end. */
async function readOnce(
  connection: Connection,
  container: ContainerHandle,
  reading: { lines: LogLines; position: LogPosition; signal: AbortSignal },
): Promise<boolean> {
  const { lines, position, signal } = reading;
  try {
    const engine = await connection.engine();
    await engine.followLogs(
      container.id,
      replayFrom(position.since),
      (message) => {
        if (!signal.aborted) lines.push(message);
      },
      signal,
    );
    // A stream also ends when the engine is shut down in good order; then the log goes on later.
    const state = await engine.container(container.id);
    return state?.running !== true;
  } catch (error) {
    if (signal.aborted) return false;
    if (error instanceof EngineFault) {
      if (error.kind === 'not-found') return true;
      if (isEngineAway(error)) return false;
    }
    // The engine was not there at all yet: it may come.
    if (error instanceof OffpeakError) return false;
    throw connection.toError(error);
  }
}
