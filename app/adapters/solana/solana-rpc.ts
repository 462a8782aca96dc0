import type { TokenAccount } from './token.ts';
import type { AccountFilter, ChainAccount, TransactionFailure } from './types.ts';

/** What a simulation says. */
export type Simulation =
  | { readonly ok: true; readonly unitsConsumed: number | null }
  | { readonly ok: false; readonly failure: TransactionFailure };

/** What the chain knows of a signature; `unknown` proves nothing by itself. */
export type SignatureStatus =
  | { readonly state: 'unknown' | 'processed' | 'confirmed' }
  | { readonly state: 'failed'; readonly failure: TransactionFailure };

/** What all servers together know of a signature. */
export interface LastLook {
  readonly status: SignatureStatus;
  /** Block height of a server that did not know it and was not behind; null where there is none. */
  readonly height: number | null;
}

/** Questions to which "nothing" is an answer that a server in trouble may give as well. */
export type Reads = Pick<SolanaRpc, 'getAccounts' | 'getProgramAccounts' | 'getTokenAccounts'>;

/**
 * Reads and writes one chain over HTTP, at commitment `confirmed`. Every call ends within its
 * deadline and throws `network.rpc-…` when the server fails.
 */
export interface SolanaRpc {
  /** Null where the account does not exist. */
  getAccount(address: string): Promise<ChainAccount | null>;
  /**
   * All at one slot, in the order asked for. An answer from before the newest slot this connection
   * has seen is refused (`network.rpc-unreachable`), so that "missing" means missing.
   */
  getAccounts(addresses: readonly string[]): Promise<(ChainAccount | null)[]>;
  /** An empty list may also come from a throttled server: never take it for proof. */
  getProgramAccounts(programId: string, filters: readonly AccountFilter[]): Promise<ChainAccount[]>;
  getTokenAccounts(owner: string): Promise<(TokenAccount & { readonly address: string })[]>;
  /**
   * A second opinion: the same questions, to another server than the first one, or a second later
   * to the same where there is no other. For whatever would be concluded from "nothing".
   */
  readonly elsewhere: Reads;
  getLamports(address: string): Promise<bigint>;
  /** What an account of this size has to hold, in lamports; asked once per size. */
  getRentExemption(bytes: number): Promise<bigint>;
  /** Micro-lamports per compute unit that sufficed of late to write to these accounts, by block. */
  getPriorityPrices(writable: readonly string[]): Promise<bigint[]>;
  getLatestBlockhash(): Promise<{ blockhash: string; lastValidBlockHeight: number }>;
  getBlockHeight(): Promise<number>;
  simulate(wire: Uint8Array): Promise<Simulation>;
  /** Hands the bytes to the chain without asking it to try them first. */
  sendRaw(wire: Uint8Array): Promise<void>;
  getSignatureStatus(signature: string, searchHistory: boolean): Promise<SignatureStatus>;
  /** Asks every server that can be asked: for a signature that seems to be lost. */
  lookEverywhere(signature: string): Promise<LastLook>;
  getGenesisHash(): Promise<string>;
  /** Names and versions as the server states them, e.g. `solana-core`. */
  getVersion(): Promise<Record<string, unknown>>;
  /** The newest slot seen, so that other sources (subscriptions) can raise it. */
  noteSlot(slot: number): void;
}
