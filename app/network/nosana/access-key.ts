import type { SolanaRpc } from '../../adapters/solana/solana-rpc.ts';
import { ByteReader } from './bytes.ts';
import type { AccessKey } from './instructions-host.ts';
import { metadataAddress } from './programs.ts';

/** One `getMultipleAccounts` takes this many addresses. */
const BATCH = 100;

/**
 * The token of this host that opens a market: one whose mint belongs, verified, to the market's
 * collection. Null where it has none. Throws `network.rpc-…`.
 */
export async function findAccessKey(
  rpc: Pick<SolanaRpc, 'getTokenAccounts' | 'getAccounts'>,
  host: string,
  collection: string,
): Promise<AccessKey | null> {
  const held = (await rpc.getTokenAccounts(host)).filter((token) => token.amount >= 1n);
  for (let at = 0; at < held.length; at += BATCH) {
    const keys = held.slice(at, at + BATCH).map((token) => ({
      tokenAccount: token.address,
      metadata: metadataAddress(token.mint),
    }));
    const accounts = await rpc.getAccounts(keys.map((key) => key.metadata));
    const found = keys.find((_key, i) => {
      const data = accounts[i]?.data;
      return data !== undefined && verifiedCollection(data) === collection;
    });
    if (found !== undefined) return found;
  }
  return null;
}

/**
 * The collection that a Metaplex metadata account is a verified member of, or null. Layout: Metaplex
 * Token Metadata, `Metadata` (borsh): everything before the collection has to be read over.
 */
export function verifiedCollection(data: Uint8Array): string | null {
  try {
    const read = new ByteReader(data);
    read.bytes(1 + 32 + 32); // kind, update authority, mint
    for (let text = 0; text < 3; text++) read.bytes(read.u32()); // name, symbol, address
    read.u16(); // seller's fee
    if (read.u8() === 1) read.bytes(read.u32() * 34); // creators: address, verified, share
    read.bytes(2); // sold before, mutable
    if (read.u8() === 1) read.u8(); // edition nonce
    if (read.u8() === 1) read.u8(); // token standard
    if (read.u8() !== 1) return null;
    const verified = read.u8() === 1;
    const collection = read.address();
    return verified ? collection : null;
  } catch {
    return null; // not a metadata account: somebody can send a host any token
  }
}
