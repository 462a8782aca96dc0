import { z } from 'zod';
import { LogLine } from '../contract/job.ts';

/** A line as the log file keeps it: `ts` is the engine's own nanosecond text, null for our lines. */
export const LogRecord = LogLine.extend({ ts: z.string().nullable() });
export type LogRecord = z.infer<typeof LogRecord>;

/** From where an operation's log goes on: after `since`, but without `skip` lines of that moment. */
export interface ResumePoint {
  readonly since: string | null;
  readonly skip: number;
}

export const LOG_START: ResumePoint = { since: null, skip: 0 };

/** The point after one more line of the same operation; our own lines do not move it. */
export function resumeAfter(point: ResumePoint, { ts }: LogRecord): ResumePoint {
  if (ts === null) return point;
  return { since: ts, skip: ts === point.since ? point.skip + 1 : 1 };
}

/** Longer lines are cut, so that one line always fits a reader's buffer. Characters. */
const MAX_LINE_CHARACTERS = 64 * 1024;

/** One record as one line of the file, newline included. */
export function encodeRecord(record: LogRecord): Buffer {
  const tooLong = record.text.length > MAX_LINE_CHARACTERS;
  const text = tooLong ? `${record.text.slice(0, MAX_LINE_CHARACTERS)} […]` : record.text;
  return Buffer.from(`${JSON.stringify({ ...record, text })}\n`);
}

/** A line of the file (without newline) as a record; null for anything else. */
export function decodeRecord(line: string): LogRecord | null {
  try {
    return LogRecord.parse(JSON.parse(line));
  } catch {
    // A damaged line costs one line of a log, not the job.
    return null;
  }
}
