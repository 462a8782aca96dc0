import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { OffpeakError } from '../contract/errors.ts';
import { isOpenToOthers } from './key-file.ts';

type Env = Readonly<Record<string, string | undefined>>;

const MAX_BYTES = 4_096;

/**
 * The passphrase for a host that nobody sits at: the first line of the file that
 * OFFPEAK_PASSPHRASE_FILE names, else OFFPEAK_PASSPHRASE; null where neither is set. Never an
 * argument: those can be read by every program of this computer. Throws `wallet.passphrase-file-…`.
 */
export function givenPassphrase(env: Env): string | null {
  const file = env['OFFPEAK_PASSPHRASE_FILE'];
  if (file) return readPassphraseFile(file);
  return env['OFFPEAK_PASSPHRASE'] || null;
}

function readPassphraseFile(path: string): string {
  const { mode, text } = readTextFile(path);
  if (isOpenToOthers(mode)) throw new OffpeakError('wallet.passphrase-file-open');
  const [line = ''] = text.replace(/^\uFEFF/, '').split(/\r?\n/, 1);
  if (line === '') throw new OffpeakError('wallet.passphrase-file-unreadable');
  return line;
}

function readTextFile(path: string): { mode: number; text: string } {
  try {
    const file = openSync(path, 'r');
    try {
      const { mode, size } = fstatSync(file);
      if (size > MAX_BYTES) throw new Error('too large');
      return { mode, text: readFileSync(file, 'utf8') };
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw new OffpeakError('wallet.passphrase-file-unreadable', { cause });
  }
}
