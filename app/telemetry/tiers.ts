const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How finely samples are kept, and how long. */
export interface Tier {
  readonly stepMs: number;
  /** Null: for ever. */
  readonly keepMs: number | null;
}

/** Each is made of the one before it, which has to be kept for longer than one step of it. */
export const TIERS: readonly Tier[] = [
  { stepMs: SECOND_MS, keepMs: HOUR_MS },
  { stepMs: 10 * SECOND_MS, keepMs: DAY_MS },
  { stepMs: MINUTE_MS, keepMs: 31 * DAY_MS },
  { stepMs: 15 * MINUTE_MS, keepMs: null },
];

/**
 * The tier that a chart is drawn from: the coarsest one that is still fine enough for its points, of
 * those that reach back to where it begins. Milliseconds. Pure.
 */
export function tierFor({
  from,
  now,
  stepMs,
}: {
  from: number;
  now: number;
  stepMs: number;
}): number {
  const reaches = ({ keepMs }: Tier): boolean => keepMs === null || now - keepMs <= from;
  const oldest = TIERS.findIndex(reaches);
  const fine = TIERS.findLastIndex((tier) => tier.stepMs <= stepMs);
  return Math.max(oldest, fine);
}
