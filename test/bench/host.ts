import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRealHost } from '../fakes/host/real-host.ts';
import { type Bench, median, times } from './figures.ts';

const CALM_MS = 5_000;
const IDLE_MS = 30_000;

/** Start to ready, then memory and processor of a host that has nothing to do. */
export async function host(bench: Bench): Promise<void> {
  const bareNode = median(await times(bench.quick ? 1 : 7, () => node('process.exit(0)')));
  const home = mkdtempSync(join(tmpdir(), 'offpeak-bench-'));
  const began = performance.now();
  const running = await startRealHost(home, {
    // Without an engine no job comes: what is measured is the host alone.
    DOCKER_HOST: 'tcp://127.0.0.1:1',
  });
  bench.note('host: start to ready', performance.now() - began, 'ms', { baseline: bareNode });
  const { pid } = running.process;
  if (pid !== undefined && process.platform === 'linux') {
    await sleep(bench.quick ? 100 : CALM_MS);
    const idleMs = bench.quick ? 500 : IDLE_MS;
    const before = cpuMs(pid);
    await sleep(idleMs);
    bench.note('host: processor while idle', ((cpuMs(pid) - before) / idleMs) * 100, '% of a core');
    bench.note('host: memory (RSS)', rssMegabytes(pid), 'MB');
  }
  await running.stop();
  rmSync(home, { recursive: true });
}

function node(script: string): Promise<void> {
  return new Promise((resolve) => {
    spawn(process.execPath, ['-e', script]).once('exit', () => resolve());
  });
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
