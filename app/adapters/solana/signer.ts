import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import { PublicKey } from '@solana/web3.js';
import type { Signer } from './types.ts';

/** PKCS#8 head of an ed25519 seed (RFC 8410); Node takes raw keys in no other form. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Signs with a 64-byte Solana secret key (seed, then public key). Throws where the two halves do
 * not belong together: signatures would be worthless.
 */
export function keypairSigner(secretKey: Uint8Array): Signer {
  if (secretKey.length !== 64) throw new Error('A Solana secret key has 64 bytes.');
  const der = Buffer.concat([PKCS8_HEAD, secretKey.subarray(0, 32)]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  const publicKey = rawPublicKey(createPublicKey(privateKey));
  if (!publicKey.equals(secretKey.subarray(32))) {
    throw new Error('The two halves of this secret key do not belong together.');
  }
  return signerOf(privateKey, publicKey);
}

/** A fresh key that exists in memory only: for accounts that must sign their own creation. */
export function throwawaySigner(): Signer {
  const pair = generateKeyPairSync('ed25519');
  return signerOf(pair.privateKey, rawPublicKey(pair.publicKey));
}

function signerOf(privateKey: KeyObject, publicKey: Uint8Array): Signer {
  return {
    address: new PublicKey(publicKey).toBase58(),
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}

/** The last 32 bytes of the SPKI form are the key itself (RFC 8410). */
function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(-32);
}
