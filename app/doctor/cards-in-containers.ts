import { toErrorReport } from '../contract/errors.ts';
import type { Problem } from '../contract/gpu.ts';

/** What is known of cards in containers. */
export type CardsSeen =
  | { readonly state: 'no-card' }
  /** Containers got these cards when last looked. */
  | { readonly state: 'given'; readonly cards: number }
  | { readonly state: 'not-given'; readonly problem: Problem }
  | { readonly state: 'not-checked'; readonly why: 'busy' | 'no-engine' };

interface Parts {
  /** Gives a container these cards and looks; rejects with what is wrong. */
  readonly check: (cards: readonly string[], signal: AbortSignal) => Promise<void>;
  /** Has a job the card? */
  readonly isBusy: () => boolean;
  readonly now: () => number;
}

interface Look {
  readonly cards: readonly string[];
  readonly engineAnswers: boolean;
  /** The owner asked for it now. */
  readonly onDemand: boolean;
}

/** A container is started for each look. */
const BETWEEN_MS = 5 * 60_000;

/**
 * Looks whether containers get the cards that are lent: every five minutes at most or on demand,
 * one look at a time, and never while a job has the card.
 */
export class CardsInContainers {
  readonly #parts: Parts;
  #last: CardsSeen | null = null;
  #lookedAt = -Infinity;
  #running: { readonly done: Promise<void>; readonly stop: AbortController } | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Looks now if it may; resolves with what is known then. */
  async look({ cards, engineAnswers, onDemand }: Look): Promise<CardsSeen> {
    if (cards.length === 0) return { state: 'no-card' };
    if (!engineAnswers) return { state: 'not-checked', why: 'no-engine' };
    const isDue = onDemand || this.#parts.now() - this.#lookedAt >= BETWEEN_MS;
    if (this.#running === null && isDue && !this.#parts.isBusy()) {
      const stop = new AbortController();
      const done = this.#look(cards, stop.signal).finally(() => {
        this.#running = null;
      });
      this.#running = { done, stop };
    }
    await this.#running?.done;
    return this.#last ?? { state: 'not-checked', why: 'busy' };
  }

  /** A job begins: a look that goes on makes room. Resolves when nothing is left of it. */
  async giveWay(): Promise<void> {
    this.#running?.stop.abort();
    await this.#running?.done;
  }

  /** Another engine: what is known is not true of it. */
  async forget(): Promise<void> {
    await this.giveWay();
    this.#last = null;
    this.#lookedAt = -Infinity;
  }

  async #look(cards: readonly string[], signal: AbortSignal): Promise<void> {
    try {
      await this.#parts.check(cards, signal);
      if (!signal.aborted) this.#last = { state: 'given', cards: cards.length };
    } catch (error) {
      if (signal.aborted) return;
      this.#last = { state: 'not-given', problem: toErrorReport(error) };
    }
    if (!signal.aborted) this.#lookedAt = this.#parts.now();
  }
}
