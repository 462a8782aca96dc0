import type { Problem } from '../contract/gpu.ts';
import type { CurrentJob, EndpointView, PullProgress } from '../contract/job.ts';
import { judgeAsk } from './asks.ts';
import type { Clock } from './clock.ts';
import type { Prober } from './health/prober.ts';
import { jobFolder, type JobFolder } from './job-folder.ts';
import type { Journal } from './journal.ts';
import type { Courier } from './logistics/courier.ts';
import type { Hatch } from './logistics/hatch.ts';
import { openLogDisk, type LogDisk } from './log-disk.ts';
import { LogFile } from './log-file.ts';
import { logSize } from './log-read.ts';
import type { Policy } from './passport.ts';
import type { AskAnswer, OperationAsk } from './door-ports.ts';
import type { JobAddresses, JobEngine, JobNetwork, JobResources } from './ports.ts';
import { workOf, type Run } from './run.ts';
import { workInHand, type RunContext } from './run-context.ts';
import type { RunStep } from './run-event.ts';
import type { Cause } from './run-parts.ts';
import { judgeJob } from './stage-judging.ts';
import { fetchDefinition } from './stage-offered.ts';
import { pullImages } from './stage-pulling.ts';
import { settle } from './stage-settling.ts';
import { storeResult } from './stage-storing.ts';
import { work } from './stage-working.ts';
import type { JobTunnels } from './tunnel-port.ts';
import { keepVigil, type ChainCause, type Vigil } from './vigil.ts';
import { currentJobOf } from './views.ts';

/** What runs are made with; one set per host. */
export interface RunnerParts {
  readonly journal: Journal;
  readonly home: string;
  readonly network: JobNetwork;
  readonly engine: JobEngine;
  readonly resources: JobResources;
  readonly addresses?: JobAddresses | undefined;
  readonly tunnels?: JobTunnels | undefined;
  readonly prober: Prober;
  readonly courier: Courier;
  readonly hatch: Hatch;
  readonly clock: Clock;
  /** Read anew for each job. */
  readonly policy: () => Policy;
  /** Called after every change that a view could show. */
  readonly onChange: () => void;
  /** Another disk under the logs, for tests. */
  readonly openDisk?: (path: string) => LogDisk;
}

/** What stands in the way of a run, and when it is tried again (UTC ms). */
export interface Obstacle {
  readonly problem: Problem;
  readonly nextAttemptAt: number;
}

/** Drives one run from the stage it is in to its receipt. */
export class Runner {
  readonly #parts: RunnerParts;
  readonly #folder: JobFolder;
  readonly #stop = new AbortController();
  readonly #broken = new AbortController();
  readonly #obstacles = new Map<string, Obstacle>();
  #run: Run;
  #pull: PullProgress | null = null;
  readonly #endpoints = new Map<string, readonly EndpointView[]>();
  readonly #askListeners = new Set<() => void>();
  #log: LogFile | null = null;
  #logBytes = 0;

  /** `run` comes from the journal: a new offer, or what a crash left. */
  constructor(parts: RunnerParts, run: Run) {
    this.#parts = parts;
    this.#run = run;
    this.#folder = jobFolder(parts.home, run.network, run.offer.run);
    if (workOf(run)?.cause) this.#stop.abort();
  }

  get run(): Run {
    return this.#run;
  }

  get current(): CurrentJob {
    const logBytes = this.#log?.size ?? this.#logBytes;
    return currentJobOf(this.#run, { pull: this.#pull, logBytes, endpoints: this.#endpoints });
  }

  /** The ports of running operations as this computer reaches them, by operation. */
  get endpoints(): ReadonlyMap<string, readonly EndpointView[]> {
    return this.#endpoints;
  }

  get logPath(): string {
    return this.#folder.log;
  }

  get obstacle(): Obstacle | null {
    return [...this.#obstacles.values()][0] ?? null;
  }

  /**
   * Goes on until the run is closed. Rejects when `detach` aborts or a step could not be written;
   * containers then live on, and a new Runner on the journal's run goes on from there. `isResumed`:
   * the chain may have ended the run meanwhile, so it is asked before anything is started.
   */
  async drive(detach: AbortSignal, isResumed: boolean): Promise<void> {
    const context = this.#context(AbortSignal.any([detach, this.#broken.signal]));
    this.#logBytes = await logSize(this.#folder.log);
    const vigil = this.#keepVigil(context);
    try {
      if (isResumed) await vigil.check();
      while (this.#run.stage !== 'closed') {
        context.detach.throwIfAborted();
        if (this.#run.stage === 'storing' || this.#run.stage === 'settling') vigil.end();
        await takeStage(context, this.#run);
      }
    } finally {
      vigil.end();
      this.#broken.abort();
    }
  }

  /**
   * Ends the work early for the owner: unpaid before anything was accepted, else paid for the part
   * done. Does nothing when the work has ended already.
   */
  handBack(reason: string): void {
    try {
      this.#endWork('handed-back', reason);
    } catch (error) {
      this.#broken.abort(error);
    }
  }

  /** Does what a client asks of operations, or says why not. Throws what the journal throws. */
  ask(ask: OperationAsk): AskAnswer {
    const verdict = judgeAsk(this.#run, ask);
    if (!verdict.ok) return verdict.answer;
    try {
      for (const step of verdict.steps) this.#record(step);
    } finally {
      for (const listener of this.#askListeners) listener();
    }
    return 'noted';
  }

  /**
   * Ends the work early for its client: paid for the part done. Not before the job was accepted:
   * leaving it unpaid then would only send it to the next host. Throws what the journal throws.
   */
  stopForClient(): AskAnswer {
    const { stage } = this.#run;
    if (stage !== 'pulling' && stage !== 'running') return 'not-now';
    if (workOf(this.#run)?.cause) return 'not-now';
    this.#endWork('stopped-by-client', 'The client stopped the job.');
    return 'noted';
  }

  #context(detach: AbortSignal): RunContext {
    const { network, engine, resources, prober, courier, hatch } = this.#parts;
    const { addresses, tunnels, clock, policy, onChange } = this.#parts;
    return {
      network,
      engine,
      resources,
      addresses,
      tunnels,
      prober,
      courier,
      hatch,
      clock,
      policy,
      folder: this.#folder,
      detach,
      stop: this.#stop.signal,
      run: () => this.#run,
      record: (step) => this.#record(step),
      openLog: () => this.#openLog(),
      watchAsks: (listener) => {
        this.#askListeners.add(listener);
        return () => this.#askListeners.delete(listener);
      },
      showPull: (progress) => {
        this.#pull = progress;
        onChange();
      },
      showEndpoints: (operation, endpoints) => {
        if (endpoints.length === 0) this.#endpoints.delete(operation);
        else this.#endpoints.set(operation, endpoints);
        onChange();
      },
      report: (topic, problem, nextAttemptAt) => {
        if (problem === null) this.#obstacles.delete(topic);
        else this.#obstacles.set(topic, { problem, nextAttemptAt });
        onChange();
      },
    };
  }

  #record(step: RunStep): void {
    const { journal, clock, onChange } = this.#parts;
    this.#run = journal.append(this.#run, { v: 1, at: clock.now(), step });
    onChange();
  }

  async #openLog(): Promise<LogFile> {
    const { clock, onChange, openDisk = openLogDisk } = this.#parts;
    const path = this.#folder.log;
    this.#log = await LogFile.open({ path, disk: openDisk(path), clock, onGrowth: onChange });
    return this.#log;
  }

  #keepVigil(context: RunContext): Vigil {
    return keepVigil(context, {
      ended: (cause) => this.#endWork(cause, chainDetails[cause]),
      failed: (error) => this.#broken.abort(error),
    });
  }

  /** Before a run was accepted nothing was done that could be paid: it is refused or given up. */
  #endWork(cause: Exclude<Cause, 'finished'>, detail: string): void {
    const { stage } = this.#run;
    if (stage === 'offered' || stage === 'judging') {
      if (cause === 'expired' || cause === 'handed-back') {
        const unknown = { passport: null, title: null, image: null };
        this.#record({ type: 'refused', reasons: [detail], ...unknown });
      } else {
        this.#record({ type: 'cause-decided', cause, detail });
      }
    } else if (stage === 'pulling' || stage === 'running') {
      if (workOf(this.#run)?.cause) return;
      this.#record({ type: 'cause-decided', cause, detail });
    } else return;
    this.#stop.abort();
  }
}

const chainDetails: Readonly<Record<ChainCause, string>> = {
  expired: 'The time that the client paid for is over.',
  'ended-by-client': 'The client ended the job.',
  gone: 'The network no longer has this run.',
};

/** One stage's work; the steps it writes move the run on. */
async function takeStage(context: RunContext, run: Run): Promise<void> {
  switch (run.stage) {
    case 'offered':
      return fetchDefinition(context, run);
    case 'judging':
      judgeJob(context, run);
      return;
    case 'pulling':
      if (run.work.cause !== null) return work(context, run);
      return pullImages({ ...context, work: () => workInHand(context) }, run);
    case 'running':
      return work(context, run);
    case 'storing':
      return storeResult(context, run);
    case 'settling':
      return settle(context, run);
    case 'closed':
      return;
  }
}
