import { setTimeout as sleep } from 'node:timers/promises';
import {
  Connection,
  VersionedTransaction,
  type AccountInfo,
  type GetProgramAccountsFilter,
} from '@solana/web3.js';
import { OffpeakError } from '../../contract/errors.ts';
import { publicKey } from './addresses.ts';
import { deadlineFetch, guarded, transactionFailure } from './failure.ts';
import { readTokenAccount, TOKEN_PROGRAM, type TokenAccount } from './token.ts';
import type { AccountFilter, ChainAccount, TransactionFailure } from './types.ts';

/** How long one call may take. */
const DEADLINE_MS = 10_000;
/** How often, and how far apart, a server that is behind is asked again. */
const BEHIND_TRIES = 4;
const BEHIND_PAUSE_MS = 500;

/** What a simulation says. */
export type Simulation =
  | { readonly ok: true; readonly unitsConsumed: number | null }
  | { readonly ok: false; readonly failure: TransactionFailure };

/** What the chain knows of a signature; `unknown` proves nothing by itself. */
export type SignatureStatus =
  | { readonly state: 'unknown' | 'processed' | 'confirmed' }
  | { readonly state: 'failed'; readonly failure: TransactionFailure };

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
  getLamports(address: string): Promise<bigint>;
  getLatestBlockhash(): Promise<{ blockhash: string; lastValidBlockHeight: number }>;
  getBlockHeight(): Promise<number>;
  simulate(wire: Uint8Array): Promise<Simulation>;
  /** Hands the bytes to the chain without asking it to try them first. */
  sendRaw(wire: Uint8Array): Promise<void>;
  getSignatureStatus(signature: string, searchHistory: boolean): Promise<SignatureStatus>;
  getGenesisHash(): Promise<string>;
  /** Names and versions as the server states them, e.g. `solana-core`. */
  getVersion(): Promise<Record<string, unknown>>;
  /** The newest slot seen, so that other sources (subscriptions) can raise it. */
  noteSlot(slot: number): void;
}

/** Opens no connection by itself; `rpcUrl` is http or https. */
export function createRpc(rpcUrl: string, deadlineMs: number = DEADLINE_MS): SolanaRpc {
  const connection = new Connection(rpcUrl, {
    commitment: 'confirmed',
    fetch: deadlineFetch(deadlineMs),
    // Waiting for a throttled server is the caller's choice, who shows it.
    disableRetryOnRateLimit: true,
    httpAgent: false,
  });
  const slots = createSlotGuard();
  const reads = accountCalls(connection, slots);
  return {
    ...reads,
    ...transactionCalls(connection),
    getAccount: async (address) => (await reads.getAccounts([address]))[0] ?? null,
    getGenesisHash: () => guarded(() => connection.getGenesisHash()),
    getVersion: () => guarded(async () => ({ ...(await connection.getVersion()) })),
    noteSlot: (slot) => slots.note(slot),
  };
}

/** Remembers the newest slot seen: servers behind one name are not equally far. */
interface SlotGuard {
  newest(): number;
  note(slot: number): void;
}

function createSlotGuard(): SlotGuard {
  let newest = 0;
  return { newest: () => newest, note: (slot) => void (newest = Math.max(newest, slot)) };
}

type AccountCalls = Pick<
  SolanaRpc,
  'getAccounts' | 'getProgramAccounts' | 'getTokenAccounts' | 'getLamports'
>;

function accountCalls(connection: Connection, slots: SlotGuard): AccountCalls {
  return {
    getAccounts: (addresses) => guarded(() => readAtNewestSlot(connection, slots, addresses)),
    getProgramAccounts: (programId, filters) =>
      guarded(async () => {
        const config = { filters: filters.map(toWeb3Filter), withContext: true } as const;
        const answer = await connection.getProgramAccounts(publicKey(programId), config);
        slots.note(answer.context.slot);
        return answer.value.map(({ pubkey, account }) => toAccount(pubkey.toBase58(), account));
      }),
    getTokenAccounts: (owner) =>
      guarded(async () => {
        const filter = { programId: publicKey(TOKEN_PROGRAM) };
        const answer = await connection.getTokenAccountsByOwner(publicKey(owner), filter);
        return answer.value.flatMap(({ pubkey, account }) => {
          const address = pubkey.toBase58();
          const token = readTokenAccount(toAccount(address, account));
          return token === null ? [] : [{ address, ...token }];
        });
      }),
    getLamports: (address) =>
      guarded(async () => BigInt(await connection.getBalance(publicKey(address)))),
  };
}

async function readAtNewestSlot(
  connection: Connection,
  slots: SlotGuard,
  addresses: readonly string[],
): Promise<(ChainAccount | null)[]> {
  const keys = addresses.map(publicKey);
  const asked = slots.newest();
  for (let attempt = 0; attempt < BEHIND_TRIES; attempt++) {
    if (attempt > 0) await sleep(BEHIND_PAUSE_MS);
    const answer = await connection.getMultipleAccountsInfoAndContext(keys);
    if (answer.context.slot < asked) continue;
    slots.note(answer.context.slot);
    return addresses.map((address, i) => {
      const info = answer.value[i] ?? null;
      return info === null ? null : toAccount(address, info);
    });
  }
  const message = 'The Solana RPC server is behind the chain.';
  throw new OffpeakError('network.rpc-unreachable', { message });
}

type TransactionCalls = Pick<
  SolanaRpc,
  'getLatestBlockhash' | 'getBlockHeight' | 'simulate' | 'sendRaw' | 'getSignatureStatus'
>;

function transactionCalls(connection: Connection): TransactionCalls {
  return {
    getLatestBlockhash: () => guarded(() => connection.getLatestBlockhash()),
    getBlockHeight: () => guarded(() => connection.getBlockHeight()),
    simulate: (wire) =>
      guarded(async () => {
        const transaction = VersionedTransaction.deserialize(wire);
        const { value } = await connection.simulateTransaction(transaction);
        return value.err === null
          ? { ok: true, unitsConsumed: value.unitsConsumed ?? null }
          : { ok: false, failure: transactionFailure(value.err, value.logs ?? []) };
      }),
    sendRaw: (wire) =>
      guarded(async () => {
        await connection.sendRawTransaction(wire, { skipPreflight: true, maxRetries: 0 });
      }),
    getSignatureStatus: (signature, searchHistory) =>
      guarded(async () => {
        const config = { searchTransactionHistory: searchHistory };
        const { value } = await connection.getSignatureStatus(signature, config);
        if (value === null) return { state: 'unknown' };
        if (value.confirmationStatus === 'processed') return { state: 'processed' };
        return value.err === null
          ? { state: 'confirmed' }
          : { state: 'failed', failure: transactionFailure(value.err, []) };
      }),
  };
}

function toAccount(address: string, info: AccountInfo<Buffer>): ChainAccount {
  return {
    address,
    owner: info.owner.toBase58(),
    lamports: BigInt(info.lamports),
    data: new Uint8Array(info.data),
  };
}

function toWeb3Filter(filter: AccountFilter): GetProgramAccountsFilter {
  return 'dataSize' in filter ? filter : { memcmp: filter };
}
