import type { Observed } from '../../contract/benchmark.ts';
import type { Card, CardReport } from '../../contract/gpu.ts';
import { observedIn, type Reading } from './observed.ts';
import { Others } from './others.ts';
import { Safety } from './safety.ts';

/** The part of a reader of cards (gpu/card-reader.ts) that is needed here. */
export interface Reader {
  read(options: { keep: boolean; signal: AbortSignal; processes: boolean }): Promise<CardReport>;
  stop(): void;
}

/** Why a run has to end before its end. */
export interface Stop {
  readonly why: 'unsafe' | 'wanted' | 'silent';
  readonly words: string;
}

export interface WatchOptions {
  readonly reader: Reader;
  /** The process that measures. */
  readonly own: () => number | null;
  readonly onStop: (stop: Stop) => void;
  /** Between two readings; where each one is a process, longer. */
  readonly everyMs?: number;
}

const EVERY_MS = 500;
const DEAR_MS = 2_000;
/** Every so many readings it is asked who uses the card. */
const PROCESSES_EACH = 4;
/** A card that told its temperature and does not any more is not loaded further. */
const SILENT_MS = 3_000;

/** Reads one card again and again while it is measured, and says when that has to end. */
export class CardWatch {
  readonly #options: WatchOptions;
  readonly #others: Others;
  readonly #safety = new Safety();
  readonly #readings: Reading[] = [];
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #heardAt = 0;
  #tellsHeat = false;
  #isStopped = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#others = new Others(options.own);
  }

  /** Looks at the card at rest, before anything is measured; null where nothing is told of it. */
  async begin(uuid: string): Promise<Card | null> {
    const report = await this.#read(true);
    const card = report.cards.find((one) => one.uuid === uuid);
    if (card === undefined) return null;
    const here = (report.processes ?? []).filter(({ index }) => index === card.index);
    this.#others.begin(card.utilizationPercent, here);
    return card;
  }

  /** Watches until `end`. */
  watch(uuid: string): void {
    this.#heardAt = performance.now();
    const look = (turn: number): void => {
      this.#look(uuid, turn).then(
        (pauseMs) => {
          if (this.#stop.signal.aborted) return;
          this.#timer = setTimeout(() => look(turn + 1), pauseMs);
        },
        // A reading rejects only when it is ended.
        () => undefined,
      );
    };
    look(1);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
    this.#options.reader.stop();
  }

  /** What was told between two times (UTC, milliseconds); null where nothing was. */
  observed(from: number, to: number): Observed | null {
    return observedIn(this.#readings.filter(({ at }) => at >= from && at <= to));
  }

  get disturbedBy(): string[] {
    return this.#others.disturbedBy;
  }

  /** Milliseconds until the next one. */
  async #look(uuid: string, turn: number): Promise<number> {
    const report = await this.#read(turn % PROCESSES_EACH === 0);
    this.#take(report, uuid);
    const { everyMs = report.source === 'nvidia-smi' ? DEAR_MS : EVERY_MS } = this.#options;
    return everyMs;
  }

  #take({ cards, processes }: CardReport, uuid: string): void {
    const now = performance.now();
    const card = cards.find((one) => one.uuid === uuid);
    this.#tellsHeat ||= typeof card?.temperatureC === 'number';
    if (card === undefined || (this.#tellsHeat && card.temperatureC === null)) {
      const isSilent = now - this.#heardAt >= SILENT_MS;
      if (isSilent) this.#end({ why: 'silent', words: 'its driver tells nothing of it any more' });
      return;
    }
    this.#heardAt = now;
    this.#readings.push({ at: Date.now(), card });
    const unsafe = this.#safety.take(card, now);
    if (unsafe !== null) this.#end({ why: 'unsafe', words: unsafe });
    const here = processes?.filter(({ index }) => index === card.index);
    const wanted = here ? this.#others.take(here) : null;
    if (wanted !== null) this.#end({ why: 'wanted', words: wanted });
  }

  #end(stop: Stop): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#options.onStop(stop);
  }

  #read(processes: boolean): Promise<CardReport> {
    return this.#options.reader.read({ keep: true, signal: this.#stop.signal, processes });
  }
}
