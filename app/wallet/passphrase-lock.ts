import { randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';
import { OffpeakError } from '../contract/errors.ts';
import { seal, Sealed, unseal } from './seal.ts';

const MASTER_LABEL = 'offpeak vault 1: master key';
const MARK_LABEL = 'offpeak vault 1: mark';
const KEY_BYTES = 32;
const MIN_CHARACTERS = 12;

/**
 * Cost of one try: 128 MiB and about half a second (RFC 7914; OWASP's password storage sheet names
 * N=2^17, r=8, p=1 as the least).
 */
export const CURRENT_COST: Cost = { n: 2 ** 17, r: 8, p: 1 };

/** Bounds, so that a changed file cannot make the host ask for all memory there is. */
const Cost = z.strictObject({
  n: z
    .number()
    .int()
    .min(2)
    .max(2 ** 20),
  r: z.number().int().min(1).max(16),
  p: z.number().int().min(1).max(4),
});
export type Cost = z.infer<typeof Cost>;

/** The master key as a passphrase keeps it, with all that is needed to try one. */
export const PassphraseLock = z.strictObject({
  kind: z.literal('scrypt'),
  cost: Cost,
  salt: z.base64().max(100),
  master: Sealed,
});
export type PassphraseLock = z.infer<typeof PassphraseLock>;

/** Locks a master key behind a passphrase. Throws `wallet.weak-passphrase`. */
export async function lockMaster(
  master: Uint8Array,
  passphrase: string,
  cost: Cost,
): Promise<PassphraseLock> {
  if (passphrase.length < MIN_CHARACTERS) throw new OffpeakError('wallet.weak-passphrase');
  const salt = randomBytes(32);
  const key = await stretch(passphrase, salt, cost);
  const sealed = seal(key, master, MASTER_LABEL);
  key.fill(0);
  return { kind: 'scrypt', cost, salt: salt.toString('base64'), master: sealed };
}

/** The master key, for the caller to wipe. Throws `wallet.wrong-passphrase`, saying nothing more. */
export async function openMaster(lock: PassphraseLock, passphrase: string): Promise<Buffer> {
  const key = await stretch(passphrase, Buffer.from(lock.salt, 'base64'), lock.cost);
  const master = unseal(key, lock.master, MASTER_LABEL);
  key.fill(0);
  if (master?.length !== KEY_BYTES) throw new OffpeakError('wallet.wrong-passphrase');
  return master;
}

/** A master key that never existed before, for the caller to wipe, and the mark of its vault. */
export function newMaster(): { master: Buffer; mark: Sealed } {
  const master = randomBytes(KEY_BYTES);
  return { master, mark: seal(master, new Uint8Array(), MARK_LABEL) };
}

/** True where this master key made the vault with this mark, and not one that was here before. */
export function isMasterOf(mark: Sealed, master: Uint8Array): boolean {
  return unseal(master, mark, MARK_LABEL) !== null;
}

/** True where a lock is weaker than what is made today, and should be made anew. */
export function isWeaker(lock: PassphraseLock, than: Cost): boolean {
  const work = ({ n, r, p }: Cost) => n * r * p;
  return work(lock.cost) < work(than);
}

/** In a thread of its own: the host goes on meanwhile. */
function stretch(passphrase: string, salt: Uint8Array, { n, r, p }: Cost): Promise<Buffer> {
  // Two keyboards may spell the same letter in two ways (é as one sign or as two).
  const secret = Buffer.from(passphrase.normalize('NFKC'));
  const options = { N: n, r, p, maxmem: 2 * 128 * n * r };
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, KEY_BYTES, options, (error, key) => {
      secret.fill(0);
      if (error) reject(error);
      else resolve(key);
    });
  });
}
