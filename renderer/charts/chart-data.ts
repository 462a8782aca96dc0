import type { MetricPoint } from '../../app/contract/telemetry.ts';

/** What is drawn: seconds, and the three values at each; null breaks the line. */
export interface Columns {
  readonly seconds: number[];
  readonly low: (number | null)[];
  readonly mean: (number | null)[];
  readonly high: (number | null)[];
}

/** At rest a card is read once a minute; a longer silence is a hole. */
const QUIET_MS = 150_000;

/** The points of a chart with its holes. `scale` divides each value (bytes to GiB, say). Pure. */
export function columnsOf(points: readonly MetricPoint[], stepMs: number, scale = 1): Columns {
  const columns: Columns = { seconds: [], low: [], mean: [], high: [] };
  const longest = Math.max(QUIET_MS, 2.5 * stepMs);
  let before: number | null = null;
  for (const { at, low, mean, high } of points) {
    if (before !== null && at - before > longest) {
      columns.seconds.push((before + stepMs) / 1_000);
      for (const column of [columns.low, columns.mean, columns.high]) column.push(null);
    }
    columns.seconds.push(at / 1_000);
    columns.low.push(low / scale);
    columns.mean.push(mean / scale);
    columns.high.push(high / scale);
    before = at;
  }
  return columns;
}

/** The lowest and the highest value; null of none. Pure. */
export function spanOf(points: readonly MetricPoint[]): { low: number; high: number } | null {
  if (points.length === 0) return null;
  return {
    low: Math.min(...points.map(({ low }) => low)),
    high: Math.max(...points.map(({ high }) => high)),
  };
}
