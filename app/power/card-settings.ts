import type { Card } from '../contract/gpu.ts';
import { OffpeakError, toErrorReport } from '../contract/errors.ts';
import type { CardPower, PowerKind, PowerSetting, PowerWishes } from '../contract/power.ts';
import { advanceQuiet, LOUD, type Quiet } from './quiet.ts';
import { wantedOf } from './wanted.ts';

/** What is wanted of one card, and what became of it. */
export class CardSettings {
  /** The power limit at which it is being measured, in watts. */
  measuredWatts: number | null = null;
  #wishes: PowerWishes;
  #isLent = false;
  #card: Card | null = null;
  #ownLimitWatts: number | null = null;
  #quiet: Quiet = LOUD;
  #trial: {
    readonly setting: PowerSetting;
    readonly endsAt: number;
    timer: NodeJS.Timeout;
  } | null = null;
  /** Values that the card did not take: they are not asked for again and again. */
  readonly #failed = new Map<PowerKind, { value: number | null; error: OffpeakError }>();

  constructor(wishes: PowerWishes) {
    this.#wishes = wishes;
  }

  get wishes(): PowerWishes {
    return this.#wishes;
  }

  set wishes(wishes: PowerWishes) {
    this.#wishes = wishes;
    this.#quiet = wishes.quiet === null ? LOUD : this.#quiet;
    this.#failed.clear();
  }

  get trial(): CardPower['trial'] {
    return this.#trial && { setting: this.#trial.setting, endsAt: this.#trial.endsAt };
  }

  get quietWatts(): number | null {
    return this.#isLent ? this.#quiet.watts : null;
  }

  get isMeasured(): boolean {
    return this.measuredWatts !== null;
  }

  /** The card's own power limit, in watts: as it was last read while it was not changed, or else the usual one. */
  get ownLimitWatts(): number | null {
    return this.#ownLimitWatts ?? this.#card?.powerDefaultWatts ?? null;
  }

  /** In watts. */
  get usualLimitWatts(): number | null {
    return this.#card?.powerDefaultWatts ?? null;
  }

  get problem(): OffpeakError | null {
    return [...this.#failed.values()][0]?.error ?? null;
  }

  get wanted(): ReadonlyMap<PowerKind, number> {
    return wantedOf({
      isLent: this.#isLent,
      wishes: this.#wishes,
      trial: this.#trial?.setting ?? null,
      quietWatts: this.#quiet.watts,
      measuredWatts: this.measuredWatts,
    });
  }

  see(
    card: Card,
    { isLent, at, isCapped }: { isLent: boolean; at: number; isCapped: boolean },
  ): void {
    const { quiet } = this.#wishes;
    this.lend(isLent);
    this.#card = card;
    if (!isCapped) this.#ownLimitWatts = card.powerLimitWatts;
    if (quiet === null || !isLent) this.#quiet = LOUD;
    else this.#quiet = advanceQuiet(this.#quiet, quiet, { at, minute: minuteOfDay(), card });
  }

  /** Returns whether that is news. */
  lend(isLent: boolean): boolean {
    if (isLent === this.#isLent) return false;
    this.#isLent = isLent;
    this.#failed.clear();
    return true;
  }

  /** Tries a setting for so long (milliseconds); then `onOver` is called, unless the trial was ended. */
  beginTrial(setting: PowerSetting, ms: number, onOver: () => void): void {
    this.endTrial();
    this.#failed.clear();
    const timer = setTimeout(() => {
      this.#trial = null;
      onOver();
    }, ms);
    this.#trial = { setting, endsAt: Date.now() + ms, timer };
  }

  /** What was being tried, if anything. */
  endTrial(): PowerSetting | null {
    const trial = this.#trial;
    this.#trial = null;
    if (trial !== null) clearTimeout(trial.timer);
    return trial?.setting ?? null;
  }

  hasFailed(kind: PowerKind, value: number): boolean {
    return this.#failed.get(kind)?.value === value;
  }

  succeed(kind: PowerKind): void {
    this.#failed.delete(kind);
  }

  /** The setting is the card's own again; a value that it did not take before stays known. */
  putBack(kind: PowerKind): void {
    if (this.#failed.get(kind)?.value === null) this.#failed.delete(kind);
  }

  /** `value` is null where it could not be put back. */
  fail(kind: PowerKind, value: number | null, thrown: unknown): void {
    const { code, ...details } = toErrorReport(thrown);
    this.#failed.set(kind, { value, error: new OffpeakError(code, details) });
  }
}

function minuteOfDay(): number {
  const now = new Date();
  return now.getHours() * 60 + now.getMinutes();
}
