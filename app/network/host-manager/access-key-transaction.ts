import type { DecodedTransaction } from '../../adapters/solana/decode-transaction.ts';
import { readTokenAccount } from '../../adapters/solana/token.ts';
import type { ChainAccount } from '../../adapters/solana/types.ts';
import { verifiedCollection } from '../nosana/access-key.ts';
import { metadataAddress } from '../nosana/programs.ts';
import {
  budgetOf,
  judgeInstruction,
  knownCost,
  mintsNamed,
  type KeyFacts,
} from './access-key-rules.ts';

/*
 * Whether a transaction that the host manager sends is what it says: one that brings the access key
 * of a market, and does nothing else to this host. The network's own host signs whatever comes
 * (nosana-node, marketAccess.ts), so that whoever speaks for the server could empty the wallet.
 */

/** Far above what bringing a token takes. */
const MAX_INSTRUCTIONS = 40;
/** Each signature costs this. Lamports. */
const SIGNATURE_LAMPORTS = 5_000n;
/** What the chain allows an instruction, and a transaction at most, where it asks for nothing. */
const UNITS_PER_INSTRUCTION = 200_000n;
const MAX_UNITS = 1_400_000n;

/** Why it is not signed, read from its own bytes; null where nothing speaks against it. Pure. */
export function judgeTransaction(transaction: DecodedTransaction, facts: KeyFacts): string | null {
  const { instructions, lookupTables, signers } = transaction;
  if (lookupTables.length > 0) return 'it hides accounts in lookup tables';
  if (instructions.length > MAX_INSTRUCTIONS) return 'it does far too much';
  const signature = judgeSigners(signers, facts.host);
  if (signature !== null) return signature;
  for (const instruction of instructions) {
    const reason = judgeInstruction(instruction, facts);
    if (reason !== null) return reason;
  }
  const fee = transaction.payer === facts.host ? feeOf(transaction) : 0n;
  if (fee > facts.maxFeeLamports) {
    return `its fee of ${fee} lamports is above the limit of ${facts.maxFeeLamports}`;
  }
  const costs = instructions.map((instruction) => knownCost(instruction, facts.host));
  const total = costs.reduce((sum, cost) => sum + cost, fee);
  return total > facts.maxLamports ? tooDear(total, facts) : null;
}

/** What it costs its payer for being taken. Lamports. */
function feeOf({ instructions, signers }: DecodedTransaction): bigint {
  const budgets = instructions.map(budgetOf);
  const price = budgets.find((budget) => budget.price !== undefined)?.price ?? 0n;
  const asked = budgets.find((budget) => budget.limit !== undefined)?.limit;
  const usual = UNITS_PER_INSTRUCTION * BigInt(instructions.length);
  const units = asked ?? usual;
  const priority = price * (units > MAX_UNITS ? MAX_UNITS : units);
  return SIGNATURE_LAMPORTS * BigInt(signers.length) + (priority + 999_999n) / 1_000_000n;
}

function judgeSigners(signers: DecodedTransaction['signers'], host: string): string | null {
  const own = signers.find(({ address }) => address === host);
  if (own === undefined) return 'it does not need the signature of this host';
  // It is this host that sends it: whoever else has to sign must have done so.
  const missing = signers.find(({ address, isSigned }) => address !== host && !isSigned);
  return missing === undefined ? null : 'a signature of somebody else is missing or wrong';
}

/** Every account that may tell what it did, to be read before and in the simulation. */
export function accountsToWatch(transaction: DecodedTransaction, nosAccount: string): string[] {
  const mints = transaction.instructions.flatMap(mintsNamed);
  const named = transaction.accounts.map(({ address }) => address);
  return [...new Set([...named, nosAccount, ...mints.map(metadataAddress)])];
}

/** The accounts of `accountsToWatch` that exist, by address. */
export type Accounts = ReadonlyMap<string, ChainAccount>;

/** Why it is not signed, read from what it would do; null where it brings the key. Pure. */
export function judgeEffects(
  { before, after }: { readonly before: Accounts; readonly after: Accounts },
  facts: KeyFacts,
  collection: string,
): string | null {
  const { host, nosAccount } = facts;
  if (!isEqual(before.get(nosAccount), after.get(nosAccount))) {
    return 'it would change the account that holds the NOS of this host';
  }
  const [wallet, walletAfter] = [before.get(host), after.get(host)];
  const spent = (wallet?.lamports ?? 0n) - (walletAfter?.lamports ?? 0n);
  if (spent > facts.maxLamports) return tooDear(spent, facts);
  if (walletAfter === undefined || walletAfter.owner !== (wallet?.owner ?? walletAfter.owner)) {
    return 'it would give the wallet of this host away';
  }
  for (const [address, account] of before) {
    if (readTokenAccount(account)?.owner !== host) continue;
    if (!isKept(account, after.get(address))) return 'it would change tokens of this host';
  }
  const isBrought = [...after.values()].some((account) =>
    isKey(account, { host, after, collection }),
  );
  return isBrought ? null : 'it does not bring the access key of this market';
}

function tooDear(lamports: bigint, { maxLamports }: KeyFacts): string {
  return `it would cost ${lamports} lamports, above the limit of ${maxLamports}`;
}

/** A token of the collection in an account of this host that nobody else may spend from. */
function isKey(
  account: ChainAccount,
  { host, after, collection }: { host: string; after: Accounts; collection: string },
): boolean {
  const token = readTokenAccount(account);
  if (token === null || token.owner !== host || token.amount < 1n || hasDelegate(account))
    return false;
  const metadata = after.get(metadataAddress(token.mint));
  return metadata !== undefined && verifiedCollection(metadata.data) === collection;
}

/** More of the same token may have come; nothing else. */
function isKept(before: ChainAccount, after: ChainAccount | undefined): boolean {
  if (after === undefined || after.owner !== before.owner) return false;
  const [old, now] = [readTokenAccount(before), readTokenAccount(after)];
  if (old === null || now === null || now.amount < old.amount) return false;
  // Everything but the amount: mint and owner before it; delegate, state, authorities behind it.
  return (
    Buffer.from(before.data.subarray(0, 64)).equals(after.data.subarray(0, 64)) &&
    Buffer.from(before.data.subarray(72)).equals(after.data.subarray(72))
  );
}

/** Where a token account says whether somebody else may spend from it. (spl-token, state.rs) */
const DELEGATE_OFFSET = 72;

function hasDelegate({ data }: ChainAccount): boolean {
  return data[DELEGATE_OFFSET] !== 0;
}

function isEqual(one: ChainAccount | undefined, other: ChainAccount | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return (
    one.owner === other.owner &&
    one.lamports === other.lamports &&
    Buffer.from(one.data).equals(other.data)
  );
}
