import type { LogMessage } from '../adapters/docker/frames.ts';
import type { EngineLogLine } from '../jobs/ports.ts';

/** Longer lines are cut: the engine delivers pieces of this size, and no reader wants more. */
export const MAX_LINE_BYTES = 16 * 1024;
/** Stands at the end of a cut line. */
export const CUT_MARK = ' … (rest of the line left out)';

/** Where a reader stands: the last line's timestamp and how many lines so far carry it. */
export interface LogPosition {
  readonly since: string | null;
  readonly skip: number;
}

interface OpenLine {
  readonly timestamp: string;
  readonly pieces: Buffer[];
  size: number;
  /** It was handed out cut; what follows of it is dropped. */
  given: boolean;
}

/**
 * Turns log messages into lines after a position. The engine keeps messages in a fixed order, but
 * stdout and stderr get their timestamps independently, so these may step back by a little. Lines
 * are given the latest timestamp seen so far: it never steps back and comes out the same whenever
 * the log is read again, so that a position always means the same line.
 */
export class LogLines {
  readonly #onLine: (line: EngineLogLine) => void;
  readonly #open: { stdout: OpenLine | null; stderr: OpenLine | null } = {
    stdout: null,
    stderr: null,
  };
  readonly #after: LogPosition;
  #latest: string | null = null;
  /** How many lines, handed out or skipped, carry the latest timestamp. */
  #atLatest = 0;

  constructor(after: LogPosition, onLine: (line: EngineLogLine) => void) {
    this.#after = after;
    this.#onLine = onLine;
  }

  /** Takes messages in the engine's order, from the beginning or from well before the position. */
  push(message: LogMessage): void {
    const { stream, timestamp, bytes } = message;
    const before = this.#open[stream];
    // All pieces of a line carry the timestamp of the first; another one means another line.
    if (before !== null && before.timestamp !== timestamp) this.#close(stream);
    const isWhole = bytes.at(-1) === NEWLINE;
    const line = (this.#open[stream] ??= { timestamp, pieces: [], size: 0, given: false });
    add(line, isWhole ? bytes.subarray(0, -1) : bytes);
    if (isWhole) this.#close(stream);
    else if (line.size > MAX_LINE_BYTES) this.#give(stream, line);
  }

  /** The log has ended: a last line without a newline counts too. */
  end(): void {
    this.#close('stdout');
    this.#close('stderr');
  }

  /** From where to go on reading. */
  position(): LogPosition {
    const { since, skip } = this.#after;
    if (this.#latest === null || (since !== null && isLater(since, this.#latest)))
      return this.#after;
    const isSame = since !== null && !isLater(this.#latest, since);
    return { since: this.#latest, skip: isSame ? Math.max(skip, this.#atLatest) : this.#atLatest };
  }

  #close(stream: EngineLogLine['stream']): void {
    const line = this.#open[stream];
    this.#open[stream] = null;
    if (line !== null && !line.given) this.#give(stream, line);
  }

  #give(stream: EngineLogLine['stream'], line: OpenLine): void {
    if (line.given) return;
    line.given = true;
    const text = textOf(line);
    line.pieces.length = 0;
    if (isLater(line.timestamp, this.#latest)) {
      this.#latest = line.timestamp;
      this.#atLatest = 0;
    }
    this.#atLatest += 1;
    const timestamp = this.#latest ?? line.timestamp;
    if (this.#isNew(timestamp)) this.#onLine({ timestamp, stream, text });
  }

  #isNew(timestamp: string): boolean {
    const { since, skip } = this.#after;
    if (since === null || isLater(timestamp, since)) return true;
    return !isLater(since, timestamp) && this.#atLatest > skip;
  }
}

/** Whole UTC seconds from which the engine has to replay for a position; 0 is the beginning. */
export function replayFrom(since: string | null, marginSeconds: number): number {
  if (since === null) return 0;
  return Math.max(0, Math.floor(Date.parse(since) / 1000) - marginSeconds);
}

const NEWLINE = 0x0a;

function add(line: OpenLine, bytes: Buffer): void {
  if (line.given) return;
  // One byte more than shown, to know that there was more; never memory for an endless line.
  const piece = bytes.subarray(0, MAX_LINE_BYTES + 1 - line.size);
  line.pieces.push(piece);
  line.size += piece.length;
}

function textOf(line: OpenLine): string {
  const bytes = line.pieces.length === 1 ? line.pieces[0] : undefined;
  const whole = bytes ?? Buffer.concat(line.pieces);
  if (line.size <= MAX_LINE_BYTES) return whole.toString('utf8');
  // A letter that the cut went through is left out, whether we or the engine cut it.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    whole.subarray(0, MAX_LINE_BYTES),
    { stream: true },
  );
  return text.replace(/\uFFFD+$/, '') + CUT_MARK;
}

/** Compares timestamps of the engine; every timestamp is later than null. */
function isLater(one: string, other: string | null): boolean {
  if (other === null) return true;
  // Docker pads to nanoseconds in UTC, so texts compare as they are; other engines may not.
  if (one.length === other.length && one.endsWith('Z') && other.endsWith('Z')) return one > other;
  return nanoseconds(one) > nanoseconds(other);
}

function nanoseconds(timestamp: string): bigint {
  const fraction = /\.(\d+)/.exec(timestamp)?.[1] ?? '';
  const seconds = Math.floor(Date.parse(timestamp) / 1000) || 0;
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
}
