import type { CardReport } from '../contract/gpu.ts';

/** How closely the cards are watched: a view looks, a job runs or may come, or neither. */
export type Pace = 'watched' | 'working' | 'resting';

/** How long to wait before the next look, in milliseconds. */
export interface WatchPauses extends Readonly<Record<Pace, number>> {
  /** At least, where each look is a process (nvidia-smi). */
  readonly dearMs: number;
  /** While there are no cards, or no driver: nothing changes before a person does something. */
  readonly withoutCardsMs: number;
  /** The longest pause for a driver that hangs. */
  readonly longestMs: number;
}

const PAUSES: WatchPauses = {
  watched: 2_000,
  working: 10_000,
  resting: 60_000,
  dearMs: 10_000,
  withoutCardsMs: 30_000,
  longestMs: 480_000,
};

export interface WatcherParts {
  /** `keep`: another look follows within seconds. */
  readonly reader: {
    read(options: { keep: boolean; signal: AbortSignal }): Promise<CardReport>;
    stop(): void;
  };
  readonly pauses?: WatchPauses;
}

/** Reads the cards again and again, never two readings at once, until it is stopped. */
export class CardWatcher {
  readonly #parts: WatcherParts;
  readonly #pauses: WatchPauses;
  #onReport: ((report: CardReport) => void) | null = null;
  #abort = new AbortController();
  #reading: Promise<CardReport> | null = null;
  #timer: NodeJS.Timeout | undefined;
  /** The last report, when it came and when the next is due, by the clock that cannot be set. */
  #last: { readonly report: CardReport; readonly at: number; due: number } | null = null;
  #hangs = 0;
  #pace: Pace = 'resting';

  constructor(parts: WatcherParts) {
    this.#parts = parts;
    this.#pauses = parts.pauses ?? PAUSES;
  }

  /** Looks at once and then at intervals; replaces an earlier start. */
  start(onReport: (report: CardReport) => void): void {
    this.stop();
    this.#onReport = onReport;
    this.#lookInBackground();
  }

  /** Ends the watching and a reading under way, and lets go of the cards; nothing is reported afterwards. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#onReport = null;
    this.#reading = null;
    this.#last = null;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#parts.reader.stop();
  }

  /** Looks now, or joins the look under way; its report also goes to the listener of `start`. */
  refresh(): Promise<CardReport> {
    this.#reading ??= this.#look(this.#abort.signal);
    return this.#reading;
  }

  /** Watches at this pace from now on; a look that is due earlier then is made earlier. */
  at(pace: Pace): void {
    this.#pace = pace;
    if (this.#last === null) return;
    const due = this.#last.at + this.#pauseAfter(this.#last.report);
    if (due < this.#last.due) this.#wait(due);
  }

  #lookInBackground(): void {
    const { signal } = this.#abort;
    this.refresh().catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  async #look(signal: AbortSignal): Promise<CardReport> {
    clearTimeout(this.#timer);
    this.#last = null;
    const { reader } = this.#parts;
    const keep = this.#onReport !== null && this.#pace !== 'resting';
    const report = await reader.read({ keep, signal }).finally(() => {
      if (!signal.aborted) this.#reading = null;
    });
    signal.throwIfAborted();
    this.#hangs = report.problem?.code === 'gpu.driver-hangs' ? this.#hangs + 1 : 0;
    if (this.#onReport) {
      const at = performance.now();
      this.#last = { report, at, due: at };
      this.#wait(at + this.#pauseAfter(report));
      this.#onReport(report);
    }
    return report;
  }

  #wait(due: number): void {
    clearTimeout(this.#timer);
    if (this.#last) this.#last.due = due;
    const pause = Math.max(0, due - performance.now());
    this.#timer = setTimeout(() => this.#lookInBackground(), pause);
  }

  // Each look at a wedged driver may leave a process that the kernel cannot end: ask less and less.
  #pauseAfter({ cards, source }: CardReport): number {
    const { dearMs, withoutCardsMs, longestMs } = this.#pauses;
    if (this.#hangs > 0) return Math.min(withoutCardsMs * 2 ** (this.#hangs - 1), longestMs);
    if (cards.length === 0) return withoutCardsMs;
    const pause = this.#pauses[this.#pace];
    return source === 'nvidia-smi' ? Math.max(pause, dearMs) : pause;
  }
}
