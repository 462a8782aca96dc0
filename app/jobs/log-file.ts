import type { Clock } from './clock.ts';
import { sleep } from './clock.ts';
import type { LogDisk } from './log-disk.ts';
import { scanLog, type LogScan } from './log-read.ts';
import {
  LOG_START,
  encodeRecord,
  resumeAfter,
  type LogRecord,
  type ResumePoint,
} from './log-record.ts';

/** A job may print what it likes, but not fill the owner's disk. */
const DEFAULT_MAX_BYTES = 256 * 1024 * 1024;
/** Lines that wait for the disk; beyond this they are dropped and counted, never kept in memory. */
const DEFAULT_MAX_WAITING_BYTES = 16 * 1024 * 1024;
const MAX_BATCH_BYTES = 1024 * 1024;
const DISK_RETRY_MS = 5000;

const CUT_TEXT =
  'This log reached its largest size. What the job printed from here on is not kept.';

export interface LogFileOptions {
  readonly path: string;
  readonly disk: LogDisk;
  readonly clock: Clock;
  /** Called after lines reached the disk. */
  readonly onGrowth: () => void;
  readonly maxBytes?: number;
  readonly maxWaitingBytes?: number;
}

/**
 * The log of one run: lines go to the disk in batches, one batch at a time, and whatever the disk
 * does never stops the job. Where lines had to be dropped, a line of ours says so.
 */
export class LogFile {
  readonly #options: LogFileOptions;
  readonly #maxBytes: number;
  readonly #maxWaitingBytes: number;
  readonly #points: Map<string, ResumePoint>;
  readonly #closing = new AbortController();
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #size: number;
  #full: boolean;
  #dropped = { lines: 0, operation: '' };
  #missing: string | null = null;
  #pump: Promise<void> | null = null;
  #isStuck = false;
  #attempt = Promise.withResolvers<null>();

  private constructor(options: LogFileOptions, scan: LogScan) {
    this.#options = options;
    this.#maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
    this.#maxWaitingBytes = options.maxWaitingBytes ?? DEFAULT_MAX_WAITING_BYTES;
    this.#points = scan.points;
    this.#size = scan.size;
    this.#full = scan.last?.stream === 'host' && scan.last.text === CUT_TEXT;
  }

  /** Opens a new log, or goes on with the one that a crash left. */
  static async open(options: LogFileOptions): Promise<LogFile> {
    return new LogFile(options, await scanLog(options.path));
  }

  /** Bytes on the disk: what a reader may ask for. */
  get size(): number {
    return this.#size;
  }

  /** Why lines are missing; null while the log is whole. */
  get missing(): string | null {
    return this.#missing;
  }

  /** From where an operation's container log goes on; counts lines that still wait, too. */
  resumePoint(operation: string): ResumePoint {
    return this.#points.get(operation) ?? LOG_START;
  }

  /** Takes a line; returns at once. */
  append(record: LogRecord): void {
    this.#points.set(record.operation, resumeAfter(this.resumePoint(record.operation), record));
    if (this.#full) return;
    const line = encodeRecord(record);
    if (this.#size + this.#waitingBytes + line.length > this.#maxBytes) return this.#cut(record);
    const hasRoom = this.#waitingBytes + line.length <= this.#maxWaitingBytes;
    if (hasRoom) this.#push(line);
    else this.#dropped = { lines: this.#dropped.lines + 1, operation: record.operation };
  }

  /** Adds a line of Offpeak's own. */
  note(operation: string, text: string): void {
    const at = this.#options.clock.now();
    this.append({ at, operation, stream: 'host', text, ts: null });
  }

  /**
   * Resolves when all lines so far are on the disk, or when the disk refuses them. An operation's
   * end is noted only after this: nobody reads its container's log again afterwards.
   */
  async flush(): Promise<void> {
    const goal = this.#size + this.#waitingBytes;
    while (this.#size < goal && !this.#isStuck) await this.#attempt.promise;
  }

  /** Writes what waits and closes; what a full disk does not take now is given up. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#pump;
    if (this.#waiting.length > 0) this.#missing ??= 'disk full';
    await this.#options.disk.close();
  }

  #push(line: Buffer): void {
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
    this.#pump ??= this.#write();
  }

  #cut({ at, operation }: LogRecord): void {
    this.#full = true;
    this.#push(encodeRecord({ at, operation, stream: 'host', text: CUT_TEXT, ts: null }));
  }

  async #write(): Promise<void> {
    // The lines of one tick of the engine's stream become one batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch();
      this.#isStuck = !(await this.#writeBatch(Buffer.concat(batch)));
      if (!this.#isStuck) this.#taken(batch);
      this.#attempt.resolve(null);
      this.#attempt = Promise.withResolvers();
      if (!this.#isStuck) continue;
      if (this.#closing.signal.aborted) break;
      await sleep(this.#options.clock, DISK_RETRY_MS, this.#closing.signal);
    }
    this.#pump = null;
  }

  #nextBatch(): Buffer[] {
    let bytes = 0;
    const end = this.#waiting.findIndex((line) => (bytes += line.length) > MAX_BATCH_BYTES);
    return end === -1 ? this.#waiting.slice() : this.#waiting.slice(0, Math.max(1, end));
  }

  async #writeBatch(bytes: Buffer): Promise<boolean> {
    try {
      await this.#options.disk.write(bytes, this.#size);
      return true;
    } catch {
      // A full disk, a worn-out disk, a folder that is gone: the job goes on, its log waits.
      return false;
    }
  }

  #taken(batch: readonly Buffer[]): void {
    const bytes = batch.reduce((sum, line) => sum + line.length, 0);
    this.#size += bytes;
    this.#waitingBytes -= bytes;
    this.#waiting = this.#waiting.slice(batch.length);
    if (this.#dropped.lines > 0) this.#markDropped();
    this.#options.onGrowth();
  }

  #markDropped(): void {
    const { lines, operation } = this.#dropped;
    this.#dropped = { lines: 0, operation: '' };
    this.#missing = 'disk full';
    this.note(operation, `${lines} lines are missing here: the disk was full or too slow.`);
  }
}
