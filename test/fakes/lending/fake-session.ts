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
 * How leaving goes: at once; when the test says so (`let`), or its signal ends it; or never, as
 * where a server takes the question and gives no answer.
 */
type Leaving = 'at-once' | 'when-let' | 'never';

/** A place in the queue of a market in memory. A fake: no chain, no transaction, one host. */
export class FakeSession extends MarketSession {
  leaving: Leaving = 'at-once';
  joinProblem: Problem | null = null;
  /** Ends what `when-let` waits for. */
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

  override join(): Promise<QueueResult> {
    this.#note('join');
    if (this.joinProblem !== null) {
      return Promise.resolve({ ok: false, problem: this.joinProblem });
    }
    this.#move(true);
    return Promise.resolve({ ok: true, state: 'queued' });
  }

  override async leave(signal: AbortSignal): Promise<QueueResult> {
    this.#note('leave');
    if (this.leaving !== 'at-once') {
      await new Promise<void>((resolve) => {
        if (this.leaving === 'never') return;
        this.let = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    this.#note('left');
    this.#move(false);
    return { ok: true, state: 'not-queued' };
  }

  override watch(handlers: MarketHandlers): () => void {
    this.#handlers.add(handlers);
    if (this.#isLinked) this.#tell();
    return () => this.#handlers.delete(handlers);
  }

  /** Whether the chain can be read; who watches then hears of the queue at once. */
  link(isLinked: boolean): void {
    this.#isLinked = isLinked;
    if (isLinked) this.#tell();
  }

  /** The market gives this host a run, which takes it out of the queue. */
  offer(offer: Offer): void {
    this.#move(false);
    for (const { onOffer } of [...this.#handlers]) onOffer(offer);
  }

  get isWatched(): boolean {
    return this.#handlers.size > 0;
  }

  #move(isQueued: boolean): void {
    this.isQueued = isQueued;
    this.#tell();
  }

  #tell(): void {
    for (const { onQueue } of [...this.#handlers]) {
      onQueue({
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
