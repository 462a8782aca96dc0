import { PublicKey } from '@solana/web3.js';

/** A mint of the SPL Token program without authorities (spl-token, state.rs: Mint, 82 bytes). */
export function encodeMint(mint: { supply: bigint; decimals: number }): Buffer {
  const data = Buffer.alloc(82);
  data.writeBigUInt64LE(mint.supply, 36);
  data.writeUInt8(mint.decimals, 44);
  data.writeUInt8(1, 45); // initialised
  return data;
}

/** A token account (spl-token, state.rs: Account, 165 bytes); `amount` is in base units. */
export function encodeTokenAccount(account: {
  mint: string;
  owner: string;
  amount: bigint;
}): Buffer {
  const data = Buffer.alloc(165);
  keyBytes(account.mint).copy(data, 0);
  keyBytes(account.owner).copy(data, 32);
  data.writeBigUInt64LE(account.amount, 64);
  data.writeUInt8(1, 108); // initialised
  return data;
}

/** A stake account of 128 bytes, with what the market program reads of it (nosana-staking state.rs). */
export function encodeStake(stake: { authority: string; xnos: bigint }): Buffer {
  const data = Buffer.alloc(128);
  Buffer.from('509e437c32bdc0ff', 'hex').copy(data); // "account:StakeAccount"
  keyBytes(stake.authority).copy(data, 16);
  data.writeBigUInt64LE(stake.xnos & 0xffff_ffff_ffff_ffffn, 97);
  data.writeBigUInt64LE(stake.xnos >> 64n, 105);
  return data;
}

/** Metaplex metadata of a token with one creator (mpl-token-metadata, Metadata, borsh). */
export function encodeMetadata(metadata: {
  mint: string;
  collection: string | null;
  verified: boolean;
}): Buffer {
  const { collection } = metadata;
  return Buffer.concat([
    Buffer.from([4]), // Key::MetadataV1
    Buffer.alloc(32, 1), // update authority
    keyBytes(metadata.mint),
    text('Access key'),
    text('KEY'),
    text('https://example.org/key.json'),
    Buffer.from([0, 0]), // seller's fee
    Buffer.from([1, 1, 0, 0, 0]), // one creator
    Buffer.concat([Buffer.alloc(32, 2), Buffer.from([1, 100])]),
    Buffer.from([0, 1]), // not sold yet, may change
    Buffer.from([1, 255]), // edition nonce
    Buffer.from([1, 0]), // token standard
    collection === null
      ? Buffer.from([0])
      : Buffer.concat([Buffer.from([1, metadata.verified ? 1 : 0]), keyBytes(collection)]),
    Buffer.alloc(100), // no uses, and the zeroes that fill the account
  ]);
}

function text(value: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(value.length);
  return Buffer.concat([length, Buffer.from(value)]);
}

function keyBytes(address: string): Buffer {
  return new PublicKey(address).toBuffer();
}
