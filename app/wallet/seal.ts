import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const Base64 = z
  .string()
  .max(1_000)
  .regex(/^[A-Za-z0-9+/]+={0,2}$/);

/** Bytes that only their key can open, as they stand in the file. */
export const Sealed = z.strictObject({ nonce: Base64, bytes: Base64 });
export type Sealed = z.infer<typeof Sealed>;

/**
 * Seals bytes with AES-256-GCM under a fresh nonce. `label` is what they belong to: they open
 * under the same label alone, so that nobody can swap two of them in the file.
 */
export function seal(key: Uint8Array, bytes: Uint8Array, label: string): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(label));
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  return { nonce: nonce.toString('base64'), bytes: sealed.toString('base64') };
}

/** The bytes again, for the caller to wipe; null where key, label or bytes are not the right ones. */
export function unseal(key: Uint8Array, sealed: Sealed, label: string): Buffer | null {
  const nonce = Buffer.from(sealed.nonce, 'base64');
  const all = Buffer.from(sealed.bytes, 'base64');
  if (nonce.length !== NONCE_BYTES || all.length < TAG_BYTES) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(label));
  decipher.setAuthTag(all.subarray(-TAG_BYTES));
  // Until the tag is checked these bytes are nobody's; where it is wrong they are wiped.
  const opened = decipher.update(all.subarray(0, -TAG_BYTES));
  try {
    decipher.final();
    return opened;
  } catch {
    opened.fill(0);
    return null;
  }
}
