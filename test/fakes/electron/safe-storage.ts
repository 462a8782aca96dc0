import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type * as Electron from 'electron';
import { app, lifecycle } from './app.ts';
import { type Faithful, loud } from './loud.ts';

/** Sizes of AES-256-GCM, in bytes, and the prefix that Chromium gives to keyring-encrypted text. */
const KEY = 32;
const NONCE = 12;
const TAG = 16;
const PREFIX = Buffer.from('v11');

let allowPlainText = false;

const members = {
  /** STAND_IN_KEYRING=basic_text plays a Linux desktop without a keyring. */
  getSelectedStorageBackend: (): 'basic_text' | 'gnome_libsecret' | 'unknown' => {
    if (!lifecycle.ready) return 'unknown';
    return process.env['STAND_IN_KEYRING'] === 'basic_text' ? 'basic_text' : 'gnome_libsecret';
  },

  isEncryptionAvailable: (): boolean => {
    const backend = members.getSelectedStorageBackend();
    return backend === 'gnome_libsecret' || (backend === 'basic_text' && allowPlainText);
  },

  setUsePlainTextEncryption: (allow: boolean): void => {
    allowPlainText = allow;
  },

  encryptString: (text: string): Buffer => {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv(
      'aes-256-gcm',
      key('encrypting the text', 'encryptString'),
      nonce,
    );
    const secret = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([PREFIX, nonce, cipher.getAuthTag(), secret]);
  },

  decryptString: (encrypted: Buffer): string => {
    const task = 'decrypting the ciphertext';
    const body = encrypted.subarray(PREFIX.length);
    const decipher = createDecipheriv(
      'aes-256-gcm',
      key(task, 'decryptString'),
      body.subarray(0, NONCE),
    );
    try {
      decipher.setAuthTag(body.subarray(NONCE, NONCE + TAG));
      return (
        decipher.update(body.subarray(NONCE + TAG), undefined, 'utf8') + decipher.final('utf8')
      );
    } catch {
      throw new Error(`Error while ${task} provided to safeStorage.decryptString.`);
    }
  },

  isAsyncEncryptionAvailable: async (): Promise<boolean> => {
    await app.whenReady();
    return members.isEncryptionAvailable();
  },

  encryptStringAsync: async (text: string): Promise<Buffer> => {
    await app.whenReady();
    return members.encryptString(text);
  },

  decryptStringAsync: async (
    encrypted: Buffer,
  ): Promise<Electron.DecryptStringAsyncReturnValue> => {
    await app.whenReady();
    return { result: members.decryptString(encrypted), shouldReEncrypt: false };
  },
};

export const safeStorage = loud(
  'safeStorage',
  members satisfies Faithful<Electron.SafeStorage, typeof members>,
);

/** The key file in userData plays the keyring: whoever reads it reads the secrets. */
function key(task: string, method: string): Buffer {
  if (!members.isEncryptionAvailable()) {
    throw new Error(
      `Error while ${task} provided to safeStorage.${method}. Encryption is not available.`,
    );
  }
  const file = path.join(app.getPath('userData'), 'stand-in-keyring');
  if (!existsSync(file)) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, randomBytes(KEY), { mode: 0o600 });
  }
  return readFileSync(file);
}
