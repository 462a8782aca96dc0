import { OffpeakError } from '../../contract/errors.ts';
import type { SweepReport } from '../../contract/sweep.ts';
import { CardWatch, type Reader, type Stop } from '../conditions/card-watch.ts';
import { stopError } from '../conditions/stop-error.ts';
import type { StepWord } from '../ladder/run-steps.ts';
import type { Step } from '../ladder/steps.ts';
import type { Opened, Wish } from '../runner/messages.ts';
import { type Patience, runBenchmark } from '../runner/run.ts';
import { capsOf, SWEEP_LENGTHS, type SweepLengths } from './plan.ts';
import { makeSweepReport } from './report.ts';
import { SweepSchedule } from './schedule.ts';

/** How far a sweep has come. */
export interface SweepProgress {
  readonly share: number;
  readonly remainingSeconds: number;
  readonly capWatts: number;
}

export interface SweepOptions {
  readonly signal: AbortSignal;
  readonly reader: Reader;
  /** Has a card work at this power limit (watts) from now on; null gives its own back. Rejects with `power.*`. */
  readonly hold: (card: string, watts: number | null) => Promise<void>;
  readonly onProgress: (progress: SweepProgress) => void;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly childEntry?: URL | string | undefined;
  readonly patience?: Patience;
  /** Between two readings of the card, in milliseconds. */
  readonly everyMs?: number;
  readonly lengths?: SweepLengths;
}

/** Longer than any sweep: it is ended when the last limit was measured. */
const LOAD_SECONDS = 3_600;

/**
 * Loads a card without a pause while its power limit is lowered step by step, and puts the limit back whatever happens.
 * Throws `benchmark.*` and `power.*`.
 */
export async function sweepCard(wish: Wish, options: SweepOptions): Promise<SweepReport> {
  return new Sweep(options).toEnd(wish);
}

class Sweep {
  readonly #options: SweepOptions;
  readonly #watch: CardWatch;
  readonly #ended = new AbortController();
  readonly #startedAt = Date.now();
  #failure: Error | null = null;
  #opened: Opened | null = null;
  #schedule: SweepSchedule | null = null;
  #work: SweepReport['work'] = { name: 'fp32', unit: 'TFLOPS' };
  #changing: Promise<void> = Promise.resolve();
  #isWhole = false;

  constructor(options: SweepOptions) {
    this.#options = options;
    this.#watch = new CardWatch({
      reader: options.reader,
      own: () => this.#opened?.pid ?? null,
      onStop: (stop: Stop) => this.#fail(stopError(stop)),
      ...(options.everyMs !== undefined && { everyMs: options.everyMs }),
    });
  }

  async toEnd(wish: Wish): Promise<SweepReport> {
    const { signal, env, childEntry, patience, hold } = this.#options;
    try {
      await runBenchmark(wish, {
        signal: AbortSignal.any([signal, this.#ended.signal]),
        onOpened: (opened) => this.#begin(opened),
        onWord: (word) => this.#hear(word),
        env,
        childEntry,
        ...(patience && { patience }),
      });
    } catch (error) {
      if (!this.#isWhole) throw this.#failure ?? error;
    } finally {
      this.#watch.end();
      await this.#changing;
      if (this.#opened !== null) await hold(this.#opened.card.uuid, null);
    }
    if (this.#failure !== null) throw this.#failure;
    if (this.#opened === null || this.#schedule === null) throw new OffpeakError('host.bug');
    return makeSweepReport(this.#opened, {
      startedAt: this.#startedAt,
      endedAt: Date.now(),
      work: this.#work,
      stretches: this.#schedule.stretches,
      observed: (from, to) => this.#watch.observed(from, to),
      disturbedBy: this.#watch.disturbedBy,
    });
  }

  async #begin(opened: Opened): Promise<readonly Step[]> {
    const { card } = opened;
    const told = card.kind === 'gpu' ? await this.#watch.begin(card.uuid) : null;
    if (told === null) throw new OffpeakError('benchmark.no-caps');
    const caps = capsOf(told);
    this.#opened = opened;
    this.#schedule = new SweepSchedule(caps, this.#options.lengths ?? SWEEP_LENGTHS);
    await this.#options.hold(card.uuid, this.#schedule.capWatts);
    this.#watch.watch(card.uuid);
    return [{ kind: 'load', seconds: LOAD_SECONDS }];
  }

  #hear(word: StepWord): void {
    const schedule = this.#schedule;
    if (schedule === null) return;
    if (word.kind === 'loaded' && word.faults.count > 0) {
      const message = `The card computed wrongly at a power limit of ${schedule.capWatts} W.`;
      this.#fail(new OffpeakError('benchmark.wrong-results', { message }));
    }
    if (word.kind !== 'second') return;
    this.#work = { name: word.name, unit: word.unit };
    const next = schedule.hear(word.value, word.at);
    const { capWatts, share, remainingSeconds } = schedule;
    this.#options.onProgress({ capWatts, share, remainingSeconds });
    if (next === 'change') this.#changing = this.#change(schedule);
    if (next === 'end') {
      this.#isWhole = true;
      this.#ended.abort();
    }
  }

  async #change(schedule: SweepSchedule): Promise<void> {
    if (this.#opened === null) return;
    try {
      await this.#options.hold(this.#opened.card.uuid, schedule.capWatts);
      schedule.changed();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
    this.#ended.abort();
  }
}
