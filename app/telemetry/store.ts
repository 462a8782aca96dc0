import { z } from 'zod';
import { CardMetric, MetricPoint } from '../contract/telemetry.ts';
import { type Database, openDatabase } from '../storage/database.ts';
import { numberOf } from './metrics.ts';
import { tierFor, TIERS } from './tiers.ts';

/**
 * One row for each stretch of time, metric and card. `low`, `mean` and `high` of `n` readings, so that a
 * spike survives any thinning out.
 */
const SCHEMA: readonly string[] = [
  `
  CREATE TABLE cards (id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE samples (
    tier INTEGER NOT NULL,
    card INTEGER NOT NULL,
    metric INTEGER NOT NULL,
    at INTEGER NOT NULL,
    n INTEGER NOT NULL,
    low REAL NOT NULL,
    mean REAL NOT NULL,
    high REAL NOT NULL,
    PRIMARY KEY (tier, card, metric, at)
  ) STRICT, WITHOUT ROWID;
  `,
];

const Id = z.object({ id: z.number() });
const Newest = z.object({ at: z.number().nullable() });

/** One reading of one card. */
export interface Reading {
  readonly card: string;
  /** [number of the metric, value]. */
  readonly values: readonly (readonly [metric: number, value: number])[];
}

export interface ChartRequest {
  readonly card: string;
  readonly metric: CardMetric;
  /** UTC milliseconds, `to` exclusive. */
  readonly from: number;
  readonly to: number;
  /** At most so many points. */
  readonly points: number;
}

/** Readings of cards over time, finer the younger they are, in a file of their own. */
export class TelemetryStore {
  readonly #db: Database;
  readonly #ids = new Map<string, number>();
  /** The oldest reading since the last roll-up; a clock may have been set back. */
  #changedFrom = Infinity;

  /** Throws `storage.*`. */
  constructor(file: string) {
    this.#db = openDatabase(file, { schema: SCHEMA, durable: false });
  }

  /** Keeps readings of this moment (UTC milliseconds). */
  record(at: number, readings: readonly Reading[]): void {
    const second = at - (at % 1_000);
    this.#changedFrom = Math.min(this.#changedFrom, second);
    this.#db.transaction(() => {
      for (const { card, values } of readings) {
        const id = this.#idOf(card);
        for (const [metric, value] of values) {
          this.#db.run(INSERT, id, metric, second, value, value, value);
        }
      }
    });
  }

  /** Brings the coarser tiers up to date, their newest rows too, which are not full yet. */
  rollUp(): void {
    const from = this.#changedFrom;
    this.#changedFrom = Infinity;
    this.#db.transaction(() => {
      for (const tier of TIERS.keys()) if (tier > 0) this.#rollUpTo(tier, from);
    });
  }

  /** Forgets what is older than its tier is kept. */
  prune(now: number): void {
    this.#db.transaction(() => {
      for (const [tier, { keepMs }] of TIERS.entries()) {
        if (keepMs === null) continue;
        for (const { card, metric } of this.#series()) {
          this.#db.run(PRUNE, tier, card, metric, now - keepMs);
        }
      }
    });
  }

  /** A chart's points, in order; where there was no reading there is no point. */
  chart(request: ChartRequest, now: number): { stepMs: number; points: MetricPoint[] } {
    const { card, metric, from, to, points } = request;
    const wanted = Math.max(1, Math.ceil((to - from) / points));
    const tier = tierFor({ from, now, stepMs: wanted });
    const unit = TIERS[tier]?.stepMs ?? wanted;
    const stepMs = Math.ceil(wanted / unit) * unit;
    const rows = this.#db.all(
      MetricPoint,
      CHART,
      stepMs,
      stepMs,
      tier,
      this.#idOf(card),
      numberOf(metric),
      from - (from % stepMs),
      to,
    );
    return { stepMs, points: rows };
  }

  close(): void {
    this.#db.close();
  }

  #rollUpTo(tier: number, changedFrom: number): void {
    const step = TIERS[tier]?.stepMs ?? 1;
    for (const { card, metric } of this.#series()) {
      const newest = this.#db.first(Newest, NEWEST, tier, card, metric)?.at ?? 0;
      const from = Math.min(newest, changedFrom);
      this.#db.run(ROLL_UP, tier, step, step, tier - 1, card, metric, from - (from % step));
    }
  }

  #series(): { card: number; metric: number }[] {
    return this.#db
      .all(Id, 'SELECT id FROM cards')
      .flatMap(({ id }) => [...CardMetric.options.keys()].map((metric) => ({ card: id, metric })));
  }

  #idOf(uuid: string): number {
    const known = this.#ids.get(uuid);
    if (known !== undefined) return known;
    this.#db.run('INSERT OR IGNORE INTO cards (uuid) VALUES (?)', uuid);
    const { id } = this.#db.first(Id, 'SELECT id FROM cards WHERE uuid = ?', uuid) ?? { id: 0 };
    this.#ids.set(uuid, id);
    return id;
  }
}

/** Numbers are bound as REAL, and whole steps need whole numbers. */
const BUCKET = 'at / CAST(? AS INTEGER) * CAST(? AS INTEGER)';
const INSERT = `
  INSERT INTO samples (tier, card, metric, at, n, low, mean, high) VALUES (0, ?, ?, ?, 1, ?, ?, ?)
  ON CONFLICT DO UPDATE SET
    low = min(low, excluded.low),
    high = max(high, excluded.high),
    mean = (mean * n + excluded.mean) / (n + 1),
    n = n + 1`;
const NEWEST = 'SELECT max(at) AS at FROM samples WHERE tier = ? AND card = ? AND metric = ?';
const ROLL_UP = `
  INSERT OR REPLACE INTO samples (tier, card, metric, at, n, low, mean, high)
  SELECT ?, card, metric, ${BUCKET} AS bucket, sum(n), min(low), sum(mean * n) / sum(n), max(high)
  FROM samples WHERE tier = ? AND card = ? AND metric = ? AND at >= ? GROUP BY bucket`;
const PRUNE = 'DELETE FROM samples WHERE tier = ? AND card = ? AND metric = ? AND at < ?';
const CHART = `
  SELECT ${BUCKET} AS at, min(low) AS low, sum(mean * n) / sum(n) AS mean, max(high) AS high
  FROM samples WHERE tier = ? AND card = ? AND metric = ? AND at >= ? AND at < ?
  GROUP BY 1 ORDER BY 1`;
