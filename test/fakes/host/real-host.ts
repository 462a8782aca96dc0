import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';

/*
 * The real thing, started as a user would start it: `offpeak start --headless` in a folder of its
 * own. Not a fake at all; it stands here because several suites start it.
 */

const root = join(import.meta.dirname, '..', '..', '..');
const cli = join(root, 'main', 'cli.ts');

const JobsDocument = z.object({
  jobs: z.array(
    z.object({
      id: z.string(),
      network: z.string(),
      image: z.string().nullable(),
      state: z.string(),
      outcome: z.string().nullable(),
      startedAt: z.number(),
      endedAt: z.number().nullable(),
      grossBaseUnits: z.string().nullable(),
      transaction: z.string().nullable(),
    }),
  ),
});
export type ListedJob = z.infer<typeof JobsDocument>['jobs'][number];

/** A running `offpeak start --headless`. */
export interface RealHost {
  readonly url: string;
  readonly process: ChildProcess;
  /** All it wrote to stderr so far. */
  log(): string;
  /** Ends it as Ctrl-C does; resolves with its exit code. */
  stop(): Promise<number | null>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

/** Starts a host in `home`; rejects with its own words when it does not come up. */
export async function startRealHost(
  home: string,
  env: Record<string, string> = {},
): Promise<RealHost> {
  const child = spawn(process.execPath, [cli, 'start', '--headless', '--json'], {
    env: { ...process.env, ...env, OFFPEAK_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let log = '';
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (log += piece.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  for (let tries = 0; !out.includes('\n'); tries++) {
    if (tries > 300 || child.exitCode !== null) throw new Error(`the host did not start: ${log}`);
    await sleep(100);
  }
  const { url } = z.object({ url: z.string().optional() }).parse(JSON.parse(out));
  if (url === undefined) {
    await ended;
    throw new Error(`the host did not start: ${log}`);
  }
  return {
    url,
    process: child,
    log: () => log,
    stop() {
      child.kill('SIGINT');
      return ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const Failed = z.object({ code: z.number().catch(-1), stdout: z.string(), stderr: z.string() });

/** Runs one `offpeak` command; never rejects for its exit code. */
export async function offpeak(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const run = promisify(execFile)(process.execPath, [cli, ...args], {
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  return await run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: unknown) => Failed.parse(error),
  );
}

/** The jobs that `offpeak jobs --json` tells of, newest first. */
export async function listJobs(home: string): Promise<ListedJob[]> {
  const { stdout } = await offpeak(['jobs', '--json'], { OFFPEAK_HOME: home });
  return JobsDocument.parse(JSON.parse(stdout)).jobs;
}

/** Waits for a job that a test asks for; rejects after `timeoutMs` with what there was instead. */
export async function untilJob(
  home: string,
  wanted: (job: ListedJob) => boolean,
  timeoutMs = 120_000,
): Promise<ListedJob> {
  const deadline = Date.now() + timeoutMs;
  let jobs: ListedJob[] = [];
  while (Date.now() < deadline) {
    jobs = await listJobs(home);
    const found = jobs.find(wanted);
    if (found) return found;
    await sleep(300);
  }
  throw new Error(`no such job in time; there were: ${JSON.stringify(jobs)}`);
}

const Address = z.object({ rpcUrl: z.string(), wsUrl: z.string(), contentUrl: z.string() });

/** Where the practice world of this home can be asked directly; null while it is not up. */
export function practiceAddress(home: string): z.infer<typeof Address> | null {
  const file = join(home, 'practice', 'address.json');
  return existsSync(file) ? Address.parse(JSON.parse(readFileSync(file, 'utf8'))) : null;
}
