import type { measureCard, MeasureOptions } from './benchmark/measure-card.ts';
import type { CommandOutput } from './contract/commands.ts';
import { type BenchmarkState, Level, MetricName } from './contract/benchmark.ts';
import { OffpeakError, toErrorReport } from './contract/errors.ts';

export interface BenchmarkingParts {
  readonly measure: typeof measureCard;
  /** What a run is done with, beside what is told of it. */
  readonly options: () => Omit<MeasureOptions, 'signal' | 'onMetric' | 'onProgress'>;
  readonly keeper: MeasureOptions['keeper'];
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
    if (this.#run !== null) {
      throw new OffpeakError('benchmark.card-busy', {
        message: 'A card is being measured already.',
        remedy: 'Wait until that has come to its end, or stop it.',
      });
    }
    if (this.#parts.isBusy(wanted.card)) {
      throw new OffpeakError('benchmark.card-busy', {
        message: 'A job is using the card.',
        remedy: 'Measure it when the job is done, or take the card back first.',
      });
    }
    const stop = new AbortController();
    this.#isInTheWay = false;
    this.#run = { card: wanted.card, stop, end: Promise.resolve() };
    this.#run.end = this.#measure(wanted, stop.signal);
    this.#parts.onChange();
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
    const { keeper } = this.#parts;
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
    };
  }

  async #measure({ card, level, isResumed }: Wanted, signal: AbortSignal): Promise<void> {
    const { measure, options, show, onChange } = this.#parts;
    const state = (change: Partial<BenchmarkState>): void =>
      show({ running: null, problem: null, revision: this.#revision, ...change });
    state({ running: { share: 0, remainingSeconds: 0, now: 'memory-read', card, level } });
    let problem: BenchmarkState['problem'] = null;
    try {
      await measure(
        { card, level, isResumed, backend: null, metrics: MetricName.options },
        {
          ...options(),
          signal,
          onMetric: () => undefined,
          onProgress: (now) => state({ running: { ...now, card, level } }),
        },
      );
    } catch (error) {
      problem = this.#problemOf(error, card);
    }
    this.#run = null;
    this.#revision += 1;
    state({ problem });
    onChange();
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
