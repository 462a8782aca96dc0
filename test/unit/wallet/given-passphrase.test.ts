import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { givenPassphrase } from '../../../app/wallet/given-passphrase.ts';

const folder = mkdtempSync(join(tmpdir(), 'offpeak-passphrase-'));

function file(text: string, mode = 0o600): string {
  const path = join(mkdtempSync(join(folder, 'one-')), 'passphrase');
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
  return path;
}

describe('a passphrase for a host that nobody sits at', () => {
  it('is the first line of a file, before the environment', () => {
    const env = { OFFPEAK_PASSPHRASE: 'from the environment' };
    for (const text of [
      'of the file',
      'of the file\n',
      'of the file\r\nmore',
      '\uFEFFof the file',
    ]) {
      expect(givenPassphrase({ ...env, OFFPEAK_PASSPHRASE_FILE: file(text) })).toBe('of the file');
    }
    expect(givenPassphrase(env)).toBe('from the environment');
    expect(givenPassphrase({ OFFPEAK_PASSPHRASE: '' })).toBeNull();
    expect(givenPassphrase({})).toBeNull();
  });

  it('keeps its spaces: they are part of it', () => {
    expect(givenPassphrase({ OFFPEAK_PASSPHRASE_FILE: file(' a b \n') })).toBe(' a b ');
  });

  it('is not taken from a file that others can read', () => {
    for (const mode of [0o644, 0o640, 0o604]) {
      expect(() => givenPassphrase({ OFFPEAK_PASSPHRASE_FILE: file('of the file', mode) })).toThrow(
        expect.objectContaining({ code: 'wallet.passphrase-file-open' }) as Error,
      );
    }
  });

  it('is never taken from elsewhere when its file cannot be read', () => {
    const env = { OFFPEAK_PASSPHRASE: 'from the environment' };
    for (const path of [join(folder, 'none'), folder, file(''), file('x'.repeat(5_000))]) {
      expect(() => givenPassphrase({ ...env, OFFPEAK_PASSPHRASE_FILE: path })).toThrow(
        expect.objectContaining({ code: 'wallet.passphrase-file-unreadable' }) as Error,
      );
    }
  });
});
