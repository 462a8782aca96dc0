import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { OffpeakError } from '../contract/errors.ts';

/** What is held, kept reachable: SQLite's lock goes when its connection is collected as garbage. */
const held = new Set<DatabaseSync>();

/**
 * Takes the folder for this process alone and returns the release. The lock is SQLite's own file
 * lock, which the system drops when the process dies, however it dies: no stale lock is possible.
 * Throws `storage.locked` when another process holds it.
 */
export function lockHome(home: string): () => void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const sqlite = new DatabaseSync(join(home, 'lock.db'), { timeout: 0 });
  try {
    sqlite.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    sqlite.close();
    throw new OffpeakError('storage.locked', { cause: error });
  }
  held.add(sqlite);
  return () => {
    held.delete(sqlite);
    sqlite.close();
  };
}
