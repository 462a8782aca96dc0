import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { engineProblem } from '../e2e/support/engine-problem.ts';
import { offpeak, startRealHost } from '../fakes/host/real-host.ts';

/*
 * `npm run bench`: what Offpeak itself costs. A table on stderr, one JSON document on stdout.
 * Ratios are against a bare baseline measured in the same run, so that machines can be compared.
 */

interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline: number | null;
  readonly ratio: number | null;
}

const figures: Figure[] = [];
const IDLE_MS = 30_000;
const RUNS = 7;

await startAndIdle();
const problem = await engineProblem();
if (problem) process.stderr.write(`containers: skipped, ${problem}\n`);
else await jobOverhead();

for (const { name, value, unit, ratio } of figures) {
  const against = ratio === null ? '' : `   ${ratio.toFixed(2)} x the bare baseline`;
  process.stderr.write(`${name.padEnd(44)} ${value.toFixed(1).padStart(9)} ${unit}${against}\n`);
}
process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), figures })}\n`);

/** Start to ready, then memory and processor of a host that has nothing to do. */
async function startAndIdle(): Promise<void> {
  const bareNode = median(await times(() => node('process.exit(0)')));
  const started = performance.now();
  const host = await startRealHost(mkdtempSync(join(tmpdir(), 'offpeak-bench-')), {
    // Without an engine no job comes: what is measured is the host alone.
    DOCKER_HOST: 'tcp://127.0.0.1:1',
  });
  note('host: start to ready', performance.now() - started, 'ms', bareNode);
  const { pid } = host.process;
  if (pid !== undefined && process.platform === 'linux') {
    await sleep(5_000);
    const before = cpuMs(pid);
    await sleep(IDLE_MS);
    note('host: processor while idle', ((cpuMs(pid) - before) / IDLE_MS) * 100, '% of a core');
    note('host: memory (RSS)', rssMegabytes(pid), 'MB');
  }
  await host.stop();
}

/** A whole short job by `offpeak run`, less the command line's own start, against `docker run`. */
async function jobOverhead(): Promise<void> {
  const file = join(mkdtempSync(join(tmpdir(), 'offpeak-bench-')), 'job.json');
  const args = { image: 'offpeak/practice-llm:1', cmd: ['--prompt', 'Once', '--tokens', '1'] };
  const ops = [{ type: 'container/run', id: 'one', args }];
  writeFileSync(file, JSON.stringify({ version: '0.1', type: 'container', ops }));
  await offpeak(['run', file]);
  const bare = median(
    await times(() => {
      const limits = ['--rm', '--network', 'none', '--cap-drop', 'ALL', '--memory', '256m'];
      execFileSync('docker', ['run', ...limits, args.image, ...args.cmd], { stdio: 'ignore' });
    }),
  );
  const start = median(await times(() => offpeak(['--help'])));
  const whole = median(await times(() => offpeak(['run', file])));
  note('job: whole short run (image present)', whole - start, 'ms', bare);
}

function note(name: string, value: number, unit: string, baseline: number | null = null): void {
  figures.push({ name, value, unit, baseline, ratio: baseline === null ? null : value / baseline });
}

async function times(work: () => unknown): Promise<number[]> {
  const all: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now();
    await work();
    all.push(performance.now() - started);
  }
  return all;
}

function node(script: string): Promise<void> {
  return new Promise((resolve) => {
    spawn(process.execPath, ['-e', script]).once('exit', () => resolve());
  });
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

// Fields 14 and 15 of /proc/PID/stat, after the name in parentheses: user and system time in ticks
// of 10 ms (proc(5); the kernel's USER_HZ is 100 everywhere).
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function rssMegabytes(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
