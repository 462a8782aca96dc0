import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CardMetric } from '../../app/contract/telemetry.ts';
import { TelemetryStore } from '../../app/telemetry/store.ts';
import { type Bench, median, times } from './figures.ts';

const CARDS = 4;
const YEAR_MS = 365 * 24 * 3_600_000;
const QUARTER_MS = 15 * 60_000;
const START = Date.UTC(2026, 0, 1);
const ROWS = 30_000_000;

/**
 * Keeping and showing readings. The file holds 30,000,000 rows: a year of quarter hours for four cards,
 * and the rest in the finest tier, far more than is ever kept there.
 */
export async function telemetry(bench: Bench): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'offpeak-bench-telemetry-'));
  const file = join(folder, 'telemetry.db');
  new TelemetryStore(file).close();
  const rows = bench.quick ? ROWS / 1_000 : ROWS;
  const filled = fill(file, rows);
  bench.note('telemetry: rows written in bulk', rows / filled, 'k/s');
  bench.note('telemetry: the file of them', statSync(file).size / 1e6, 'MB');
  const store = new TelemetryStore(file);
  const now = START + YEAR_MS;
  const chart = (metric: CardMetric) =>
    store.chart({ card: 'GPU-2', metric, from: START, to: now, points: 600 }, now);
  const year = await times(bench.quick ? 1 : 9, () => chart('power'));
  bench.note("telemetry: a year's chart", median(year), 'ms', { budget: 'at most 200 ms' });
  await keeping(bench, store, now);
  store.close();
  rmSync(folder, { recursive: true });
}

/** Readings of all cards as they come, each with all values, rolled up once a minute. */
async function keeping(bench: Bench, store: TelemetryStore, now: number): Promise<void> {
  const values = CardMetric.options.map((_, metric) => [metric, 50 + metric] as const);
  const readings = Array.from({ length: CARDS }, (_, card) => ({ card: `GPU-${card}`, values }));
  let at = now;
  const before = process.cpuUsage();
  const count = bench.quick ? 6 : 600;
  const record = await times(count, () => store.record((at += 10_000), readings));
  const { user, system } = process.cpuUsage(before);
  bench.note('telemetry: a reading of 4 cards', median(record), 'ms');
  bench.note('telemetry: processor for it', (user + system) / 1_000 / count, 'ms');
  const rollUp = await times(bench.quick ? 1 : 9, () => {
    store.record((at += 10_000), readings);
    store.rollUp();
  });
  bench.note('telemetry: the roll-up of a minute', median(rollUp), 'ms');
}

/** Milliseconds. */
function fill(file: string, rows: number): number {
  const db = new DatabaseSync(file);
  const series = CARDS * CardMetric.options.length;
  const quarters = Math.min(Math.floor(YEAR_MS / QUARTER_MS), Math.floor(rows / series / 2));
  const started = performance.now();
  db.exec('BEGIN');
  for (let card = 0; card < CARDS; card++) {
    db.prepare('INSERT INTO cards (id, uuid) VALUES (?, ?)').run(card + 1, `GPU-${card}`);
  }
  insert(db, { tier: 0, step: 1_000, count: Math.floor(rows / series) - quarters });
  insert(db, { tier: 3, step: QUARTER_MS, count: quarters });
  db.exec('COMMIT');
  db.close();
  return performance.now() - started;
}

function insert(db: DatabaseSync, of: { tier: number; step: number; count: number }): void {
  const { tier, step, count } = of;
  const statement = db.prepare('INSERT INTO samples VALUES (?, ?, ?, ?, 1, ?, ?, ?)');
  for (let card = 1; card <= CARDS; card++) {
    for (const metric of CardMetric.options.keys()) {
      for (let row = 0; row < count; row++) {
        const value = 50 + ((row * 7) % 40);
        statement.run(tier, card, metric, START + row * step, value - 1, value, value + 2);
      }
    }
  }
}
