import { execFile } from 'node:child_process';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { ContainersRoom } from '../../app/containers/room.ts';
import { engineProblem } from '../e2e/support/engine-problem.ts';
import {
  importBusybox,
  openRoom,
  patient,
  shell,
  started,
} from '../integration/containers/engine-kit.ts';
import type { Bench } from './figures.ts';

const Reading = z.object({
  lines: z.number(),
  readMs: z.number(),
  wholeMs: z.number(),
  processorMs: z.number(),
  grownBytes: z.number(),
  peakBytes: z.number(),
});
type Reading = z.infer<typeof Reading>;

const LINE_BYTES = 200;
const MEGABYTE = 1e6;
/** The reader is there before the first line. */
const HEAD_START_SECONDS = 1;
const WHOLE_PATIENCE_MS = 600_000;

/** A container that prints as fast as it can, and the host that takes it in. */
export async function log(bench: Bench): Promise<void> {
  const megabytes = bench.quick ? 5 : 1000;
  const count = (megabytes * MEGABYTE) / LINE_BYTES;
  const memory = await read('memory', String(count));
  bench.note(
    'log: frames in memory to lines on the disk',
    speed(memory.lines, memory.wholeMs),
    'MB/s',
    {
      budget: 'at least 50 MB/s',
    },
  );
  bench.note('log: memory that this takes', memory.grownBytes / MEGABYTE, 'MB');
  const problem = await engineProblem();
  if (problem !== null) {
    bench.say(`log: left out, ${problem}`);
    return;
  }
  await importBusybox();
  const room = openRoom({ computer: { memoryBytes: totalmem(), cores: availableParallelism() } });
  try {
    const bare = await printed(room, 'bare', megabytes);
    const host = await printed(room, 'host', megabytes);
    report(bench, { bare, host, count });
  } finally {
    await room.close();
    await room.sweep([]);
  }
}

interface Readings {
  readonly bare: Reading;
  readonly host: Reading;
  /** Lines that were printed. */
  readonly count: number;
}

function report(bench: Bench, { bare, host, count }: Readings): void {
  const bareSpeed = speed(bare.lines, bare.readMs);
  const budget = 'at least 50 MB/s';
  bench.note('log: taken in from the engine', speed(host.lines, host.readMs), 'MB/s', {
    baseline: bareSpeed,
    budget,
  });
  bench.note('log: until on the disk or marked as cut', speed(host.lines, host.wholeMs), 'MB/s', {
    baseline: bareSpeed,
    budget,
  });
  bench.note('log: lines that the engine hands out', (host.lines / count) * 100, '%', {
    baseline: (bare.lines / count) * 100,
  });
  bench.note('log: processor for a million lines', host.processorMs / (host.lines / 1e6), 'ms', {
    baseline: bare.processorMs / (bare.lines / 1e6),
  });
  bench.note('log: memory grows by', host.grownBytes / MEGABYTE, 'MB', {
    baseline: bare.grownBytes / MEGABYTE,
    budget: 'not with the log',
  });
  bench.note('log: memory at its peak (RSS)', host.peakBytes / MEGABYTE, 'MB', {
    baseline: bare.peakBytes / MEGABYTE,
  });
}

function speed(lines: number, ms: number): number {
  return (lines * LINE_BYTES) / MEGABYTE / (ms / 1000);
}

/** Reads so much while a container prints it. */
async function printed(room: ContainersRoom, mode: string, megabytes: number): Promise<Reading> {
  const text = 'x'.repeat(LINE_BYTES - 1);
  const script = `sleep ${HEAD_START_SECONDS}; yes ${text} | head -c ${megabytes * MEGABYTE}`;
  const spec = shell(script);
  const { id } = await started(room, spec);
  try {
    return await read(mode, id);
  } finally {
    await room.waitForExit({ id, operation: spec.operation }, patient());
    await room.cleanUp(spec.run);
  }
}

async function read(mode: string, what: string): Promise<Reading> {
  const program = join(import.meta.dirname, 'log-reader.ts');
  const options = { timeout: WHOLE_PATIENCE_MS };
  const { stdout } = await promisify(execFile)(process.execPath, [program, mode, what], options);
  return Reading.parse(JSON.parse(stdout));
}
