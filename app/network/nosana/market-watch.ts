import type { ChainAccount } from '../../adapters/solana/types.ts';
import type { Problem } from '../../contract/gpu.ts';
import { OffpeakError, toErrorReport } from '../../contract/errors.ts';
import { decodeMarket } from './accounts.ts';
import type { Link } from './link.ts';
import {
  offerOf,
  readMarket,
  readRuns,
  runsOf,
  viewMarket,
  type MarketView,
} from './market-read.ts';
import { startPoller } from './poller.ts';
import type { NosanaPrograms } from './programs.ts';
import type { Offer } from '../../jobs/ports.ts';

/** Pauses of the polling below the pushes. */
const POLL_MIN_MS = 5_000;
const POLL_MAX_MS = 60_000;

/** What a watcher of the market hears. */
export interface MarketHandlers {
  /** Once for each run that names this host, also for one that was there before the watching. */
  onOffer(offer: Offer): void;
  /** At the start, and whenever place, length or terms change. */
  onQueue(view: MarketView): void;
  /** Why the network cannot be read, or null: it can. Told after the first look and with changes. */
  onProblem?(problem: Problem | null): void;
}

/** Whose market is watched; `seen` holds the runs already offered and outlives the link. */
export interface MarketWatch {
  readonly programs: NosanaPrograms;
  readonly market: string;
  readonly host: string;
  readonly handlers: MarketHandlers;
  readonly seen: Set<string>;
}

/** Watches over one link, by pushes and by polling below them. Returns the stop. */
export function watchMarket(link: Link, watch: MarketWatch): () => void {
  const { host, market, programs } = watch;
  const session = new MarketWatcher(link, watch);
  const poller = startPoller({
    minMs: POLL_MIN_MS,
    maxMs: POLL_MAX_MS,
    poll: (signal) => session.look(signal),
  });
  const offs = [
    link.subscriptions.program(programs.jobs, runsOf(host), (account, slot) => {
      link.rpc.noteSlot(slot);
      // A failure here is made good by the look that follows.
      void session.offer(account).catch(() => poller.nudge());
    }),
    link.subscriptions.account(market, (account, slot) => {
      link.rpc.noteSlot(slot);
      // Out of the line may mean that a run is there, whose own push can be late or lost.
      if (account.data.length > 0 && session.leftLine(account.data)) poller.nudge();
    }),
  ];
  return () => {
    session.stop();
    poller.stop();
    for (const off of offs) off();
  };
}

class MarketWatcher {
  readonly #link: Link;
  readonly #watch: MarketWatch;
  #shown = '';
  #position: number | null = null;
  /** Code of the problem last told; undefined until the first look, which always tells. */
  #problem: string | null | undefined = undefined;
  #looks = 0;
  #stopped = false;

  constructor(link: Link, watch: MarketWatch) {
    this.#link = link;
    this.#watch = watch;
  }

  /** Reads everything once; true where something was new. */
  async look(signal: AbortSignal): Promise<boolean> {
    const { programs, market, host } = this.#watch;
    try {
      const account = await readMarket(this.#link.rpc, market);
      const runs = await readRuns(this.#link.rpc, programs, host);
      if (signal.aborted) return false;
      let changed = this.#show(viewMarket(market, account, host));
      for (const run of runs) {
        if (!(await this.offer(run))) continue;
        changed = true;
        // It should have been pushed: the socket may be deaf without knowing.
        if (this.#looks > 0) this.#link.subscriptions.reconnect();
      }
      this.#looks++;
      this.#report(null);
      return changed;
    } catch (error) {
      if (!signal.aborted) this.#report(toErrorReport(error));
      return false;
    }
  }

  /** Offers a run that was not offered before; true where it did. Throws `network.rpc-…`. */
  async offer(account: ChainAccount): Promise<boolean> {
    const { seen, host, handlers } = this.#watch;
    if (this.#isStopped() || seen.has(account.address)) return false;
    // Marked before waiting, since push and poll may bring it at the same time.
    seen.add(account.address);
    try {
      const offer = await offerOf(this.#link.rpc, host, account);
      if (offer === null || this.#isStopped()) {
        seen.delete(account.address);
        return false;
      }
      handlers.onOffer(offer);
      return true;
    } catch (error) {
      // Unreadable bytes stay unreadable; everything else is worth another look.
      if (error instanceof OffpeakError && error.code === 'network.account-malformed') return false;
      seen.delete(account.address);
      throw error;
    }
  }

  /** Takes a pushed market account; true where this host was in the line and no longer is. */
  leftLine(data: Uint8Array): boolean {
    const { market, host } = this.#watch;
    const before = this.#position;
    try {
      this.#show(viewMarket(market, decodeMarket(data), host));
    } catch (error) {
      this.#report(toErrorReport(error));
    }
    return before !== null && this.#position === null;
  }

  #show(view: MarketView): boolean {
    const shown = Object.values(view).join(' ');
    if (this.#isStopped() || shown === this.#shown) return false;
    this.#shown = shown;
    this.#position = view.position;
    this.#watch.handlers.onQueue(view);
    return true;
  }

  stop(): void {
    this.#stopped = true;
  }

  #isStopped(): boolean {
    return this.#stopped;
  }

  #report(problem: Problem | null): void {
    const code = problem?.code ?? null;
    if (this.#isStopped() || code === this.#problem) return;
    this.#problem = code;
    this.#watch.handlers.onProblem?.(problem);
  }
}
