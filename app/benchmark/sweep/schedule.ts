import type { SweepLengths } from './plan.ts';

/** The seconds that were measured at one limit; times are UTC, in milliseconds. */
export interface Stretch {
  readonly capWatts: number;
  readonly perSecond: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** What is to be done after a second of the load. */
export type Next = 'go-on' | 'change' | 'end';

/** Cuts one load without a pause into stretches, one for each limit. */
export class SweepSchedule {
  readonly #caps: readonly number[];
  readonly #lengths: SweepLengths;
  readonly #stretches: Stretch[] = [];
  #seconds: { readonly value: number; readonly at: number }[] = [];
  /** Seconds until the next one counts. */
  #wait: number;
  /** The next limit is being set: these seconds belong to none. */
  #isChanging = false;

  constructor(caps: readonly number[], lengths: SweepLengths) {
    this.#caps = caps;
    this.#lengths = lengths;
    this.#wait = lengths.warmUp + lengths.settle;
  }

  /** The limit of now, in watts. */
  get capWatts(): number {
    return this.#caps[Math.min(this.#stretches.length, this.#caps.length - 1)] ?? 0;
  }

  get stretches(): readonly Stretch[] {
    return this.#stretches;
  }

  get remainingSeconds(): number {
    const { settle, measure } = this.#lengths;
    const after = Math.max(0, this.#caps.length - this.#stretches.length - 1);
    const here = this.#isOver ? 0 : this.#wait + measure - this.#seconds.length;
    return here + after * (settle + measure);
  }

  /** Of the whole, from 0 to 1. */
  get share(): number {
    const { warmUp, settle, measure } = this.#lengths;
    return 1 - this.remainingSeconds / (warmUp + this.#caps.length * (settle + measure));
  }

  /** A second of the load is over, at this time. */
  hear(value: number, at: number): Next {
    if (this.#isChanging || this.#isOver) return 'go-on';
    if (this.#wait > 0) {
      this.#wait -= 1;
      return 'go-on';
    }
    this.#seconds.push({ value, at });
    if (this.#seconds.length < this.#lengths.measure) return 'go-on';
    const [first] = this.#seconds;
    this.#stretches.push({
      capWatts: this.capWatts,
      perSecond: this.#seconds.map((second) => second.value),
      from: (first?.at ?? at) - 1_000,
      to: at,
    });
    this.#seconds = [];
    if (this.#stretches.length === this.#caps.length) return 'end';
    this.#isChanging = true;
    this.#wait = this.#lengths.settle;
    return 'change';
  }

  /** The next limit is in force. */
  changed(): void {
    this.#isChanging = false;
  }

  get #isOver(): boolean {
    return this.#stretches.length === this.#caps.length;
  }
}
