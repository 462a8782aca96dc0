import type {
  BenchmarkProgress,
  BenchmarkReport,
  Level,
  Metric,
  MetricName,
} from '../contract/benchmark.ts';
import { OffpeakError } from '../contract/errors.ts';
import { CardWatch, type Reader, type Stop } from './conditions/card-watch.ts';
import { stopError } from './conditions/stop-error.ts';
import { Collector } from './ladder/collector.ts';
import { Progress } from './ladder/progress.ts';
import type { StepWord } from './ladder/run-steps.ts';
import { type Step, stepsAfter } from './ladder/steps.ts';
import type { OpenRun } from './open-runs.ts';
import { makeReport } from './report.ts';
import type { Opened, Wish } from './runner/messages.ts';
import { type Patience, runBenchmark } from './runner/run.ts';
import type { Conditions } from './score/score.ts';

/** What is to be measured, and on which card; null leaves the choice to us. */
export interface Request extends Wish {
  readonly level: Level;
  readonly metrics: readonly MetricName[];
  /** Goes on with a run of this level that was stopped. */
  readonly isResumed: boolean;
}

/** Where reports and runs are kept. */
export interface Keeper {
  /** Newest first. */
  earlier(card: string): readonly BenchmarkReport[];
  keep(report: BenchmarkReport): void;
  /** One that can be gone on with: of this card, or of any. */
  findOpen(level: Level, card: string | null): OpenRun | null;
  keepOpen(run: OpenRun): void;
  closeOpen(run: Pick<OpenRun, 'card' | 'level'>): void;
}

export interface MeasureOptions {
  readonly signal: AbortSignal;
  readonly keeper: Keeper;
  readonly reader: Reader;
  readonly onMetric: (metric: Metric, isHot: boolean) => void;
  readonly onProgress: (progress: BenchmarkProgress) => void;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly childEntry?: URL | string | undefined;
  readonly patience?: Patience;
  /** Between two readings of the card. */
  readonly everyMs?: number;
}

/** What there is of a load is kept this often. */
const KEEP_EACH_SECONDS = 10;

/**
 * Measures a card, watches it meanwhile, and keeps the report; a run that is stopped is kept as far as it
 * came. Throws `benchmark.*`.
 */
export async function measureCard(
  request: Request,
  options: MeasureOptions,
): Promise<BenchmarkReport> {
  const before = request.isResumed ? findOpen(request, options.keeper) : null;
  const run = new CardRun(request, before, options);
  return run.toEnd();
}

function findOpen({ level, card }: Request, keeper: Keeper): OpenRun {
  const open = keeper.findOpen(level, card);
  if (open === null) throw new OffpeakError('benchmark.nothing-to-resume');
  return open;
}

/** One run, from the opening of the card to its report. */
class CardRun {
  readonly #request: Request;
  readonly #before: OpenRun | null;
  readonly #options: MeasureOptions;
  readonly #watch: CardWatch;
  readonly #stopped = new AbortController();
  #stop: Stop | null = null;
  #pid: number | null = null;
  #going: Going | null = null;
  /** Of loads. */
  #seconds = 0;

  constructor(request: Request, before: OpenRun | null, options: MeasureOptions) {
    this.#request = request;
    this.#before = before;
    this.#options = options;
    this.#watch = new CardWatch({
      reader: options.reader,
      own: () => this.#pid,
      onStop: (stop) => {
        this.#stop = stop;
        this.#stopped.abort();
      },
      ...(options.everyMs !== undefined && { everyMs: options.everyMs }),
    });
  }

  async toEnd(): Promise<BenchmarkReport> {
    const { signal, env, childEntry, patience, keeper } = this.#options;
    const { backend, card } = this.#before ? wishOf(this.#before) : this.#request;
    try {
      await runBenchmark(
        { backend, card },
        {
          signal: AbortSignal.any([signal, this.#stopped.signal]),
          onOpened: (opened) => this.#begin(opened),
          onWord: (word) => this.#hear(word),
          env,
          childEntry,
          ...(patience && { patience }),
        },
      );
    } catch (error) {
      this.#keep();
      throw this.#stop ? stopError(this.#stop) : error;
    } finally {
      this.#watch.end();
    }
    if (this.#going === null) throw new OffpeakError('host.bug');
    const run = this.#openRun(this.#going);
    const earlier = keeper.earlier(run.card.uuid);
    const report = makeReport(run, { ...this.#going, earlier, endedAt: Date.now() });
    keeper.keep(report);
    keeper.closeOpen(run);
    return report;
  }

  async #begin(opened: Opened): Promise<readonly Step[]> {
    const { card } = opened;
    const before = this.#before;
    const isOther =
      before !== null &&
      (before.card.uuid !== card.uuid || before.card.driverCuda !== card.driverCuda);
    if (isOther) throw new OffpeakError('benchmark.changed');
    this.#pid = opened.pid;
    const { level, metrics } = before ?? this.#request;
    const { steps, kept } = stepsAfter({ level, metrics }, before?.parts ?? []);
    const told = card.kind === 'gpu' ? await this.#watch.begin(card.uuid) : null;
    if (told !== null) this.#watch.watch(card.uuid);
    this.#going = {
      opened,
      startedAt: before?.startedAt ?? Date.now(),
      collector: new Collector(kept, (from, to) => this.#watch.observed(from, to)),
      progress: new Progress({ level, metrics }, steps),
      conditions: {
        mostLink:
          told === null || told.pcieMaxGen === null || told.pcieMaxWidth === null
            ? null
            : { generation: told.pcieMaxGen, lanes: told.pcieMaxWidth },
        powerDefaultWatts: told?.powerDefaultWatts ?? null,
      },
    };
    return steps;
  }

  #hear(word: StepWord): void {
    const going = this.#going;
    if (going === null) return;
    going.collector.hear(word);
    if (word.kind === 'metric') this.#options.onMetric(word.metric, word.isHot);
    if (word.kind === 'progress') this.#options.onProgress(going.progress.at(word));
    const isPart = word.kind === 'metric' || word.kind === 'left' || word.kind === 'loaded';
    if (isPart || (word.kind === 'second' && this.#isTime())) this.#keep();
  }

  #isTime(): boolean {
    this.#seconds += 1;
    return this.#seconds % KEEP_EACH_SECONDS === 0;
  }

  #keep(): void {
    if (this.#going === null) return;
    const run = this.#openRun(this.#going);
    // There is nothing to go on with where nothing was measured.
    if (run.parts.length > 0) this.#options.keeper.keepOpen(run);
  }

  #openRun({ opened, startedAt, collector }: Going): OpenRun {
    const { level, metrics } = this.#before ?? this.#request;
    const disturbedBy = [...(this.#before?.disturbedBy ?? []), ...this.#watch.disturbedBy];
    return {
      card: opened.card,
      backend: opened.backend,
      startedAt,
      level,
      metrics: [...metrics],
      disturbedBy: [...new Set(disturbedBy)],
      parts: collector.parts,
    };
  }
}

interface Going {
  readonly opened: Opened;
  readonly startedAt: number;
  readonly collector: Collector;
  readonly progress: Progress;
  readonly conditions: Conditions;
}

function wishOf({ backend, card }: OpenRun): Wish {
  return { backend, card: card.uuid };
}
