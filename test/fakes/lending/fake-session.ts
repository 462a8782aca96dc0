import { throwawaySigner } from '../../../app/adapters/solana/signer.ts';
import type { Problem } from '../../../app/contract/gpu.ts';
import type { Offer } from '../../../app/jobs/ports.ts';
import { DEFAULT_FEES } from '../../../app/network/nosana/fees.ts';
import { createJoinRecord } from '../../../app/network/nosana/join-record.ts';
import { LinkHolder } from '../../../app/network/nosana/link.ts';
import { MarketSession, type QueueResult } from '../../../app/network/nosana/market.ts';
import type { MarketHandlers } from '../../../app/network/nosana/market-watch.ts';
import { NOSANA_PROGRAMS } from '../../../app/network/nosana/programs.ts';
import { memorySettings } from '../network/memory-settings.ts';

/**
 * When it is answered: at once; when the test says so (`let`), or the signal ends it; or never,
 * as where a server takes the question and gives no answer: then the test alone can end it.
 */
type Answer = 'at-once' | 'when-let' | 'never';

/** A place in the queue of a market in memory. A fake: no chain, no transaction, one host. */
export class FakeSession extends MarketSession {
  joining: Answer = 'at-once';
  leaving: Answer = 'at-once';
  joinProblem: Problem | null = null;
  /** Answers what was asked last. */
  let: () => void = () => undefined;
  isQueued = false;
  readonly #market: string;
  readonly #note: (call: string) => void;
  readonly #handlers = new Set<MarketHandlers>();
  #isLinked = false;

  /** `note` hears `join` and `leave` in their order, and `left` once that is done. */
  constructor(market: string, note: (call: string) => void) {
    const signer = throwawaySigner();
    super({
      holder: new LinkHolder(),
      programs: NOSANA_PROGRAMS,
      market,
      signer,
      record: createJoinRecord(memorySettings(), signer.address, market),
      fees: { policy: DEFAULT_FEES, isFree: true },
    });
    this.#market = market;
    this.#note = note;
  }

  override async join(signal: AbortSignal): Promise<QueueResult> {
    this.#note('join');
    await this.#answer(this.joining, signal);
    if (this.joinProblem !== null) return { ok: false, problem: this.joinProblem };
    this.#move(true);
    return { ok: true, state: 'queued' };
  }

  override async leave(signal: AbortSignal): Promise<QueueResult> {
    this.#note('leave');
    await this.#answer(this.leaving, signal);
    this.#note('left');
    this.#move(false);
    return { ok: true, state: 'not-queued' };
  }

  override watch(handlers: MarketHandlers): () => void {
    this.#handlers.add(handlers);
    if (this.#isLinked) this.#tell();
    return () => this.#handlers.delete(handlers);
  }

  /** How the market cannot be read; null: it can again. */
  report(problem: Problem | null): void {
    for (const handlers of [...this.#handlers]) handlers.onProblem?.(problem);
  }

  /** Whether the chain can be read; who watches then hears of the queue at once. */
  link(isLinked: boolean): void {
    this.#isLinked = isLinked;
    if (isLinked) this.#tell();
  }

  /** The market gives this host a run, which takes it out of the queue. */
  offer(offer: Offer): void {
    this.#move(false);
    for (const handlers of [...this.#handlers]) handlers.onOffer(offer);
  }

  get isWatched(): boolean {
    return this.#handlers.size > 0;
  }

  async #answer(when: Answer, signal: AbortSignal): Promise<void> {
    if (when === 'at-once') return;
    await new Promise<void>((resolve) => {
      this.let = resolve;
      if (when === 'when-let') signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  #move(isQueued: boolean): void {
    this.isQueued = isQueued;
    this.#tell();
  }

  #tell(): void {
    for (const handlers of [...this.#handlers]) {
      handlers.onQueue({
        address: this.#market,
        pricePerSecond: 48n,
        timeoutSeconds: 3600,
        waiting: this.isQueued ? 'hosts' : 'nobody',
        position: this.isQueued ? 1 : null,
        length: this.isQueued ? 1 : 0,
      });
    }
  }
}
