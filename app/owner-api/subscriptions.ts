import type { DoorLogPiece, JobDoor } from '../jobs/door-ports.ts';
import type { Handshake } from './handshake.ts';

/** What a visitor hears: the network's clients expect `data` as JSON in the JSON of the frame. */
interface Frame {
  readonly path: string;
  readonly data: object;
}

/** One who follows a job. */
export interface Follower {
  /** False when the visitor took nothing for too long, or is gone. */
  send(frames: readonly Frame[]): Promise<boolean>;
  /** Waits for the next change of the job; at once where there was one since the last wait. */
  changed(): Promise<void>;
  readonly signal: AbortSignal;
}

/** Follows what a handshake names until the job is no longer in hand, or the follower is. */
export function follow(door: JobDoor, handshake: Handshake, follower: Follower): Promise<void> {
  const { path, body } = handshake;
  switch (path) {
    case '/status':
      return followStatus(door, body.jobAddress, follower);
    case '/log':
      return followLog(door, body.jobAddress, follower, (line) => ({
        path: 'log',
        data: logEntry(line),
      }));
    case '/flog':
      return followLog(door, body.jobAddress, follower, (line) => {
        const data = taskLog(line);
        return isWanted(data, body) ? { path: 'flog', data } : null;
      });
  }
}

type Line = DoorLogPiece['lines'][number];
type Choice = Pick<Handshake['body'], 'group' | 'opId' | 'type'>;

/** What is read of a log at once, and so at most waits for one reader. */
const PIECE_BYTES = 64 * 1024;

/** From the beginning and then live; it reads no further than the follower does. */
async function followLog(
  door: JobDoor,
  job: string,
  follower: Follower,
  frameOf: (line: Line) => Frame | null,
): Promise<void> {
  let from = 0;
  while (!follower.signal.aborted) {
    // Asked first: what is read after a job's end is all there is.
    const isOver = door.ownerOf(job) === null;
    const piece = await door.readLog(job, from, PIECE_BYTES);
    if (piece === null) return;
    const frames = piece.lines.flatMap((line) => frameOf(line) ?? []);
    if (!(await follower.send(frames))) return;
    from = piece.next;
    if (piece.complete && isOver) return;
    if (piece.complete) await follower.changed();
  }
}

/** A message at each change of what a state message tells. */
async function followStatus(door: JobDoor, job: string, follower: Follower): Promise<void> {
  let last = '';
  for (let index = 0; !follower.signal.aborted;) {
    const info = door.infoOf(job);
    if (info === null) return;
    const { status, operations } = info;
    const state = { job, operations: operations?.all ?? {} };
    const now = JSON.stringify([status, state]);
    if (now !== last) {
      const data = { status, state, timestamp: Date.now(), index };
      if (!(await follower.send([{ path: 'state', data }]))) return;
      index += 1;
    }
    last = now;
    if (door.ownerOf(job) === null) return;
    await follower.changed();
  }
}

/** A line as a FlowState keeps it (@nosana/types), with where it comes from. */
function logEntry({ at, operation, group, stream, text }: Line): object {
  const type = stream === 'host' ? 'nodeerr' : stream;
  return { type, log: text, timestamp: new Date(at).toISOString(), opId: operation, group };
}

/** `TaskLog` of the network's own host. */
function taskLog({ at, operation, group, stream, text }: Line): {
  readonly opId: string;
  readonly group: string;
  readonly type: 'container' | 'info';
  readonly timestamp: number;
  readonly message: string;
} {
  const type = stream === 'host' ? 'info' : 'container';
  return { opId: operation, group: group ?? '', type, timestamp: at, message: text };
}

function isWanted(line: ReturnType<typeof taskLog>, { group, opId, type }: Choice): boolean {
  const isGroup = group === undefined || line.group === group;
  const isOperation = opId === undefined || line.opId === opId;
  return isGroup && isOperation && (type === undefined || line.type === type);
}
