import { z } from 'zod';
import type { Database } from './database.ts';

const Row = z.object({ value: z.string() });

/** Small texts by key, in the one database. */
export interface Settings {
  get(key: string): string | null;
  set(key: string, value: string): void;
}

/** The settings of this database. */
export function openSettings(db: Database): Settings {
  return {
    get: (key) => db.first(Row, 'SELECT value FROM settings WHERE key = ?', key)?.value ?? null,
    set: (key, value) => {
      db.run('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)', key, value);
    },
  };
}
