import { z } from 'zod';
import { Lease, type PowerKind } from '../contract/power.ts';
import type { Database } from '../storage/database.ts';

const Row = Lease.extend({ boot: z.string() });

/** The settings that are changed now, in the one database: what stands here has to be put back. */
export class LeaseJournal {
  readonly #db: Database;
  readonly #boot: string;

  /** `boot` names the time since the computer was started: a restart puts every card back. */
  constructor(db: Database, boot: string) {
    this.#db = db;
    this.#boot = boot;
    this.#db.run('DELETE FROM power_leases WHERE boot <> ?', boot);
  }

  all(): Lease[] {
    return this.#db
      .all(Row, 'SELECT * FROM power_leases ORDER BY since, card, kind')
      .map(({ boot: _, ...lease }) => lease);
  }

  /** To be called before the change itself. A second change of the same setting keeps what was before the first. */
  write({ card, kind, before, value, since }: Lease): void {
    this.#db.run(
      `INSERT INTO power_leases (card, kind, before, value, since, boot) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (card, kind) DO UPDATE SET value = excluded.value`,
      card,
      kind,
      before,
      value,
      since,
      this.#boot,
    );
  }

  /** What was before, as the driver tells it at the change: a reading may be older. */
  correct({ card, kind, before }: Pick<Lease, 'card' | 'kind' | 'before'>): void {
    this.#db.run(
      'UPDATE power_leases SET before = ? WHERE card = ? AND kind = ?',
      before,
      card,
      kind,
    );
  }

  /** To be called when the setting is back. */
  remove(card: string, kind: PowerKind): void {
    this.#db.run('DELETE FROM power_leases WHERE card = ? AND kind = ?', card, kind);
  }
}
