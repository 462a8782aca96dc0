import type { CardReport } from '../contract/gpu.ts';
import { readCards } from './cards.ts';

/** How long to wait before the next look, in milliseconds. */
export interface WatchPauses {
  /** While there are cards. */
  readonly normalMs: number;
  /** While there are none, or no driver: nothing changes before a person does something. */
  readonly withoutCardsMs: number;
  /** The longest pause for a driver that hangs. */
  readonly longestMs: number;
}

const PAUSES: WatchPauses = { normalMs: 10_000, withoutCardsMs: 30_000, longestMs: 480_000 };

export interface WatcherOptions {
  readonly read?: (signal: AbortSignal) => Promise<CardReport>;
  readonly pauses?: WatchPauses;
}

/** Reads the cards again and again, never two readings at once, until it is stopped. */
export class CardWatcher {
  readonly #read: (signal: AbortSignal) => Promise<CardReport>;
  readonly #pauses: WatchPauses;
  #onReport: ((report: CardReport) => void) | null = null;
  #abort = new AbortController();
  #reading: Promise<CardReport> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #hangs = 0;

  constructor(options: WatcherOptions = {}) {
    this.#read = options.read ?? ((signal) => readCards({ signal }));
    this.#pauses = options.pauses ?? PAUSES;
  }

  /** Looks at once and then at intervals; replaces an earlier start. */
  start(onReport: (report: CardReport) => void): void {
    this.stop();
    this.#onReport = onReport;
    this.#lookInBackground();
  }

  /** Ends the watching and a reading under way; nothing is reported afterwards. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#onReport = null;
    this.#reading = null;
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  /** Looks now, or joins the look under way; its report also goes to the listener of `start`. */
  refresh(): Promise<CardReport> {
    this.#reading ??= this.#look(this.#abort.signal);
    return this.#reading;
  }

  #lookInBackground(): void {
    const { signal } = this.#abort;
    this.refresh().catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  async #look(signal: AbortSignal): Promise<CardReport> {
    clearTimeout(this.#timer);
    const report = await this.#read(signal).finally(() => {
      if (!signal.aborted) this.#reading = null;
    });
    signal.throwIfAborted();
    this.#hangs = report.problem?.code === 'gpu.driver-hangs' ? this.#hangs + 1 : 0;
    if (this.#onReport) {
      const pauseMs = pauseAfter(report, this.#hangs, this.#pauses);
      this.#timer = setTimeout(() => this.#lookInBackground(), pauseMs);
      this.#onReport(report);
    }
    return report;
  }
}

// Each look at a wedged driver may leave a process that the kernel cannot end: ask less and less.
function pauseAfter(report: CardReport, hangs: number, pauses: WatchPauses): number {
  if (hangs > 0) return Math.min(pauses.withoutCardsMs * 2 ** (hangs - 1), pauses.longestMs);
  return report.cards.length === 0 ? pauses.withoutCardsMs : pauses.normalMs;
}
