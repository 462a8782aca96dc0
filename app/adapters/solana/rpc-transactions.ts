import { VersionedTransaction, type Connection } from '@solana/web3.js';
import { publicKey } from './addresses.ts';
import { guarded, transactionFailure } from './failure.ts';
import type { SignatureStatus, SolanaRpc } from './solana-rpc.ts';
import type { SlotGuard } from './slot-guard.ts';

/** `getRecentPrioritizationFees` takes this many addresses. */
const MAX_LOCKED = 128;

type TransactionCalls = Pick<
  SolanaRpc,
  | 'getLatestBlockhash'
  | 'getBlockHeight'
  | 'getPriorityPrices'
  | 'simulate'
  | 'sendRaw'
  | 'getSignatureStatus'
  | 'lookEverywhere'
>;

/** The calls by which transactions come onto the chain and are found there. */
export function transactionCalls(connection: Connection, slots: SlotGuard): TransactionCalls {
  return {
    getLatestBlockhash: () =>
      guarded(async () => {
        const { context, value } = await connection.getLatestBlockhashAndContext();
        slots.note(context.slot);
        return value;
      }),
    getBlockHeight: () => guarded(() => connection.getBlockHeight()),
    getPriorityPrices: (writable) =>
      guarded(async () => {
        const lockedWritableAccounts = writable.slice(0, MAX_LOCKED).map(publicKey);
        const blocks = await connection.getRecentPrioritizationFees({ lockedWritableAccounts });
        return blocks.map(({ prioritizationFee }) => BigInt(prioritizationFee));
      }),
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
      guarded(async () => (await lookUp(connection, slots, signature, searchHistory)).status),
    lookEverywhere: (signature) =>
      guarded(async () => {
        // What is unknown after its last block stays unknown, so the height comes first. One name
        // can hide many servers: the one that says "unknown" must be as far as the one before.
        const slot = await connection.getSlot();
        const height = await connection.getBlockHeight();
        const last = await lookUp(connection, slots, signature, true);
        return { status: last.status, height: last.slot < slot ? null : height };
      }),
  };
}

async function lookUp(
  connection: Connection,
  slots: SlotGuard,
  signature: string,
  searchTransactionHistory: boolean,
): Promise<{ status: SignatureStatus; slot: number }> {
  const answer = await connection.getSignatureStatus(signature, { searchTransactionHistory });
  const { slot } = answer.context;
  slots.note(slot);
  return { status: statusIn(answer.value), slot };
}

type Found = Awaited<ReturnType<Connection['getSignatureStatus']>>['value'];

function statusIn(value: Found): SignatureStatus {
  if (value === null) return { state: 'unknown' };
  if (value.confirmationStatus === 'processed') return { state: 'processed' };
  return value.err === null
    ? { state: 'confirmed' }
    : { state: 'failed', failure: transactionFailure(value.err, []) };
}
