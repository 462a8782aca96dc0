import { z } from 'zod';
import { BenchmarkReport, type Finding } from '../contract/benchmark.ts';
import type { Database } from '../storage/database.ts';

const Row = z.object({ report: z.string() });

/** So many reports of a card are kept. */
const MOST = 200;
/** What a report is compared with: the last ones of the same card, back end and driver. */
const COMPARED = 5;
const ENOUGH = 2;
/** Less than this is no news. */
const SLOWER = 0.05;

/** Reports of benchmarks, by card, in the one database. */
export class BenchmarkHistory {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Keeps a report, and forgets the oldest of the card above 200. */
  add(report: BenchmarkReport): void {
    const { card, startedAt } = report;
    this.#db.transaction(() => {
      this.#db.run(
        'INSERT INTO benchmarks (card, at, report) VALUES (?, ?, ?)',
        card.uuid,
        startedAt,
        JSON.stringify(report),
      );
      this.#db.run(
        `DELETE FROM benchmarks WHERE card = ? AND id NOT IN
          (SELECT id FROM benchmarks WHERE card = ? ORDER BY at DESC, id DESC LIMIT ?)`,
        card.uuid,
        card.uuid,
        MOST,
      );
    });
  }

  /** Newest first; of one card, or of all. A report that this version does not understand is left out. */
  list(card: string | null = null): BenchmarkReport[] {
    const rows = this.#db.all(
      Row,
      'SELECT report FROM benchmarks WHERE card = ? OR ? IS NULL ORDER BY at DESC, id DESC',
      card,
      card,
    );
    return rows.flatMap(({ report }) => BenchmarkReport.safeParse(JSON.parse(report)).data ?? []);
  }
}

/** What has become slower than in the last reports of the same card, back end and driver. Pure. */
export function slowerThanBefore(
  report: Pick<BenchmarkReport, 'card' | 'backend' | 'metrics'>,
  earlier: readonly BenchmarkReport[],
): Finding[] {
  const alike = earlier
    .filter(
      ({ card, backend }) =>
        card.uuid === report.card.uuid &&
        backend === report.backend &&
        card.driverCuda === report.card.driverCuda,
    )
    .slice(0, COMPARED);
  if (alike.length < ENOUGH) return [];
  return report.metrics.flatMap(({ name, median, spread, samples }) => {
    const before = alike.flatMap(({ metrics }) => metrics.filter((one) => one.name === name));
    const usual = middleOf(before.map((one) => one.median));
    const noise = 3 * Math.max(spread, ...before.map((one) => one.spread));
    if (samples.length === 0 || before.length < ENOUGH || usual === 0) return [];
    const lost = 1 - median / usual;
    if (lost <= Math.max(SLOWER, noise)) return [];
    return {
      code: 'slower-than-before',
      message: `${name} is ${Math.round(lost * 100)} % slower than in its last ${before.length} measurements.`,
      remedy:
        'Look at heat, dust, the power limit and what else uses the card; it is the same driver.',
    };
  });
}

function middleOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
