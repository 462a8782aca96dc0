import type { MarketAccount } from '@nosana/jobs-program';
import { PublicKey, TransactionInstruction } from '@solana/web3.js';

/** An address as Nosana's published client wants it: a string with a type of its own. */
export type Address = MarketAccount['authority'];

/** A signer that signs nothing: the client asks for one where it only needs the address. */
export interface NamedSigner {
  readonly address: Address;
  signTransactions(): Promise<[]>;
}

/** An instruction as Nosana's published client builds it. The lowest bit of a role is "writable", the next "signer". */
export interface OracleInstruction {
  readonly programAddress: string;
  readonly accounts: readonly { readonly address: string; readonly role: number }[];
  readonly data: { readonly [Symbol.iterator]: () => Iterator<number> };
}

/** Other addresses than the honest ones, by the names that Nosana's client has for the accounts. */
export type Changes<Name extends string> = Partial<Record<Name, string>>;

/** Checks that a text is an address; throws where it isn't. */
export function toAddress(text: string): Address {
  if (!isAddress(text)) throw new Error(`not an address: ${text}`);
  return text;
}

/** A stand-in for the wallet of `address` in the inputs of the client. */
export function signerOf(address: string): NamedSigner {
  return { address: toAddress(address), signTransactions: () => Promise.resolve([]) };
}

/** The client's instruction as web3.js sends it. */
export function toWeb3(instruction: OracleInstruction): TransactionInstruction {
  return new TransactionInstruction({
    programId: new PublicKey(instruction.programAddress),
    data: Buffer.from([...instruction.data]),
    keys: instruction.accounts.map(({ address, role }) => ({
      pubkey: new PublicKey(address),
      isSigner: (role & 2) !== 0,
      isWritable: (role & 1) !== 0,
    })),
  });
}

/** The instruction with other addresses in the `places` of some accounts. */
export function replaceAccounts<Name extends string>(
  instruction: OracleInstruction,
  places: Readonly<Record<Name, number>>,
  changes: Changes<Name>,
): OracleInstruction {
  const byPlace = new Map<number, string>();
  for (const name in changes) {
    const address = changes[name];
    if (address !== undefined) byPlace.set(places[name], address);
  }
  const accounts = instruction.accounts.map((account, place) => ({
    ...account,
    address: byPlace.get(place) ?? account.address,
  }));
  return { ...instruction, accounts };
}

function isAddress(text: string): text is Address {
  return /^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(text);
}
