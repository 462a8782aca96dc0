import { z } from 'zod';
import type { Database } from '../storage/database.ts';

const Row = z.object({
  volume: z.string(),
  key: z.string(),
  run: z.string().nullable(),
  label: z.string(),
  bytes: z.number(),
  files: z.number(),
  pinned: z.number().transform((value) => value !== 0),
  used_at: z.number(),
  complete_files: z.number(),
  complete_bytes: z.number(),
  holds: z.number(),
});

/** A volume as the database remembers it. */
export type VolumeRow = z.infer<typeof Row>;

const SELECT = `
  SELECT v.*,
    (SELECT count(*) FROM resource_files f WHERE f.volume = v.volume) AS complete_files,
    (SELECT coalesce(sum(f.bytes), 0) FROM resource_files f WHERE f.volume = v.volume)
      AS complete_bytes,
    (SELECT count(*) FROM resource_holds h WHERE h.volume = v.volume) AS holds
  FROM resource_volumes v`;

const Path = z.object({ path: z.string() });

/** The memory of the cache: which volumes there are, what is in them, and who needs them. */
export class CacheTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  all(): readonly VolumeRow[] {
    return this.#db.all(Row, `${SELECT} ORDER BY v.used_at DESC, v.volume`);
  }

  /** The shared volume of a key (`run` null), or that of one run. */
  find(key: string, run: string | null): VolumeRow | null {
    return this.#db.first(Row, `${SELECT} WHERE v.key = ? AND v.run IS ?`, key, run);
  }

  insert(
    row: Pick<VolumeRow, 'volume' | 'key' | 'run' | 'label' | 'bytes' | 'files'>,
    at: number,
  ): void {
    const { volume, key, run, label, bytes, files } = row;
    this.#db.run(
      `INSERT INTO resource_volumes (volume, key, run, label, bytes, files, used_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ...[volume, key, run, label, bytes, files, at],
    );
  }

  remove(volume: string): void {
    this.#db.run('DELETE FROM resource_volumes WHERE volume = ?', volume);
  }

  completePaths(volume: string): ReadonlySet<string> {
    const sql = 'SELECT path FROM resource_files WHERE volume = ?';
    return new Set(this.#db.all(Path, sql, volume).map(({ path }) => path));
  }

  complete(volume: string, path: string, bytes: number): void {
    const sql = 'INSERT OR REPLACE INTO resource_files (volume, path, bytes) VALUES (?, ?, ?)';
    this.#db.run(sql, volume, path, bytes);
  }

  hold(volume: string, runs: readonly string[], at: number): void {
    this.#db.transaction(() => {
      const sql = 'INSERT OR IGNORE INTO resource_holds (volume, run) VALUES (?, ?)';
      for (const run of runs) this.#db.run(sql, volume, run);
      this.#db.run('UPDATE resource_volumes SET used_at = ? WHERE volume = ?', at, volume);
    });
  }

  /** Forgets what a run needed, and its own volumes, which went with it. */
  release(run: string, at: number): void {
    this.#db.transaction(() => {
      const held = 'SELECT volume FROM resource_holds WHERE run = ?';
      const sql = `UPDATE resource_volumes SET used_at = ? WHERE volume IN (${held})`;
      this.#db.run(sql, at, run);
      this.#db.run('DELETE FROM resource_holds WHERE run = ?', run);
      this.#db.run('DELETE FROM resource_volumes WHERE run = ?', run);
    });
  }

  /** Runs that hold something or have a volume of their own. */
  runs(): readonly string[] {
    const sql = `SELECT run FROM resource_holds
      UNION SELECT run FROM resource_volumes WHERE run IS NOT NULL`;
    return this.#db.all(z.object({ run: z.string() }), sql).map(({ run }) => run);
  }

  pin(volume: string, pinned: boolean): void {
    const sql = 'UPDATE resource_volumes SET pinned = ? WHERE volume = ?';
    this.#db.run(sql, pinned ? 1 : 0, volume);
  }
}
