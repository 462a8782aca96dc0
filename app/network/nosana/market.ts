import { throwawaySigner } from '../../adapters/solana/signer.ts';
import type { Signer } from '../../adapters/solana/types.ts';
import type { Problem } from '../../contract/gpu.ts';
import { OffpeakError, toErrorReport } from '../../contract/errors.ts';
import type { MarketAccount } from './accounts.ts';
import { entryTicket } from './entry-ticket.ts';
import type { FeeRule } from './fees.ts';
import { requireFunds } from './funds.ts';
import { stop, work } from './instructions-host.ts';
import type { JoinRecord } from './join-record.ts';
import type { Link, LinkHolder } from './link.ts';
import {
  offerOf,
  readMarket,
  readRuns,
  readRunsSurely,
  viewMarket,
  type MarketView,
} from './market-read.ts';
import { watchMarket, type MarketHandlers } from './market-watch.ts';
import type { NosanaPrograms } from './programs.ts';
import { sendUntilKnown, signDraft, waitUntilKnown } from './transactions.ts';
import type { Offer, SignedTransaction, TransactionStatus } from '../../jobs/ports.ts';

/** What came of joining or leaving. */
export type QueueResult =
  | { readonly ok: true; readonly state: 'queued' | 'has-run' | 'not-queued' }
  | { readonly ok: false; readonly problem: Problem };

/** What a session works with. */
export interface MarketOptions {
  readonly holder: LinkHolder;
  readonly programs: NosanaPrograms;
  readonly market: string;
  readonly signer: Signer;
  readonly record: JoinRecord;
  readonly fees: FeeRule;
}

/** One host's dealings with one market. */
export class MarketSession {
  readonly #options: MarketOptions;
  /** Joining and leaving wait for each other: two of them at once could contradict each other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: MarketOptions) {
    this.#options = options;
  }

  /**
   * Gets into the queue, or takes a job that waits. Does nothing where this host is in the queue or
   * has a run. A `work` from before a restart is brought to its end first.
   */
  join(signal: AbortSignal): Promise<QueueResult> {
    return this.#inTurn(async (link) => {
      const { record, programs, market, signer } = this.#options;
      const before = record.read();
      if (before !== null) this.#note(before, await sendUntilKnown(link, before, signal));
      const runs = await readRunsSurely(link.rpc, programs, signer.address);
      if (runs.length > 0) return { ok: true, state: 'has-run' };
      const account = await readMarket(link.rpc, market);
      const view = viewMarket(market, account, signer.address);
      if (view.position !== null) return { ok: true, state: 'queued' };
      return this.#work(link, account, signal);
    });
  }

  /** Gets out of the queue; well where this host is not in it. A run that was given stays. */
  leave(signal: AbortSignal): Promise<QueueResult> {
    return this.#inTurn(async (link) => {
      const { record, market, signer, programs, fees } = this.#options;
      const before = record.read();
      // Not sent again, but it may still land: leaving earlier than that would be of no use.
      if (before !== null) this.#note(before, await waitUntilKnown(link, before, signal));
      if (!(await this.#isQueued(link))) return { ok: true, state: 'not-queued' };
      const transaction = await signDraft(link, {
        kind: 'stop',
        instructions: [stop(programs, { market, host: signer.address })],
        signers: [signer],
        fees,
      });
      const status = await sendUntilKnown(link, transaction, signal);
      link.balances.expire();
      // Refused because it was popped from the queue, or kicked out of it, just now: just as well.
      const out = status.state === 'confirmed' || !(await this.#isQueued(link));
      return out ? { ok: true, state: 'not-queued' } : failed(status);
    });
  }

  /** Place in line and terms; throws `network.…`. */
  async view(): Promise<MarketView> {
    const { holder, market, signer } = this.#options;
    const account = await readMarket(holder.require().rpc, market);
    return viewMarket(market, account, signer.address);
  }

  /** Runs that name this host, in any market; an empty list is no proof. Throws `network.…`. */
  async pendingRuns(): Promise<Offer[]> {
    const { holder, programs, signer } = this.#options;
    const { rpc } = holder.require();
    const offers: Offer[] = [];
    for (const run of await readRuns(rpc, programs, signer.address)) {
      const offer = await offerOf(rpc, signer.address, run);
      if (offer !== null) offers.push(offer);
    }
    return offers;
  }

  /** Watches until stopped, over every connection to come. */
  watch(handlers: MarketHandlers): () => void {
    const { holder, programs, market, signer } = this.#options;
    const watch = { programs, market, host: signer.address, handlers, seen: new Set<string>() };
    return holder.whileLinked((link) => watchMarket(link, watch));
  }

  async #work(link: Link, market: MarketAccount, signal: AbortSignal): Promise<QueueResult> {
    const { programs, signer, fees, record } = this.#options;
    const host = signer.address;
    const ticket = await entryTicket(link.rpc, { programs, address: host }, market);
    const { accessKey, missing, rentLamports: rent, lamports: balance } = ticket;
    const reserve = fees.policy.reserveLamports();
    const run = throwawaySigner();
    const call = { run: run.address, market: this.#options.market, host, accessKey };
    const transaction = await signDraft(link, {
      kind: 'work',
      instructions: [...missing, work(programs, call)],
      signers: [signer, run],
      fees,
      checkFunds: (fee) => requireFunds({ host, balance, fee, rent, reserve }),
    });
    record.write(transaction);
    const status = await sendUntilKnown(link, transaction, signal);
    link.balances.expire();
    this.#note(transaction, status);
    if (status.state === 'confirmed') {
      const [created] = await link.rpc.getAccounts([run.address]);
      return { ok: true, state: created === null ? 'queued' : 'has-run' };
    }
    // "Already queued" is as good as queued.
    return (await this.#isQueued(link)) ? { ok: true, state: 'queued' } : failed(status);
  }

  async #isQueued(link: Link): Promise<boolean> {
    const { market, signer } = this.#options;
    const account = await readMarket(link.rpc, market);
    return viewMarket(market, account, signer.address).position !== null;
  }

  #note(transaction: SignedTransaction<'work'>, status: TransactionStatus): void {
    if (status.state === 'pending') throw pendingError(transaction);
    this.#options.record.write(null);
  }

  #inTurn(act: (link: Link) => Promise<QueueResult>): Promise<QueueResult> {
    const result = this.#turn.then(async (): Promise<QueueResult> => {
      try {
        return await act(this.#options.holder.require());
      } catch (error) {
        return { ok: false, problem: toErrorReport(error) };
      }
    });
    this.#turn = result;
    return result;
  }
}

function failed(status: TransactionStatus): QueueResult {
  if (status.state === 'rejected') return { ok: false, problem: status.problem };
  const code =
    status.state === 'expired' ? 'network.transaction-expired' : 'network.transaction-pending';
  return { ok: false, problem: new OffpeakError(code).toReport() };
}

function pendingError(transaction: SignedTransaction<string>): OffpeakError {
  const message = `It is not known yet whether the network took transaction ${transaction.signature}.`;
  return new OffpeakError('network.transaction-pending', { message });
}
