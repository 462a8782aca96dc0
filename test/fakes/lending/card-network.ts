import type { Problem } from '../../../app/contract/gpu.ts';
import { OffpeakError, type ErrorCode } from '../../../app/contract/errors.ts';
import type {
  Assignment,
  Offer,
  SettlementKind,
  SignedTransaction,
  TransactionStatus,
} from '../../../app/jobs/ports.ts';
import { NosanaNetwork, type Balances } from '../../../app/network/nosana/nosana-network.ts';
import type { FakeNetwork } from '../network/fake-network.ts';
import { memorySettings } from '../network/memory-settings.ts';
import { FakeSession } from './fake-session.ts';

/**
 * The network as one identity has it: runs and documents of a FakeNetwork, under that one's key, and
 * a place in markets. It outlives the host, as a chain does.
 */
export class CardNetwork extends NosanaNetwork {
  readonly jobs: FakeNetwork;
  /** Where set, no connection comes about. */
  trouble: ErrorCode | null = null;
  connects = 0;
  readonly #note: (event: string) => void;
  readonly #markets = new Map<string, FakeSession>();
  #genesis: string | null = null;

  constructor(jobs: FakeNetwork, note: (event: string) => void = () => undefined) {
    const { id, practice, signer } = jobs;
    super({ id, practice, signer, genesisRule: 'practice', settings: memorySettings() });
    this.jobs = jobs;
    this.#note = note;
  }

  override get genesis(): string | null {
    return this.#genesis;
  }

  override session(market: string): FakeSession {
    const known = this.#markets.get(market);
    if (known !== undefined) return known;
    const session = new FakeSession(market, (call) => this.#note(call));
    this.#markets.set(market, session);
    session.link(this.#genesis !== null);
    return session;
  }

  override connect(): Promise<void> {
    this.connects += 1;
    if (this.trouble !== null) return Promise.reject(new OffpeakError(this.trouble));
    this.#genesis = this.jobs.genesis;
    for (const session of this.#markets.values()) session.link(true);
    return Promise.resolve();
  }

  override disconnect(): void {
    this.#genesis = null;
    for (const session of this.#markets.values()) session.link(false);
  }

  override balances(): Promise<Balances> {
    return Promise.resolve({ nos: 5n, lamports: 7n });
  }

  override fetchDocument(cid: string, signal: AbortSignal): Promise<Uint8Array> {
    return this.jobs.fetchDocument(cid, signal);
  }

  override storeDocument(bytes: Uint8Array, signal: AbortSignal): Promise<string> {
    return this.jobs.storeDocument(bytes, signal);
  }

  override readAssignment(offer: Offer, signal: AbortSignal): Promise<Assignment> {
    return this.jobs.readAssignment(offer, signal);
  }

  override watchAssignment(offer: Offer, onChange: () => void): () => void {
    return this.jobs.watchAssignment(offer, onChange);
  }

  override signSettlement(
    offer: Offer,
    kind: SettlementKind,
    resultCid: string | null,
  ): Promise<SignedTransaction> {
    return this.jobs.signSettlement(offer, kind, resultCid);
  }

  override sendTransaction(
    transaction: SignedTransaction,
    signal: AbortSignal,
  ): Promise<TransactionStatus> {
    return this.jobs.sendTransaction(transaction, signal);
  }

  override transactionStatus(transaction: SignedTransaction): Promise<TransactionStatus> {
    return this.jobs.transactionStatus(transaction);
  }
}

/** As a person would read it. */
export function problemOf(code: ErrorCode): Problem {
  return new OffpeakError(code).toReport();
}
