import {
  ComputeBudgetProgram,
  TransactionInstruction,
  TransactionMessage,
  VersionedTransaction,
} from '@solana/web3.js';
import { publicKey } from './addresses.ts';
import type { Instruction, Signer } from './types.ts';

/** A transaction ready to be sent; the signature of the payer is its name on the chain. */
export interface WireTransaction {
  readonly signature: Uint8Array;
  readonly wire: Uint8Array;
}

/** What a transaction may use and what it offers for being taken sooner. */
export interface ComputeBudget {
  readonly unitLimit?: number;
  /** Micro-lamports per compute unit. */
  readonly unitPrice?: bigint;
}

/** Everything a signed transaction is made of. The first signer pays the fee. */
export interface TransactionPlan {
  readonly instructions: readonly Instruction[];
  readonly signers: readonly [Signer, ...Signer[]];
  readonly blockhash: string;
  readonly budget?: ComputeBudget;
}

/** Compiles and signs; the same plan gives the same bytes, since ed25519 is deterministic. */
export async function signTransaction(plan: TransactionPlan): Promise<WireTransaction> {
  const transaction = compile(plan);
  const message = transaction.message.serialize();
  for (const signer of plan.signers) {
    transaction.addSignature(publicKey(signer.address), await signer.sign(message));
  }
  const [signature] = transaction.signatures;
  if (signature === undefined) throw new Error('A transaction has a payer.');
  return { signature, wire: transaction.serialize() };
}

/** The same with zeros for signatures: enough for a simulation, and worthless to anybody else. */
export function unsignedTransaction(plan: TransactionPlan): Uint8Array {
  return compile(plan).serialize();
}

function compile(plan: TransactionPlan): VersionedTransaction {
  const message = new TransactionMessage({
    payerKey: publicKey(plan.signers[0].address),
    recentBlockhash: plan.blockhash,
    instructions: [...budgetInstructions(plan.budget ?? {}), ...plan.instructions.map(toWeb3)],
  });
  return new VersionedTransaction(message.compileToLegacyMessage());
}

function budgetInstructions(budget: ComputeBudget): TransactionInstruction[] {
  const { unitLimit, unitPrice } = budget;
  return [
    ...(unitLimit === undefined
      ? []
      : [ComputeBudgetProgram.setComputeUnitLimit({ units: unitLimit })]),
    ...(unitPrice === undefined
      ? []
      : [ComputeBudgetProgram.setComputeUnitPrice({ microLamports: unitPrice })]),
  ];
}

function toWeb3(instruction: Instruction): TransactionInstruction {
  return new TransactionInstruction({
    programId: publicKey(instruction.programId),
    keys: instruction.accounts.map((account) => ({
      pubkey: publicKey(account.address),
      isSigner: account.signer,
      isWritable: account.writable,
    })),
    data: Buffer.from(instruction.data),
  });
}
