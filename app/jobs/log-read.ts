import { type FileHandle, open, truncate } from 'node:fs/promises';
import type { LogLine } from '../contract/job.ts';
import {
  LOG_START,
  decodeRecord,
  resumeAfter,
  type LogRecord,
  type ResumePoint,
} from './log-record.ts';

const NEWLINE = 0x0a;
const CHUNK_BYTES = 256 * 1024;

export interface LogPiece {
  readonly lines: LogLine[];
  /** Byte offset to ask for next. */
  readonly next: number;
  /** True when `next` is the end of what is there now. */
  readonly complete: boolean;
}

/**
 * Whole lines from a byte offset, about `maxBytes` of them and at least one where there is one. An
 * offset inside a line gives the lines after it. A missing file is an empty log.
 */
export async function readLog(path: string, from: number, maxBytes: number): Promise<LogPiece> {
  const piece = await withFile(path, async (file, size) => {
    let bytes = await readAt(file, from, maxBytes);
    let atEnd = from + bytes.length >= size;
    while (!atEnd && !bytes.includes(NEWLINE)) {
      bytes = Buffer.concat([bytes, await readAt(file, from + bytes.length, CHUNK_BYTES)]);
      atEnd = from + bytes.length >= size;
    }
    const { records, length } = wholeRecords(bytes);
    return { lines: records.map(toLine), next: Math.min(from, size) + length, complete: atEnd };
  });
  return piece ?? { lines: [], next: 0, complete: true };
}

/** Bytes of a log; a missing file is an empty log. */
export async function logSize(path: string): Promise<number> {
  return (await withFile(path, (_file, size) => Promise.resolve(size))) ?? 0;
}

/** The last lines of a log, in order: at most so many lines and bytes. */
export async function readLogTail(
  path: string,
  limits: { maxLines: number; maxBytes: number },
): Promise<{ records: LogRecord[]; cut: boolean }> {
  const tail = await withFile(path, async (file, size) => {
    const from = Math.max(0, size - limits.maxBytes);
    const { records } = wholeRecords(await readAt(file, from, size - from));
    const kept = records.slice(-limits.maxLines);
    return { records: kept, cut: from > 0 || kept.length < records.length };
  });
  return tail ?? { records: [], cut: false };
}

/** What a log holds after a restart of the host. */
export interface LogScan {
  /** Bytes of whole lines. */
  readonly size: number;
  /** By operation: from where its container's log goes on. */
  readonly points: Map<string, ResumePoint>;
  readonly last: LogRecord | null;
}

/**
 * Reads a log through once and takes away a torn last line (the host died while it wrote). A full
 * log of 256 MiB takes a few seconds; it happens only when a run is adopted.
 */
export async function scanLog(path: string): Promise<LogScan> {
  const points = new Map<string, ResumePoint>();
  let last: LogRecord | null = null;
  let whole = 0;
  const size = await withFile(path, async (file, fileSize) => {
    let rest: Buffer = Buffer.alloc(0);
    for (let at = 0; at < fileSize; at += CHUNK_BYTES) {
      const bytes = Buffer.concat([rest, await readAt(file, at, CHUNK_BYTES)]);
      const { records, length } = wholeRecords(bytes);
      for (const record of records) {
        const point = points.get(record.operation) ?? LOG_START;
        points.set(record.operation, resumeAfter(point, record));
        last = record;
      }
      whole += length;
      rest = bytes.subarray(length);
    }
    return fileSize;
  });
  if (size !== null && size > whole) await truncate(path, whole);
  return { size: whole, points, last };
}

function wholeRecords(bytes: Buffer): { records: LogRecord[]; length: number } {
  const length = bytes.lastIndexOf(NEWLINE) + 1;
  const lines = bytes.subarray(0, length).toString('utf8').split('\n');
  return { records: lines.flatMap((line) => decodeRecord(line) ?? []), length };
}

function toLine({ at, operation, stream, text }: LogRecord): LogLine {
  return { at, operation, stream, text };
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** Null where there is no such file. */
async function withFile<T>(
  path: string,
  work: (file: FileHandle, size: number) => Promise<T>,
): Promise<T | null> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    return await work(file, size);
  } finally {
    await file.close();
  }
}
