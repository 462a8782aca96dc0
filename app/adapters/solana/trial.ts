import { Connection, VersionedTransaction } from '@solana/web3.js';
import { OffpeakError } from '../../contract/errors.ts';
import { deadlineFetch, guarded, transactionFailure } from './failure.ts';
import type { ChainAccount, TransactionFailure } from './types.ts';

/** What a transaction would do: the accounts as they would be after it. */
export type TrialResult =
  | { readonly ok: true; readonly accounts: readonly (ChainAccount | null)[] }
  | { readonly ok: false; readonly failure: TransactionFailure };

/**
 * Runs a transaction without sending it; signatures need not be there. Accounts come back in the
 * order asked for, null where there would be none. Throws `network.rpc-…`.
 */
export type Trial = (wire: Uint8Array, addresses: readonly string[]) => Promise<TrialResult>;

const DEADLINE_MS = 10_000;

/** Asks these servers of one chain, each after the one before has failed. */
export function createTrial(rpcUrls: readonly string[], deadlineMs: number = DEADLINE_MS): Trial {
  return async (wire, addresses) => {
    let problem: unknown = new OffpeakError('network.rpc-unreachable');
    for (const rpcUrl of rpcUrls) {
      try {
        return await guarded(() => tryAt(rpcUrl, deadlineMs, { wire, addresses }));
      } catch (error) {
        problem = error;
      }
    }
    throw problem;
  };
}

async function tryAt(
  rpcUrl: string,
  deadlineMs: number,
  { wire, addresses }: { wire: Uint8Array; addresses: readonly string[] },
): Promise<TrialResult> {
  const connection = new Connection(rpcUrl, {
    commitment: 'confirmed',
    fetch: deadlineFetch(deadlineMs),
    disableRetryOnRateLimit: true,
    httpAgent: false,
  });
  const transaction = VersionedTransaction.deserialize(wire);
  const { value } = await connection.simulateTransaction(transaction, {
    // With the blockhash it has: one that has expired is to be found out here.
    sigVerify: false,
    accounts: { encoding: 'base64', addresses: [...addresses] },
  });
  if (value.err !== null) {
    return { ok: false, failure: transactionFailure(value.err, value.logs ?? []) };
  }
  const found = value.accounts ?? [];
  if (found.length !== addresses.length) {
    const message = 'The Solana RPC server left accounts out of a simulation.';
    throw new OffpeakError('network.rpc-refused', { message });
  }
  return {
    ok: true,
    accounts: addresses.map((address, i) => toAccount(address, found[i] ?? null)),
  };
}

function toAccount(
  address: string,
  found: { owner: string; lamports: number; data: string[] } | null,
): ChainAccount | null {
  // Simulations give an account that does not exist as an empty one without lamports.
  if (found === null || found.lamports === 0) return null;
  const data = new Uint8Array(Buffer.from(found.data[0] ?? '', 'base64'));
  return { address, owner: found.owner, lamports: BigInt(found.lamports), data };
}
