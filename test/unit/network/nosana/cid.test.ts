import { ipfsHashToSolBytesArray, solBytesArrayToIpfsHash } from '@nosana/kit';
import { describe, expect, it } from 'vitest';
import { addressBytes } from '../../../../app/adapters/solana/addresses.ts';
import { decodeBase58, encodeBase58 } from '../../../../app/contract/base58.ts';
import { readCanonicalJson } from '../../../../app/network/nosana/canonical-json.ts';
import { cidOfDigest, cidOfDocument, digestOfCid } from '../../../../app/network/nosana/cid.ts';
import { cidByImporter } from '../../../fakes/network/content-service.ts';
import { createGenerator } from '../../../fakes/network/generator.ts';

const CHUNK = 256 * 1024;

describe('the CID of a document is the one IPFS gives it', () => {
  it.each([
    ['nothing', 0],
    ['one byte', 1],
    ['two bytes of length', 128],
    ['a typical result', 40_000],
    ['one byte less than a chunk', CHUNK - 1],
    ['exactly one chunk', CHUNK],
    ['one byte more than a chunk', CHUNK + 1],
    ['three chunks and a bit', 3 * CHUNK + 17],
    ['a node full of links', 174 * CHUNK],
    ['a tree of two levels', 174 * CHUNK + 1],
  ])('%s', async (_name, length) => {
    const document = pattern(length);
    expect(cidOfDocument(document)).toBe(await cidByImporter(document));
  });

  it('a text that everybody can check with "ipfs add"', () => {
    const cid = cidOfDocument(Buffer.from('hello world\n'));
    expect(cid).toBe('QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o');
  });
});

describe('a CID and the 32 bytes an account stores', () => {
  it("are the same thing, as in Nosana's own client", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const digest = createGenerator(seed).bytes(32);
      const cid = solBytesArrayToIpfsHash([...digest]);
      expect(cidOfDigest(digest)).toBe(cid);
      expect([...digestOfCid(cid)]).toEqual(ipfsHashToSolBytesArray(cid));
    }
  });

  it('all zeros mean that there is no document', () => {
    expect(cidOfDigest(new Uint8Array(32))).toBeNull();
  });

  it.each([
    ['another version', 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi'],
    ['a path that climbs', 'Qm../../../../../../../../../../../../../../etc'],
    ['a letter base58 does not have', `Qm${'0'.repeat(44)}`],
    ['a hash of another kind', encodeBase58(Uint8Array.from([0x13, 0x20, ...pattern(32)]))],
    ['nothing', ''],
  ])('%s is not taken for one', (_name, text) => {
    expect(() => digestOfCid(text)).toThrow(/not a CIDv0/);
  });
});

describe('base58', () => {
  it('keeps leading zeros', () => {
    expect(encodeBase58(new Uint8Array(32))).toBe('1'.repeat(32));
    expect(decodeBase58('11')).toEqual(new Uint8Array(2));
    expect(encodeBase58(new Uint8Array())).toBe('');
  });

  it('reads back what it writes, and reads addresses as the Solana library does', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const make = createGenerator(seed);
      const bytes = make.bytes(make.below(70));
      expect(decodeBase58(encodeBase58(bytes))).toEqual(bytes);
      const address = make.address();
      expect(addressBytes(address)).toEqual(decodeBase58(address));
    }
  });

  it('refuses letters that look alike', () => {
    for (const letter of ['0', 'O', 'I', 'l', ' ']) {
      expect(() => decodeBase58(`a${letter}b`)).toThrow();
    }
  });
});

describe('a document that can be stored', () => {
  it('is JSON in its shortest form', () => {
    expect(readCanonicalJson(Buffer.from('{"a":[1,"ü"]}'))).toEqual({ a: [1, 'ü'] });
  });

  it.each([
    ['spaces', Buffer.from('{ "a": 1 }')],
    ['no JSON', Buffer.from('hello')],
    ['a number JSON cannot keep', Buffer.from('{"a":1e400}')],
    ['bytes that are no text', Uint8Array.of(0x22, 0xff, 0x22)],
    ['nothing', new Uint8Array()],
  ])('%s cannot be stored: its CID would not be known beforehand', (_name, bytes) => {
    expect(() => readCanonicalJson(bytes)).toThrow(/shortest form/);
  });
});

/** Bytes that differ from chunk to chunk. */
function pattern(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 18) * 7) & 0xff;
  return bytes;
}
