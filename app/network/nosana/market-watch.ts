import type { ChainAccount } from '../../adapters/solana/types.ts';
import type { Problem } from '../../contract/gpu.ts';
import { OffpeakError, toErrorReport } from '../../contract/errors.ts';
import { decodeMarket } from './accounts.ts';
import type { Link } from './link.ts';
import { startNet } from './net.ts';
import {
  offerOf,
  readMarketAnd,
  readRuns,
  runsOf,
  viewMarket,
  type MarketView,
} from './market-read.ts';
import type { NosanaPrograms } from './programs.ts';
import type { Offer } from '../../jobs/ports.ts';

/**
 * Whoever gets a run leaves the line, so while this host is in it only each so many looks ask for
 * runs: it may be in the line of another market.
 */
const RUNS_EVERY = 5;

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
  const net = startNet(link, (signal) => session.look(signal));
  const offs = [
    link.subscriptions.program(programs.jobs, runsOf(host), (account, slot) => {
      link.rpc.noteSlot(slot);
      // A failure here is made good by the look that follows.
      void session.offer(account).catch(() => net.nudge());
    }),
    link.subscriptions.account(market, (account, slot) => {
      link.rpc.noteSlot(slot);
      // Out of the line may mean that a run is there, whose own push can be late or lost.
      if (account.data.length > 0 && session.leftLine(account.data)) net.nudge();
    }),
  ];
  return () => {
    session.stop();
    net.stop();
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
    const { programs, market: address, host } = this.#watch;
    const { rpc, balances } = this.#link;
    const take = balances.begin();
    try {
      const { market, others } = await readMarketAnd(rpc, address, balances.accounts);
      const view = viewMarket(address, market, host);
      const runs = this.#mayHaveRun(view) ? await readRuns(rpc, programs, host) : [];
      if (signal.aborted) return false;
      take(others);
      let changed = this.#show(view);
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

  #mayHaveRun(view: MarketView): boolean {
    return view.position === null || this.#looks % RUNS_EVERY === 0;
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
