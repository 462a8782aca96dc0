import { describe, expect, it } from 'vitest';
import type { ChainAccount } from '../../../../app/adapters/solana/types.ts';
import { findAccessKey, verifiedCollection } from '../../../../app/network/nosana/access-key.ts';
import { ByteWriter } from '../../../../app/network/nosana/bytes.ts';
import { metadataAddress } from '../../../../app/network/nosana/programs.ts';
import { createGenerator } from '../../../fakes/network/generator.ts';

const make = createGenerator(3);
const collection = make.address();
const other = make.address();
const host = make.address();

describe("the collection of a token, by Metaplex' account about it", () => {
  it('is found behind names, creators and nonce of any length', () => {
    const rich = { name: 'Access', uri: 'https://x'.repeat(9), creators: 3, nonce: true };
    expect(verifiedCollection(metadata(collection, true, rich))).toBe(collection);
    expect(verifiedCollection(metadata(collection, true))).toBe(collection);
  });

  it('does not count unless it is verified: anybody can claim to belong to it', () => {
    expect(verifiedCollection(metadata(collection, false))).toBeNull();
  });

  it.each([
    ['no collection', metadata(null, true)],
    ['an account that ends too early', metadata(collection, true).subarray(0, 80)],
    ['lengths that lie', Uint8Array.from({ length: 200 }, () => 0xff)],
    ['nothing', new Uint8Array()],
  ])('%s: none', (_name, data) => {
    expect(verifiedCollection(data)).toBeNull();
  });
});

describe('the access key of a host', () => {
  it("is the token of the market's collection, among many others", async () => {
    const key = await findAccessKey(wallet(250, 180), host, collection);
    expect(key).toMatchObject({ tokenAccount: 'account-180' });
  });

  it('does not count once it is given away', async () => {
    const { getAccounts, getTokenAccounts } = wallet(3, 1);
    const empty = async () => (await getTokenAccounts()).map((token) => ({ ...token, amount: 0n }));
    expect(
      await findAccessKey({ getAccounts, getTokenAccounts: empty }, host, collection),
    ).toBeNull();
  });

  it('is null where there is none', async () => {
    expect(await findAccessKey(wallet(3, -1), host, collection)).toBeNull();
    expect(await findAccessKey(wallet(0, -1), host, collection)).toBeNull();
  });
});

/** A host with so many tokens, of which one opens the market. */
function wallet(count: number, keyAt: number) {
  const tokens = Array.from({ length: count }, (_value, i) => ({
    address: `account-${i}`,
    mint: make.address(),
    owner: host,
    amount: 1n,
  }));
  const opens = tokens[keyAt];
  const keyMetadata = opens === undefined ? null : metadataAddress(opens.mint);
  return {
    getTokenAccounts: () => Promise.resolve(tokens),
    getAccounts: (addresses: readonly string[]) => {
      if (addresses.length > 100) throw new Error('the server takes no more than 100');
      return Promise.resolve(
        addresses.map((address, i): ChainAccount | null => {
          const data = metadata(address === keyMetadata ? collection : other, true);
          return i % 3 === 1 && address !== keyMetadata
            ? null
            : { address, owner: other, lamports: 1n, data };
        }),
      );
    },
  };
}

/** Metaplex' layout, written from its public documentation. */
function metadata(
  of: string | null,
  verified: boolean,
  look: { name?: string; uri?: string; creators?: number; nonce?: boolean } = {},
): Uint8Array {
  const write = new ByteWriter().u8(4).address(other).address(other);
  for (const text of [look.name ?? '', '', look.uri ?? '']) {
    write.u32(text.length).bytes(Buffer.from(text));
  }
  write.bytes(Uint8Array.of(0, 0));
  if (look.creators === undefined) write.u8(0);
  else {
    write.u8(1).u32(look.creators);
    for (let i = 0; i < look.creators; i++) write.address(other).u8(1).u8(33);
  }
  write.u8(0).u8(1);
  if (look.nonce === true) write.u8(1).u8(254).u8(1).u8(4);
  else write.u8(0).u8(0);
  if (of === null) write.u8(0);
  else
    write
      .u8(1)
      .u8(verified ? 1 : 0)
      .address(of);
  return write.bytes(new Uint8Array(100)).toBytes();
}
