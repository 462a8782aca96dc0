interface Rate {
  /** So many at once. */
  readonly burst: number;
  readonly perSecond: number;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Who comes from so many addresses at once cannot be told apart anyway. */
const MAX_BUCKETS = 1000;

/** Counts what each of many does, and tells who does too much: one bucket of tokens for each. */
export class Buckets {
  readonly #rate: Rate;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  /** `now` in ms. */
  constructor(rate: Rate, now: () => number) {
    this.#rate = rate;
    this.#now = now;
  }

  /** True when this one may do one thing more now. */
  take(key: string): boolean {
    const bucket = this.#filled(key);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  #filled(key: string): Bucket {
    const { burst, perSecond } = this.#rate;
    const now = this.#now();
    const known = this.#buckets.get(key) ?? { tokens: burst, filledAt: now };
    const seconds = Math.max(0, now - known.filledAt) / 1000;
    const bucket = { tokens: Math.min(burst, known.tokens + seconds * perSecond), filledAt: now };
    // The longest unused is first in the map, and has filled up most.
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MAX_BUCKETS && oldest !== undefined) this.#buckets.delete(oldest);
    return bucket;
  }
}
