import { setTimeout as sleep } from 'node:timers/promises';
import { LendingLoop } from '../availability/lending-loop.ts';
import type { AdmissionState } from '../contract/admission.ts';
import { OffpeakError, toErrorReport } from '../contract/errors.ts';
import type { Problem } from '../contract/gpu.ts';
import type { Log } from '../contract/log.ts';
import type { Offer } from '../jobs/ports.ts';
import type { MarketView } from '../network/nosana/market-read.ts';
import type { MarketSession, QueueResult } from '../network/nosana/market.ts';
import type { NosanaNetwork } from '../network/nosana/nosana-network.ts';
import type { NetworkAddress } from '../network/provider.ts';
import { Admitting, type AdmissionFlow } from './admitting.ts';

/** What a membership is made of. */
export interface MembershipParts {
  readonly network: NosanaNetwork;
  /** Where no host manager names one. */
  readonly market: string | null;
  /** The owner lends, and this computer is ready for jobs. */
  readonly wants: () => boolean;
  /** A run is in hand. */
  readonly isBusy: () => boolean;
  readonly onOffer: (offer: Offer) => void;
  readonly onChange: () => void;
  readonly log: Log;
}

const CONNECT_RETRY_MS = 3_000;
const LEAVE_MS = 10_000;

/** Where one identity stands on its network: connected, admitted, in the queue of a market. */
export class Membership {
  readonly #parts: MembershipParts;
  readonly #loop: LendingLoop;
  readonly #admitting: Admitting;
  #connecting = 0;
  #problem: Problem | null = null;
  #joinProblem: Problem | null = null;
  #session: MarketSession | null = null;
  #unwatch: (() => void) | null = null;
  #view: MarketView | null = null;
  #stopped = false;

  constructor(parts: MembershipParts) {
    this.#parts = parts;
    this.#admitting = new Admitting({
      isWanted: () => this.#isReady() && !parts.isBusy(),
      onMarket: (market) => this.#enter(market),
      onChange: () => this.#changed(),
    });
    this.#loop = new LendingLoop({
      market: {
        join: (signal) => this.#dealings((session) => session.join(signal)),
        leave: (signal) => this.#dealings((session) => session.leave(signal)),
      },
      facts: () => ({
        willing: this.#isReady() && this.#admitting.isAdmitted,
        busy: parts.isBusy(),
        queued: this.#view === null ? null : this.#view.position !== null,
      }),
      onProblem: (problem) => {
        this.#joinProblem = problem;
        parts.onChange();
      },
    });
  }

  /** What stands between this identity and the chain. */
  get connection(): Problem | 'connecting' | 'connected' {
    if (this.#problem !== null) return this.#problem;
    return this.#parts.network.genesis === null ? 'connecting' : 'connected';
  }

  /** Null where the network has no host manager, or before it was reached. */
  get admission(): AdmissionState | null {
    return this.#admitting.state;
  }

  /** The market as last seen; null before. */
  get market(): MarketView | null {
    return this.#view;
  }

  /** Why the last attempt to join failed; null while well. */
  get joinProblem(): Problem | null {
    return this.#joinProblem;
  }

  /**
   * `admission` is the way to be admitted there; null where nobody has to be.
   * Connects until it works or a newer address comes: an old one must not undo a new connection.
   */
  async connect(address: NetworkAddress, admission: AdmissionFlow | null): Promise<void> {
    const { network, log, market } = this.#parts;
    const turn = ++this.#connecting;
    while (!this.#stopped && turn === this.#connecting) {
      try {
        await network.connect(address);
        break;
      } catch (error) {
        if (turn !== this.#connecting) return;
        this.#problem = toErrorReport(error);
        log('warn', 'cannot connect to the network', { code: this.#problem.code });
        this.#changed();
        await sleep(CONNECT_RETRY_MS);
      }
    }
    if (this.#stopped || turn !== this.#connecting) return;
    this.#problem = null;
    this.#admitting.use(admission);
    if (admission === null && market !== null) this.#enter(market);
    this.retryNow();
    this.#parts.onChange();
  }

  /** The network is away; nothing is known of the queue until it is back. */
  disconnect(problem: Problem): void {
    this.#connecting++;
    this.#parts.network.disconnect();
    this.#view = null;
    this.#problem = problem;
    this.#changed();
  }

  /** Looks at the facts and acts on them; cheap, call it after every change. */
  check(): void {
    this.#admitting.check();
    this.#loop.check();
  }

  /** Something changed that may have removed an obstacle. */
  retryNow(): void {
    this.#admitting.retryNow();
    this.#loop.retryNow();
  }

  /** Nothing is joined any more; with `queue` the queue is left first, for some seconds at most. */
  async leave({ queue }: { readonly queue: boolean }): Promise<void> {
    this.#stopped = true;
    // A server that takes the question and never answers must not keep the host from its end.
    const looped = upTo(AbortSignal.timeout(LEAVE_MS), this.#loop.stop());
    await Promise.all([looped, this.#admitting.stop()]);
    if (!queue || this.#session === null || this.#parts.network.genesis === null) return;
    const signal = AbortSignal.timeout(LEAVE_MS);
    await upTo(signal, this.#session.leave(signal));
  }

  /** Ends the watching and the connection, once no run needs them any more. */
  disconnectForGood(): void {
    this.#unwatch?.();
    this.#parts.network.disconnect();
  }

  #isReady(): boolean {
    return this.#parts.wants() && !this.#stopped && this.#parts.network.genesis !== null;
  }

  /** From one market to another, as the operator may decide at any time: the old queue is left. */
  #enter(market: string): void {
    const { network, onOffer } = this.#parts;
    const session = network.session(market);
    if (session === this.#session) return;
    const former = this.#session;
    this.#unwatch?.();
    this.#session = session;
    this.#view = null;
    void former?.leave(AbortSignal.timeout(LEAVE_MS));
    this.#unwatch = session.watch({
      onOffer,
      onQueue: (view) => {
        this.#view = view;
        this.#changed();
      },
      onProblem: (problem) => {
        this.#problem = problem;
        this.#changed();
      },
    });
  }

  async #dealings(act: (session: MarketSession) => Promise<QueueResult>): Promise<Problem | null> {
    const session = this.#session;
    if (session === null) return new OffpeakError('network.not-connected').toReport();
    const result = await act(session);
    return result.ok ? null : result.problem;
  }

  #changed(): void {
    this.#parts.onChange();
  }
}

/** Waits for the work, at the longest until the signal aborts. */
async function upTo(signal: AbortSignal, work: Promise<unknown>): Promise<void> {
  const over = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await Promise.race([work, over]);
}
