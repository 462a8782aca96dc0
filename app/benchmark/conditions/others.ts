import type { CardProcess } from '../../contract/gpu.ts';

/** A card that only draws a desktop is seldom busier than this, in percent. */
const AT_REST_PERCENT = 10;
/** A game, or a model: whoever begins to use so much of the card wants it. */
const LARGE_BYTES = 512 * 1024 ** 2;

/** Who else uses the card while it is measured. */
export class Others {
  readonly #own: () => number | null;
  readonly #disturbedBy = new Set<string>();
  #atFirst: ReadonlySet<number> | null = null;

  /** `own` is the process that measures. */
  constructor(own: () => number | null) {
    this.#own = own;
  }

  /** What disturbed it so far, in words. */
  get disturbedBy(): string[] {
    return [...this.#disturbedBy];
  }

  /** The card before anything is measured. */
  begin(utilizationPercent: number | null, processes: readonly CardProcess[]): void {
    this.#atFirst = new Set(processes.map(({ pid }) => pid));
    if (utilizationPercent !== null && utilizationPercent > AT_REST_PERCENT) {
      this.#disturbedBy.add(`The card was ${utilizationPercent} % busy before.`);
    }
    for (const one of processes) {
      const isOther = one.kind === 'compute' && one.pid !== this.#own();
      if (isOther) this.#disturbedBy.add(`${nameOf(one)} computes on the card.`);
    }
  }

  /** Takes who uses the card now; the name of one for whom to make way, or null. */
  take(processes: readonly CardProcess[]): string | null {
    if (this.#atFirst === null) return null;
    const own = this.#own();
    const fresh = processes.filter(({ pid }) => pid !== own && !this.#atFirst?.has(pid));
    for (const one of fresh) {
      if ((one.memoryBytes ?? 0) >= LARGE_BYTES) return nameOf(one);
      if (one.kind === 'compute') this.#disturbedBy.add(`${nameOf(one)} began to use the card.`);
    }
    return null;
  }
}

function nameOf({ name, pid }: CardProcess): string {
  return name ?? `process ${pid}`;
}
