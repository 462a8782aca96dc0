import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { FrameReader } from '../../app/adapters/docker/frames.ts';
import { LogLines } from '../../app/containers/log-lines.ts';
import { systemClock } from '../../app/jobs/clock.ts';
import { openLogDisk } from '../../app/jobs/log-disk.ts';
import { LogFile } from '../../app/jobs/log-file.ts';
import type { EngineLogLine } from '../../app/jobs/ports.ts';
import { openRoom } from '../integration/containers/engine-kit.ts';

/*
 * A program, so that its memory is its own: takes in a log and says what that took.
 * `log-reader.ts bare ID`: the engine's answer, thrown away. `host ID`: as a host does, onto the
 * disk. `memory LINES`: as a host does, from frames that are in memory already, without an engine.
 */

const SOCKET = '/var/run/docker.sock';
/** Of one line of the benchmark, newline included, and of its frame: header, timestamp, space. */
const LINE_BYTES = 200;
const FRAME_BYTES = 8 + 30 + 1 + LINE_BYTES;

type Take = (onLine: (line: EngineLogLine) => void) => Promise<void>;

const [mode = '', what = ''] = process.argv.slice(2);
const startRssBytes = process.memoryUsage.rss();
/** When the first of it came. */
let began = performance.now();
const { lines, readMs } = await taken();
const { userCPUTime, systemCPUTime } = process.resourceUsage();
const peakBytes = peakRssBytes();
process.stdout.write(
  JSON.stringify({
    lines,
    readMs,
    wholeMs: performance.now() - began,
    processorMs: (userCPUTime + systemCPUTime) / 1000,
    grownBytes: peakBytes - startRssBytes,
    peakBytes,
  }),
);

interface Taken {
  readonly lines: number;
  /** From the first line until all was taken in; what waits for the disk then is not counted. */
  readonly readMs: number;
}

/** On Linux, getrusage(2) tells of what the parent had before exec, too; VmHWM (proc(5)) does not. */
function peakRssBytes(): number {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(status) ?? [];
  return Number(kilobytes ?? process.resourceUsage().maxRSS) * 1024;
}

function taken(): Promise<Taken> {
  switch (mode) {
    case 'bare':
      return bare();
    case 'host':
      return ontoDisk(async (onLine) => {
        const options = { since: null, skip: 0, onLine };
        const never = new AbortController().signal;
        await openRoom().followLogs({ id: what, operation: 'op' }, options, never);
      });
    default:
      return ontoDisk(fromMemory);
  }
}

function bare(): Promise<Taken> {
  const path = `/containers/${what}/logs?follow=1&stdout=1&stderr=1&timestamps=1`;
  return new Promise((resolve, reject) => {
    let bytes = 0;
    const call = request({ socketPath: SOCKET, path }, (answer) => {
      answer.on('data', (chunk: Buffer) => {
        if (bytes === 0) began = performance.now();
        bytes += chunk.length;
      });
      answer.on('end', () => {
        resolve({ lines: bytes / FRAME_BYTES, readMs: performance.now() - began });
      });
    });
    call.on('error', reject).end();
  });
}

async function ontoDisk(take: Take): Promise<Taken> {
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-bench-'));
  const path = join(folder, 'log.jsonl');
  const onGrowth = (): void => undefined;
  const log = await LogFile.open({ path, disk: openLogDisk(path), clock: systemClock, onGrowth });
  let lines = 0;
  await take(({ timestamp: ts, stream, text }) => {
    if (lines === 0) began = performance.now();
    lines += 1;
    log.append({ at: Date.parse(ts), operation: 'op', stream, text, ts });
  });
  const readMs = performance.now() - began;
  await log.close();
  rmSync(folder, { recursive: true });
  return { lines, readMs };
}

/** Chunks as a socket delivers them, 64 KiB and less, each in a turn of its own. */
async function fromMemory(onLine: (line: EngineLogLine) => void): Promise<void> {
  const perChunk = 270;
  const frames = new FrameReader();
  const lines = new LogLines({ since: null, skip: 0 }, onLine);
  for (let at = 0; at < Number(what); at += perChunk) {
    const chunk = Buffer.concat(Array.from({ length: perChunk }, () => frame(at)));
    for (const message of frames.push(chunk)) lines.push(message);
    await turn();
  }
}

function frame(serial: number): Buffer {
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, FRAME_BYTES - 8]);
  const timestamp = `2026-01-01T00:00:00.${String(serial).padStart(9, '0')}Z`;
  return Buffer.concat([header, Buffer.from(`${timestamp} ${'x'.repeat(LINE_BYTES - 1)}\n`)]);
}
