import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { OffpeakError } from '../contract/errors.ts';
import type { EndpointView, LogLine, PullProgress } from '../contract/job.ts';
import { advance } from './advance.ts';
import { systemClock, type Clock } from './clock.ts';
import type { JobDefinition } from './definition/schema.ts';
import { parseDefinition } from './definition/parse.ts';
import type { Plan } from './definition/plan.ts';
import { systemProber } from './health/prober.ts';
import { jobFolder, type JobFolder } from './job-folder.ts';
import { openLogDisk } from './log-disk.ts';
import { LogFile } from './log-file.ts';
import { readLogTail } from './log-read.ts';
import { runOperations } from './operations.ts';
import type { OperationLog, OperationsHost } from './operations-host.ts';
import { judge, type LentCard } from './passport.ts';
import type { Report } from './patience.ts';
import type { JobEngine, JobResources, Offer } from './ports.ts';
import { RESULT_LOG_LIMITS, resultDocument, type FlowState } from './result-document.ts';
import { resultsOfRun } from './results/run-results.ts';
import { workOf, type Run, type Work } from './run.ts';
import type { RunStep } from './run-event.ts';
import { pullImages } from './stage-pulling.ts';
import { tidyUp } from './tidy-up.ts';

export interface LocalRunOptions {
  readonly engine: JobEngine;
  readonly resources: JobResources;
  readonly home: string;
  readonly onLine: (line: LogLine) => void;
  /** Stops the job; what it has done so far is still the result. */
  readonly signal: AbortSignal;
  readonly onPull?: (progress: PullProgress | null) => void;
  /** The ports of an operation, whenever they are looked at. */
  readonly onEndpoints?: (operation: string, endpoints: readonly EndpointView[]) => void;
  /** What stands in the way, e.g. an engine that does not answer. */
  readonly onTrouble?: Report;
  readonly clock?: Clock;
  /** The cards that the job may use. */
  readonly cards: readonly LentCard[];
}

/**
 * Runs a job definition on this computer without any network and returns its result document.
 * Throws `jobs.definition-invalid` or `jobs.declined` before anything is started.
 */
export async function runLocally(bytes: Uint8Array, options: LocalRunOptions): Promise<FlowState> {
  const verdict = parseDefinition(bytes);
  if (!verdict.valid) {
    const mistakes = verdict.errors.map(({ path, message }) => `${path} ${message}`.trim());
    throw new OffpeakError('jobs.definition-invalid', { message: mistakes.join('\n') });
  }
  const offer = localOffer((options.clock ?? systemClock).now());
  const local = new LocalRun(offer, verdict, options);
  const folder = jobFolder(options.home, 'local', offer.run);
  try {
    return await local.run(folder);
  } finally {
    await local.tidyUp();
    await rm(folder.path, { recursive: true, force: true });
  }
}

const NO_LOGISTICS =
  'The definition says how it and the result travel ("logistics"). A run without a network does without that: the result is printed.';

/** A run in memory: the same steps as a run of the network, without a journal. */
class LocalRun {
  readonly #offer: Offer;
  readonly #definition: JobDefinition;
  readonly #options: LocalRunOptions;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  /** Nobody detaches from a local run: it ends with the command that started it. */
  readonly #detach = new AbortController();
  #run: Run | null = null;

  constructor(
    offer: Offer,
    { definition, plan }: { definition: JobDefinition; plan: Plan },
    options: LocalRunOptions,
  ) {
    this.#offer = offer;
    this.#definition = definition;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#accept(plan);
  }

  async run(folder: JobFolder): Promise<FlowState> {
    const onAbort = (): void => this.#end('You stopped it.');
    const { signal } = this.#options;
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    const disk = openLogDisk(folder.log);
    const log = await LogFile.open({
      path: folder.log,
      disk,
      clock: this.#clock,
      onGrowth: () => undefined,
    });
    const host = this.#host(log, folder.log);
    const [first] = this.#definition.ops;
    if (this.#definition.logistics !== undefined && first !== undefined) {
      host.log.note(first.id, NO_LOGISTICS);
    }
    try {
      await this.#pull();
      await runOperations(host);
    } finally {
      signal.removeEventListener('abort', onAbort);
      await log.close();
    }
    if (this.#work().cause === null) {
      this.#record({ type: 'cause-decided', cause: 'finished', detail: 'All operations ended.' });
    }
    const tail = await readLogTail(folder.log, RESULT_LOG_LIMITS);
    const work = this.#work();
    const definition = JSON.stringify(this.#definition);
    const results = await resultsOfRun({ definition, work }, folder.log, this.#detach.signal);
    return resultDocument(work, { tail, results }, this.#offer.assignedAt);
  }

  #accept(plan: Plan): void {
    const offer = this.#offer;
    const { engine, cards } = this.#options;
    const policy = { cards, hostAddress: 'local' };
    const isolation = (gpu: boolean): readonly string[] => engine.isolation(gpu);
    const definition = this.#definition;
    const judgement = judge({ definition, plan, offer, policy, isolation });
    const { refusals } = judgement.passport;
    if (refusals.length > 0) {
      throw new OffpeakError('jobs.declined', { message: refusals.join('\n') });
    }
    const record = { ...offer, pricePerSecond: '0' };
    const where = { network: 'local', host: 'local', practice: false };
    this.#record({ type: 'offered', offer: record, ...where });
    this.#record({
      type: 'definition-fetched',
      definition: JSON.stringify(definition),
      stub: null,
    });
    const ids = cards.map(({ uuid }) => uuid);
    this.#record({ type: 'accepted', ...judgement, hostAddress: policy.hostAddress, cards: ids });
  }

  async tidyUp(): Promise<void> {
    const { engine, resources } = this.#options;
    const detach = this.#detach.signal;
    if (this.#run === null) return;
    await tidyUp({ clock: this.#clock, detach, engine, resources }, this.#run).catch(() => {
      // The engine is gone; it removes what is left of ours when the host starts next.
    });
  }

  async #pull(): Promise<void> {
    const run = this.#run;
    if (run?.stage !== 'pulling' || run.work.cause !== null) return;
    const { engine, resources, onPull = () => undefined } = this.#options;
    await pullImages(
      {
        engine,
        resources,
        clock: this.#clock,
        report: this.#report(),
        record: (step) => this.#record(step),
        work: () => this.#work(),
        showPull: onPull,
        detach: this.#detach.signal,
        stop: this.#stop.signal,
      },
      run,
    );
  }

  #host(file: LogFile, logPath: string): OperationsHost {
    const { onLine, onPull, onEndpoints, engine, resources } = this.#options;
    const log: OperationLog = {
      append(record) {
        file.append(record);
        const { at, operation, stream, text } = record;
        onLine({ at, operation, stream, text });
      },
      note: (operation, text) => {
        file.note(operation, text);
        onLine({ at: this.#clock.now(), operation, stream: 'host', text });
      },
      resumePoint: (operation) => file.resumePoint(operation),
      flush: () => file.flush(),
    };
    return {
      engine,
      resources,
      prober: systemProber,
      clock: this.#clock,
      report: this.#report(),
      showPull: onPull ?? (() => undefined),
      showEndpoints: onEndpoints ?? (() => undefined),
      log,
      logPath,
      definition: this.#definition,
      facts: { offer: this.#offer, hostAddress: 'local', cards: this.#work().cards },
      work: () => this.#work(),
      record: (step) => this.#record(step),
      // A local run has no client but the one who may end it.
      watchAsks: () => () => undefined,
      detach: this.#detach.signal,
      stop: this.#stop.signal,
    };
  }

  #end(detail: string): void {
    if (this.#work().cause !== null) return;
    this.#record({ type: 'cause-decided', cause: 'handed-back', detail });
    this.#stop.abort();
  }

  #record(step: RunStep): void {
    this.#run = advance(this.#run, { v: 1, at: this.#clock.now(), step });
  }

  #work(): Work {
    const work = this.#run === null ? null : workOf(this.#run);
    if (work === null) throw new OffpeakError('jobs.illegal-step');
    return work;
  }

  #report(): Report {
    return this.#options.onTrouble ?? (() => undefined);
  }
}

/** Nobody pays and nothing expires. */
function localOffer(now: number): Offer {
  const run = `local-${randomUUID()}`;
  return {
    run,
    job: run,
    market: 'local',
    poster: 'local',
    definitionCid: '',
    pricePerSecond: 0n,
    timeoutSeconds: 0,
    assignedAt: now,
  };
}
