import {
  ComputeBudgetProgram,
  Keypair,
  PublicKey,
  SystemProgram,
  TransactionInstruction,
  TransactionMessage,
  VersionedTransaction,
  type AddressLookupTableAccount,
} from '@solana/web3.js';
import { TOKEN_PROGRAM, tokenAddress } from '../../../app/adapters/solana/token.ts';

/*
 * Transactions as a host manager might send them, good and bad, put together with Solana's own
 * library: what our decoder reads was not written by our encoder.
 */

const ATA_PROGRAM = 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL';

/** The host, the server that mints, a stranger, and the token that is the key. */
export const people = {
  host: Keypair.generate(),
  server: Keypair.generate(),
  stranger: Keypair.generate(),
  mint: Keypair.generate(),
};

const { host, server, mint } = people;
const addressOf = (pair: Keypair): string => pair.publicKey.toBase58();

/** Where the key comes to lie. */
export const keyAccount = tokenAddress(addressOf(host), addressOf(mint));

export interface Recipe {
  readonly instructions: readonly TransactionInstruction[];
  readonly version?: 'legacy' | 0;
  readonly payer?: Keypair;
  /** Who has signed already; the server where it is left out. */
  readonly signedBy?: readonly Keypair[];
  readonly blockhash?: string;
  readonly tables?: AddressLookupTableAccount[];
}

/** The bytes of such a transaction. */
export function cook(recipe: Recipe): Uint8Array {
  const { payer = host, signedBy = [server], version = 'legacy' } = recipe;
  const message = new TransactionMessage({
    payerKey: payer.publicKey,
    recentBlockhash: recipe.blockhash ?? PublicKey.default.toBase58(),
    instructions: [...recipe.instructions],
  });
  const compiled =
    version === 0 ? message.compileToV0Message(recipe.tables) : message.compileToLegacyMessage();
  const transaction = new VersionedTransaction(compiled);
  const required = compiled.staticAccountKeys.slice(0, compiled.header.numRequiredSignatures);
  transaction.sign(
    signedBy.filter(({ publicKey }) => required.some((key) => key.equals(publicKey))),
  );
  return transaction.serialize();
}

/** What brings the key: an account for it, and the token from whoever may mint it. */
export function good(): TransactionInstruction[] {
  return [createAccount(), mintTo()];
}

export function createAccount(
  owner = host.publicKey,
  data: number[] = [1],
): TransactionInstruction {
  const account = tokenAddress(owner.toBase58(), addressOf(mint));
  return call(ATA_PROGRAM, data, [
    [addressOf(host), 'sw'],
    [account, 'w'],
    [owner.toBase58(), ''],
    [addressOf(mint), ''],
    [SystemProgram.programId.toBase58(), ''],
    [TOKEN_PROGRAM, ''],
  ]);
}

export function mintTo(authority = server): TransactionInstruction {
  return token(
    [7, ...u64(1n)],
    [
      [addressOf(mint), 'w'],
      [keyAccount, 'w'],
      [addressOf(authority), 's'],
    ],
  );
}

/** A call of SPL Token. */
export function token(data: number[], accounts: [string, string][]): TransactionInstruction {
  return call(TOKEN_PROGRAM, data, accounts);
}

/** A call of any program; rights are written with the letters s and w. */
export function call(
  programId: string,
  data: readonly number[],
  accounts: readonly (readonly [string, string])[],
): TransactionInstruction {
  return new TransactionInstruction({
    programId: new PublicKey(programId),
    data: Buffer.from(data),
    keys: accounts.map(([address, rights]) => ({
      pubkey: new PublicKey(address),
      isSigner: rights.includes('s'),
      isWritable: rights.includes('w'),
    })),
  });
}

export function u64(value: bigint): number[] {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return [...bytes];
}

/** A priority fee of so many lamports. */
export function priority(lamports: number): TransactionInstruction[] {
  return [
    ComputeBudgetProgram.setComputeUnitLimit({ units: 1_000_000 }),
    ComputeBudgetProgram.setComputeUnitPrice({ microLamports: lamports }),
  ];
}
