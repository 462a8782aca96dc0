import { z } from 'zod';
import type { Database } from '../storage/database.ts';

/** An image that Offpeak fetched for a job. */
export interface ImageRecord {
  readonly imageId: string;
  /** UTC ms. */
  readonly fetchedAt: number;
  /** Only the login of its job could fetch it, so it goes with that job. */
  readonly isPrivate: boolean;
}

/** What Offpeak remembers of the images that it fetched, by reference. */
export interface ImageRecords {
  get(reference: string): ImageRecord | null;
  set(reference: string, record: ImageRecord): void;
  remove(reference: string): void;
}

const Row = z.object({ image_id: z.string(), fetched_at: z.number(), private: z.number() });

/** Records in the database of the host. */
export function openImageRecords(db: Database): ImageRecords {
  return {
    get(reference) {
      const sql = 'SELECT image_id, fetched_at, private FROM fetched_images WHERE reference = ?';
      const row = db.first(Row, sql, reference);
      if (row === null) return null;
      return {
        imageId: row.image_id,
        fetchedAt: row.fetched_at,
        isPrivate: row.private === 1,
      };
    },
    set(reference, { imageId, fetchedAt, isPrivate }) {
      db.run(
        'INSERT OR REPLACE INTO fetched_images (reference, image_id, fetched_at, private) VALUES (?, ?, ?, ?)',
        reference,
        imageId,
        fetchedAt,
        isPrivate ? 1 : 0,
      );
    },
    remove(reference) {
      db.run('DELETE FROM fetched_images WHERE reference = ?', reference);
    },
  };
}
