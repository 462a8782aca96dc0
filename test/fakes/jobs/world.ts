import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OffpeakError, type ErrorCode } from '../../../app/contract/errors.ts';
import type { LogLine } from '../../../app/contract/job.ts';
import { JobsRoom, type ClosedRun } from '../../../app/jobs/jobs-room.ts';
import { JobHistory } from '../../../app/jobs/history.ts';
import { Journal } from '../../../app/jobs/journal.ts';
import { openLogDisk, type LogDisk } from '../../../app/jobs/log-disk.ts';
import type { LentCard, Policy } from '../../../app/jobs/passport.ts';
import type { ContainerSpec, Offer, StartResult } from '../../../app/jobs/ports.ts';
import type { JobTunnels } from '../../../app/jobs/tunnel-port.ts';
import { openDatabase, type Database } from '../../../app/storage/database.ts';
import { FakeEngine } from '../engine/fake-engine.ts';
import { FakeNetwork } from '../network/fake-network.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeCourier } from './fake-courier.ts';
import { FakeProber } from './fake-prober.ts';
import { FakeResources } from './fake-resources.ts';
import { CrashNow, mortal } from './mortal.ts';
import { until } from './time.ts';

/** The card that the worlds of tests lend. */
const CARD: LentCard = { uuid: 'GPU-1', name: 'RTX 4090', memoryBytes: 24 * 1024 ** 3 };

/** Hundreds of crashes, each with a database that waits for the disk: memory is the faster disk. */
const memoryFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Where a host dies: before or after it writes the journal's n-th step (from 0). */
export interface CrashPoint {
  readonly side: 'before' | 'after';
  readonly step: number;
}

/** A fake engine that remembers which containers it ever started. */
class CountingEngine extends FakeEngine {
  /** By operation: ids of its containers; a second one means that it was run twice. */
  readonly started = new Map<string, Set<string>>();

  override async start(spec: ContainerSpec, signal: AbortSignal): Promise<StartResult> {
    const result = await super.start(spec, signal);
    if (result.ok) {
      const ids = this.started.get(spec.operation) ?? new Set();
      this.started.set(spec.operation, ids.add(result.container.id));
    }
    return result;
  }
}

/**
 * Everything that outlives a host: the disk with its database, the engine, the network. A test
 * starts a host in it, kills it at any step, and starts the next one.
 */
export class World {
  readonly home = mkdtempSync(join(memoryFolder, 'offpeak-jobs-'));
  readonly engine = new CountingEngine();
  readonly resources = new FakeResources();
  readonly prober = new FakeProber();
  readonly courier = new FakeCourier();
  /** What publishes ports; none unless a test says so. */
  tunnels: JobTunnels | undefined = undefined;
  /** Results that a job's owner fetched at the door. */
  readonly fetched: string[] = [];
  readonly clock = new FakeClock();
  readonly network = new FakeNetwork({ now: () => Date.now() });
  readonly closed: ClosedRun[] = [];
  readonly problems: string[] = [];
  policy: Policy = { cards: [CARD], hostAddress: 'FakeHost' };
  /** While true, no log line can be written. */
  logDiskFull = false;
  /** How long a log line is on its way to the disk. */
  logDiskMs = 0;
  /** While true, no step can be written. */
  databaseFull = false;
  /** Counts over all hosts of this world. */
  stepsWritten = 0;
  crash: CrashPoint | null = null;
  room: JobsRoom;
  /** The host of now has died. */
  isDead = false;
  #db: Database;

  /** What views see of the runs. */
  get history(): JobHistory {
    return new JobHistory({ db: this.#db, home: this.home });
  }

  constructor() {
    this.#db = this.#open();
    this.room = this.start();
  }

  /** Starts a host, in another network if so asked. The one before must be stopped or dead. */
  start(network = 'practice'): JobsRoom {
    let dead = false;
    this.isDead = false;
    const isDead = (): boolean => dead;
    const die = (): never => {
      dead = true;
      this.isDead = true;
      throw new CrashNow();
    };
    this.room = new JobsRoom({
      db: this.#crashingDatabase(isDead, die),
      home: this.home,
      network: mortal(this.#network(network), isDead),
      engine: mortal(this.engine, isDead),
      resources: mortal(this.resources, isDead),
      prober: mortal(this.prober, isDead),
      courier: mortal(this.courier, isDead),
      tunnels: this.tunnels === undefined ? undefined : mortal(this.tunnels, isDead),
      clock: mortal(this.clock, isDead),
      policy: () => this.policy,
      log: (_level, message) => this.problems.push(message),
      openDisk: (path) => mortal(this.#disk(path, isDead), isDead),
    });
    this.room.onClosed((closed) => this.closed.push(closed));
    return this.room;
  }

  /** Runs the offer to its end, through as many crashes as are planned. */
  async runToEnd(offer: Offer): Promise<ClosedRun> {
    this.takeAndSurvive(offer);
    await this.untilClosed();
    return this.lastClosed();
  }

  /** Offers a run; a host that dies of it is followed by the next one, as a supervisor would. */
  takeAndSurvive(offer: Offer): void {
    try {
      this.room.take(offer);
    } catch (error) {
      if (!(error instanceof CrashNow)) throw error;
      this.restart();
      this.room.take(offer);
    }
  }

  restart(): void {
    this.crash = null;
    this.start().recover();
  }

  async untilClosed(): Promise<void> {
    await until(() => this.closed.length > 0);
  }

  lastClosed(): ClosedRun {
    const closed = this.closed.at(-1);
    if (closed === undefined) throw new Error('No run has closed.');
    return closed;
  }

  /** Kinds of the steps of a run, in order. */
  steps(run: string): string[] {
    return this.history.get(run).timeline.map(({ step }) => step);
  }

  async logLines(run: string): Promise<LogLine[]> {
    const { lines } = await this.history.log({ run, from: 0, maxBytes: 1_000_000 });
    return lines;
  }

  /** What containers printed, without lines of Offpeak's own. */
  async printed(run: string, operation: string): Promise<string[]> {
    const lines = await this.logLines(run);
    return lines
      .filter((line) => line.operation === operation && line.stream !== 'host')
      .map(({ text }) => text);
  }

  /** Everything an RPC server does fails so many times. */
  failNetwork(times: number, code: ErrorCode = 'network.rpc-unreachable'): void {
    for (const method of networkMethods) this.network.fail(method, times, code);
  }

  /** SQLite itself, for tests of the journal. */
  get db(): Database {
    return this.#db;
  }

  async end(): Promise<void> {
    const stopped = this.room.stop();
    let isStopped = false;
    void stopped.then(() => (isStopped = true));
    await until(() => isStopped);
    this.#db.close();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Writes an offer down as a host does that dies right then. */
  rememberOffer(offer: Offer): void {
    const record = { ...offer, pricePerSecond: String(offer.pricePerSecond) };
    const { id, host, practice } = this.network;
    const step = { type: 'offered', offer: record, network: id, host, practice } as const;
    new Journal(this.#db).append(null, { v: 1, at: Date.now(), step });
  }

  #network(id: string): FakeNetwork {
    return id === this.network.id ? this.network : new FakeNetwork({ now: () => Date.now(), id });
  }

  #open(): Database {
    return openDatabase(join(this.home, 'offpeak.db'));
  }

  #disk(path: string, isDead: () => boolean): LogDisk {
    const disk = openLogDisk(path);
    return {
      write: async (bytes, position) => {
        if (this.logDiskFull) throw new Error('ENOSPC: no space left on device');
        if (this.logDiskMs > 0) await new Promise((done) => setTimeout(done, this.logDiskMs));
        if (!isDead()) await disk.write(bytes, position);
      },
      close: () => disk.close(),
    };
  }

  /** The journal writes exactly one transaction per step. */
  #crashingDatabase(isDead: () => boolean, die: () => never): Database {
    const db = this.#db;
    return {
      run: (sql, ...values) => db.run(sql, ...values),
      first: (row, sql, ...values) => db.first(row, sql, ...values),
      all: (row, sql, ...values) => db.all(row, sql, ...values),
      close: () => undefined,
      transaction: (work) => {
        if (isDead()) throw new CrashNow();
        if (this.databaseFull) throw new OffpeakError('storage.disk-full');
        const isHere = this.crash?.step === this.stepsWritten;
        if (isHere && this.crash?.side === 'before') return die();
        const result = db.transaction(work);
        this.stepsWritten += 1;
        return isHere ? die() : result;
      },
    };
  }
}

export const networkMethods = [
  'fetchDocument',
  'storeDocument',
  'readAssignment',
  'signSettlement',
  'sendTransaction',
  'transactionStatus',
] as const;
