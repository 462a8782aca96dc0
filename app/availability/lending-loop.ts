import type { Problem } from '../contract/gpu.ts';

/** The market's queue as the loop sees it. */
export interface LendingMarket {
  /** Enters the queue; does nothing when already in it. Resolves with what stands in the way. */
  join(signal: AbortSignal): Promise<Problem | null>;
  /** Leaves the queue; does nothing when not in it. */
  leave(signal: AbortSignal): Promise<Problem | null>;
}

/** What the loop has to know at any moment. */
export interface LendingFacts {
  /** The owner lends, engine and network are ready, nothing is being recovered. */
  readonly willing: boolean;
  readonly busy: boolean;
  /** True or false as last seen on the chain; null while not known. */
  readonly queued: boolean | null;
}

/** First wait after a failed attempt; doubles up to the longest. */
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 60_000;

/**
 * Keeps the queue as the facts want it: in it while willing and free, out of it otherwise. Level
 * triggered: `check` may be called at any time and as often as one likes; one attempt runs at once.
 */
export class LendingLoop {
  readonly #market: LendingMarket;
  readonly #facts: () => LendingFacts;
  readonly #onProblem: (problem: Problem | null) => void;
  #attempt: Promise<void> | null = null;
  #again = false;
  #retry: NodeJS.Timeout | null = null;
  #retryMs = FIRST_RETRY_MS;
  readonly #stopped = new AbortController();

  constructor(options: {
    market: LendingMarket;
    facts: () => LendingFacts;
    onProblem: (problem: Problem | null) => void;
  }) {
    this.#market = options.market;
    this.#facts = options.facts;
    this.#onProblem = options.onProblem;
  }

  /** Looks at the facts and acts on them, now or right after the attempt in hand. */
  check(): void {
    if (this.#stopped.signal.aborted) return;
    if (this.#attempt) {
      this.#again = true;
      return;
    }
    if (this.#retry) return;
    this.#attempt = this.#act().finally(() => {
      this.#attempt = null;
      if (!this.#again) return;
      this.#again = false;
      this.check();
    });
  }

  /** Forgets the back-off: something changed that may have removed the obstacle. */
  retryNow(): void {
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
    this.#retryMs = FIRST_RETRY_MS;
    this.check();
  }

  /** Ends the loop; the place in the queue is left as it is. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    if (this.#retry) clearTimeout(this.#retry);
    await this.#attempt;
  }

  async #act(): Promise<void> {
    const { willing, busy, queued } = this.#facts();
    const wanted = willing && !busy;
    if (queued === null || busy || wanted === queued) return;
    const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(90_000)]);
    const problem = wanted ? await this.#market.join(signal) : await this.#market.leave(signal);
    if (this.#stopped.signal.aborted) return;
    this.#onProblem(problem);
    if (problem) this.#scheduleRetry();
    else this.#retryMs = FIRST_RETRY_MS;
  }

  #scheduleRetry(): void {
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.check();
    }, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }
}
