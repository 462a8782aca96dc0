import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { z } from 'zod';
import { keypairSigner } from '../../adapters/solana/signer.ts';
import type { Signer } from '../../adapters/solana/types.ts';

/** Secret keys as the Solana command line writes them: 64 numbers, seed first. */
export const SecretKey = z.array(z.number().int().min(0).max(255)).length(64);
const KeyFile = z.object({ host: SecretKey, poster: SecretKey, market: SecretKey });

/** The throwaway keys of the practice network. Worthless by design, never used elsewhere. */
export interface PracticeKeys {
  readonly host: Signer;
  readonly poster: Signer;
  readonly market: Signer;
}

/** Reads the practice keys, creating them at the first start. */
export function openKeys(file: string): PracticeKeys {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const keys = { host: newSecretKey(), poster: newSecretKey(), market: newSecretKey() };
    writeFileSync(file, JSON.stringify(keys), { mode: 0o600, flag: 'wx', flush: true });
  }
  const keys = KeyFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  return {
    host: keypairSigner(Uint8Array.from(keys.host)),
    poster: keypairSigner(Uint8Array.from(keys.poster)),
    market: keypairSigner(Uint8Array.from(keys.market)),
  };
}

/** A fresh key in that form. */
export function newSecretKey(): number[] {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  // The last 32 bytes of both DER forms are the raw key (RFC 8410).
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
  const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return [...seed, ...point];
}
