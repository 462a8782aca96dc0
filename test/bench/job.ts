import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { KEPT_CAPABILITIES } from '../../app/containers/isolation.ts';
import { limitsFor } from '../../app/containers/limits.ts';
import { engineProblem } from '../e2e/support/engine-problem.ts';
import { job as definition, operation } from '../fakes/jobs/definitions.ts';
import { offpeak } from '../fakes/host/real-host.ts';
import { IMAGE, importBusybox, openRoom } from '../integration/containers/engine-kit.ts';
import { busybox, JobsOnEngine } from '../integration/jobs/jobs-kit.ts';
import { type Bench, median, times } from './figures.ts';

const COMPUTER = { memoryBytes: totalmem(), cores: availableParallelism() };
const PROGRAM = ['/bin/true'];
const PORT = 8080;

/** Milliseconds from the offer. */
interface Course {
  readonly running: number;
  readonly ended: number;
  readonly closed: number;
}

/**
 * A job that ends at once, its image present, from the offer on: in the jobs room as a host has it,
 * against `docker run` of the same image within the same limits.
 */
export async function job(bench: Bench): Promise<void> {
  const problem = await engineProblem();
  if (problem !== null) {
    bench.say(`job: left out, ${problem}`);
    return;
  }
  await importBusybox();
  const runs = bench.quick ? 1 : 11;
  const { started, published, whole, warm, service, cold } = await rounds(runs);
  const budget = '+150 ms';
  const line = (name: string, values: readonly number[], bare: readonly number[]): void =>
    bench.note(`job: ${name}`, median(values), 'ms', { baseline: median(bare), budget });
  line('offer to running', pick(warm, 'running'), started);
  line('offer to the end of the program', pick(warm, 'ended'), whole);
  line('offer to receipt, all removed', pick(warm, 'closed'), whole);
  // A guard gets its ports when it is made: of what is ready, only the network can be used.
  line('offer to running, with an exposed port', pick(service, 'running'), published);
  line('offer to running, without a spare guard', pick(cold, 'running'), started);
  line('offer to receipt, without a spare guard', pick(cold, 'closed'), whole);
  await commandLine(bench, { runs, bare: median(whole) });
}

function pick(courses: readonly Course[], moment: keyof Course): number[] {
  return courses.map((course) => course[moment]);
}

const LABEL = 'offpeak-bench';

/** What `docker run -d` left. */
function removeStarted(): void {
  const list = ['ps', '-aq', '--filter', `label=${LABEL}`];
  const ids = execFileSync('docker', list, { encoding: 'utf8' }).split('\n');
  const some = ids.filter((id) => id !== '');
  if (some.length > 0) execFileSync('docker', ['rm', '-f', ...some], { stdio: 'ignore' });
}

/** `docker run` with the limits of a job. */
function docker(how: readonly string[]): void {
  const { memoryBytes, nanoCpus, processes, sharedMemoryBytes } = limitsFor(
    COMPUTER,
    COMPUTER,
    null,
  );
  const limits = [
    ...['--memory', String(memoryBytes), '--memory-swap', String(memoryBytes)],
    ...['--cpus', String(nanoCpus / 1e9), '--cpu-shares', '128'],
    ...['--pids-limit', String(processes), '--shm-size', String(sharedMemoryBytes)],
    ...['--cap-drop', 'ALL', ...KEPT_CAPABILITIES.flatMap((name) => ['--cap-add', name])],
    ...['--security-opt', 'no-new-privileges', '--init', '--label', LABEL],
  ];
  execFileSync('docker', ['run', ...how, ...limits, IMAGE, ...PROGRAM], { stdio: 'ignore' });
}

interface Rounds {
  /** `docker run -d`, the same with a port, and `docker run --rm`, in ms. */
  readonly started: number[];
  readonly published: number[];
  readonly whole: number[];
  readonly warm: Course[];
  readonly service: Course[];
  readonly cold: Course[];
}

/** All kinds in turn, so that whatever else the computer does meets each; the first does not count. */
async function rounds(runs: number): Promise<Rounds> {
  const engine = openRoom({ computer: COMPUTER });
  const jobs = new JobsOnEngine(engine);
  const all: Rounds = { started: [], published: [], whole: [], warm: [], service: [], cold: [] };
  try {
    for (let run = 0; run <= runs; run += 1) {
      all.started.push(timed(() => docker(['-d'])));
      all.published.push(timed(() => docker(['-d', '--publish', `127.0.0.1::${PORT}`])));
      all.whole.push(timed(() => docker(['--rm'])));
      // A waiting host makes the spare when it looks at its engine; the first job takes it.
      await engine.checkEngine();
      all.warm.push(await courseOf(jobs));
      all.cold.push(await courseOf(jobs));
      await engine.checkEngine();
      all.service.push(await courseOf(jobs, { expose: PORT }));
    }
  } finally {
    removeStarted();
    await jobs.end();
    await engine.close();
    await engine.sweep([]);
  }
  for (const values of [all.started, all.published, all.whole]) values.shift();
  for (const values of [all.warm, all.service, all.cold]) values.shift();
  return all;
}

function timed(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

async function courseOf({ room, network }: JobsOnEngine, more: object = {}): Promise<Course> {
  const offer = network.assign(
    definition([operation('one', { ...busybox, cmd: PROGRAM, ...more })]),
  );
  const over = Promise.withResolvers<string | null>();
  const began = performance.now();
  let running = 0;
  let ended = 0;
  const stopChanges = room.onChange(() => {
    const state = room.current()?.operations[0]?.state;
    if (state === 'running' && running === 0) running = performance.now() - began;
    if (state === 'ended' && ended === 0) ended = performance.now() - began;
  });
  const stopClosed = room.onClosed(({ summary }) => over.resolve(summary.status));
  room.take(offer);
  const status = await over.promise;
  const closed = performance.now() - began;
  stopChanges();
  stopClosed();
  if (status !== 'success') throw new Error(`A job of the benchmark is ${String(status)}.`);
  return { running, ended, closed };
}

/** A whole run by `offpeak run`, less the command line's own start; it makes its guard itself. */
async function commandLine(
  bench: Bench,
  { runs, bare }: { runs: number; bare: number },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-bench-'));
  const file = join(folder, 'job.json');
  writeFileSync(file, JSON.stringify(definition([operation('one', { ...busybox, cmd: PROGRAM })])));
  const start = median(await times(runs, () => offpeak(['--help'])));
  const whole = median(await times(runs, () => offpeak(['run', file])));
  rmSync(folder, { recursive: true });
  bench.note('job: by `offpeak run`, less its own start', whole - start, 'ms', { baseline: bare });
}
