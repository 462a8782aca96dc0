import { createPublicKey, verify } from 'node:crypto';
import { VersionedTransaction, type VersionedMessage } from '@solana/web3.js';
import { addressBytes, publicKey } from './addresses.ts';
import type { WireTransaction } from './transaction.ts';
import type { AccountRef, Instruction } from './types.ts';

/** A transaction that somebody else made, as plain data: for judging it before it is signed. */
export interface DecodedTransaction {
  /** The bytes it was read from. */
  readonly wire: Uint8Array;
  /** What every signature is over. */
  readonly message: Uint8Array;
  /** Pays the fee; also the first signer. */
  readonly payer: string;
  readonly signers: readonly { readonly address: string; readonly isSigned: boolean }[];
  readonly accounts: readonly AccountRef[];
  /** Empty where lookup tables are used: without them nobody can say what it does. */
  readonly instructions: readonly Instruction[];
  readonly lookupTables: readonly string[];
}

/** SPKI head of an ed25519 key (RFC 8410); Node takes raw keys in no other form. */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');
/** Larger ones do not fit into a packet, and no leader takes them. (solana-sdk, packet.rs) */
const MAX_BYTES = 1_232;

/** Reads a transaction, legacy or version 0; null where the bytes are none, or have a second reading. */
export function decodeTransaction(wire: Uint8Array): DecodedTransaction | null {
  if (wire.length > MAX_BYTES) return null;
  try {
    const transaction = VersionedTransaction.deserialize(wire);
    // What is signed must be what was read: no bytes behind it, no number written the long way.
    if (!Buffer.from(transaction.serialize()).equals(wire)) return null;
    return toPlain(wire, transaction);
  } catch {
    return null;
  }
}

/** The transaction with one more signature, which must be over its `message`. */
export function addSignature(
  decoded: DecodedTransaction,
  address: string,
  signature: Uint8Array,
): WireTransaction {
  const transaction = VersionedTransaction.deserialize(decoded.wire);
  transaction.addSignature(publicKey(address), signature);
  const [first] = transaction.signatures;
  if (first === undefined) throw new Error('A transaction has a payer.');
  return { signature: first, wire: transaction.serialize() };
}

function toPlain(wire: Uint8Array, transaction: VersionedTransaction): DecodedTransaction | null {
  const { message, signatures } = transaction;
  const bytes = message.serialize();
  const accounts = message.staticAccountKeys.map((key, i) => ({
    address: key.toBase58(),
    signer: message.isAccountSigner(i),
    writable: message.isAccountWritable(i),
  }));
  const [payer] = accounts;
  const count = message.header.numRequiredSignatures;
  if (payer === undefined || count < 1 || signatures.length !== count) return null;
  const lookupTables = message.addressTableLookups.map(({ accountKey }) => accountKey.toBase58());
  return {
    wire,
    message: bytes,
    payer: payer.address,
    signers: accounts.slice(0, count).map(({ address }, i) => ({
      address,
      isSigned: isSignatureOf(address, bytes, signatures[i]),
    })),
    accounts,
    instructions: lookupTables.length > 0 ? [] : instructionsOf(message, accounts),
    lookupTables,
  };
}

/** Throws where an instruction names an account that is not there. */
function instructionsOf(message: VersionedMessage, accounts: readonly AccountRef[]): Instruction[] {
  const at = (index: number): AccountRef => {
    const account = accounts[index];
    if (account === undefined)
      throw new Error('An instruction names an account that is not there.');
    return account;
  };
  return message.compiledInstructions.map((compiled) => ({
    programId: at(compiled.programIdIndex).address,
    accounts: compiled.accountKeyIndexes.map(at),
    data: new Uint8Array(compiled.data),
  }));
}

function isSignatureOf(
  address: string,
  message: Uint8Array,
  signature: Uint8Array | undefined,
): boolean {
  if (signature?.length !== 64) return false;
  const der = Buffer.concat([SPKI_HEAD, addressBytes(address)]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return verify(null, message, key, signature);
}
