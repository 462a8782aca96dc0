import type { EndpointHealth, RpcEndpoint } from '../../adapters/solana/rpc-endpoint.ts';
import { createRpcPool, type RpcPool } from '../../adapters/solana/rpc-pool.ts';
import { createSubscriptions } from '../../adapters/solana/subscriptions.ts';
import type { Signer } from '../../adapters/solana/types.ts';
import type { CostPreview } from '../../contract/costs.ts';
import { OffpeakError } from '../../contract/errors.ts';
import { readAssignment, watchAssignment } from './assignment.ts';
import { encodeAuthorization } from './authorization.ts';
import { BalanceBook, type Balances } from './balances.ts';
import { createContentClient, type ContentEndpoints } from './content.ts';
import { DEFAULT_FEES, type FeePolicy, type FeeRule } from './fees.ts';
import { createFinishShapes, type FinishShapes } from './finish-shape.ts';
import { checkGenesis, type GenesisRule } from './genesis.ts';
import { createJoinRecord } from './join-record.ts';
import { LinkHolder, type Link } from './link.ts';
import { MarketSession } from './market.ts';
import { PACE, type Pace } from './net.ts';
import { NOSANA_PROGRAMS, type NosanaPrograms } from './programs.ts';
import { readCosts } from './read-costs.ts';
import type { NetworkSettings } from './settings.ts';
import { signSettlement } from './settlement.ts';
import { sendUntilKnown, statusOf } from './transactions.ts';
import type {
  JobNetwork,
  Assignment,
  Offer,
  SettlementKind,
  SignedTransaction,
  TransactionStatus,
} from '../../jobs/ports.ts';

export type { Balances } from './balances.ts';

/** What a network is made with; where it is reached comes later, with `connect`. */
export interface NosanaOptions {
  /** Label for storage, e.g. `practice` or `mainnet`. */
  readonly id: string;
  readonly practice: boolean;
  readonly signer: Signer;
  readonly genesisRule: GenesisRule;
  readonly settings: NetworkSettings;
  /** What the owner allows; on practice nothing is offered above the base fee. */
  readonly fees?: FeePolicy;
  readonly programs?: NosanaPrograms;
  /** Only whoever measures goes at another pace. */
  readonly pace?: Pace;
}

/** Where the chain and the documents are. */
export interface NosanaEndpoints extends ContentEndpoints {
  /** At least one, the preferred one first. */
  readonly rpc: readonly RpcEndpoint[];
}

/** The Nosana network, real or practice: the same code against another chain. */
export class NosanaNetwork implements JobNetwork {
  readonly id: string;
  readonly practice: boolean;
  /** Address of this host. */
  readonly host: string;
  readonly #options: NosanaOptions;
  readonly #programs: NosanaPrograms;
  readonly #shapes: FinishShapes;
  readonly #fees: FeeRule;
  readonly #sessions = new Map<string, MarketSession>();
  readonly #holder = new LinkHolder();
  readonly #listeners = new Set<() => void>();
  #pool: RpcPool | null = null;
  /** Rises with every connect and disconnect: a slow connect must not undo a later one. */
  #turn = 0;

  constructor(options: NosanaOptions) {
    this.id = options.id;
    this.practice = options.practice;
    this.host = options.signer.address;
    this.#options = options;
    this.#programs = options.programs ?? NOSANA_PROGRAMS;
    this.#shapes = createFinishShapes(options.settings, options.id);
    this.#fees = { policy: options.fees ?? DEFAULT_FEES, isFree: options.practice };
    this.#holder.onChange(() => this.#changed());
  }

  /** This host's dealings with one market; always the same object for the same address. */
  session(market: string): MarketSession {
    const known = this.#sessions.get(market);
    if (known !== undefined) return known;
    const { signer, settings } = this.#options;
    const record = createJoinRecord(settings, this.host, market);
    const [holder, programs, fees] = [this.#holder, this.#programs, this.#fees];
    const session = new MarketSession({ holder, programs, market, signer, record, fees });
    this.#sessions.set(market, session);
    return session;
  }

  /** Genesis hash of the chain this network is connected to; null while it is not. */
  get genesis(): string | null {
    return this.#holder.current?.genesis ?? null;
  }

  /**
   * Connects, in place of the connection before; all watches go on over the new one. Throws
   * `network.not-mainnet` or `network.not-practice` for the wrong chain, and `network.rpc-…`.
   */
  async connect(endpoints: NosanaEndpoints): Promise<void> {
    this.disconnect();
    const turn = this.#turn;
    const areUrls = endpoints.rpc.every(
      ({ rpcUrl, wsUrl }) => isUrl(rpcUrl, /^https?:$/) && isUrl(wsUrl, /^wss?:$/),
    );
    if (!areUrls || endpoints.rpc.length === 0) {
      const message = 'The address of the Solana RPC server is not a web address.';
      throw new OffpeakError('network.rpc-unreachable', { message });
    }
    const rule = this.#options.genesisRule;
    const rpc = createRpcPool(endpoints.rpc, { check: (server) => checkGenesis(rule, server) });
    this.#pool = rpc;
    const genesis = await rpc.connect();
    if (turn !== this.#turn) throw new OffpeakError('network.not-connected');
    const subscriptions = createSubscriptions((attempt) => rpc.socketUrl(attempt));
    const content = createContentClient(endpoints);
    const { pace = PACE } = this.#options;
    const balances = this.#bookFor(rpc, 2 * pace.pushedMs);
    this.#holder.set({ rpc, subscriptions, content, genesis, balances, pace });
  }

  /** The chain itself, for dealings that no session covers; throws `network.not-connected`. */
  get chain(): Pick<Link, 'rpc' | 'genesis'> {
    return this.#holder.require();
  }

  /** How the RPC servers of the last `connect` are, the preferred one first. Safe to show. */
  health(): readonly EndpointHealth[] {
    return this.#pool?.health() ?? [];
  }

  /** Lets go of the connection. Watches stay and sleep until the next `connect`. */
  disconnect(): void {
    this.#turn++;
    this.#holder.set(null);
  }

  /** Calls back when the connection, or what this host owns, may have changed. Returns the stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** As they were last read, which is soon after they changed; throws `network.…`. */
  async balances(): Promise<Balances> {
    return this.#holder.require().balances.read();
  }

  /**
   * What has to be in the wallet before this host queues in a market, item by item; nothing is
   * signed. Throws `network.market-missing`, `network.rpc-…`.
   */
  async costs(market: string): Promise<CostPreview> {
    const host = { programs: this.#programs, address: this.host, fees: this.#fees };
    return readCosts(this.#holder.require().rpc, host, market);
  }

  // ---- What the jobs room asks of a network --------------------------------------------------

  async fetchDocument(cid: string, signal: AbortSignal): Promise<Uint8Array> {
    return this.#holder.require().content.fetch(cid, signal);
  }

  async storeDocument(bytes: Uint8Array, signal: AbortSignal): Promise<string> {
    return this.#holder.require().content.store(bytes, signal);
  }

  async readAssignment(offer: Offer, signal: AbortSignal): Promise<Assignment> {
    signal.throwIfAborted();
    const link = this.#holder.current;
    if (link === null) {
      const problem = new OffpeakError('network.not-connected').toReport();
      return { state: 'unknown', problem };
    }
    return readAssignment(link.rpc, this.host, offer);
  }

  watchAssignment(offer: Offer, onChange: () => void): () => void {
    return this.#holder.whileLinked((link) => watchAssignment(link, offer, onChange));
  }

  async signSettlement(
    offer: Offer,
    kind: SettlementKind,
    resultCid: string | null,
  ): Promise<SignedTransaction> {
    const settler = {
      programs: this.#programs,
      signer: this.#options.signer,
      shapes: this.#shapes,
      fees: this.#fees,
    };
    return signSettlement(this.#holder.require(), settler, offer, { kind, resultCid });
  }

  /** Without a connection nothing is known: `pending`. */
  async sendTransaction(
    transaction: SignedTransaction,
    signal: AbortSignal,
  ): Promise<TransactionStatus> {
    const link = this.#holder.current;
    if (link === null) return { state: 'pending' };
    const status = await sendUntilKnown(link, transaction, signal);
    link.balances.expire();
    if (status.state === 'rejected' && transaction.kind === 'finish') {
      this.#shapes.forget(this.#programs.jobs);
    }
    return status;
  }

  async transactionStatus(transaction: SignedTransaction): Promise<TransactionStatus> {
    const link = this.#holder.current;
    return link === null ? { state: 'pending' } : statusOf(link, transaction);
  }

  authorize(message: string): Promise<string> {
    return encodeAuthorization(message, this.#options.signer, Date.now());
  }

  #bookFor(rpc: RpcPool, maxAgeMs: number): BalanceBook {
    const { nosMint } = this.#programs;
    const onChange = () => this.#changed();
    return new BalanceBook({ rpc, host: this.host, nosMint, maxAgeMs, onChange });
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function isUrl(text: string, protocol: RegExp): boolean {
  return URL.canParse(text) && protocol.test(new URL(text).protocol);
}
