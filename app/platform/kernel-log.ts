import { closeSync, constants, openSync, readSync } from 'node:fs';
import { uptime } from 'node:os';

/** A message of the kernel. */
export interface KernelMessage {
  /** UTC, milliseconds, as far as the clock was right since. */
  readonly at: number;
  readonly text: string;
}

/** One record is read at a time; the kernel writes no longer ones. */
const RECORD_BYTES = 8_192;
/** More than a moment brings; the rest comes with the next look. */
const MOST_RECORDS = 10_000;

/**
 * Follows the kernel's log (Linux; /dev/kmsg as in the kernel's Documentation/ABI/testing/dev-kmsg),
 * from its oldest message on. Where it may not be read, which most systems leave to root, or is not
 * there, it stays silent.
 */
export class KernelLog {
  #file: number | null;

  constructor(path = '/dev/kmsg') {
    this.#file = openQuietly(path);
  }

  /** What came since the last time. Never waits. */
  read(): KernelMessage[] {
    const messages: KernelMessage[] = [];
    const startedAt = Date.now() - uptime() * 1_000;
    for (let count = 0; this.#file !== null && count < MOST_RECORDS; count++) {
      const record = readRecord(this.#file);
      if (record === null) break;
      // "6,1234,5678901234,-;message": priority, number, microseconds since the start, flags.
      const [, micros, text] = /^\d+,\d+,(\d+),[^;]*;([^\n]*)/.exec(record) ?? [];
      if (text !== undefined) messages.push({ at: startedAt + Number(micros) / 1_000, text });
    }
    return messages;
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}

function openQuietly(path: string): number | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}

/** The next record; '' for one that was overwritten before it was read; null where there is none. */
function readRecord(file: number): string | null {
  const bytes = Buffer.alloc(RECORD_BYTES);
  try {
    const length = readSync(file, bytes);
    return length === 0 ? null : bytes.toString('utf8', 0, length);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    return code === 'EPIPE' ? '' : null;
  }
}
