import { verify, createPublicKey } from 'node:crypto';
import { Keypair, VersionedTransaction } from '@solana/web3.js';
import { describe, expect, it } from 'vitest';
import {
  addressBytes,
  isAddress,
  SYSTEM_PROGRAM,
} from '../../../../app/adapters/solana/addresses.ts';
import { keypairSigner, throwawaySigner } from '../../../../app/adapters/solana/signer.ts';
import {
  createTokenAccount,
  readTokenAccount,
  TOKEN_PROGRAM,
} from '../../../../app/adapters/solana/token.ts';
import {
  signTransaction,
  unsignedTransaction,
} from '../../../../app/adapters/solana/transaction.ts';
import { NOSANA_PROGRAMS } from '../../../../app/network/nosana/programs.ts';
import { createGenerator } from '../../../fakes/network/generator.ts';

const make = createGenerator(11);
const BLOCKHASH = make.address();

describe('a signer', () => {
  it("is the account that Solana's own library makes of the same key", () => {
    const pair = Keypair.fromSeed(make.bytes(32));
    expect(keypairSigner(pair.secretKey).address).toBe(pair.publicKey.toBase58());
  });

  it('signs so that everybody can check it', async () => {
    const signer = throwawaySigner();
    const message = make.bytes(300);
    const signature = await signer.sign(message);
    expect(signature).toHaveLength(64);
    expect(verify(null, message, publicKeyOf(signer.address), signature)).toBe(true);
  });

  it('refuses a key whose halves do not belong together, and one of another length', () => {
    const key = Keypair.fromSeed(make.bytes(32)).secretKey.slice();
    key[40] = (key[40] ?? 0) ^ 1;
    expect(() => keypairSigner(key)).toThrow(/do not belong together/);
    expect(() => keypairSigner(key.subarray(0, 32))).toThrow(/64 bytes/);
  });

  it('shows nothing of its key', () => {
    const signer = keypairSigner(Keypair.fromSeed(make.bytes(32)).secretKey);
    expect(Object.keys(signer)).toEqual(['address', 'sign']);
  });
});

describe('a transaction', () => {
  const payer = throwawaySigner();
  const helper = throwawaySigner();
  const instructions = [
    {
      programId: NOSANA_PROGRAMS.jobs,
      accounts: [{ address: helper.address, signer: true, writable: true }],
      data: Uint8Array.of(1, 2, 3),
    },
  ];

  it('is signed by all, with the payer first', async () => {
    const plan = { instructions, signers: [payer, helper] as const, blockhash: BLOCKHASH };
    const { wire, signature } = await signTransaction(plan);
    const read = VersionedTransaction.deserialize(wire);
    expect(read.message.staticAccountKeys[0]?.toBase58()).toBe(payer.address);
    expect(read.signatures[0]).toEqual(signature);
    const bytes = read.message.serialize();
    for (const [i, who] of [payer, helper].entries()) {
      const one = read.signatures[i] ?? new Uint8Array();
      expect(verify(null, bytes, publicKeyOf(who.address), one)).toBe(true);
    }
  });

  it('says what it may use and pays only if told to', async () => {
    const plan = { instructions, signers: [payer, helper] as const, blockhash: BLOCKHASH };
    const budget = { unitLimit: 200_000, unitPrice: 100_000n };
    const plain = VersionedTransaction.deserialize((await signTransaction(plan)).wire);
    const paid = VersionedTransaction.deserialize(
      (await signTransaction({ ...plan, budget })).wire,
    );
    expect(plain.message.compiledInstructions).toHaveLength(1);
    const [limit, price] = paid.message.compiledInstructions.map(({ data }) => Buffer.from(data));
    expect(limit?.readUInt32LE(1)).toBe(200_000);
    expect(price?.readBigUInt64LE(1)).toBe(100_000n);
  });

  it('for a simulation carries no signature', () => {
    const wire = unsignedTransaction({ instructions, signers: [payer], blockhash: BLOCKHASH });
    const read = VersionedTransaction.deserialize(wire);
    expect(read.signatures.every((one) => one.every((byte) => byte === 0))).toBe(true);
  });
});

describe('addresses and tokens', () => {
  it('knows an address when it sees one', () => {
    expect(isAddress(SYSTEM_PROGRAM)).toBe(true);
    expect(isAddress(NOSANA_PROGRAMS.jobs)).toBe(true);
    for (const text of ['', 'abc', `${NOSANA_PROGRAMS.jobs}1`, ` ${SYSTEM_PROGRAM}`, '0OIl']) {
      expect(isAddress(text)).toBe(false);
    }
    expect(() => addressBytes('nonsense!')).toThrow(/"nonsense!" is not an address/);
  });

  it('reads what a token account holds, to the base unit', () => {
    const [mint, owner] = [make.address(), make.address()];
    const data = Buffer.alloc(165);
    data.set(addressBytes(mint));
    data.set(addressBytes(owner), 32);
    data.writeBigUInt64LE(2n ** 64n - 1n, 64);
    const account = { address: owner, owner: TOKEN_PROGRAM, lamports: 1n, data };
    expect(readTokenAccount(account)).toEqual({ mint, owner, amount: 2n ** 64n - 1n });
    expect(readTokenAccount({ ...account, owner: SYSTEM_PROGRAM })).toBeNull();
    expect(readTokenAccount({ ...account, data: data.subarray(0, 40) })).toBeNull();
  });

  it('creates a token account in the way that does nothing where it exists', () => {
    const created = createTokenAccount(make.address(), make.address(), NOSANA_PROGRAMS.nosMint);
    expect(created.data).toEqual(Uint8Array.of(1));
    expect(created.accounts.map((account) => account.signer)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

/** An ed25519 key as Node takes it (SPKI head, RFC 8410). */
function publicKeyOf(address: string) {
  const head = Buffer.from('302a300506032b6570032100', 'hex');
  const key = Buffer.concat([head, addressBytes(address)]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}
