import { setTimeout as sleep } from 'node:timers/promises';
import type { SignatureStatus, SolanaRpc } from '../../adapters/solana/solana-rpc.ts';
import { signTransaction } from '../../adapters/solana/transaction.ts';
import type { Instruction, Signer, TransactionFailure } from '../../adapters/solana/types.ts';
import { encodeBase58 } from '../../contract/base58.ts';
import { priceDraft, type FeeRule } from './fees.ts';
import { transactionProblem } from './program-errors.ts';
import type { SignedTransaction, TransactionStatus } from '../../jobs/ports.ts';

/** The same bytes are sent again this often: leaders drop transactions without a word. */
const RESEND_MS = 2_000;
/** Pauses between looking the signature up: short at first, most are confirmed within a second. */
const POLL_MIN_MS = 200;
const POLL_MAX_MS = 2_000;
/** A transaction lives about 150 blocks, some 75 s; beyond this the server must be failing. */
const PATIENCE_MS = 150_000;
/** So long without one answer: the caller is told, and may tell its owner, and comes again. */
const DEAF_MS = 10_000;
/** Servers behind one name differ by a few blocks: one more look before "it can never land". */
const SAFETY_BLOCKS = 8;
/** The chain says these of transactions that may well be fine; the status decides. */
const UNDECIDED = ['BlockhashNotFound', 'AlreadyProcessed'];

/** What transactions need of a connection. */
export interface Chain {
  readonly rpc: Pick<
    SolanaRpc,
    | 'getLatestBlockhash'
    | 'getBlockHeight'
    | 'getPriorityPrices'
    | 'getSignatureStatus'
    | 'lookEverywhere'
    | 'simulate'
    | 'sendRaw'
  >;
  readonly genesis: string;
}

/** What is to be signed; the first signer pays. */
export interface TransactionDraft<Kind extends string> {
  readonly kind: Kind;
  readonly instructions: readonly Instruction[];
  readonly signers: readonly [Signer, ...Signer[]];
  /** Absent: it is signed as it is, and offers nothing for being taken sooner. */
  readonly fees?: FeeRule;
  /** Throws where this fee is more than can be paid; nothing is signed then. Lamports. */
  readonly checkFunds?: (fee: bigint) => void;
}

/**
 * Signs with a fresh blockhash and sends nothing; throws `network.fee-cap`, `network.rpc-…`, and
 * what `checkFunds` throws.
 */
export async function signDraft<Kind extends string>(
  chain: Chain,
  draft: TransactionDraft<Kind>,
): Promise<SignedTransaction<Kind>> {
  const { blockhash, lastValidBlockHeight } = await chain.rpc.getLatestBlockhash();
  const { kind, instructions, signers, fees, checkFunds } = draft;
  const plan = { instructions, signers, blockhash };
  const price = fees === undefined ? null : await priceDraft(chain.rpc, fees, plan);
  if (price !== null) checkFunds?.(price.feeLamports);
  const { signature, wire } = await signTransaction({ ...plan, budget: price?.budget ?? {} });
  return {
    kind,
    signature: encodeBase58(signature),
    wire: Buffer.from(wire).toString('base64'),
    lastValidBlockHeight,
    genesis: chain.genesis,
  };
}

/**
 * What became of a signed transaction. A server that fails is `pending`: nothing is known. It is
 * `expired` only where its last block is over at a server that is not behind, and none knows it.
 */
export async function statusOf(
  chain: Chain,
  transaction: SignedTransaction<string>,
): Promise<TransactionStatus> {
  return (await answerAbout(chain, transaction)) ?? { state: 'pending' };
}

/** The same; null where no server answers. */
async function answerAbout(
  chain: Chain,
  transaction: SignedTransaction<string>,
): Promise<TransactionStatus | null> {
  if (transaction.genesis !== chain.genesis) return { state: 'expired' };
  try {
    const found = await chain.rpc.getSignatureStatus(transaction.signature, true);
    if (found.state !== 'unknown') return meaningOf(found);
    const isOver = (height: number) => height > transaction.lastValidBlockHeight + SAFETY_BLOCKS;
    if (!isOver(await chain.rpc.getBlockHeight())) return { state: 'pending' };
    const { status, height } = await chain.rpc.lookEverywhere(transaction.signature);
    if (status.state !== 'unknown') return meaningOf(status);
    return { state: height !== null && isOver(height) ? 'expired' : 'pending' };
  } catch {
    return null;
  }
}

function meaningOf(status: SignatureStatus): TransactionStatus {
  switch (status.state) {
    case 'confirmed':
      return { state: 'confirmed' };
    case 'failed':
      return rejected(status.failure);
    case 'processed':
    case 'unknown':
      return { state: 'pending' };
  }
}

/**
 * Sends the bytes, again and again, until the chain has confirmed or refused them or can no longer
 * take them. `pending` where the signal aborts, no server answers for 10 s, or none decides for 150 s.
 * Nothing is ever rebuilt: only these bytes are sent.
 */
export async function sendUntilKnown(
  chain: Chain,
  transaction: SignedTransaction<string>,
  signal: AbortSignal,
): Promise<TransactionStatus> {
  const wire = new Uint8Array(Buffer.from(transaction.wire, 'base64'));
  const known = await statusOf(chain, transaction);
  if (known.state !== 'pending' || signal.aborted) return known;
  const refusal = await firstTry(chain, transaction, wire);
  if (refusal !== null) return refusal;
  let sentAt = performance.now();
  return followUp(chain, transaction, signal, async () => {
    if (performance.now() - sentAt < RESEND_MS) return;
    sentAt = performance.now();
    await chain.rpc.sendRaw(wire).catch(() => undefined);
  });
}

/** The same without sending: for a transaction that may be on its way and is no longer wanted. */
export async function waitUntilKnown(
  chain: Chain,
  transaction: SignedTransaction<string>,
  signal: AbortSignal,
): Promise<TransactionStatus> {
  return followUp(chain, transaction, signal, () => Promise.resolve());
}

async function followUp(
  chain: Chain,
  transaction: SignedTransaction<string>,
  signal: AbortSignal,
  resend: () => Promise<void>,
): Promise<TransactionStatus> {
  const begunAt = performance.now();
  let heardAt = begunAt;
  for (let pauseMs = POLL_MIN_MS; ; pauseMs = Math.min(pauseMs * 2, POLL_MAX_MS)) {
    const status = await answerAbout(chain, transaction);
    const now = performance.now();
    if (status !== null) heardAt = now;
    if (status !== null && status.state !== 'pending') return status;
    const over = signal.aborted || now - begunAt > PATIENCE_MS || now - heardAt > DEAF_MS;
    if (over) return { state: 'pending' };
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    await resend();
  }
}

/**
 * Has the server try it before it goes out: a refusal then costs no fee and comes with its logs.
 * Null where it is on its way, or where the server failed and it will be sent again.
 */
async function firstTry(
  chain: Chain,
  transaction: SignedTransaction<string>,
  wire: Uint8Array,
): Promise<TransactionStatus | null> {
  try {
    const trial = await chain.rpc.simulate(wire);
    if (!trial.ok && !UNDECIDED.some((reason) => trial.failure.reason.includes(reason))) {
      // It may have landed a moment ago, and then fails because it has had its effect.
      const status = await statusOf(chain, transaction);
      return status.state === 'confirmed' ? status : rejected(trial.failure);
    }
    await chain.rpc.sendRaw(wire);
    return null;
  } catch {
    return null;
  }
}

function rejected(failure: TransactionFailure): TransactionStatus {
  return { state: 'rejected', problem: transactionProblem(failure) };
}
