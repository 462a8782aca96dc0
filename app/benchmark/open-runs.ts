import { z } from 'zod';
import { BenchmarkReport, Level, MetricName } from '../contract/benchmark.ts';
import type { Database } from '../storage/database.ts';
import { Part } from './ladder/steps.ts';

const Row = z.object({ run: z.string() });
/** What was measured longer ago says little of the card as it is now. */
const RESUMABLE_MS = 24 * 3_600_000;

/** A run that has not come to its end, and what there is of it. */
export const OpenRun = z.object({
  ...BenchmarkReport.pick({ card: true, backend: true, startedAt: true, disturbedBy: true }).shape,
  level: Level,
  metrics: z.array(MetricName),
  parts: z.array(Part),
});
export type OpenRun = z.infer<typeof OpenRun>;

/** Runs that have not come to their end, in the one database: one for each card and level. */
export class OpenRuns {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Keeps it until `close`; a later one of the card and the level replaces it. */
  keep(run: OpenRun): void {
    this.#db.run(
      'INSERT OR REPLACE INTO benchmark_runs (card, level, at, run) VALUES (?, ?, ?, ?)',
      run.card.uuid,
      run.level,
      run.startedAt,
      JSON.stringify(run),
    );
  }

  /** The newest of a level that was begun within a day, of one card or any; null without. */
  find(level: Level, card: string | null): OpenRun | null {
    const rows = this.#db.all(
      Row,
      `SELECT run FROM benchmark_runs WHERE level = ? AND (card = ? OR ? IS NULL) AND at >= ?
        ORDER BY at DESC`,
      level,
      card,
      card,
      Date.now() - RESUMABLE_MS,
    );
    return rows.flatMap(({ run }) => OpenRun.safeParse(JSON.parse(run)).data ?? [])[0] ?? null;
  }

  close({ card, level }: Pick<OpenRun, 'card' | 'level'>): void {
    this.#db.run('DELETE FROM benchmark_runs WHERE card = ? AND level = ?', card.uuid, level);
  }
}
