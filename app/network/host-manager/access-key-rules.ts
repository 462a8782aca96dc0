import { addressText, SYSTEM_PROGRAM } from '../../adapters/solana/addresses.ts';
import { readTokenAccount, TOKEN_PROGRAM } from '../../adapters/solana/token.ts';
import type { ChainAccount, Instruction } from '../../adapters/solana/types.ts';

/*
 * What each program may be asked to do in a transaction that brings an access key. Everything that
 * is not allowed here is refused: a list of bad things would never be complete. Numbers of
 * instructions: solana-sdk system_instruction.rs, spl-token instruction.rs, Metaplex Token Metadata
 * instruction/mod.rs.
 */

const ATA_PROGRAM = 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL';
const METADATA_PROGRAM = 'metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s';
const BUDGET_PROGRAM = 'ComputeBudget111111111111111111111111111111';
const MEMO_PROGRAMS = [
  'Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo',
  'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr',
];
/** Rent of the largest account that a token needs, and some more. Lamports. */
const MAX_RENT_LAMPORTS = 10_000_000n;

/** Who is asked to sign, and what of the chain has to do with it. */
export interface KeyFacts {
  readonly host: string;
  /** Where this host keeps its NOS. */
  readonly nosAccount: string;
  /** The accounts it names that exist, by address. */
  readonly existing: ReadonlyMap<string, ChainAccount>;
  /** The most that this host may pay in fees, where it pays them. Lamports. */
  readonly maxFeeLamports: bigint;
  /** The most that this host may pay for everything. Lamports. */
  readonly maxLamports: bigint;
}

/** Why this instruction is not signed; null where nothing speaks against it. Pure. */
export function judgeInstruction(instruction: Instruction, facts: KeyFacts): string | null {
  const { programId, accounts } = instruction;
  if (accounts.some(({ address }) => address === facts.nosAccount)) {
    return 'it names the account that holds the NOS of this host';
  }
  switch (programId) {
    case SYSTEM_PROGRAM:
      return judgeSystem(instruction, facts);
    case TOKEN_PROGRAM:
      return judgeToken(instruction, facts);
    case ATA_PROGRAM:
      return judgeTokenAccount(instruction, facts);
    case METADATA_PROGRAM:
      return judgeMetadata(instruction, facts);
    case BUDGET_PROGRAM:
      return [1, 2, 3, 4].includes(instruction.data[0] ?? -1) ? null : 'its fees cannot be read';
    default:
      if (!MEMO_PROGRAMS.includes(programId)) {
        return `it calls the program ${programId}, which has no business in it`;
      }
      return names(instruction, facts.host) ? 'it signs a memo in the name of this host' : null;
  }
}

/** What an instruction costs this host for sure, where it pays. Lamports. */
export function knownCost(instruction: Instruction, host: string): bigint {
  const { programId, accounts, data } = instruction;
  if (accounts[0]?.address !== host) return 0n;
  if (programId === ATA_PROGRAM) return TOKEN_ACCOUNT_RENT;
  const isCreation = programId === SYSTEM_PROGRAM && data.length === CREATE_BYTES;
  return isCreation ? Buffer.from(data).readBigUInt64LE(4) : 0n;
}

/** (128 + 165 bytes) of 6,960 lamports each. */
const TOKEN_ACCOUNT_RENT = 2_039_280n;
/** Number, lamports, space, owner. */
const CREATE_BYTES = 4 + 8 + 8 + 32;

/** Mints that come to this host through an instruction. */
export function mintsNamed({ programId, accounts, data }: Instruction): string[] {
  const at = (index: number): string[] => accounts.slice(index, index + 1).map((a) => a.address);
  if (programId === ATA_PROGRAM) return at(3);
  if (programId === TOKEN_PROGRAM) return at(0);
  return programId === METADATA_PROGRAM && data[0] === METADATA_MINT ? at(5) : [];
}

/** The price per unit (micro-lamports) and the limit of units that an instruction sets. */
export function budgetOf({ programId, data }: Instruction): { price?: bigint; limit?: bigint } {
  if (programId !== BUDGET_PROGRAM) return {};
  const bytes = Buffer.from(data);
  if (bytes[0] === 2 && bytes.length === 5) return { limit: BigInt(bytes.readUInt32LE(1)) };
  return bytes[0] === 3 && bytes.length === 9 ? { price: bytes.readBigUInt64LE(1) } : {};
}

/** What is refused of the system program, in words; anything else "is not known". */
const SYSTEM_WORDS: Readonly<Record<number, string>> = {
  1: 'it gives an account away to a program',
  2: 'it moves SOL',
  3: 'it makes an account from a seed',
  4: 'it would never expire (durable nonce)',
  5: 'it moves SOL out of a nonce account',
  10: 'it gives an account away to a program',
  11: 'it moves SOL',
};

function judgeSystem({ accounts, data }: Instruction, facts: KeyFacts): string | null {
  const bytes = Buffer.from(data);
  const number = bytes.length >= 4 ? bytes.readUInt32LE(0) : -1;
  const isCreation = number === 0 && bytes.length === CREATE_BYTES;
  if (!isCreation && number !== 8) {
    return SYSTEM_WORDS[number] ?? 'it does something else than to make an account';
  }
  const made = accounts[isCreation ? 1 : 0]?.address ?? facts.host;
  if (made === facts.host || facts.existing.has(made)) {
    return 'it changes an account that exists already';
  }
  if (!isCreation) return null;
  if (bytes.readBigUInt64LE(4) > MAX_RENT_LAMPORTS) return 'it puts too much SOL into an account';
  const owner = addressText(bytes.subarray(20, 52));
  return owner === TOKEN_PROGRAM ? null : 'it makes an account for an unknown program';
}

/** What is refused of SPL Token, in words. */
const TOKEN_WORDS: Readonly<Record<number, string>> = {
  3: 'it moves tokens',
  4: 'it lets somebody else spend tokens',
  5: 'it changes who may spend tokens',
  6: 'it changes whom a token account or a mint belongs to',
  8: 'it burns tokens',
  9: 'it closes a token account',
  10: 'it freezes a token account',
  11: 'it thaws a token account',
  12: 'it moves tokens',
  13: 'it lets somebody else spend tokens',
  15: 'it burns tokens',
};
const [INITIALIZE_MINT, MINT_TO, MINT_TO_CHECKED, INITIALIZE_MINT_2] = [0, 7, 14, 20];

function judgeToken(instruction: Instruction, facts: KeyFacts): string | null {
  const number = instruction.data[0] ?? -1;
  const isAllowed = [INITIALIZE_MINT, MINT_TO, MINT_TO_CHECKED, INITIALIZE_MINT_2].includes(number);
  if (!isAllowed) return TOKEN_WORDS[number] ?? 'it does something unknown with tokens';
  return names(instruction, facts.host) ? 'it mints with the signature of this host' : null;
}

/** Accounts: payer, account, owner, mint, system program, token program. */
function judgeTokenAccount({ accounts, data }: Instruction, facts: KeyFacts): string | null {
  // Create, in its two spellings, and CreateIdempotent; 2 takes tokens out of a nested account.
  if (data.length > 1 || (data[0] ?? 0) > 1) return 'it does more than to make a token account';
  if (accounts[2]?.address !== facts.host) return 'it makes a token account for somebody else';
  return accounts[5]?.address === TOKEN_PROGRAM ? null : 'it makes a token account of another kind';
}

const METADATA_MINT = 43;
/**
 * CreateMasterEditionV3, VerifyCollection, SetAndVerifyCollection, VerifySizedCollectionItem,
 * SetAndVerifySizedCollectionItem, CreateMetadataAccountV3, Create, Mint, Verify.
 */
const METADATA_ALLOWED = [17, 18, 25, 30, 32, 33, 42, METADATA_MINT, 52];

function judgeMetadata({ accounts, data }: Instruction, facts: KeyFacts): string | null {
  const number = data[0] ?? -1;
  if (!METADATA_ALLOWED.includes(number)) return 'it does more than to make and verify a token';
  const touchesOld = accounts.some(({ address }, i) => {
    const isTarget = number === METADATA_MINT && i === 0;
    return !isTarget && isHeldByHost(address, facts);
  });
  return touchesOld ? 'it names tokens that this host has already' : null;
}

function names({ accounts }: Instruction, address: string): boolean {
  return accounts.some((account) => account.address === address);
}

/** A token account of this host that is there already. */
function isHeldByHost(address: string, { existing, host }: KeyFacts): boolean {
  const account = existing.get(address);
  return account !== undefined && readTokenAccount(account)?.owner === host;
}
