import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { addressText } from '../../adapters/solana/addresses.ts';
import { keypairSigner } from '../../adapters/solana/signer.ts';
import { TOKEN_PROGRAM } from '../../adapters/solana/token.ts';
import type { Signer } from '../../adapters/solana/types.ts';
import { ByteWriter } from '../nosana/bytes.ts';
import { metadataAddress } from '../nosana/programs.ts';
import type { PracticeChain } from './chain.ts';
import { newSecretKey, SecretKey } from './keys.ts';

/** What a host of the practice market holds: a token of one mint, of a collection of one. */
export interface PracticeAccessKey {
  readonly collection: string;
  readonly mint: string;
}

/** Metaplex Token Metadata; the program itself is not on the local chain, and not needed there. */
const METADATA_PROGRAM = 'metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s';

/** The key of a market: both addresses follow from the market's, so that nothing has to be kept. */
export function accessKeyOf(market: string): PracticeAccessKey {
  const derive = (what: string): string =>
    addressText(createHash('sha256').update(`offpeak practice ${what} ${market}`).digest());
  return { collection: derive('collection'), mint: derive('access key') };
}

/** Puts the mint and what Metaplex would say of it into the chain; doing it again changes nothing. */
export function plantAccessKey(
  chain: Pick<PracticeChain, 'put'>,
  { collection, mint }: PracticeAccessKey,
  authority: string,
): void {
  chain.put(mint, { owner: TOKEN_PROGRAM, data: keyMint(authority) });
  const data = keyMetadata({ collection, mint, authority });
  chain.put(metadataAddress(mint), { owner: METADATA_PROGRAM, data });
}

/** Who mints the keys: the practice network's host manager. Made at the first start. */
export function openKeyAuthority(file: string): Signer {
  if (!existsSync(file)) {
    writeFileSync(file, JSON.stringify(newSecretKey()), { mode: 0o600, flag: 'wx', flush: true });
  }
  const key = SecretKey.parse(JSON.parse(readFileSync(file, 'utf8')));
  return keypairSigner(Uint8Array.from(key));
}

/** A mint of whole tokens (spl-token state.rs: Mint, 82 bytes). */
function keyMint(authority: string): Uint8Array {
  return new ByteWriter()
    .u32(1) // it has an authority
    .address(authority)
    .u64(0n) // supply
    .u8(0) // decimals
    .u8(1) // initialised
    .bytes(new Uint8Array(36)) // nobody can freeze it
    .toBytes();
}

/** Metaplex Token Metadata, `Metadata` (borsh), a verified member of the collection. */
function keyMetadata(key: PracticeAccessKey & { readonly authority: string }): Uint8Array {
  const text = (value: string): Uint8Array => {
    const bytes = Buffer.from(value);
    return new ByteWriter().u32(bytes.length).bytes(bytes).toBytes();
  };
  return new ByteWriter()
    .u8(4) // MetadataV1
    .address(key.authority)
    .address(key.mint)
    .bytes(text('Practice access key'))
    .bytes(text('PRACTICE'))
    .bytes(text(''))
    .bytes(new Uint8Array(2)) // no fee for sellers
    .u8(0) // no creators
    .u8(0) // not sold before
    .u8(1) // mutable
    .u8(0) // no edition nonce
    .u8(0) // no token standard
    .u8(1) // a collection
    .u8(1) // verified
    .address(key.collection)
    .u8(0) // no uses
    .toBytes();
}
