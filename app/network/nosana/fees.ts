import { unsignedTransaction, type ComputeBudget } from '../../adapters/solana/transaction.ts';
import type { SolanaRpc } from '../../adapters/solana/solana-rpc.ts';
import type { Instruction, Signer } from '../../adapters/solana/types.ts';
import { OffpeakError } from '../../contract/errors.ts';

/** What the owner allows; asked anew for each transaction. */
export interface FeePolicy {
  /** The most that one transaction may cost in fees. */
  maxFeeLamports(): bigint;
  /** What stays in the wallet, whatever is signed but settlements, which earn money. */
  reserveLamports(): bigint;
}

/** How transactions are priced. */
export interface FeeRule {
  readonly policy: FeePolicy;
  /** Nothing is offered for being taken sooner where nobody competes: on practice. */
  readonly isFree: boolean;
}

/** Where an owner chose nothing: 0.0005 SOL for a transaction, 0.005 SOL stay. */
export const DEFAULT_FEES: FeePolicy = {
  maxFeeLamports: () => 500_000n,
  reserveLamports: () => 5_000_000n,
};

/** Per signature. (solana.com, "Fees on Solana") */
const BASE_FEE = 5_000n;
const MICRO = 1_000_000n;
/** Share of recent blocks that a price would have sufficed for. */
const PERCENTILE = 0.6;
/** Micro-lamports per unit; the official host offers no less. (nosana-cli, src/services/sdk.ts) */
const MIN_PRICE = 100_000n;
/** The accounts may change between the simulation and the block: room for that. */
const UNIT_ROOM = 1.2;
const MIN_UNITS = 20_000;
/** The most units that a transaction may ask for, and what it gets for each call if it does not. */
const MAX_UNITS = 1_400_000;
const UNITS_PER_CALL = 200_000;

/** What a transaction will ask for, and what that costs at most. */
export interface Price {
  readonly budget: ComputeBudget;
  readonly feeLamports: bigint;
}

/** What decides a price. */
export interface PriceFacts {
  readonly signatures: number;
  /** What a simulation used; null where it failed. */
  readonly unitsConsumed: number | null;
  readonly calls: number;
  /** Micro-lamports per unit that sufficed in recent blocks; null where nothing is to be offered. */
  readonly recentPrices: readonly bigint[] | null;
  readonly maxFeeLamports: bigint;
}

/** The fee of signatures alone. */
export function baseFee(signatures: number): bigint {
  return BigInt(signatures) * BASE_FEE;
}

/** Throws `network.fee-cap` where not even the base fee is below the owner's limit. */
export function priceOf(facts: PriceFacts): Price {
  const { signatures, unitsConsumed, recentPrices, maxFeeLamports } = facts;
  const base = baseFee(signatures);
  if (base > maxFeeLamports) {
    const message = `This transaction costs at least ${base} lamports; your limit is ${maxFeeLamports} lamports.`;
    throw new OffpeakError('network.fee-cap', { message });
  }
  const units = unitsFor(unitsConsumed, facts.calls);
  const unitLimit = unitsConsumed === null ? {} : { unitLimit: units };
  if (recentPrices === null) return { budget: unitLimit, feeLamports: base };
  const wanted = atLeast(MIN_PRICE, percentile(recentPrices));
  const affordable = ((maxFeeLamports - base) * MICRO) / BigInt(units);
  const unitPrice = wanted < affordable ? wanted : affordable;
  // Rounded up, as the chain does.
  const priority = (unitPrice * BigInt(units) + MICRO - 1n) / MICRO;
  return { budget: { ...unitLimit, unitPrice }, feeLamports: base + priority };
}

/** Asks the chain what a transaction uses and what others pay; throws `network.…`. */
export async function priceDraft(
  rpc: Pick<SolanaRpc, 'simulate' | 'getPriorityPrices'>,
  rule: FeeRule,
  draft: {
    instructions: readonly Instruction[];
    signers: readonly [Signer, ...Signer[]];
    blockhash: string;
  },
): Promise<Price> {
  // Unsigned: what a server is only asked to try, it could also send.
  const budget = { unitLimit: MAX_UNITS, ...(rule.isFree ? {} : { unitPrice: 0n }) };
  const trial = await rpc.simulate(unsignedTransaction({ ...draft, budget }));
  const prices = rule.isFree ? null : await rpc.getPriorityPrices(writableIn(draft.instructions));
  return priceOf({
    signatures: draft.signers.length,
    unitsConsumed: trial.ok ? trial.unitsConsumed : null,
    calls: draft.instructions.length,
    recentPrices: prices,
    maxFeeLamports: rule.policy.maxFeeLamports(),
  });
}

function unitsFor(consumed: number | null, calls: number): number {
  if (consumed === null) return Math.min(calls * UNITS_PER_CALL, MAX_UNITS);
  return Math.min(Math.max(Math.ceil(consumed * UNIT_ROOM), MIN_UNITS), MAX_UNITS);
}

function percentile(prices: readonly bigint[]): bigint {
  const sorted = prices.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted[Math.floor((sorted.length - 1) * PERCENTILE)] ?? 0n;
}

function atLeast(minimum: bigint, value: bigint): bigint {
  return value < minimum ? minimum : value;
}

function writableIn(instructions: readonly Instruction[]): string[] {
  const accounts = instructions.flatMap((instruction) => instruction.accounts);
  return [...new Set(accounts.filter(({ writable }) => writable).map(({ address }) => address))];
}
