const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How far back charts reach, each with how often it is worth asking again. Milliseconds. */
export const PERIODS = {
  hour: { lengthMs: HOUR_MS, everyMs: 10_000 },
  day: { lengthMs: DAY_MS, everyMs: MINUTE_MS },
  week: { lengthMs: 7 * DAY_MS, everyMs: 5 * MINUTE_MS },
  month: { lengthMs: 30 * DAY_MS, everyMs: 15 * MINUTE_MS },
  year: { lengthMs: 365 * DAY_MS, everyMs: 15 * MINUTE_MS },
} as const;

export type Period = keyof typeof PERIODS;
export const periods = [
  'hour',
  'day',
  'week',
  'month',
  'year',
] as const satisfies readonly Period[];

/** From and to of a period that ends now, which move in steps: a chart asks no sooner than that. */
export function stretchOf(period: Period, now: number): { from: number; to: number } {
  const { lengthMs, everyMs } = PERIODS[period];
  const to = Math.ceil(now / everyMs) * everyMs;
  return { from: to - lengthMs, to };
}
