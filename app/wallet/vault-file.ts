import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { OffpeakError } from '../contract/errors.ts';
import { IdentityView } from '../contract/identities.ts';
import { isWindows } from '../platform/machine.ts';
import { lockHome } from '../storage/lock.ts';
import { PassphraseLock } from './passphrase-lock.ts';
import { Sealed } from './seal.ts';

/** How long to wait for another Offpeak that writes; a write takes milliseconds. */
const WAIT_MS = 5_000;
const RETRY_MS = 50;

const StoredKey = IdentityView.extend({ secret: Sealed });

const VaultContent = z.strictObject({
  version: z.literal(1),
  lock: PassphraseLock,
  /** Tells whether a master key in memory is the one of this file. */
  mark: Sealed,
  keys: z.array(StoredKey).max(1_000),
});
/** All of keys.json. Only what is sealed in it is secret. */
export type VaultContent = z.infer<typeof VaultContent>;

/** What the file holds now; null where there is none. Throws `wallet.vault-damaged`, `storage.*`. */
export function readVault(file: string): VaultContent | null {
  if (!existsSync(file)) return null;
  const json = parse(readFileSync(file, 'utf8'));
  const version = z.object({ version: z.number() }).safeParse(json);
  if (version.success && version.data.version > 1) {
    throw new OffpeakError('storage.newer-version', {
      message: 'The file of your keys was written by a newer Offpeak.',
    });
  }
  const content = VaultContent.safeParse(json);
  if (!content.success) throw new OffpeakError('wallet.vault-damaged');
  return content.data;
}

/**
 * Changes the file as one step: reads it, hands it to `change`, writes what comes back, while no
 * other Offpeak writes. Resolves with what is on the disk then. Throws `storage.locked` and what
 * `change` throws; the file is as before then.
 */
export async function changeVault(
  file: string,
  change: (content: VaultContent | null) => VaultContent,
): Promise<VaultContent> {
  const release = await takeLock(dirname(file));
  try {
    const content = change(readVault(file));
    writeWhole(file, JSON.stringify(content, null, 2));
    return content;
  } finally {
    release();
  }
}

async function takeLock(folder: string): Promise<() => void> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    try {
      return lockHome(folder);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(RETRY_MS);
    }
  }
}

/** After a crash or a power cut there is the old file or the new one, never a part of one. */
function writeWhole(file: string, text: string): void {
  const next = `${file}.next`;
  // What a crash left of an earlier write; the lock says that nobody is at it now.
  rmSync(next, { force: true });
  const handle = openSync(next, 'wx', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(next, file);
  syncFolder(dirname(file));
}

// The new name is on the disk only when the folder is. Windows opens no folders, and needs not to.
function syncFolder(folder: string): void {
  if (isWindows()) return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
