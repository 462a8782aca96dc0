import type { CurrentJob, Receipt, JobSummary } from '../contract/job.ts';
import type { Log } from '../contract/log.ts';
import type { Database } from '../storage/database.ts';
import { systemClock, type Clock } from './clock.ts';
import { createDoor } from './door.ts';
import { systemProber, type Prober } from './health/prober.ts';
import { Journal } from './journal.ts';
import { webCourier, type Courier } from './logistics/courier.ts';
import { Hatch } from './logistics/hatch.ts';
import type { LogDisk } from './log-disk.ts';
import type { Policy } from './passport.ts';
import { problemOf, Retry } from './patience.ts';
import type { JobDoor } from './door-ports.ts';
import type { JobAddresses, JobEngine, JobNetwork, JobResources, Offer } from './ports.ts';
import type { Run } from './run.ts';
import { Runner, type Obstacle, type RunnerParts } from './runner.ts';
import type { JobTunnels } from './tunnel-port.ts';
import { summaryOf } from './views.ts';

export interface JobsRoomOptions {
  readonly db: Database;
  /** The folder of all that Offpeak keeps. */
  readonly home: string;
  readonly network: JobNetwork;
  readonly engine: JobEngine;
  readonly resources: JobResources;
  /** Where the network publishes ports of jobs; left out where it does not. */
  readonly addresses?: JobAddresses | undefined;
  /** What publishes them; it knows their addresses, too. Left out where nothing does. */
  readonly tunnels?: JobTunnels | undefined;
  readonly policy: () => Policy;
  readonly log: Log;
  readonly clock?: Clock;
  /** Another way to ask services whether they are up, for tests. */
  readonly prober?: Prober;
  /** Another way to carry definitions and results, for tests. */
  readonly courier?: Courier;
  /** Another disk under the logs, for tests. */
  readonly openDisk?: (path: string) => LogDisk;
}

/** A run that has reached its end. */
export interface ClosedRun {
  readonly summary: JobSummary;
  readonly receipt: Receipt | null;
}

/**
 * The jobs room: takes one run at a time from its offer to its receipt. It may be killed at any
 * moment; `recover` on the same database goes on from the last step.
 */
export class JobsRoom {
  /** What the owner of the job in hand may do. */
  readonly door: JobDoor;
  readonly #options: JobsRoomOptions;
  readonly #parts: RunnerParts;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #hatch = new Hatch();
  readonly #detach = new AbortController();
  readonly #changeListeners = new Set<() => void>();
  readonly #closedListeners = new Set<(closed: ClosedRun) => void>();
  #runner: Runner | null = null;
  #driving: Promise<void> = Promise.resolve();
  #waiting: Run[] = [];
  #trouble: Obstacle | null = null;
  #handBackReason: string | null = null;

  constructor(options: JobsRoomOptions) {
    const { clock = systemClock, prober = systemProber, db, openDisk } = options;
    const { courier = webCourier() } = options;
    const { home, network, engine, resources, tunnels, policy } = options;
    const { addresses = tunnels } = options;
    this.#options = options;
    this.#clock = clock;
    this.#journal = new Journal(db);
    const onChange = (): void => this.#changed();
    const others = { engine, resources, addresses, tunnels, prober, courier };
    const given = { home, network, clock, policy, ...others };
    const parts = { ...given, hatch: this.#hatch, journal: this.#journal, onChange };
    this.#parts = { ...parts, ...(openDisk === undefined ? {} : { openDisk }) };
    this.door = createDoor({
      runner: () => this.#runner,
      hatch: this.#hatch,
      engine,
      addresses,
      clock,
      onChange: (listener) => this.onChange(listener),
      signal: this.#detach.signal,
    });
  }

  /** Takes up the runs of this identity that a stop or a crash left; call once, before `take`. */
  recover(): void {
    const { id, host } = this.#options.network;
    this.#waiting = this.#journal.unclosed(id, host).flatMap((run) => {
      try {
        return this.#journal.replay(run)?.run ?? [];
      } catch (error) {
        // One damaged run must not keep the others from their settlement.
        this.#options.log('error', `A run is left alone: ${problemOf(error).message}`, { run });
        return [];
      }
    });
    this.#next();
  }

  /**
   * Takes an offer. `known`: this run is in hand or was closed; `busy`: another run is in hand, and
   * the offer may come again after `onClosed`. Throws `storage.disk-full`.
   */
  take(offer: Offer): 'taken' | 'known' | 'busy' {
    if (this.#journal.knows(offer.run)) return 'known';
    if (this.#runner !== null || this.#isDetached()) return 'busy';
    const { id, host, practice } = this.#options.network;
    const record = { ...offer, pricePerSecond: String(offer.pricePerSecond) };
    const step = { type: 'offered' as const, offer: record, network: id, host, practice };
    this.#begin(this.#journal.append(null, { v: 1, at: this.#clock.now(), step }), false);
    return 'taken';
  }

  /** Gives the card back to its owner: ends the run in hand with what it has done so far. */
  handBack(reason: string): void {
    if (this.#runner === null) return;
    this.#handBackReason = reason;
    this.#runner.handBack(reason);
  }

  /** The run in hand, or null. */
  current(): CurrentJob | null {
    return this.#runner?.current ?? null;
  }

  /** What stands in the way of the run in hand, with the next attempt; null while all is well. */
  obstacle(): Obstacle | null {
    return this.#trouble ?? this.#runner?.obstacle ?? null;
  }

  /** Calls back after each change of `current` or `obstacle`; returns the stop. */
  onChange(listener: () => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  /**
   * Calls back for each run that closes, after its receipt is written; returns the stop. A crash at
   * that very moment swallows the call, never the receipt.
   */
  onClosed(listener: (closed: ClosedRun) => void): () => void {
    this.#closedListeners.add(listener);
    return () => this.#closedListeners.delete(listener);
  }

  /**
   * Lets go of everything: containers live on, and the next start adopts them. With `handBack` it
   * first ends the run in hand and waits up to `patienceMs` for its receipt; what is left of the
   * settlement waits for the next start.
   */
  async stop(handBack: { reason: string; patienceMs: number } | null = null): Promise<void> {
    if (handBack !== null && this.#runner !== null) {
      this.handBack(handBack.reason);
      const cancel = this.#clock.after(handBack.patienceMs, () => this.#detach.abort());
      await this.#driving;
      cancel();
    }
    this.#detach.abort();
    await this.#driving;
  }

  #next(): void {
    const run = this.#waiting.shift();
    if (run !== undefined) this.#begin(run, true);
  }

  #begin(run: Run, isResumed: boolean): void {
    this.#runner = new Runner(this.#parts, run);
    this.#driving = this.#drive(this.#runner, isResumed);
    this.#changed();
  }

  /** A run whose step cannot be written (a full disk, a bug) goes on from its journal, later. */
  async #drive(first: Runner, isResumed: boolean): Promise<void> {
    const { signal } = this.#detach;
    const report = (_topic: string, problem: Obstacle['problem'] | null, nextAttemptAt: number) => {
      this.#trouble = problem === null ? null : { problem, nextAttemptAt };
      this.#changed();
    };
    const retry = new Retry({ clock: this.#clock, report }, 'run');
    let runner = first;
    for (let hasFailed = false; ; hasFailed = true) {
      try {
        if (hasFailed) runner = this.#again(runner);
        if (this.#handBackReason !== null) runner.handBack(this.#handBackReason);
        const over = this.#onProgress(runner, () => retry.well());
        await runner.drive(signal, isResumed || hasFailed).finally(over);
        break;
      } catch (error) {
        if (this.#isDetached()) return;
        const problem = problemOf(error);
        this.#options.log('error', `The run stopped: ${problem.message}`, { code: problem.code });
        await retry.failed(problem, signal);
        if (this.#isDetached()) return;
      }
    }
    retry.well();
    this.#closed(runner.run);
  }

  /** Calls back at the next step of a run: whatever kept it from its steps is over then. */
  #onProgress({ run }: Runner, goesOn: () => void): () => void {
    const over = this.onChange(() => {
      if (this.#runner === null || this.#runner.run === run) return;
      over();
      goesOn();
    });
    return over;
  }

  #isDetached(): boolean {
    return this.#detach.signal.aborted;
  }

  /** The same run as the journal has it. */
  #again(runner: Runner): Runner {
    const { run } = runner.run.offer;
    const again = new Runner(this.#parts, this.#journal.replay(run)?.run ?? runner.run);
    this.#runner = again;
    return again;
  }

  #closed(run: Run): void {
    this.#runner = null;
    this.#handBackReason = null;
    this.#changed();
    const receipt = run.stage === 'closed' ? run.receipt : null;
    for (const listener of this.#closedListeners) listener({ summary: summaryOf(run), receipt });
    this.#next();
  }

  #changed(): void {
    for (const listener of this.#changeListeners) listener();
  }
}
