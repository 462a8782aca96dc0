import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@solana/web3.js';
import { deadlineFetch, guarded } from './failure.ts';
import { accountCalls } from './rpc-accounts.ts';
import { transactionCalls } from './rpc-transactions.ts';
import { createSlotGuard, type SlotGuard } from './slot-guard.ts';
import type { Reads, SolanaRpc } from './solana-rpc.ts';

/** How long one call may take. */
const DEADLINE_MS = 10_000;
/** How often a server that is behind is asked. */
const BEHIND_TRIES = 4;
/** A server that said "nothing" is asked again after this long, where there is no other. */
const SECOND_OPINION_MS = 1_000;

/** How one server is asked. */
export interface RpcOptions {
  /** For each call by itself. */
  readonly deadlineMs?: number;
  /** How often it is asked while it is behind the newest slot, half a second apart. */
  readonly behindTries?: number;
  /** Several servers of one chain share what they have seen. */
  readonly slots?: SlotGuard;
}

/** One server. Opens no connection by itself; `rpcUrl` is http or https. */
export function createRpc(rpcUrl: string, options: RpcOptions = {}): SolanaRpc {
  const { deadlineMs = DEADLINE_MS, behindTries = BEHIND_TRIES } = options;
  const slots = options.slots ?? createSlotGuard();
  const connection = new Connection(rpcUrl, {
    commitment: 'confirmed',
    fetch: deadlineFetch(deadlineMs),
    // Waiting for a throttled server is the caller's choice, who shows it.
    disableRetryOnRateLimit: true,
    httpAgent: false,
  });
  const reads = accountCalls(connection, slots, behindTries);
  return {
    ...reads,
    ...transactionCalls(connection, slots),
    elsewhere: later(reads),
    getAccount: async (address) => (await reads.getAccounts([address]))[0] ?? null,
    getGenesisHash: () => guarded(() => connection.getGenesisHash()),
    getVersion: () => guarded(async () => ({ ...(await connection.getVersion()) })),
    noteSlot: (slot) => slots.note(slot),
  };
}

/** The same questions after a pause. */
export function later(reads: Reads): Reads {
  const paused = async <T>(ask: () => Promise<T>): Promise<T> => {
    await sleep(SECOND_OPINION_MS);
    return ask();
  };
  return {
    getAccounts: (addresses) => paused(() => reads.getAccounts(addresses)),
    getProgramAccounts: (id, filters) => paused(() => reads.getProgramAccounts(id, filters)),
    getTokenAccounts: (owner) => paused(() => reads.getTokenAccounts(owner)),
  };
}
