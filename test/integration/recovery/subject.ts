import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { openImageRecords } from '../../../app/containers/image-records.ts';
import { databaseFile, openDatabase, type Database } from '../../../app/storage/database.ts';
import { openSettings } from '../../../app/storage/settings.ts';
import { JobHistory } from '../../../app/jobs/history.ts';
import { Journal } from '../../../app/jobs/journal.ts';
import { readLog } from '../../../app/jobs/log-read.ts';
import { jobFolder } from '../../../app/jobs/job-folder.ts';
import { OffpeakError } from '../../../app/contract/errors.ts';
import type { JobDetail, LogLine } from '../../../app/contract/job.ts';
import type { HostState } from '../../../app/contract/state.ts';
import type { RunStep } from '../../../app/jobs/run-event.ts';
import { newSecretKey, openKeys } from '../../../app/network/practice/keys.ts';
import { connectToHost } from '../../../app/serve/remote-host.ts';
import {
  type ClockShift,
  Controls,
  Trap,
  type Internet,
} from '../../fakes/host/controls/controls.ts';
import { openRoom, raw } from '../containers/engine-kit.ts';
import { belongingsOf, type Belongings } from './leftovers.ts';
import { mountTmpfs, unmount } from './disk.ts';
import { ChainWorld } from './chain-world.ts';

const cli = join(import.meta.dirname, '../../../main/cli.ts');
const PATIENCE_MS = 60_000;
/** Leaving the queue, handing a run back and letting go may take a minute each at worst. */
const STOP_MS = 100_000;
const Step = z.object({ event: z.string() });
const LAST_STEPS = 'SELECT substr(event, 1, 300) AS event FROM journal ORDER BY seq DESC LIMIT 12';

/**
 * The program under test: a real `offpeak start --headless` in its own folder, again and again on
 * the same files, on a chain that outlives it. What of it is faked stands in test/fakes/host/controls.
 */
export class Subject {
  readonly home: string;
  readonly #world: ChainWorld | null;
  readonly #controls: Controls;
  readonly #env: Record<string, string>;
  #process: ChildProcess | null = null;
  #log = '';
  readonly #undo: (() => void)[] = [];
  /** The world is another subject's. */
  #isGuest = false;
  /** How many hosts lived here. */
  lives = 0;

  readonly #socket: { readonly socket?: string };

  private constructor(home: string, world: ChainWorld | null, env: Record<string, string>) {
    this.home = home;
    this.#world = world;
    this.#controls = new Controls(mkdtempSync(join(tmpdir(), 'offpeak-recovery-controls-')));
    this.#controls.write('world', world?.place ?? null);
    const [, socket] = /^unix:\/\/(.+)$/.exec(env['DOCKER_HOST'] ?? '') ?? [];
    this.#socket = socket === undefined ? {} : { socket };
    this.#env = env;
  }

  /** Prepares folder and world; no host runs yet. `homeBytes` puts the folder on a disk so small. */
  static async prepare(
    env: Record<string, string> = {},
    { homeBytes }: { readonly homeBytes?: number } = {},
  ): Promise<Subject> {
    const home = mkdtempSync(join(tmpdir(), 'offpeak-recovery-'));
    if (homeBytes !== undefined) mountTmpfs(home, homeBytes);
    const subject = new Subject(home, await ChainWorld.start(home), env);
    if (homeBytes !== undefined) subject.undo(() => unmount(home));
    return subject;
  }

  /** Another host, with a key and a folder of its own, in the world of this one. */
  beside(): Subject {
    const home = mkdtempSync(join(tmpdir(), 'offpeak-recovery-'));
    const file = join(home, 'practice', 'keys.json');
    mkdirSync(join(home, 'practice'), { mode: 0o700 });
    const kept: unknown = JSON.parse(readFileSync(join(this.home, 'practice/keys.json'), 'utf8'));
    const keys = { ...z.record(z.string(), z.unknown()).parse(kept), host: newSecretKey() };
    writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });
    const other = new Subject(home, this.world, this.#env);
    other.#isGuest = true;
    return other;
  }

  /** The same in the practice world as it is, which comes and goes with its host. */
  static inPractice(env: Record<string, string> = {}): Subject {
    return new Subject(mkdtempSync(join(tmpdir(), 'offpeak-recovery-')), null, env);
  }

  /** The world of this test. */
  get world(): ChainWorld {
    if (this.#world === null) throw new Error('This host is in its own practice world.');
    return this.#world;
  }

  /** Starts a host; the one before has to be gone. */
  start(): void {
    this.lives += 1;
    const child = spawn(process.execPath, [cli, 'start', '--headless'], {
      env: { ...process.env, ...this.#controls.env, ...this.#env, OFFPEAK_HOME: this.home },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.on('data', (piece: Buffer) => (this.#log += piece.toString()));
    this.#process = child;
  }

  /** Ends the host as a crash does. */
  async kill(): Promise<void> {
    this.#process?.kill('SIGKILL');
    await this.ended();
  }

  /** Ends the host as Ctrl-C does; one that does not end is killed, and that is a failure. */
  async stop(): Promise<void> {
    this.#process?.kill('SIGINT');
    const isHeard = await Promise.race([this.ended(), sleep(STOP_MS, 'late' as const)]);
    if (isHeard !== 'late') return;
    const account = await this.#account();
    await this.kill();
    throw new Error(`the host did not stop; ${account}`);
  }

  /** Waits until the process is gone; returns the signal that ended it, if any. */
  async ended(): Promise<NodeJS.Signals | null> {
    const child = this.#process;
    if (child === null) return null;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    this.#process = null;
    return child.signalCode;
  }

  /** The living process; null where there is none. */
  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /** What has to be undone when this test is over. */
  undo(step: () => void): void {
    this.#undo.push(step);
  }

  signal(name: NodeJS.Signals): void {
    this.#process?.kill(name);
  }

  /** Sets a trap for the next time that the host comes by. */
  trap(step: RunStep['type'], side: Trap['side'], signal: Trap['signal'] = 'SIGKILL'): void {
    this.#controls.write('sprung', null);
    this.#controls.write('trap', { step, side, signal });
  }

  /** Waits until the host is in the trap: dead, or held where it stands. */
  async untilSprung(): Promise<void> {
    const set = JSON.stringify(this.#controls.read('trap', Trap));
    const trap = await this.until(`the trap ${set}`, () => this.#controls.read('sprung', Trap));
    if (trap.signal === 'SIGKILL') await this.ended();
    // It says so before it stops: a signal to go on that comes first would be lost.
    if (trap.signal === 'SIGSTOP') await this.until('the host to stand', () => this.#stands());
  }

  /** True where the kernel has stopped the host. (proc(5), the state after the name) */
  #stands(): true | null {
    const stat = readFileSync(`/proc/${this.#process?.pid ?? 'self'}/stat`, 'utf8');
    return stat.split(') ')[1]?.startsWith('T') === true || null;
  }

  /** What all hosts here wrote to their log so far. */
  get said(): string {
    return this.#log;
  }

  /** The host is in the trap. */
  get isSprung(): boolean {
    return this.#controls.read('sprung', Trap) !== null;
  }

  /** Shifts the host's clocks now. */
  async setClock(shift: ClockShift): Promise<void> {
    this.#controls.write('clock-seen', null);
    this.#controls.write('clock', shift);
    if (this.#process === null) return;
    this.#process.kill('SIGUSR2');
    const file = join(this.#controls.folder, 'clock-seen.json');
    await this.until('the clock to be set', () => existsSync(file) || null);
  }

  /** A public address leads to a server of the test from now on. */
  reach(internet: Internet): void {
    this.#controls.write('internet', internet);
  }

  /** Asks again and again until the answer is not null; fails with what the host said. */
  async until<T>(
    what: string,
    ask: () => T | null | Promise<T | null>,
    patienceMs = PATIENCE_MS,
  ): Promise<T> {
    for (const deadline = Date.now() + patienceMs; Date.now() < deadline;) {
      const answer = await ask();
      if (answer !== null) return answer;
      await sleep(10);
    }
    throw new Error(`waited in vain for ${what}; ${await this.#account()}`);
  }

  /** Waits until the journal holds a step of a run. */
  async untilStep(run: string, step: RunStep['type'], patienceMs = PATIENCE_MS): Promise<void> {
    await this.until(`"${step}"`, () => this.steps(run).includes(step) || null, patienceMs);
  }

  /** Waits for the receipt of a run, or its end without one. */
  async untilClosed(run: string, patienceMs = PATIENCE_MS): Promise<JobDetail> {
    await this.untilStep(run, 'closed', patienceMs);
    return this.read((db) => new JobHistory({ db, home: this.home }).get(run));
  }

  /** Waits until the host stands in the queue. */
  async untilQueued(): Promise<void> {
    await this.until('the queue', async () => (await this.state())?.queue ?? null);
  }

  /** What a view would see; null while no host answers. */
  async state(): Promise<HostState | null> {
    const host = await connectToHost(join(this.home, 'host.json'));
    host?.close();
    return host?.state ?? null;
  }

  /** All runs of this host, the newest first; none before its database is ready. */
  runs(): string[] {
    const list = (db: Database) => new JobHistory({ db, home: this.home }).list({ limit: 100 });
    return this.#readWhenReady(list)?.jobs.map(({ run }) => run) ?? [];
  }

  /** The address of this host in practice. */
  get address(): string {
    return openKeys(join(this.home, 'practice', 'keys.json')).host.address;
  }

  /** The kinds of steps of a run so far. */
  steps(run: string): RunStep['type'][] {
    return this.events(run).map(({ type }) => type);
  }

  /** The steps of a run so far; none before there is a journal. */
  events(run: string): RunStep[] {
    const replay = (db: Database) => new Journal(db).replay(run)?.events ?? [];
    return this.#readWhenReady(replay)?.map(({ step }) => step) ?? [];
  }

  detail(run: string): JobDetail {
    return this.read((db) => new JobHistory({ db, home: this.home }).get(run));
  }

  /** Lines of a run's log, of one operation. */
  async lines(run: string, operation: string): Promise<LogLine[]> {
    const { log } = jobFolder(this.home, 'practice', run);
    const { lines } = await readLog(log, 0, 64 * 1024 ** 2);
    return lines.filter((line) => line.operation === operation);
  }

  /** What everything of this host in the engine is labelled with. */
  get hostId(): string {
    return this.read((db) => openSettings(db).get('host.id')) ?? '';
  }

  /** What is known of a host that does not do what it should. */
  async #account(): Promise<string> {
    const reason = (await this.state())?.host.reason.text ?? 'no answer';
    const steps = this.read((db) => db.all(Step, LAST_STEPS)).map(({ event }) => event);
    return `its state: ${reason}; its last steps:\n${steps.reverse().join('\n')}\n${this.#log.slice(-2000)}`;
  }

  /** What this host has in its engine now. */
  belongings(): Promise<Belongings> {
    return belongingsOf(this.hostId, this.#socket.socket);
  }

  read<T>(question: (db: Database) => T): T {
    const db = openDatabase(databaseFile(this.home), { readOnly: true });
    try {
      return question(db);
    } finally {
      db.close();
    }
  }

  /** Null while a host that starts for the first time has not made its database. */
  #readWhenReady<T>(question: (db: Database) => T): T | null {
    if (!existsSync(databaseFile(this.home))) return null;
    try {
      return this.read(question);
    } catch (error) {
      if (error instanceof OffpeakError && error.code === 'storage.older-version') return null;
      throw error;
    }
  }

  /** Jobs may use an image of the engine, as if one had fetched it; no host may run yet. */
  async allow(image: string): Promise<void> {
    const answer = await raw('GET', `/images/${image}/json`, undefined, this.#socket.socket);
    const { Id: imageId } = z.object({ Id: z.string() }).parse(JSON.parse(answer.text));
    const db = openDatabase(databaseFile(this.home));
    openImageRecords(db).set(image, { imageId, fetchedAt: Date.now(), isPrivate: false });
    db.close();
  }

  /** Everything of this test goes, the host first; an engine that is no more has nothing left. */
  async remove(): Promise<void> {
    // A test that fails may leave its host held in a trap; what it failed of is said already.
    this.signal('SIGCONT');
    await this.stop().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
    await this.#emptyEngine().catch(() => undefined);
    if (!this.#isGuest) await this.#world?.stop();
    for (const step of this.#undo.splice(0).reverse()) step();
    for (const folder of [this.home, this.#controls.folder]) {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** What a test that failed has left, and the cache, which outlives every host. */
  async #emptyEngine(): Promise<void> {
    const room = openRoom({ hostId: this.hostId, ...this.#socket });
    await room.sweep([]);
    for (const { volume } of await room.volumes.list()) await room.volumes.remove(volume);
  }
}
