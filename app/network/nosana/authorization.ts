import { createPublicKey, verify } from 'node:crypto';
import { addressBytes } from '../../adapters/solana/addresses.ts';
import type { Signer } from '../../adapters/solana/types.ts';
import { decodeBase58, encodeBase58 } from '../../contract/base58.ts';

/**
 * The network's header for requests between its parties (@nosana/authorization):
 * `<message>:<base58 ed25519 signature of the message>[:<UTC ms>]`. The signature covers the
 * message alone, so whoever sees a header can put another time behind it: a message must say what
 * it is for, and who takes one must not rely on the time.
 */
export interface Authorization {
  readonly message: string;
  /** UTC ms; null where the header has none. */
  readonly time: number | null;
}

/** Above what any party sends: a message is an address or a content identifier. */
const MAX_HEADER_CHARACTERS = 512;
const SIGNATURE_BYTES = 64;
/** SPKI head of an ed25519 key (RFC 8410); Node takes raw keys in no other form. */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** The header for a message, with the time where one is given (UTC ms). */
export async function encodeAuthorization(
  message: string,
  signer: Signer,
  time: number | null,
): Promise<string> {
  if (!isMessage(message)) throw new Error('This message cannot stand in a header.');
  const signature = encodeBase58(await signer.sign(Buffer.from(message)));
  return [message, signature, ...(time === null ? [] : [time])].join(':');
}

/** What an address has signed with this header; null where it is not signed by that address. */
export function verifyAuthorization(header: string, address: string): Authorization | null {
  if (header.length > MAX_HEADER_CHARACTERS) return null;
  const [message = '', signature = '', time, ...more] = header.split(':');
  if (!isMessage(message) || more.length > 0) return null;
  // One moment has one spelling: a header that differs is another one.
  if (time !== undefined && !/^[1-9]\d{0,14}$/.test(time)) return null;
  if (!isSignedBy(message, signature, address)) return null;
  return { message, time: time === undefined ? null : Number(time) };
}

function isMessage(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text) && !text.includes(':');
}

function isSignedBy(message: string, signature: string, address: string): boolean {
  try {
    const bytes = decodeBase58(signature);
    if (bytes.length !== SIGNATURE_BYTES) return false;
    const der = Buffer.concat([SPKI_HEAD, addressBytes(address)]);
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return verify(null, Buffer.from(message), key, bytes);
  } catch {
    // Letters outside the alphabet, or an address that is no key.
    return false;
  }
}
