import type { measureCard, MeasureOptions } from './benchmark/measure-card.ts';
import type { LastSweeps } from './benchmark/sweep/last-sweeps.ts';
import type { sweepCard, SweepOptions } from './benchmark/sweep/sweep-card.ts';
import type { CommandOutput } from './contract/commands.ts';
import { type BenchmarkState, Level, MetricName } from './contract/benchmark.ts';
import { OffpeakError, toErrorReport } from './contract/errors.ts';

export interface BenchmarkingParts {
  readonly measure: typeof measureCard;
  /** What a run is done with, beside what is told of it. */
  readonly options: () => Omit<MeasureOptions, 'signal' | 'onMetric' | 'onProgress'>;
  readonly keeper: MeasureOptions['keeper'];
  readonly sweep: typeof sweepCard;
  readonly sweeps: Pick<LastSweeps, 'keep' | 'of'>;
  /** Sets a card's power limit for as long as it is measured. */
  readonly hold: SweepOptions['hold'];
  /** A job uses the card. */
  readonly isBusy: (card: string) => boolean;
  readonly show: (benchmark: BenchmarkState) => void;
  /** A card is measured from now on, or is not any more. */
  readonly onChange: () => void;
}

interface Wanted {
  readonly card: string;
  readonly level: Level;
  readonly isResumed: boolean;
}

type Running = NonNullable<BenchmarkState['running']>;
type Kind = Pick<Running, 'level' | 'now' | 'capWatts'>;
type Show = (progress: Pick<Running, 'share' | 'remainingSeconds'> & Partial<Kind>) => void;
type Work = (signal: AbortSignal, show: Show) => Promise<void>;

/** The newest report and so many before it are shown. */
const SHOWN = 10;

/** Measures one card at a time; jobs come first. */
export class Benchmarking {
  readonly #parts: BenchmarkingParts;
  #run: { readonly card: string; readonly stop: AbortController; end: Promise<void> } | null = null;
  #isInTheWay = false;
  #revision = 0;

  constructor(parts: BenchmarkingParts) {
    this.#parts = parts;
  }

  /** Whether this card is measured now: then it is not lent. */
  isMeasuring(card: string): boolean {
    return this.#run?.card === card;
  }

  /** Begins. Throws `benchmark.card-busy`. */
  start(wanted: Wanted): void {
    const { card, level } = wanted;
    this.#begin(card, { level, now: 'memory-read', capWatts: null }, (signal, show) =>
      this.#measure(wanted, signal, show),
    );
  }

  /** Begins to go through power limits. Throws `benchmark.card-busy`. */
  sweep(card: string): void {
    this.#begin(card, { level: 'sweep', now: 'load', capWatts: null }, (signal, show) =>
      this.#sweep(card, signal, show),
    );
  }

  /** Ends a run; resolves when nothing of it is left. */
  async stop(): Promise<void> {
    this.#run?.stop.abort();
    await this.#run?.end;
  }

  /** Call it after any change: a job that came for the card takes it. */
  giveWay(): void {
    if (this.#run === null || !this.#parts.isBusy(this.#run.card)) return;
    this.#isInTheWay = true;
    this.#run.stop.abort();
  }

  history(card: string): CommandOutput<'benchmark.history'> {
    const { keeper, sweeps } = this.#parts;
    const [latest = null, ...earlier] = keeper.earlier(card);
    return {
      latest,
      earlier: earlier.slice(0, SHOWN).map(({ startedAt, level, backend, verdict, metrics }) => ({
        startedAt,
        level,
        backend,
        verdict,
        metrics: metrics.map(({ name, median, unit }) => ({ name, median, unit })),
      })),
      open: Level.options.filter((level) => keeper.findOpen(level, card) !== null),
      sweep: sweeps.of(card),
    };
  }

  #begin(card: string, kind: Kind, work: Work): void {
    if (this.#run !== null) {
      throw new OffpeakError('benchmark.card-busy', {
        message: 'A card is being measured already.',
        remedy: 'Wait until that has come to its end, or stop it.',
      });
    }
    if (this.#parts.isBusy(card)) {
      throw new OffpeakError('benchmark.card-busy', {
        message: 'A job is using the card.',
        remedy: 'Measure it when the job is done, or take the card back first.',
      });
    }
    const stop = new AbortController();
    this.#isInTheWay = false;
    this.#run = { card, stop, end: Promise.resolve() };
    this.#run.end = this.#toEnd(card, kind, (show) => work(stop.signal, show));
    this.#parts.onChange();
  }

  async #toEnd(card: string, kind: Kind, work: (show: Show) => Promise<unknown>): Promise<void> {
    const { show, onChange } = this.#parts;
    const state = (change: Partial<BenchmarkState>): void =>
      show({ running: null, problem: null, revision: this.#revision, ...change });
    const progress: Show = (now) => state({ running: { ...kind, ...now, card } });
    progress({ share: 0, remainingSeconds: 0 });
    let problem: BenchmarkState['problem'] = null;
    try {
      await work(progress);
    } catch (error) {
      problem = this.#problemOf(error, card);
    }
    this.#run = null;
    this.#revision += 1;
    state({ problem });
    onChange();
  }

  async #measure({ card, level, isResumed }: Wanted, signal: AbortSignal, show: Show) {
    const { measure, options } = this.#parts;
    await measure(
      { card, level, isResumed, backend: null, metrics: MetricName.options },
      { ...options(), signal, onMetric: () => undefined, onProgress: show },
    );
  }

  async #sweep(card: string, signal: AbortSignal, show: Show): Promise<void> {
    const { sweep, sweeps, hold, options } = this.#parts;
    const { env, reader, childEntry } = options();
    const wish = { card, backend: null };
    sweeps.keep(await sweep(wish, { env, reader, childEntry, hold, signal, onProgress: show }));
  }

  #problemOf(error: unknown, card: string): BenchmarkState['problem'] {
    const { code, message, remedy } = toErrorReport(error);
    if (code !== 'benchmark.cancelled') return { code, message, remedy, card };
    // The owner knows who stopped it.
    if (!this.#isInTheWay) return null;
    const way = new OffpeakError('benchmark.made-way', { message: 'A job came for the card.' });
    return { code: way.code, message: way.message, remedy: way.remedy, card };
  }
}
