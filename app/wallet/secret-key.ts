import { generateKeyPairSync } from 'node:crypto';
import { keypairSigner } from '../adapters/solana/signer.ts';
import { OffpeakError } from '../contract/errors.ts';

/** A fresh key in Solana's form, 64 bytes: seed, then public key. For the caller to wipe. */
export function newSecretKey(): Buffer {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const der = privateKey.export({ format: 'der', type: 'pkcs8' });
  const point = publicKey.export({ format: 'der', type: 'spki' });
  // The last 32 bytes of both forms are the raw key (RFC 8410).
  const secret = Buffer.concat([der.subarray(-32), point.subarray(-32)]);
  der.fill(0);
  return secret;
}

/** The address of a key of 64 bytes. Throws `wallet.key-file-mismatch` where its halves differ. */
export function addressOf(secret: Uint8Array): string {
  try {
    return keypairSigner(secret).address;
  } catch {
    // Without a cause: whatever OpenSSL says of a key is nobody's to read.
    throw new OffpeakError('wallet.key-file-mismatch');
  }
}
